"""The demo's people: the sample county's clerks and units handle its tickets as `samples/handling.yaml` tells.

Every step goes through `tickets` as a person's click would. Applying the script twice changes nothing.
"""

from datetime import datetime

from sqlalchemy import Connection, select

from flows.bootstrap import House
from flows.runs import keep
from minyin.accounting import Tally
from minyin.database import load, load_one, tables
from minyin.model import Alert, Document, Event, RunReport, ServiceRequest
from samples.handling import TicketScript, load_handling
from tickets.create import open_ticket, prefill
from tickets.machine import act

NAMES = {"return": "return_ticket"}


def apply_handling(house: House) -> RunReport:
    """Open and work every scripted ticket; inputs are the scripts."""
    started = house.clock()
    scripts = load_handling()
    tally = Tally()
    tally.take(len(scripts))
    for script in scripts:
        with house.engine.begin() as connection:
            tally.give(_apply(connection, house, script))
    report = tally.report(
        id="handling", flow="handling", started_at=started, finished_at=house.clock()
    )
    return keep(house, report)


def _apply(connection: Connection, house: House, script: TicketScript) -> str:
    found = _documents(connection, (script.article, *script.evidence))
    lead = next((document for document in found if document.event_id), None)
    if lead is None or lead.event_id is None:
        return "rejected/no_event"
    if _ticket_of(connection, script):
        return "unchanged"
    event = load_one(connection, Event, tables.events, lead.event_id)
    draft = prefill(
        event,
        _alert_before(connection, event, script.opened_at),
        found,
        house.county,
        at=script.opened_at,
    )
    ticket = open_ticket(
        connection,
        draft.but(
            title=script.title,
            demand=script.demand,
            lead_unit=script.lead_unit,
            co_units=script.co_units,
            appeal_type=script.appeal_type,
            urgency=script.urgency,
            confidential=script.confidential,
            source_channel=script.source_channel,
        ),
        actor=script.actions[0].actor if script.actions else "12345调度员",
        at=script.opened_at,
        dispatch=False,
        county=house.county,
    )
    for action in script.actions:
        act(
            connection,
            ticket.id,
            NAMES.get(action.action, action.action),
            actor=action.actor,
            at=action.at,
            county=house.county,
            **action.fields,
        )
    return "stored"


def _ticket_of(connection: Connection, script: TicketScript) -> ServiceRequest | None:
    columns = tables.tickets.c
    found = load(
        connection,
        ServiceRequest,
        select(tables.tickets).where(
            columns.title == script.title, columns.received_at == script.opened_at
        ),
    )
    return found[0] if found else None


def _documents(connection: Connection, external_ids: tuple[str, ...]) -> list[Document]:
    columns = tables.articles.c
    found = load(
        connection,
        Document,
        select(tables.articles)
        .where(columns.external_id.in_(external_ids))
        .order_by(columns.published_at, columns.id),
    )
    return sorted(found, key=lambda d: external_ids.index(d.external_id or ""))


def _alert_before(connection: Connection, event: Event, at: datetime) -> Alert | None:
    """The newest alert of the event when the ticket was opened."""
    columns = tables.alerts.c
    alerts = load(
        connection,
        Alert,
        select(tables.alerts)
        .where(columns.event_id == event.id, columns.raised_at <= at)
        .order_by(columns.raised_at.desc(), columns.id.desc())
        .limit(1),
    )
    return alerts[0] if alerts else None
