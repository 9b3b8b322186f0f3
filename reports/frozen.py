"""The frozen month: every row a brief was made from, as one value with deterministic bytes and a digest.

Metrics, sentences, tables and charts are functions of this value alone, so a brief can be recomputed years
later without the database or the county profile. Reading the rows is left to `reports.freeze`.
"""

import hashlib
import json
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

from pydantic import AwareDatetime

from minyin.clock import local
from minyin.county import Masthead
from minyin.model import (
    Alert,
    ArticleKind,
    Channel,
    Event,
    Polarity,
    RunReport,
    ServiceRequest,
    TicketEvent,
    Value,
)

VERSION = 1


class Fact(Value):
    """What a brief may know of one article; `excerpt` is masked and kept only where an event may quote it."""

    id: str
    title: str
    url: str
    channel: Channel
    kind: ArticleKind
    source_id: str
    outlet: str
    tier: int
    street: str | None
    topic: str | None
    severity: int
    polarity: Polarity
    score: float
    appeal: bool
    urgent: bool
    relevant: bool
    published_at: AwareDatetime
    event_id: str | None
    repost_of: str | None
    parent_id: str | None
    interactions: int
    excerpt: str = ""

    @property
    def negative(self) -> bool:
        return self.polarity is Polarity.NEGATIVE

    @property
    def counted(self) -> bool:
        """Part of 信息总量: said in public, about the county, not a repost (DOMAIN §2.5)."""
        return self.channel.public and self.relevant and self.repost_of is None


class TopicRow(Value):
    code: str
    name: str
    category: str
    severity: int


class SourceRow(Value):
    id: str
    name: str
    channel: Channel
    tier: int
    enabled: bool
    crawled_at: AwareDatetime | None = None
    note: str | None = None


class Reference(Value):
    """The parts of the county profile that numbers and sentences need."""

    county: str
    name: str
    about: str  # 涉邳: how items about the county are called
    population_wan: float | None
    streets: dict[str, str]
    topics: tuple[TopicRow, ...]
    units: dict[str, str]
    response_minutes: dict[str, int]
    masthead: Masthead

    @cached_property
    def topic_names(self) -> dict[str, str]:
        return {topic.code: topic.name for topic in self.topics}

    @cached_property
    def topic_severity(self) -> dict[str, int]:
        return {topic.code: topic.severity for topic in self.topics}

    def unit_name(self, unit: str | None) -> str:
        return "未明确" if unit is None else self.units.get(unit, unit)

    def street_name(self, code: str | None) -> str:
        return self.streets.get(code or "", "全市性/无法定位")


class TimelineRow(Value):
    event_id: str
    key: str
    at: AwareDatetime
    kind: str
    text: str
    object_id: str | None


class RisingRow(Value):
    """A phrase with the articles whose titles use it, in the window and in the one before."""

    term: str
    now: int
    before: int


class Frozen(Value):
    """Rows of [start, end) and of the equally long time before it, as they stood at `cutoff`."""

    version: int = VERSION
    reference: Reference
    start: AwareDatetime
    end: AwareDatetime
    previous_start: AwareDatetime
    cutoff: AwareDatetime
    articles: tuple[Fact, ...]
    previous: tuple[Fact, ...]
    year_ago_total: int
    events: tuple[Event, ...]
    alerts: tuple[Alert, ...]
    tickets: tuple[ServiceRequest, ...]
    ticket_log: tuple[TicketEvent, ...]
    event_tickets: tuple[tuple[str, str], ...]
    timeline: tuple[TimelineRow, ...]
    sources: tuple[SourceRow, ...]
    runs: tuple[RunReport, ...]
    words: tuple[tuple[str, int], ...] = ()
    emerging: tuple[RisingRow, ...] = ()

    def encode(self) -> bytes:
        """Deterministic JSON: fields in order, one line per row would be nicer to read but larger."""
        data = self.model_dump(mode="json")
        if (
            not self.emerging
        ):  # briefs signed before there was this field keep their bytes and digest
            del data["emerging"]
        return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=0).encode()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.encode()).hexdigest()

    @cached_property
    def before(self) -> "Frozen":
        """The same data seen from the window before, for 环比."""
        return self.model_copy(
            update={
                "start": self.previous_start,
                "end": self.start,
                "cutoff": self.start,
                "previous_start": self.previous_start - (self.start - self.previous_start),
                "articles": self.previous,
                "previous": (),
                "words": (),
                "emerging": (),
            }
        )

    def model_copy(self, *, update: object = None, deep: bool = False) -> Self:
        """Copies never share cached properties: they are answers about other rows."""
        copy = super().model_copy(update=update, deep=deep)  # type: ignore[arg-type]
        for name in ("before", "digest", "members", "event_by_id", "ticket_by_id", "fact_by_id"):
            copy.__dict__.pop(name, None)
        return copy

    def has(self, at: datetime | None) -> bool:
        """Is this instant inside the window?"""
        return at is not None and self.start <= at < self.end

    @property
    def days(self) -> int:
        return round((self.end - self.start) / timedelta(days=1))

    @property
    def label(self) -> str:
        """2026年10月, the one variable that every title and sentence takes the month from (DOMAIN §2.4)."""
        start = local(self.start)
        return f"{start.year}年{start.month}月"

    @cached_property
    def members(self) -> dict[str, tuple[Fact, ...]]:
        """Articles of the window by event, oldest first."""
        found: dict[str, list[Fact]] = {}
        for fact in self.articles:
            if fact.event_id is not None:
                found.setdefault(fact.event_id, []).append(fact)
        return {event: tuple(facts) for event, facts in found.items()}

    @cached_property
    def event_by_id(self) -> dict[str, Event]:
        return {event.id: event for event in self.events}

    @cached_property
    def ticket_by_id(self) -> dict[str, ServiceRequest]:
        return {ticket.id: ticket for ticket in self.tickets}

    @cached_property
    def fact_by_id(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in (*self.previous, *self.articles)}

    def alerts_of(self, event_id: str) -> tuple[Alert, ...]:
        return tuple(a for a in self.alerts if a.event_id == event_id and a.raised_at < self.end)

    def tickets_of(self, event_id: str) -> tuple[ServiceRequest, ...]:
        linked = {ticket for event, ticket in self.event_tickets if event == event_id}
        return tuple(t for t in self.tickets if t.event_id == event_id or t.id in linked)


def decode(data: bytes) -> Frozen:
    """The value in frozen.json. Raises ValueError where it is not one."""
    return Frozen.model_validate_json(data)
