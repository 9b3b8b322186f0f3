"""JSON Lines in, one by one and of bounded size: each line is a row or a rejection with its number and reason.

A rejection never echoes the line, it may hold personal data. Left to others: what a row means (nlp.bulk).
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from minyin.clock import SHANGHAI
from minyin.model import Channel
from nlp.normal import unbroken
from nlp.opinion.classifier import channel_of

LONGEST = 16 * 1024 * 1024
"""Bytes of a line; a longer one is no text but a broken file, and is skipped without being held in memory."""

PLAIN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?"
)


class Row(NamedTuple):
    """One line read: `id` as given (text or number), everything else in its type."""

    number: int
    id: str | int
    text: str
    title: str | None = None
    channel: Channel = Channel.OTHER
    source_type: str = ""
    local: bool = True
    published_at: datetime | None = None


class Rejected(NamedTuple):
    number: int
    reason: str


def rows(file: BinaryIO) -> Iterator[Row | Rejected]:
    """Every line of the file in order, as a row or as a rejection."""
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST)
            yield Rejected(number, f"一行超过 {LONGEST // 1024 // 1024} MB")
        else:
            yield read_line(line, number)


def read_line(line: bytes, number: int) -> Row | Rejected:
    """
    >>> read_line(b'{"id": 7, "text": "..."}', 1).id
    7
    >>> read_line(b'{"id": 7}', 2)
    Rejected(number=2, reason='没有 text')
    """
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return Rejected(number, "不是 UTF-8 编码")
    except (ValueError, RecursionError):
        return Rejected(number, "空行" if not line.strip() else "不是一行 JSON")
    if not isinstance(value, dict):
        return Rejected(number, "不是 JSON 对象")
    return _row(value, number)


def _row(value: dict[str, Any], number: int) -> Row | Rejected:
    for field in ("id", "text"):
        if value.get(field) is None:
            return Rejected(number, f"没有 {field}")
    if not isinstance(value["id"], str | int) or not isinstance(value["text"], str):
        return Rejected(number, "id 应为文字或整数，text 应为文字")
    title = value.get("title")
    source = value.get("source_type") or value.get("src") or ""
    if not isinstance(title, str | None) or not isinstance(source, str):
        return Rejected(number, "title、source_type 应为文字")
    home = value.get("home_source", True)
    try:
        at = _moment(value.get("published_at"))
    except (ValueError, TypeError, OverflowError):
        return Rejected(number, "published_at 不是时间，应写作 2026-10-01T08:00:00+08:00")
    channel = channel_of(source)
    clean = unbroken(value["text"])
    return Row(number, value["id"], clean, unbroken(title) if title else None, channel, source, bool(home), at)  # fmt: skip


def _moment(value: object) -> datetime | None:
    """A moment with or without offset (then Beijing time), or nothing.

    >>> str(_moment("2019/1/4 9:05"))
    '2019-01-04 09:05:00+08:00'
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise TypeError(value)
    plain = PLAIN.fullmatch(value.strip())
    if plain:
        year, month, day, hour, minute, second = (int(part or 0) for part in plain.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    found = datetime.fromisoformat(value.strip())
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
