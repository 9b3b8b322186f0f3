"""Clusters a file of messages: each line's event, in the order of arrival; a line that cannot be read is counted.

Input lines are JSON objects with id, title, text, time and, where wanted, votes. Every message may open an event:
whoever gives a file to be clustered has already chosen what is in it. Left to others: reading and writing files
(`console.commands.clustering`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from minyin.clock import SHANGHAI
from minyin.model import ArticleKind, Channel, Document, Polarity
from nlp.event.book import EventBook
from nlp.event.judge import Judge
from nlp.event.memory import MemoryStore
from nlp.event.profile import Tuning
from nlp.normal import unbroken

START = datetime(2000, 1, 1, tzinfo=SHANGHAI)
LONGEST = 100_000  # characters of a text that are looked at
# Files span a year and name no places. Even odds decide: a threshold that was not tuned on anything.
FILE = Tuning(
    join=0.0,
    words=0.0,
    pairs=0.1,
    fading=0.0,
    window_days=400,
    long_window_days=400,
    long_join=0.0,
)
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")  # fmt: skip

REASONS = {
    "not_json": "不是 JSON",
    "not_an_object": "不是 JSON 对象",
    "not_utf8": "不是 UTF-8 编码",
    "no_id": "没有 id",
    "empty": "标题和正文都是空的",
}
"""What the codes of the account are called."""


class BadLine(ValueError):
    """A line that is no message; `reason` is a short code for the account."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """One line's outcome: its event, or why it has none."""

    number: int
    id: Any
    event_id: str | None
    reason: str | None = None


def parse(line: bytes) -> dict[str, Any]:
    """The message in a line. Raises BadLine."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("not_utf8") from None
    except (ValueError, RecursionError):
        raise BadLine("not_json") from None
    if not isinstance(row, dict):
        raise BadLine("not_an_object")
    if not isinstance(row.get("id"), (str, int)) or isinstance(row["id"], bool):
        raise BadLine("no_id")
    return row


def document(row: dict[str, Any], number: int, at: datetime) -> Document:
    """The message as an article. Raises BadLine where there is nothing to compare."""
    title, text = (
        unbroken(value) if isinstance(value := row.get(name), str) else ""
        for name in ("title", "text")
    )
    title, text = title.strip()[:LONGEST], text.strip()[:LONGEST]
    if not title and not text:
        raise BadLine("empty")
    return Document(
        id=str(number), source_id="file", source_name="file", external_id=None, url=f"urn:line:{number}",
        channel=Channel.BOARD, kind=ArticleKind.QUESTION, tier=5, parent_id=None, outlet=None, author_hash=None,
        title=title or None, text=text, published_at=at, collected_at=at, relevant=True, severity=1,
        street=None, village=None, places=(), place_names=(), place_conf=0.0, topics=(), topic=None,
        polarity=Polarity.NEGATIVE, score=-1.0, confidence=1.0, appeal=True, urgent=False, contexts=(), casualties=0,
        mask_version="",
    )  # fmt: skip


def when(given: object) -> datetime | None:
    """The time of a message, local where it names no zone; None where it cannot be read.

    >>> when("2019/1/6 12:09:38").isoformat()
    '2019-01-06T12:09:38+08:00'
    """
    if not isinstance(given, str):
        return None
    for read in (datetime.fromisoformat, *map(_form, _FORMS)):
        try:
            at = read(given.strip())
            return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI)
        except (ValueError, OverflowError):
            continue
    return None


def _form(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def cluster(lines: Iterable[bytes], judge: Judge, tuning: Tuning = FILE) -> Iterator[Line]:
    """One outcome per line that is not blank, in their order. A message without a time came when the one before it did."""
    store = MemoryStore()
    book = EventBook(store, judge, tuning)
    last = START
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row: dict[str, Any] = {}
        try:
            row = parse(line)
            last = when(row.get("time") or row.get("published_at")) or last
            found = book.assign(document(row, number, last))
        except BadLine as bad:
            yield Line(number, row.get("id"), None, bad.reason)
        else:
            yield Line(number, row["id"], found.event_id)
