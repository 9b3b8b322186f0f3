"""The tables. One that stores a value of `minyin.model` is made from its fields, so the two cannot drift apart;
migrations are written out by hand and a test holds them equal to this module.
"""

from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from minyin.database.columns import JsonText, UtcTime
from minyin.model import Alert, Brief, Document, Event, Mail, RunReport, ServiceRequest, TicketEvent

metadata = MetaData()

SIMPLE: dict[Any, Any] = {
    bool: Boolean,
    int: Integer,
    float: Float,
    str: String,
    datetime: UtcTime,
    date: Date,
}


def _column_type(annotation: Any) -> tuple[Any, bool]:
    """The SQLAlchemy type of a field annotation, and whether NULL is allowed."""
    if get_origin(annotation) in (Union, UnionType):
        inner = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _column_type(inner[0])[0], True
    base = getattr(annotation, "__origin__", annotation)
    if isinstance(base, type) and issubclass(base, Enum):
        return String, False
    if isinstance(base, type) and (base in (tuple, dict) or issubclass(base, BaseModel)):
        return JsonText, False
    return SIMPLE.get(base, UtcTime), False


def table_of(
    name: str,
    model: type[BaseModel],
    *extra: Any,
    keys: tuple[str, ...] = ("id",),
    without: frozenset[str] = frozenset(),
) -> Table:
    """A table with one column per field of `model`."""
    columns = []
    for field, info in model.model_fields.items():
        if field in without:
            continue
        kind, nullable = _column_type(info.annotation)
        columns.append(Column(field, kind, primary_key=field in keys, nullable=nullable))
    return Table(name, metadata, *columns, *extra)


articles = table_of(
    "articles",
    Document,
    Column("content_digest", String, nullable=False, default=""),  # keyed, of the raw article
    Column("indexed", Boolean, nullable=False, default=False),
    Index("ix_articles_event", "event_id", "published_at"),
    Index("ix_articles_published", "published_at"),
    Index("ix_articles_parent", "parent_id"),
    Index("ix_articles_indexed", "indexed"),
    without=frozenset({"words_title", "words_text"}),
)
events = table_of("events", Event, Index("ix_events_last", "last_at"))
alerts = table_of(
    "alerts", Alert, Index("ix_alerts_event", "event_id"), Index("ix_alerts_raised", "raised_at")
)
tickets = table_of(
    "tickets",
    ServiceRequest,
    Index("ix_tickets_event", "event_id"),
    Index("ix_tickets_state", "state"),
)
ticket_log = table_of("ticket_log", TicketEvent, keys=("ticket_id", "number"))
briefs = table_of("briefs", Brief)
mails = table_of("mails", Mail, Index("ix_mails_sent", "sent_at"))
runs = table_of("runs", RunReport, Index("ix_runs_started", "started_at"))

event_ticket = Table(
    "event_ticket",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("link_type", String, nullable=False),  # created, related, evidence (生成/关联/佐证)
    Column("linked_at", UtcTime, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("key", String, primary_key=True),  # derived, so that writing twice is writing once
    Column("at", UtcTime, nullable=False),
    Column("kind", String, nullable=False),  # article, alert, ticket, state, response
    Column("text", String, nullable=False),
    Column("object_id", String),
)

event_state = Table(
    "event_state",
    metadata,
    Column("event_id", String, primary_key=True),
    Column(
        "profile", JsonText, nullable=False
    ),  # what assignment needs to compare: nlp owns its shape
)

watch_state = Table(
    "watch_state",  # how far an event's alerts have been worked out: alerts owns it
    metadata,
    Column("event_id", String, primary_key=True),
    Column("watched_to", UtcTime, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("peak_24h", Integer, nullable=False),
    Column("held_at", UtcTime),
)

signatures = Table(
    "signatures",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("published_at", UtcTime, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

segments = Table(
    "segments",
    metadata,
    Column("name", String, primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("done_at", UtcTime),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("segment", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article_id", String, nullable=False),
    Column("outcome", String, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("url_key", String, primary_key=True),  # article_id of the page's own URL
    Column("source_id", String, nullable=False),
    Column("url", String, nullable=False),
    Column("etag", String),
    Column("last_modified", String),
    Column("payload_digest", String),
    Column("fetched_at", UtcTime, nullable=False),
    Column("outcome", String, nullable=False),
)

source_health = Table(
    "source_health",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("crawled_at", UtcTime),
    Column("new_at", UtcTime),
    Column("pages", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("note", String),
    Column("retry_at", UtcTime),  # the site asked not to be asked before
)

source_crawls = Table(
    "source_crawls",  # what each crawl found at each source: the history that health learns from
    metadata,
    Column("source_id", String, primary_key=True),
    Column("run_id", String, primary_key=True),
    Column("finished_at", UtcTime, nullable=False),
    Column("outcomes", JsonText, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("filled", JsonText, nullable=False),  # of those articles, how many had each field
    Index("ix_source_crawls_finished", "finished_at"),
)

versions = Table(
    "versions",  # every wording in which an article was met, with the page that said it
    metadata,
    Column("article_id", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("collected_at", UtcTime, nullable=False),
    Column("evidence", JsonText, nullable=False),
    Index("ix_versions_collected", "collected_at"),
)

subscription_hits = Table(
    "subscription_hits",  # flows.subscriptions owns it
    metadata,
    Column("subscription_id", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("matched_at", UtcTime, nullable=False),
    Column("mail_id", String),  # null: not told yet; empty: gone before it was told
    Index("ix_subscription_hits_article", "article_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("detail", JsonText, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)
