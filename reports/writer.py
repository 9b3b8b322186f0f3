"""Putting sentences together: numbers from the measures, citations numbered as they appear, links to the console."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, Union

from pydantic import BaseModel

from minyin.clock import local
from minyin.model import Level
from reports.document import Cell, Citation, Cite, Imprint, Link, Number, Paragraph, Run, Text
from reports.frozen import Frozen
from reports.metrics import Measures

Piece = Union[str, Run, Sequence["Piece"]]

LEVEL_WORD = {
    Level.RED: "红色",
    Level.ORANGE: "橙色",
    Level.YELLOW: "黄色",
    Level.BLUE: "蓝色",
}


class Writer:
    """One brief's pen. Citations are collected here; everything else is a pure function of the measures."""

    def __init__(self, measures: Measures, imprint: Imprint) -> None:
        self.measures = measures
        self.imprint = imprint
        self.citations: list[Citation] = []
        self._known: dict[tuple[str, str], int] = {}

    @property
    def frozen(self) -> Frozen:
        return self.measures.frozen

    def n(self, metric: str, key: str = "") -> Number:
        """The metric's value as a figure."""
        value = self.measures.value(metric, key)
        return Number(metric=metric, key=key, value=value, text=self.measures.text(metric, key))

    def before(self, metric: str, key: str = "") -> Number:
        earlier = self.measures.before
        return Number(
            metric=metric,
            key=key,
            aspect="before",
            value=earlier.value(metric, key),
            text=earlier.text(metric, key),
        )

    def change(self, metric: str, key: str = "") -> Number:
        """环比 as a phrase."""
        found = self.measures.change(metric, key)
        return Number(metric=metric, key=key, aspect="change", value=found.value, text=found.text)

    def p(
        self, *pieces: Piece, style: Literal["body", "bullet", "note"] = "body"
    ) -> Paragraph:
        return Paragraph(runs=tuple(runs(*pieces)), style=style)

    def bullet(self, *pieces: Piece) -> Paragraph:
        return self.p(*pieces, style="bullet")

    def cell(self, *pieces: Piece) -> Cell:
        return Cell(runs=tuple(runs(*pieces)))

    def event_href(self, event_id: str) -> str:
        return f"{self.imprint.public_url}/events/{event_id}"

    def ticket_href(self, number: str) -> str:
        return f"{self.imprint.public_url}/tickets/{number}"

    def article_href(self, article_id: str) -> str:
        return f"{self.imprint.public_url}/articles/{article_id}"

    def ticket(self, number: str) -> Link:
        """A ticket number, printed in full (paper loses links) and leading to the ticket."""
        return Link(text=number, href=self.ticket_href(number))

    def event(self, event_id: str) -> Link:
        return Link(text=event_id, href=self.event_href(event_id))

    def cite_event(self, event_id: str) -> Cite:
        event = self.frozen.event_by_id[event_id]
        source = f"事件 {event_id}"
        return self._cite("event", event_id, event.title, source, self.event_href(event_id))

    def cite_article(self, article_id: str) -> Cite:
        fact = self.frozen.fact_by_id[article_id]
        at = local(fact.published_at)
        source = f"{fact.outlet} {at:%Y-%m-%d %H:%M}"
        return self._cite(
            "article", article_id, fact.title[:40], source, self.article_href(article_id)
        )

    def cite_ticket(self, number: str) -> Cite:
        ticket = self.frozen.ticket_by_id[number]
        return self._cite("ticket", number, ticket.title, f"工单 {number}", self.ticket_href(number))

    def _cite(
        self,
        kind: Literal["article", "event", "ticket"],
        object_id: str,
        title: str,
        source: str,
        href: str,
    ) -> Cite:
        key = (kind, object_id)
        if key not in self._known:
            self._known[key] = len(self.citations) + 1
            self.citations.append(
                Citation(
                    number=self._known[key],
                    kind=kind,
                    object_id=object_id,
                    title=title,
                    source=source,
                    href=href,
                )
            )
        return Cite(number=self._known[key])


def bold(text: str) -> Text:
    return Text(text=text, bold=True)


def runs(*pieces: Piece) -> list[Run]:
    """Strings become text; neighbouring plain texts are joined, so equal sentences are equal values."""
    found: list[Run] = []
    for run in flat(pieces):
        last = found[-1] if found else None
        if isinstance(run, Text) and isinstance(last, Text) and run.bold == last.bold:
            found[-1] = Text(text=last.text + run.text, bold=run.bold)
        elif run.text:
            found.append(run)
    return found


def flat(pieces: Sequence[Piece]) -> Iterator[Run]:
    """Phrases may hold phrases."""
    for piece in pieces:
        if isinstance(piece, str):
            yield Text(text=piece)
        elif isinstance(piece, BaseModel):
            yield piece
        else:
            yield from flat(piece)


def joined(items: Sequence[Sequence[Piece]], mark: str = "，") -> list[Piece]:
    """Phrases with a mark between them."""
    found: list[Piece] = []
    for index, item in enumerate(items):
        if index:
            found.append(mark)
        found.extend(item)
    return found


def moment(at: datetime | None, *, year: bool = False) -> str:
    """10月14日7时42分, as the county's clock reads."""
    if at is None:
        return "—"
    when = local(at)
    minute = f"{when.minute}分" if when.minute else ""
    text = f"{when.month}月{when.day}日{when.hour}时{minute}"
    return f"{when.year}年{text}" if year else text


def short(at: datetime | None) -> str:
    """10-14 07:42, for tables."""
    return "—" if at is None else f"{local(at):%m-%d %H:%M}"
