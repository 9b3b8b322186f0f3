"""工单: the list by what is due, and one ticket with its history and what may be done next."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, select

from console import records, words
from console.ticket_forms import forms_for, read_fields
from console.web.desk import Desk, Fields, desk_of, need_actor
from console.web.sheets import SIZE, sheet_of
from flows.health import pairs
from minyin.database import load, load_one, reading, tables
from minyin.model import ServiceRequest, TicketEvent
from minyin.workdays import WorkCalendar
from tickets.actions import Action, action_of
from tickets.conduct import (
    Card,
    Finding,
    card,
    late_acceptance,
    pending,
    perfunctory,
    stalling,
)
from tickets.machine import act

router = APIRouter()


@router.get("/tickets")
def tickets(request: Request, view: str = "open", unit: str = "", q: str = "") -> HTMLResponse:
    desk = desk_of(request)
    now = desk.house.clock()
    t = tables.tickets
    where = [records.ticket_view(view, now)]
    if unit:
        where.append(t.c.lead_unit == unit)
    if q:
        where.append(t.c.title.contains(q, autoescape=True) | t.c.id.contains(q, autoescape=True))
    with reading(desk.house.engine) as connection:
        order = (t.c.due_at.is_(None), t.c.due_at, t.c.id)
        if view in ("closed", "all"):
            order = (t.c.received_at.desc(), t.c.id.desc())  # type: ignore[assignment]
        sheet = sheet_of(request, records.count(connection, t, *where))
        chosen = select(t).where(*where).order_by(*order).offset(sheet.offset).limit(SIZE)
        found = load(connection, ServiceRequest, chosen)
        counts = records.ticket_counts(connection, now)
        units = connection.execute(select(t.c.lead_unit).distinct().order_by(t.c.lead_unit))
        unit_ids = [row[0] for row in units if row[0]]
    return desk.page(
        request,
        "tickets.html",
        tickets=[(ticket, due_words(ticket, now, desk.calendar)) for ticket in found],
        counts=counts,
        views=records.VIEWS,
        view=view,
        unit=unit,
        q=q,
        units=unit_ids,
        sheet=sheet,
    )


def due_words(ticket: ServiceRequest, now: datetime, calendar: WorkCalendar) -> tuple[str, str]:
    """What the deadline says now, and the class it is shown in."""
    if not ticket.open:
        late = ticket.due_at and ticket.replied_at and ticket.replied_at > ticket.due_at
        return ("逾期办结", "late") if late else ("", "")
    if ticket.due_at is None or not pending(ticket):
        return "", ""
    shown = card(ticket, now, calendar)
    left = ticket.due_at - now
    text = f"超期 {words.span(-left)}" if left.total_seconds() < 0 else f"剩 {words.span(left)}"
    if shown is None:
        return text, ""
    # 红牌 and 黄牌 are both bad, unlike the colours of alerts: never shown without their word
    return f"{text} · {shown.label.partition('，')[0]}", "late" if shown is Card.RED else "soon"


@router.get("/tickets/{number}")
def ticket(request: Request, number: str) -> HTMLResponse:
    desk = desk_of(request)
    now = desk.house.clock()
    log, link = tables.ticket_log, tables.event_ticket.c
    with reading(desk.house.engine) as connection:
        found = load_one(connection, ServiceRequest, tables.tickets, number)
        history = load(
            connection,
            TicketEvent,
            select(log).where(log.c.ticket_id == number).order_by(log.c.number),
        )
        kinds = pairs(
            connection, select(link.event_id, link.link_type).where(link.ticket_id == number)
        )
        if found.event_id:
            kinds.setdefault(found.event_id, "created")
        events = records.events_by_id(connection, list(kinds))
        articles = records.articles_of(connection, tables.articles.c.id.in_(found.articles))
        signs = findings(connection, found, history, desk)
    return desk.page(
        request,
        "ticket.html",
        ticket=found,
        history=history,
        events=[(events[key], kind) for key, kind in kinds.items() if key in events],
        articles=articles,
        due=due_words(found, now, desk.calendar),
        findings=signs,
        actions=forms_for(found),
        action_names={action.value: action.label for action in Action},
        policy=next(
            (p.name for p in desk.house.county.policies if p.id == found.policy), found.policy
        ),
    )


def findings(
    connection: Connection, ticket: ServiceRequest, history: list[TicketEvent], desk: Desk
) -> list[Finding]:
    """Signs of the three misconducts, for a person to look at (DOMAIN §4.5)."""
    now, t = desk.house.clock(), tables.tickets
    same_unit = select(t).where(t.c.lead_unit == ticket.lead_unit, t.c.reply_text.is_not(None))
    others = load(connection, ServiceRequest, same_unit.order_by(t.c.replied_at.desc()).limit(200))
    found = (
        late_acceptance(ticket, history, now),
        stalling(ticket, history, now, desk.calendar),
        perfunctory(ticket, others, desk.house.county),
    )
    return [one for one in found if one]


@router.post("/tickets/{number}/act")
def do(request: Request, number: str, fields: Fields) -> Response:
    """One action; the machine decides whether it may be done."""
    desk = desk_of(request)
    action = action_of(fields.get("action", ""))
    with desk.house.engine.begin() as connection:
        changed = act(
            connection,
            number,
            action.value,
            actor=need_actor(fields),
            at=desk.house.clock(),
            county=desk.house.county,
            **read_fields(fields),
        )
    return desk.done(f"/tickets/{number}", f"已{action.label}，现为“{changed.state.label}”", fields)
