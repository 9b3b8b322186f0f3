"""A field and a typed value, made into a node: codes for names, spans of time for dates, bounds for numbers."""

import math
import re
from typing import Protocol

from index.ast import Node, Nothing, Prefix, Range, Term, any_of
from index.dates import milliseconds, read_date
from index.faults import resembling
from index.mapping import Field
from index.names import Names
from index.typed import narrow
from minyin.clock import Clock

# both engines compile the beginning of a value into an automaton of at most a thousand bytes
MAX_BEGINNING = 200
FARTHEST = 2**53  # whole numbers beyond this are not kept exactly by JSON
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
MANY = 12  # values of a closed list that one line can name
_YES = {"true": "true", "1": "true", "是": "true", "有": "true"}
_NO = {"false": "false", "0": "false", "否": "false", "无": "false"}


Typed = tuple[str, bool]  # the value as typed, and whether a * followed


class Faulty(Exception):
    """The value does not fit the field; the message says what was expected. The parser adds the column."""


class Setting(Protocol):
    """What values are read against."""

    clock: Clock
    given: Names


def equals(field: Field, typed: Typed, setting: Setting) -> Node:
    """`field:value` for fields that are not text."""
    text, star = typed
    if field.kind in ("date", "whole", "number", "bool") and star:
        raise Faulty(f"{field.label} 不能用通配符 *")
    match field.kind:
        case "keyword":
            return _keyword(field, text, star, setting.given)
        case "bool":
            plain = narrow(text).lower()
            value = _YES.get(plain) or _NO.get(plain)
            if value is None:
                raise Faulty(f"{field.label} 的值应为 是 或 否，不是“{text}”")
            return Term(field.name, value)
        case "date":
            stretch = _date(field, text, setting.clock)
            return Range(field.name, stretch[0], stretch[1] - 1)
    number = _number(field, text)
    if field.kind == "whole" and number != int(number):
        return Nothing()
    return Range(field.name, number, number)


def ordered(field: Field, operator: str, typed: Typed, setting: Setting) -> Node:
    """`field>=value`: a whole day is passed over by `>` and taken in by `<=`."""
    text, star = typed
    if star:
        raise Faulty("比较大小的值不能用通配符 *")
    if field.kind == "date":
        start, end = _date(field, text, setting.clock)
        bounds = {
            ">": (end, None),
            ">=": (start, None),
            "<": (None, start - 1),
            "<=": (None, end - 1),
        }
        return Range(field.name, *bounds[operator])
    if field.kind not in ("whole", "number"):
        raise Faulty(f"只有时间和数字可以比较大小，{field.label} 请用冒号，例如 {field.label}:…")
    number = _number(field, text)
    if field.kind == "whole":
        return _whole(field.name, operator, number)
    opened = operator in "<>"
    if operator.startswith(">"):
        return Range(field.name, low=number, low_open=opened)
    return Range(field.name, high=number, high_open=opened)


def _whole(name: str, operator: str, number: float) -> Node:
    match operator:
        case ">":
            return Range(name, low=math.floor(number) + 1)
        case ">=":
            return Range(name, low=math.ceil(number))
        case "<":
            return Range(name, high=math.ceil(number) - 1)
    return Range(name, high=math.floor(number))


def _keyword(field: Field, text: str, star: bool, given: Names) -> Node:
    table = given.tables.get(field.name)
    if star:
        if len(text) > MAX_BEGINNING:
            raise Faulty(f"* 前面最多 {MAX_BEGINNING} 个字")
        codes = {c for name, cs in (table or {}).items() if name.startswith(text) for c in cs}
        return any_of([Prefix(field.name, text), *(Term(field.name, c) for c in sorted(codes))])
    found = given.codes(field.name, text)
    if found is None:
        raise Faulty(f"{field.label} 没有“{text}”这个值{_instead(text, list(table or {}))}")
    return any_of([Term(field.name, code) for code in found])


def _instead(text: str, known: list[str]) -> str:
    """All values of a short list; of a long one those that resemble what was typed."""
    if len(known) <= MANY:
        return f"，可用：{'、'.join(known)}"
    return resembling(text, known) or f"，可用：{'、'.join(known[:MANY])}等"


def _number(field: Field, text: str) -> float:
    text = narrow(text)
    if not _NUMBER.fullmatch(text):
        raise Faulty(f"{field.label} 的值应为数字，不是“{text}”")
    number = max(-FARTHEST, min(FARTHEST, float(text)))
    return int(number) if number == int(number) else number


def _date(field: Field, text: str, clock: Clock) -> tuple[int, int]:
    stretch = read_date(narrow(text), clock())
    if stretch is None:
        raise Faulty(f"{field.label} 的值应为日期，例如 2026-11-01、今天、now-7d/d，不是“{text}”")
    return milliseconds(stretch.start), milliseconds(stretch.end)
