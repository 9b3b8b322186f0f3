"""Events and tickets, told to each other: links, the event's timeline, its first response and its state (DOMAIN §4.6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from minyin import timeline
from minyin.database import load, tables
from minyin.database.values import upsert
from minyin.model import Event, EventState, ServiceRequest, TicketEvent

CREATED, RELATED, EVIDENCE = "created", "related", "evidence"
LINKS = {CREATED: "生成", RELATED: "关联", EVIDENCE: "佐证"}
RESPONSES = frozenset({"contact", "reply", "answer"})


def link(
    connection: Connection, event_id: str, ticket_id: str, *, at: datetime, kind: str = CREATED
) -> None:
    """An event may have several tickets and a ticket several events."""
    row = {"event_id": event_id, "ticket_id": ticket_id, "link_type": kind, "linked_at": at}
    upsert(connection, tables.event_ticket, [row])


def events_of(connection: Connection, ticket_id: str) -> list[Event]:
    links, e = tables.event_ticket, tables.events
    linked = select(links.c.event_id).where(links.c.ticket_id == ticket_id)
    return load(connection, Event, select(e).where(e.c.id.in_(linked)).order_by(e.c.id))


def tickets_of(
    connection: Connection, event_id: str, *, kind: str | None = None
) -> list[ServiceRequest]:
    links, t = tables.event_ticket, tables.tickets
    linked = select(links.c.ticket_id).where(links.c.event_id == event_id)
    if kind:
        linked = linked.where(links.c.link_type == kind)
    return load(connection, ServiceRequest, select(t).where(t.c.id.in_(linked)).order_by(t.c.id))


def tell(connection: Connection, ticket: ServiceRequest, event: TicketEvent, label: str) -> None:
    """Every event of the ticket gets a line; confidential tickets tell their state and nothing else."""
    said = f"：{event.note}" if event.note and not ticket.confidential else ""
    text = f"工单 {ticket.id} {label}，{event.to_state.label}{said}"
    for matter in events_of(connection, ticket.id):
        key = f"ticket:{ticket.id}:{event.number}"
        timeline.note(connection, matter.id, key, at=event.at, text=text, object_id=ticket.id)
        timeline.amend_event(connection, matter, **_learnt(connection, matter, event))


def _learnt(connection: Connection, matter: Event, event: TicketEvent) -> dict[str, Any]:
    """What the step means for the event: handled, answered, or all its tickets done and only watched."""
    if matter.state in (EventState.MERGED, EventState.FALSE_ALARM, EventState.CLOSED):
        return {}
    first, state = matter.first_response_at, matter.state
    if event.action in RESPONSES:
        first = min(first, event.at) if first else event.at
        state = EventState.ANSWERED
    elif event.to_state.closed:
        made = tickets_of(connection, matter.id, kind=CREATED)
        answered = any(t.replied_at for t in made)
        if made and answered and not any(t.open for t in made):
            state = EventState.WATCHING
    elif state in (EventState.NEW, EventState.TRIAGE, EventState.WATCHING):
        state = EventState.HANDLING
    return {"first_response_at": first, "state": state}
