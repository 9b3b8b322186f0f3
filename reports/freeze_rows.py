"""Events, alerts, tickets, timeline, sources and runs as they stood at the cut-off.

Tickets are rolled back by their append-only log; what was written later is left out. Articles are left to
`reports.freeze`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from crawlers.registry.history import health_note, history_of
from crawlers.registry.rhythm import warnings
from minyin.county import County
from minyin.database import load, tables
from minyin.model import (
    Alert,
    AlertState,
    Event,
    RunReport,
    Satisfaction,
    ServiceRequest,
    TicketEvent,
    TicketState,
)
from reports.frozen import Fact, SourceRow, TimelineRow

TIMES = tuple(name for name in ServiceRequest.model_fields if name.endswith("_at"))
DEADLINES = frozenset({"sign_due_at", "contact_due_at", "due_at"})
HIDDEN = "（保密件）"
RESULT = 60  # characters of a result that may be quoted


def alerts_of(connection: Connection, until: datetime, cutoff: datetime) -> list[Alert]:
    table = tables.alerts
    found = load(
        connection,
        Alert,
        select(table).where(table.c.raised_at < until).order_by(table.c.raised_at, table.c.id),
    )
    return [_alert_as_of(alert, cutoff) for alert in found]


def _alert_as_of(alert: Alert, cutoff: datetime) -> Alert:
    """An acknowledgement after the cut-off has not happened yet."""
    if alert.acknowledged_at is None or alert.acknowledged_at <= cutoff:
        return alert
    return alert.but(acknowledged_at=None, acknowledged_by=None, state=AlertState.OPEN)


def tickets_of(
    connection: Connection, county: County, cutoff: datetime
) -> tuple[tuple[ServiceRequest, ...], tuple[TicketEvent, ...]]:
    """Tickets and their log without the words that a brief has no use for: contents, demands, notes."""
    table, log_table = tables.tickets, tables.ticket_log
    log = load(
        connection,
        TicketEvent,
        select(log_table)
        .where(log_table.c.at <= cutoff)
        .order_by(log_table.c.ticket_id, log_table.c.number),
    )
    last = {line.ticket_id: line.to_state for line in log}
    found = load(
        connection,
        ServiceRequest,
        select(table)
        .where(table.c.received_at <= cutoff)
        .order_by(table.c.received_at, table.c.id),
    )
    tickets = (_as_of(ticket, last.get(ticket.id), cutoff) for ticket in found)
    return (
        tuple(_spare(ticket, county) for ticket in tickets),
        tuple(line.but(note="", actor="") for line in log),
    )


def _as_of(ticket: ServiceRequest, state: TicketState | None, cutoff: datetime) -> ServiceRequest:
    """The ticket as it stood: the log's last state, and nothing that came with a time stamp from the future."""
    future = {
        name
        for name in TIMES
        if name not in DEADLINES and (at := getattr(ticket, name)) is not None and at > cutoff
    }
    changes: dict[str, Any] = dict.fromkeys(future)
    if state is not None:
        changes["state"] = state
    if "replied_at" in future or ("closed_at" in future and ticket.replied_at is None):
        changes |= dict.fromkeys(("result", "result_text", "reply_text", "resolved_level"))
    if "visited_at" in future:
        changes |= {"satisfaction": Satisfaction.NONE, "solved": None}
    return ticket.but(**changes) if changes else ticket


def _spare(ticket: ServiceRequest, county: County) -> ServiceRequest:
    """A confidential ticket, or one of a unit that only cleared roles see, tells its number and state only."""
    unit = county.unit_by_id.get(ticket.lead_unit or "")
    hidden = ticket.confidential or (unit is not None and unit.restricted)
    changes: dict[str, Any] = {"content": "", "demand": "", "reply_text": None}
    if hidden:
        changes |= {"title": HIDDEN, "result_text": None}
    elif ticket.result_text is not None:
        changes["result_text"] = " ".join(ticket.result_text.split())[:RESULT]
    return ticket.but(**changes)


def links_of(connection: Connection, cutoff: datetime) -> tuple[tuple[str, str], ...]:
    table = tables.event_ticket
    rows = connection.execute(
        select(table.c.event_id, table.c.ticket_id)
        .where(table.c.linked_at <= cutoff)
        .order_by(table.c.event_id, table.c.ticket_id)
    )
    return tuple((row.event_id, row.ticket_id) for row in rows)


def events_of(
    connection: Connection,
    facts: Iterable[Fact],
    alerts: Iterable[Alert],
    tickets: Iterable[ServiceRequest],
    links: Iterable[tuple[str, str]],
    cutoff: datetime,
) -> tuple[Event, ...]:
    """Events that anything in the data speaks of; the level is what the alerts up to then say."""
    wanted = {f.event_id for f in facts} | {t.event_id for t in tickets} | {e for e, _ in links}
    table = tables.events
    found = load(connection, Event, select(table).order_by(table.c.first_at, table.c.id))
    highest: dict[str, Any] = {}
    for alert in alerts:
        known = highest.get(alert.event_id)
        if known is None or alert.level.rank > known.rank:
            highest[alert.event_id] = alert.level
    return tuple(
        _event_as_of(event.but(level=highest.get(event.id)), cutoff)
        for event in found
        if (event.id in wanted or event.id in highest) and event.merged_into is None
    )


def _event_as_of(event: Event, cutoff: datetime) -> Event:
    """A response after the cut-off has not happened yet. The state has no history and stays as it is now."""
    late = event.first_response_at is not None and event.first_response_at > cutoff
    return event.but(first_response_at=None) if late else event


def timeline_of(
    connection: Connection, wanted: set[str], cutoff: datetime
) -> tuple[TimelineRow, ...]:
    table = tables.timeline
    rows = connection.execute(
        select(table)
        .where(table.c.at <= cutoff)
        .order_by(table.c.event_id, table.c.at, table.c.key)
    )
    return tuple(TimelineRow(**row._mapping) for row in rows if row.event_id in wanted)


def sources_of(connection: Connection, county: County, cutoff: datetime) -> tuple[SourceRow, ...]:
    """The register of sources; a crawl after the cut-off is not this brief's, the one before it is."""
    table = tables.source_health
    rows = connection.execute(select(table).where(table.c.crawled_at <= cutoff))
    health = {row.source_id: (row.crawled_at, row.note) for row in rows}
    later = [source.id for source in county.sources if source.id not in health]
    for source_id, crawls in history_of(connection, later).items():
        before = [crawl for crawl in crawls if crawl.finished_at <= cutoff]
        if before:
            note = health_note(before[-1].outcomes, warnings(before, cutoff))
            health[source_id] = (before[-1].finished_at, note)
    unknown = (None, None)
    return tuple(
        SourceRow(
            id=source.id,
            name=source.name,
            channel=source.channel,
            tier=source.tier,
            enabled=source.enabled,
            crawled_at=health.get(source.id, unknown)[0],
            note=health.get(source.id, unknown)[1],
        )
        for source in sorted(county.sources, key=lambda s: s.id)
    )


def runs_of(connection: Connection, start: datetime, cutoff: datetime) -> tuple[RunReport, ...]:
    table = tables.runs
    return tuple(
        load(
            connection,
            RunReport,
            select(table)
            .where(table.c.started_at >= start, table.c.started_at <= cutoff)
            .order_by(table.c.started_at, table.c.id),
        )
    )
