"""Random questions over the corpus: trees of real values and real pieces of text, and a tree written as KQL."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from index.ast import (
    All,
    And,
    Exists,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    both_of,
    either_of,
    negated,
)
from index.mapping import BY_NAME, SEARCHED
from minyin.clock import SHANGHAI
from minyin.model import Document
from tests.support.index_naive import number, values

NUMBERS = [f.name for f in SEARCHED if f.kind in ("whole", "number", "date")]


def texts(documents: Sequence[Document]) -> st.SearchStrategy[Node]:
    """Pieces of what was written, found in both texts or in one."""

    @st.composite
    def piece(draw):
        document = draw(st.sampled_from(documents))
        text = draw(st.sampled_from([document.text, document.title or document.text]))
        start = draw(st.integers(0, max(0, len(text) - 1)))
        value = text[start : start + draw(st.integers(1, 10))]
        kind = draw(st.sampled_from([Term, Term, Phrase, Prefix]))
        return kind(draw(st.sampled_from([None, None, "title", "text"])), value)

    return piece()


def exact(documents: Sequence[Document]) -> st.SearchStrategy[Node]:
    """Values, beginnings and bounds that occur in the documents."""

    @st.composite
    def leaf(draw):
        document = draw(st.sampled_from(documents))
        field = draw(st.sampled_from([f.name for f in SEARCHED if f.kind != "text"]))
        have = values(document, field)
        shape = draw(st.integers(0, 3))
        if not have or shape == 0:
            return Exists(draw(st.sampled_from([field, "title", "text"])))
        value = draw(st.sampled_from(have))
        if field in NUMBERS:
            return draw(bounds(field, number(value)))
        if BY_NAME[field].kind == "keyword" and shape == 1:
            return Prefix(field, value[: draw(st.integers(1, min(40, len(value))))])
        return Term(field, str(value))

    return leaf()


@st.composite
def bounds(draw, field: str, value: float) -> Node:
    """At, above or below a value; a whole number's bounds are closed, as the reader makes them."""
    shape = draw(st.sampled_from(["=", ">", "<", "><"]))
    opened = BY_NAME[field].kind == "number" and draw(st.booleans())
    match shape:
        case "=":
            return Range(field, value, value)
        case ">":
            return Range(field, low=value, low_open=opened)
        case "<":
            return Range(field, high=value, high_open=opened)
    return Range(field, value, value + draw(st.integers(0, 3)))


def trees(leaves: st.SearchStrategy[Node], most: int = 12) -> st.SearchStrategy[Node]:
    several = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=4).map(both_of),
            st.lists(inner, min_size=2, max_size=4).map(either_of),
            inner.map(negated),
        ),
        max_leaves=most,
    )
    return st.one_of(several, st.just(All()), st.just(Nothing())) if most > 4 else several


def as_kql(node: Node) -> str:
    """The tree as a person would have to write it; `Nothing` cannot be written."""
    match node:
        case And(parts):
            return " and ".join(_inner(part) for part in parts)
        case Or(parts):
            return " or ".join(_inner(part) for part in parts)
        case Not(part):
            return f"not {_inner(part)}"
        case All():
            return "*"
        case Exists(field):
            return f"{field}:*"
        case Range():
            return _range(node)
    return _value(node)


def _value(node: Node) -> str:
    match node:
        case Term(field, value) if field in (None, "title", "text"):
            return _named(field, escaped(value))
        case Prefix(field, value):
            return _named(field, escaped(value) + "*")
        case Term(field, value) | Phrase(field, value):
            return _named(field, quoted(value))
    raise TypeError(node)


def _inner(node: Node) -> str:
    return f"({as_kql(node)})" if isinstance(node, And | Or) else as_kql(node)


def _named(field: str | None, value: str) -> str:
    return f"{field}:{value}" if field else value


def _range(node: Range) -> str:
    if node.low is not None and node.low == node.high:
        return f"{node.field}:{_bound(node.field, node.low)}"
    low = "" if node.low is None else _side(node.field, ">", node.low, node.low_open)
    high = "" if node.high is None else _side(node.field, "<", node.high, node.high_open)
    return f"({low} and {high})" if low and high else low or high


def _side(field: str, sign: str, value: float, opened: bool) -> str:
    return f"{field}{sign}{'' if opened else '='}{_bound(field, value)}"


def _bound(field: str, value: float) -> str:
    if BY_NAME[field].kind != "date":
        return str(value)
    at = datetime.fromtimestamp(value // 1000, UTC).astimezone(SHANGHAI)
    return quoted(f"{at:%Y-%m-%dT%H:%M:%S}.{int(value) % 1000:03}+08:00")


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escaped(value: str) -> str:
    """A value without quotes: every sign that means something, and white space, behind a backslash."""
    signs = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
    if value.lower() in ("and", "or", "not"):
        return "\\" + value
    return "".join(signs.get(c) or (f"\\{c}" if _means_something(c) else c) for c in value)


def _means_something(char: str) -> bool:
    return char.isspace() or char in '\\()（）:：<>＜＞≥≤"＂“”*＊{}=＝'
