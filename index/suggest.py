"""What could be typed at the cursor: fields, operators, values, and/or/not.

Looks only at the text before the cursor (and takes the rest of the word that the cursor stands in), so that it helps
with a question that is not finished and cannot be parsed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.mapping import SEARCHED, Field, searched
from index.names import Names
from index.text import fold
from minyin.model import Value

MOST = 12

_TOKEN = re.compile(
    r'(?P<quoted>["＂](?:\\.|[^"＂\\])*["＂]|[“”](?:\\.|[^“”"\\])*[“”"])'
    r'|(?P<opened>["＂“”](?:\\.|[^"＂“”\\])*\\?$)'
    r"|(?P<sign>[:：]|[<>＜＞][=＝]?|[≥≤])"
    r"|(?P<left>[(（])|(?P<right>[)）])|(?P<space>\s+)"
    r'|(?P<word>(?:\\.|[^\s()（）:：<>＜＞≥≤"＂“”\\]|\\$)+)'
    r"|(?P<other>.)",
    re.DOTALL,
)
_REST = re.compile(r'[^\s()（）:：<>＜＞≥≤"＂“”]*')
_JOINS = {"and": "同时满足", "or": "满足其一", "and not": "但不是"}
_DATES = ("今天", "昨天", "本周", "本月", "上月", "now-7d/d", "now-24h")


class Suggestion(Value):
    """Replace [start, end) of the question by `text`; `note` says what it is."""

    text: str
    start: int
    end: int
    kind: Literal["field", "operator", "value"]
    note: str = ""

    def applied(self, question: str) -> str:
        """The question with the suggestion in it.

        >>> Suggestion(text="负面", start=3, end=3, kind="value").applied("情感:")
        '情感:负面'
        """
        return question[: self.start] + self.text + question[self.end :]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor is: the word so far, what it replaces, and what may stand there.

    `owner`: the field whose value it is; `joins`: a condition has just ended, so and/or may follow; `quoted`: within
    quotes; `lost`: behind the colon of no known field.
    """

    typed: str
    start: int
    end: int
    owner: Field | None = None
    joins: bool = False
    quoted: bool = False
    lost: bool = False


def place_of(text: str, cursor: int) -> Place:
    """
    >>> place = place_of("停水 and 镇街:(东湖街道 or 官", 20)
    >>> place.typed, place.owner.label, place.joins
    ('官', '镇街', False)
    """
    tokens = list(_TOKEN.finditer(text[:cursor]))
    typed, start, quoted = "", cursor, False
    if tokens and tokens[-1].lastgroup in ("word", "opened"):
        last = tokens.pop()
        quoted = last.lastgroup == "opened"
        typed, start = last.group()[quoted:], last.start()
    owner, joins = _state(tokens)
    rest = _REST.match(text, cursor)
    end = rest.end() if rest and typed else cursor
    lost = owner is None and bool(tokens) and tokens[-1].lastgroup == "sign"
    return Place(typed, start, end, owner, joins, quoted, lost)


def _state(tokens: Sequence[re.Match[str]]) -> tuple[Field | None, bool]:
    """The field whose value is due, and whether a condition has just ended."""
    lists: list[Field | None] = []
    owner: Field | None = None
    before, kind = "", "start"
    for token in tokens:
        match token.lastgroup:
            case "space":
                continue
            case "sign":
                owner, kind = searched(_name(before)), "sign"
            case "left":
                lists.append(owner if kind == "sign" else _innermost(lists))
                owner, kind = lists[-1], "start"
            case "right":
                del lists[-1:]
                kind = "end"
            case _:
                joined = token.lastgroup == "word" and fold(token.group()) in ("and", "or", "not")
                owner, kind = _innermost(lists), "start" if joined else "end"
        before = token.group()
    return (owner, False) if kind != "end" else (_innermost(lists), True)


def _innermost(lists: Sequence[Field | None]) -> Field | None:
    return lists[-1] if lists else None


def _name(token: str) -> str:
    return token[1:-1] if token[:1] in '"＂“”' else token


def suggest(
    text: str, cursor: int, values: Mapping[str, Sequence[str]] | None = None, *, names: Names
) -> list[Suggestion]:
    """At most a dozen suggestions, best first. `values`: known values of fields, such as the keys of facets.

    >>> from index.names import fixed_names
    >>> [s.text for s in suggest("停水 and 情", 8, names=fixed_names())]
    ['情感', '情感分', '情感把握', '情境']
    >>> [s.text for s in suggest("情感:", 3, names=fixed_names())]
    ['负面', '中性', '正面', '*']
    """
    place = place_of(text, cursor)
    if place.joins:
        return _following(place)
    if place.owner:
        return _values(place, place.owner, _known(place.owner, values or {}, names))
    if place.quoted or place.lost:
        return []
    return [*_fields(place), *_signs(place), *_negation(place)][:MOST]


def _following(place: Place) -> list[Suggestion]:
    """After a condition: a word that joins, and a field with the word that it needs."""
    if place.quoted:
        return []
    typed = fold(place.typed)
    joins = [
        _made(join, place, "operator", note)
        for join, note in _JOINS.items()
        if join.startswith(typed) and join != typed
    ]
    if not typed or place.owner:
        return joins
    fields = [s.but(text=f"and {s.text}") for s in _fields(place)]
    return [*joins, *fields][:MOST]


def _fields(place: Place) -> list[Suggestion]:
    return [
        _made(name, place, "field", field.note)
        for field in SEARCHED
        for name in _field_names(field, place.typed)
    ]


def _field_names(field: Field, typed: str) -> list[str]:
    """The Chinese name, or the first of all its names that begins as typed."""
    fitting = [n for n in (*field.aliases, field.name) if n.startswith(fold(typed))]
    return fitting[:1] if not typed or fold(typed) not in fitting else []


def _signs(place: Place) -> list[Suggestion]:
    field = searched(place.typed)
    if field is None:
        return []
    signs = {":": "等于"}
    if field.kind in ("date", "whole", "number"):
        signs |= {">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}
    behind = Place("", place.end, place.end)
    return [_made(sign, behind, "operator", note) for sign, note in signs.items()]


def _negation(place: Place) -> list[Suggestion]:
    wanted = place.typed and "not".startswith(fold(place.typed)) and fold(place.typed) != "not"
    return [_made("not", place, "operator", "不满足")] if wanted else []


def _known(field: Field, values: Mapping[str, Sequence[str]], names: Names) -> list[str]:
    match field.kind:
        case "bool":
            return ["是", "否"]
        case "date":
            return list(_DATES)
    labels = list(names.tables.get(field.name, {}))
    labels += [names.label(field.name, value) for value in values.get(field.name, ())]
    return list(dict.fromkeys(labels))


def _values(place: Place, field: Field, known: list[str]) -> list[Suggestion]:
    typed = fold(place.typed)
    folded = {value: fold(value) for value in known if value != place.typed}
    fitting = [value for value, plain in folded.items() if plain.startswith(typed)]
    fitting += [v for v, plain in folded.items() if typed in plain and v not in fitting]
    made = [
        _made(_quoted(value, always=place.quoted), place, "value", field.label)
        for value in fitting[: MOST - 1]
    ]
    if not place.typed and not place.quoted:
        made.append(_made("*", place, "value", f"有{field.label}"))
    return made


def _made(
    text: str, place: Place, kind: Literal["field", "operator", "value"], note: str
) -> Suggestion:
    return Suggestion(text=text, start=place.start, end=place.end, kind=kind, note=note)


def _quoted(value: str, *, always: bool) -> str:
    risky = re.search(r'[\s()（）:：<>＜＞≥≤"＂“”*＊\\]', value) or fold(value) in (
        "and",
        "or",
        "not",
    )
    if not (always or risky):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
