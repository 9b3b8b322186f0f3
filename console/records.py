"""Reading the database for the pages: values in lists, and counts. Nothing here writes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from flows.health import pairs
from minyin.clock import day_start, local_day
from minyin.database import load, tables
from minyin.model import (
    Alert,
    AlertState,
    Channel,
    Document,
    Event,
    Level,
    ServiceRequest,
    TicketState,
    Value,
)
from nlp.event.heat import heat

BEFORE_REVIEW = tuple(
    state.value
    for state in (
        TicketState.RECEIVED,
        TicketState.TO_DISPATCH,
        TicketState.TO_SIGN,
        TicketState.IN_PROGRESS,
        TicketState.RETURN_REVIEW,
        TicketState.EXTENSION_REVIEW,
    )
)
PUBLIC = frozenset(channel.value for channel in Channel if channel.public)
CLOSED = tuple(state.value for state in TicketState if state.closed)
VIEWS = {
    "open": "未办结",
    "to_sign": "待签收",
    "overdue": "已超期",
    "today": "今日到期",
    "to_review": "待审核",
    "closed": "已办结",
    "all": "全部",
}

WAITING = tables.alerts.c.state == AlertState.OPEN.value
"""Alerts nobody has acknowledged."""


class EventRow(Value):
    """An event with what its articles add up to."""

    event: Event
    total: int = 0
    recent: int = 0
    negative: int = 0
    platforms: int = 0
    reposts: int = 0
    interactions: int = 0
    tickets: int = 0
    daily: tuple[int, ...] = ()
    heat: float = 0.0


def event_rows(
    connection: Connection, events: Sequence[Event], now: datetime, days: int = 14
) -> list[EventRow]:
    """Events with their counts and a line of daily volume that ends today."""
    a = tables.articles.c
    ids = [event.id for event in events]
    found: dict[str, list[Any]] = defaultdict(list)
    statement = select(
        a.event_id, a.published_at, a.polarity, a.channel, a.repost_of, a.interactions, a.tier
    )
    for row in connection.execute(statement.where(a.event_id.in_(ids))):
        found[row.event_id].append(row)
    link = tables.event_ticket.c
    linked = select(link.event_id, func.count()).where(link.event_id.in_(ids))
    tickets = pairs(connection, linked.group_by(link.event_id))
    return [
        _event_row(event, found[event.id], tickets.get(event.id, 0), now, days) for event in events
    ]


def _event_row(
    event: Event, rows: Sequence[Any], tickets: int, now: datetime, days: int
) -> EventRow:
    today = local_day(now)
    per_day = Counter((today - local_day(row.published_at)).days for row in rows)
    return EventRow(
        event=event,
        total=len(rows),
        recent=sum(timedelta(0) <= now - row.published_at < timedelta(hours=24) for row in rows),
        negative=sum(row.polarity == "negative" for row in rows),
        platforms=len({row.channel for row in rows}),
        reposts=sum(row.repost_of is not None for row in rows),
        interactions=sum(row.interactions for row in rows),
        tickets=tickets,
        heat=heat(
            (row.tier, row.interactions, (now - row.published_at) / timedelta(hours=1))
            for row in rows
            if row.channel in PUBLIC
        ),
        daily=tuple(per_day.get(back, 0) for back in range(days - 1, -1, -1)),
    )


def events_by_id(connection: Connection, ids: Sequence[str | None]) -> dict[str, Event]:
    wanted = {one for one in ids if one}
    found = load(connection, Event, select(tables.events).where(tables.events.c.id.in_(wanted)))
    return {event.id: event for event in found}


def count(connection: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(table).where(*where)
    return connection.execute(statement).scalar() or 0


def alerts_of(
    connection: Connection, *where: ColumnElement[bool], limit: int = 200, offset: int = 0
) -> list[Alert]:
    """Alerts, the newest first."""
    a = tables.alerts
    newest = select(a).where(*where).order_by(a.c.raised_at.desc(), a.c.id.desc())
    return load(connection, Alert, newest.offset(offset).limit(limit))


def open_alerts(connection: Connection) -> list[Alert]:
    """Alerts nobody has acknowledged, by level, then newest first."""
    found = alerts_of(connection, WAITING, limit=2000)
    return sorted(found, key=lambda alert: -alert.level.rank)


def level_counts(connection: Connection) -> dict[Level, int]:
    """Events by the level in force, the gravest level first."""
    level = tables.events.c.current_level
    alive = select(level, func.count()).where(
        level.is_not(None), tables.events.c.merged_into.is_(None)
    )
    found = pairs(connection, alive.group_by(level))
    return {level: found.get(level.value, 0) for level in reversed(Level)}


def one_per_event(alerts: Sequence[Alert]) -> list[tuple[Alert, int]]:
    """The first alert of each event with how many there are, in the given order."""
    counts = Counter(alert.event_id for alert in alerts)
    first: dict[str, Alert] = {}
    for alert in alerts:
        first.setdefault(alert.event_id, alert)
    return [(alert, counts[event_id]) for event_id, alert in first.items()]


def ticket_view(name: str, now: datetime) -> ColumnElement[bool]:
    """The condition behind a view of the ticket list."""
    t = tables.tickets.c
    today = day_start(local_day(now))
    views: dict[str, ColumnElement[bool]] = {
        "open": t.state.not_in(CLOSED),
        "to_sign": t.state == TicketState.TO_SIGN.value,
        "overdue": and_(t.due_at < now, t.state.in_(BEFORE_REVIEW)),
        "today": and_(
            t.due_at >= now, t.due_at < today + timedelta(days=1), t.state.in_(BEFORE_REVIEW)
        ),
        "to_review": t.state.in_([TicketState.TO_REVIEW.value, TicketState.TO_VISIT.value]),
        "closed": t.state.in_(CLOSED),
    }
    return views.get(name, t.id.is_not(None))


def ticket_counts(connection: Connection, now: datetime) -> dict[str, int]:
    """How many tickets each view holds."""
    return {name: count(connection, tables.tickets, ticket_view(name, now)) for name in VIEWS}


def pressing_tickets(connection: Connection, limit: int = 6) -> list[ServiceRequest]:
    """Tickets still with a unit, those overdue longest or due soonest first."""
    t = tables.tickets
    chosen = select(t).where(t.c.due_at.is_not(None), t.c.state.in_(BEFORE_REVIEW))
    return load(connection, ServiceRequest, chosen.order_by(t.c.due_at, t.c.id).limit(limit))


def tickets_of_event(connection: Connection, event_id: str) -> list[tuple[ServiceRequest, str]]:
    """Tickets linked with an event and how they are linked."""
    link = tables.event_ticket.c
    kinds = pairs(
        connection, select(link.ticket_id, link.link_type).where(link.event_id == event_id)
    )
    t = tables.tickets
    chosen = or_(t.c.id.in_(kinds), t.c.event_id == event_id)
    found = load(connection, ServiceRequest, select(t).where(chosen).order_by(t.c.id))
    return [(ticket, kinds.get(ticket.id, "created")) for ticket in found]


def articles_of(
    connection: Connection, *where: ColumnElement[bool], limit: int = 500
) -> list[Document]:
    """Articles in the order in which they were published."""
    a = tables.articles
    return load(
        connection, Document, select(a).where(*where).order_by(a.c.published_at).limit(limit)
    )


def repost_counts(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """How many reposts each of these originals has."""
    a = tables.articles.c
    statement = select(a.repost_of, func.count()).where(a.repost_of.in_(ids)).group_by(a.repost_of)
    return pairs(connection, statement)


def newest_article(connection: Connection) -> datetime | None:
    return connection.execute(select(func.max(tables.articles.c.published_at))).scalar()


def rising_events(connection: Connection, now: datetime, limit: int = 8) -> list[EventRow]:
    """Events that something was said about in the last days, the most talked of first."""
    e = tables.events.c
    since = now - timedelta(days=7)
    found = load(
        connection,
        Event,
        select(tables.events)
        .where(e.last_at >= since, e.merged_into.is_(None))
        .order_by(e.last_at.desc())
        .limit(300),
    )
    rows = event_rows(connection, found, now)
    return sorted(rows, key=lambda row: (-sum(row.daily[-7:]), row.event.id))[:limit]
