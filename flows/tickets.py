"""Draft tickets for alerted events that nobody has turned into one yet: 待派单, for a clerk to confirm."""

from sqlalchemy import Connection, select

from flows.bootstrap import House
from flows.runs import keep
from minyin.accounting import Tally
from minyin.database import load, tables
from minyin.model import Alert, Document, Event, Level, RunReport
from tickets.create import open_ticket, prefill

ACTOR = "系统"


def open_tickets(house: House, *, least: Level = Level.YELLOW) -> RunReport:
    """One draft ticket per event that has reached `least` and has none; received at the moment of its alert."""
    started = house.clock()
    tally = Tally()
    with house.engine.begin() as connection:
        events = load(connection, Event, select(tables.events).order_by(tables.events.c.id))
        tally.take(len(events))
        for event in events:
            tally.give(_open(connection, house, event, least))
    report = tally.report(
        id="open_tickets", flow="open_tickets", started_at=started, finished_at=house.clock()
    )
    return keep(house, report)


def _open(connection: Connection, house: House, event: Event, least: Level) -> str:
    if event.level is None or event.level.rank < least.rank:
        return "skipped/below_level"
    linked = select(tables.event_ticket.c.ticket_id).where(
        tables.event_ticket.c.event_id == event.id
    )
    if connection.execute(linked).first():
        return "unchanged"
    alert = _first_alert(connection, event, least)
    documents = load(
        connection,
        Document,
        select(tables.articles)
        .where(tables.articles.c.event_id == event.id)
        .order_by(tables.articles.c.published_at, tables.articles.c.id),
    )
    draft = prefill(event, alert, documents, house.county, at=alert.raised_at)
    open_ticket(
        connection, draft, actor=ACTOR, at=alert.raised_at, dispatch=False, county=house.county
    )
    return "stored"


def _first_alert(connection: Connection, event: Event, least: Level) -> Alert:
    """The alert that took the event to the level asked for."""
    alerts = load(
        connection,
        Alert,
        select(tables.alerts)
        .where(tables.alerts.c.event_id == event.id)
        .order_by(tables.alerts.c.raised_at, tables.alerts.c.id),
    )
    return next(alert for alert in alerts if alert.level.rank >= least.rank)
