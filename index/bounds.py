"""How much one question may ask for: what is more is refused in one line, before any engine sees it.

Elasticsearch takes 30 levels of bool queries and at least some thousand leaves; tantivy would take what brings the
process down. One rule for both, so that a question is refused on both or on neither.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from index.ast import Node, Phrase, Prefix, Term, children
from index.match import is_text, text_match
from index.text import Cut
from minyin.errors import QueryError

MAX_LENGTH = 8192
MAX_CLAUSES = 1000
# a text leaf is three bool levels of Elasticsearch's 30 (index.max_nested_depth), its callers add a few
MAX_DEPTH = 20
# leaves of the engine's query; a node with 768 MB takes 8,192 (indices.query.bool.max_clause_count)
MAX_LEAVES = 4000
# words that the last, begun run of a phrase may stand for; tantivy stops at 16,384 with an error, Elasticsearch would
# leave the others out and say nothing
MAX_BEGUN = 4000
# such phrases in one question; each is looked up in the engine before the question is asked
MAX_OPEN = 20
# parentheses as typed, before those that change nothing are gone; guards the recursion of the reader
DEEP = 100

T = TypeVar("T")


def deep(root: T, parts: Callable[[T], Iterable[T]]) -> int:
    """How deep a tree goes; without recursion, since that is what it guards."""
    deepest, level = 0, [root]
    while level:
        deepest, level = deepest + 1, [part for node in level for part in parts(node)]
    return deepest


def shallow(node: Node) -> Node:
    """The same tree. Raises QueryError where and, or, not are nested too deep."""
    if deep(node, children) > MAX_DEPTH:
        raise QueryError(f"括号或 not 嵌套太深，最多 {MAX_DEPTH} 层", column=1)
    return node


def affordable(node: Node, cut: Cut) -> Node:
    """The same tree. Raises QueryError where the engine would have too many things to look up."""
    if leaves(shallow(node), cut) > MAX_LEAVES:
        raise QueryError("要查的词太多，请缩短检索式，或拆成几次检索", column=1)
    return node


def leaves(node: Node, cut: Cut) -> int:
    match node:
        case Term() | Phrase() | Prefix() if is_text(node):
            found = text_match(node, cut)
            return len(found.fields) * (1 + len(found.words)) if found else 1
    parts = children(node)
    return sum(leaves(part, cut) for part in parts) if parts else 1


def closed_enough(node: Node, cut: Cut, number: Callable[[str, str], int]) -> None:
    """Raises QueryError where a phrase's begun last word may stand for too many. `number`: of a field, how many words begin so."""
    found = sorted(set(begun(node, cut)))
    if len({beginning for _, beginning in found}) > MAX_OPEN:
        raise QueryError(f"汉字后面接着字母数字再加 * 的词最多 {MAX_OPEN} 个", column=1)
    for field, beginning in found:
        if number(field, beginning) > MAX_BEGUN:
            raise QueryError(
                f"以“{beginning}”开头的词超过 {MAX_BEGUN} 个，请在 * 前多写几个字母或数字", column=1
            )


def begun(node: Node, cut: Cut) -> Iterator[tuple[str, str]]:
    """Field and beginning of every run of letters or digits that is only begun and stands behind others: `号12*`."""
    match node:
        case Term() | Phrase() | Prefix() if is_text(node):
            found = text_match(node, cut)
            if found and found.open and len(found.grams) > 1:
                yield from ((field, found.grams[-1]) for field in found.fields)
    for part in children(node):
        yield from begun(part, cut)
