"""What could be typed at the cursor: fields, then operators, then values, then and/or.

Looks only at the text before the cursor, so that it helps with a question that is not finished and cannot be parsed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from index.mapping import SEARCHED, Field, searched
from index.names import Names
from minyin.model import Value

MOST = 12

_WORD = re.compile(r'[^\s()（）:：<>＜＞≥≤=＝"“”]*$')
_FIELD_BEFORE = re.compile(
    r'([^\s()（）:：<>＜＞≥≤"“”]+)\s*(?:[:：]|[><＞＜][=＝]?|[≥≤])\s*(?:[(（][^()（）]*)?$'
)
_DATES = ("今天", "昨天", "本周", "本月", "上月", "now-7d/d", "now-24h")


class Suggestion(Value):
    """Replace [start, end) of the question by `text`; `note` says what it is."""

    text: str
    start: int
    end: int
    kind: Literal["field", "operator", "value"]
    note: str = ""


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
    before = text[:cursor]
    typed = _last_word(before)
    place = (cursor - len(typed), cursor)
    ahead = before[: place[0]]
    if _inside_quotes(ahead):
        return []
    owner = _FIELD_BEFORE.search(ahead)
    if owner and (field := searched(owner[1])):
        return _values(field, typed, place, _known(field, values or {}, names))
    if (
        not typed
        and ahead.rstrip()
        and not re.search(r"[(（]\s*$|\b(and|or|not)\s*$", ahead, re.IGNORECASE)
    ):
        return [
            _operator(word, note, place) for word, note in (("and", "同时满足"), ("or", "满足其一"))
        ]
    return [*_fields(typed, place), *_compare(typed, cursor)][:MOST]


def _last_word(before: str) -> str:
    match = _WORD.search(before)
    return match.group() if match else ""


def _inside_quotes(text: str) -> bool:
    return len(re.findall(r'["“”]', re.sub(r"\\.", "", text))) % 2 == 1


def _fields(typed: str, place: tuple[int, int]) -> list[Suggestion]:
    return [
        Suggestion(text=name, start=place[0], end=place[1], kind="field", note=field.note)
        for field in SEARCHED
        for name in _field_names(field, typed)
    ]


def _field_names(field: Field, typed: str) -> list[str]:
    """The Chinese name, or the first of all its names that begins as typed."""
    fitting = [name for name in (*field.aliases, field.name) if name.startswith(typed)]
    return fitting[:1] if not typed or typed not in fitting else []


def _compare(typed: str, cursor: int) -> list[Suggestion]:
    field = searched(typed)
    if field is None:
        return []
    signs = {":": "等于"}
    if field.kind in ("date", "whole", "number"):
        signs |= {">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}
    return [_operator(sign, note, (cursor, cursor)) for sign, note in signs.items()]


def _operator(text: str, note: str, place: tuple[int, int]) -> Suggestion:
    return Suggestion(text=text, start=place[0], end=place[1], kind="operator", note=note)


def _known(field: Field, values: Mapping[str, Sequence[str]], names: Names) -> list[str]:
    match field.kind:
        case "bool":
            return ["是", "否"]
        case "date":
            return list(_DATES)
    labels = list(names.tables.get(field.name, {}))
    labels += [names.label(field.name, value) for value in values.get(field.name, ())]
    return list(dict.fromkeys(labels))


def _values(field: Field, typed: str, place: tuple[int, int], known: list[str]) -> list[Suggestion]:
    fitting = [value for value in known if value.startswith(typed) and value != typed]
    fitting += [value for value in known if typed and typed in value and value not in fitting]
    shown = [_quoted(value) for value in fitting if value != typed][: MOST - 1]
    if not typed:
        shown.append("*")
    return [
        Suggestion(
            text=value,
            start=place[0],
            end=place[1],
            kind="value",
            note=f"有{field.label}" if value == "*" else field.label,
        )
        for value in shown
    ]


def _quoted(value: str) -> str:
    if re.search(r'[\s()（）:：<>＜＞≥≤"“”*\\]', value):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return value
