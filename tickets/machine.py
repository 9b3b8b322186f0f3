"""A ticket's life: one action at a time, guarded, logged, told to the event's timeline.

`act` is the only way a ticket changes. The log is append-only; the same action by the same person at the same instant
is one action. Left to others: which action goes where (actions), deadlines, making a ticket (create).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from minyin import audit
from minyin.county import County
from minyin.database import load, load_one, save
from minyin.database.tables import ticket_log, tickets
from minyin.model import ServiceRequest, TicketEvent
from tickets import links
from tickets.actions import action_of, fields_of, target
from tickets.effects import EFFECTS, Move, plain


def act(
    connection: Connection,
    ticket_id: str,
    action: str,
    *,
    actor: str,
    at: datetime,
    county: County,
    **fields: Any,
) -> ServiceRequest:
    """The ticket after the action. Raises InputError in Chinese where the state or a guard forbids it."""
    ticket = load_one(connection, ServiceRequest, tickets, ticket_id)
    what = action_of(action)
    log = history(connection, ticket_id)
    if any(e.action == what.value and e.actor == actor and e.at == at for e in log):
        return ticket
    state = target(ticket.state, what)
    move = Move(ticket=ticket, fields=fields_of(fields), at=at, county=county)
    changes, said = EFFECTS.get(what, plain)(move, log)
    changed = ticket.but(state=state, **changes)
    event = TicketEvent(
        ticket_id=ticket_id,
        number=len(log) + 1,
        at=at,
        actor=actor,
        action=what.value,
        from_state=ticket.state,
        to_state=state,
        note=said,
    )
    write(connection, changed, event, what.label)
    return changed


def write(connection: Connection, ticket: ServiceRequest, event: TicketEvent, label: str) -> None:
    """The ticket, its log line, its audit line and what its events learn from it, in one transaction."""
    save(connection, tickets, [ticket])
    save(connection, ticket_log, [event])
    detail = {"from": event.from_state, "to": event.to_state.value, "number": event.number}
    audit.record(
        connection,
        at=event.at,
        actor=event.actor,
        action=f"ticket.{event.action}",
        object_id=ticket.id,
        detail=detail,
    )
    links.tell(connection, ticket, event, label)


def history(connection: Connection, ticket_id: str) -> list[TicketEvent]:
    log = ticket_log
    statement = select(log).where(log.c.ticket_id == ticket_id).order_by(log.c.number)
    return load(connection, TicketEvent, statement)
