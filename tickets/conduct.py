"""How a ticket stands and whether a unit's conduct needs a look: cards, overdue, the three misconducts (DOMAIN §4.5).

Pure. A finding is a flag for a person with its evidence, never a sanction. Left to others: telling units (supervise).
"""

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz

from minyin.clock import local
from minyin.county import County
from minyin.model import (
    Labelled,
    Satisfaction,
    ServiceRequest,
    TicketEvent,
    TicketState,
    Value,
)
from minyin.workdays import WorkCalendar
from tickets.actions import Action

BEFORE_REVIEW = frozenset(
    {
        TicketState.RECEIVED,
        TicketState.TO_DISPATCH,
        TicketState.TO_SIGN,
        TicketState.IN_PROGRESS,
        TicketState.RETURN_REVIEW,
        TicketState.EXTENSION_REVIEW,
    }
)
BY_UNIT = frozenset(
    {
        Action.SIGN,
        Action.CONTACT,
        Action.REPLY,
        Action.REQUEST_EXTENSION,
        Action.RETURN_TICKET,
        Action.SUSPEND,
        Action.RESUME,
    }
)
IDLE_DAYS, SHORT_REPLY, SAME_REPLY = 3, 30, 0.9


class Card(Labelled):
    """Both are bad, unlike the colours of alerts and of 红榜 (DOMAIN §0.10): always shown with the word."""

    YELLOW = "yellow_card", "黄牌，临期未反馈"
    RED = "red_card", "红牌，超期未反馈"


class Misconduct(Labelled):
    LATE_ACCEPTANCE = "late_acceptance", "无故延期受理"
    STALLING = "stalling", "拖延不办"
    PERFUNCTORY = "perfunctory", "敷衍应付"


class Finding(Value):
    """Something for a person to look at."""

    ticket_id: str
    kind: Misconduct
    reasons: tuple[str, ...]


def pending(ticket: ServiceRequest) -> bool:
    """Waiting for the unit's answer."""
    return ticket.state in BEFORE_REVIEW


def overdue(ticket: ServiceRequest, at: datetime) -> bool:
    return pending(ticket) and ticket.due_at is not None and at > ticket.due_at


def late_closed(ticket: ServiceRequest) -> bool:
    """Answered, but after the deadline."""
    return bool(ticket.replied_at and ticket.due_at and ticket.replied_at > ticket.due_at)


def card(ticket: ServiceRequest, at: datetime, calendar: WorkCalendar) -> Card | None:
    """黄牌 within one working day of the deadline, 红牌 past it, while unanswered."""
    if not pending(ticket) or ticket.due_at is None:
        return None
    if at > ticket.due_at:
        return Card.RED
    return Card.YELLOW if calendar.workdays_between(at, ticket.due_at) <= 1 else None


def late_acceptance(
    ticket: ServiceRequest, log: Sequence[TicketEvent], at: datetime
) -> Finding | None:
    """Unsigned past the signing limit with no 退单, or an extension asked for after the deadline."""
    reasons = []
    returned = any(e.action == Action.RETURN_TICKET for e in log)
    signed = ticket.signed_at or at
    if ticket.sign_due_at and ticket.dispatched_at and signed > ticket.sign_due_at and not returned:
        state = "签收超时" if ticket.signed_at else "至今未签收"
        reasons.append(f"{state}，应于 {_day(ticket.sign_due_at)} 前签收")
    asked = [e.at for e in log if e.action == Action.REQUEST_EXTENSION]
    if ticket.due_at and any(when > ticket.due_at for when in asked):
        reasons.append("到期后才申请延期")
    return _finding(ticket, Misconduct.LATE_ACCEPTANCE, reasons)


def stalling(
    ticket: ServiceRequest, log: Sequence[TicketEvent], at: datetime, calendar: WorkCalendar
) -> Finding | None:
    """No step by the unit for over half the term or over three working days; two extensions; past due."""
    if not pending(ticket) or not (ticket.dispatched_at and ticket.due_at):
        return None
    steps = [e.at for e in log if e.action in {a.value for a in BY_UNIT}]
    last = max([ticket.dispatched_at, *steps])
    idle = calendar.workdays_between(last, at)
    reasons = []
    if at - last > (ticket.due_at - ticket.dispatched_at) / 2:
        reasons.append("承办单位无动作的时间超过办理时限的一半")
    if idle > IDLE_DAYS:
        reasons.append(f"承办单位已 {idle} 个工作日无动作")
    if ticket.extensions >= 2:
        reasons.append(f"已延期 {ticket.extensions} 次")
    if at > ticket.due_at:
        reasons.append(f"已超期，应于 {_day(ticket.due_at)} 前反馈")
    return _finding(ticket, Misconduct.STALLING, reasons)


def perfunctory(
    ticket: ServiceRequest, others: Sequence[ServiceRequest], county: County
) -> Finding | None:
    """Any two signs of an empty answer; `others` are the same unit's answered tickets on other matters."""
    if not ticket.reply_text:
        return None
    signs = [
        _short(ticket.reply_text),
        _template(ticket, others),
        _beside_the_point(ticket, county),
        "没有联系诉求人就答复" if not ticket.contacted_at and ticket.external_ids else None,
        _unhappy(ticket),
    ]
    reasons = [sign for sign in signs if sign]
    return _finding(ticket, Misconduct.PERFUNCTORY, reasons if len(reasons) >= 2 else [])


def _short(reply: str) -> str | None:
    return f"答复只有 {len(reply)} 字" if len(reply) < SHORT_REPLY else None


def _template(ticket: ServiceRequest, others: Sequence[ServiceRequest]) -> str | None:
    for other in others:
        if other.id == ticket.id or other.event_id == ticket.event_id or not other.reply_text:
            continue
        alike = fuzz.ratio(ticket.reply_text or "", other.reply_text) / 100
        if alike >= SAME_REPLY:
            return f"答复与 {other.id} 的相似度 {alike:.0%}，而事项不同"
    return None


def _beside_the_point(ticket: ServiceRequest, county: County) -> str | None:
    """答非所问: neither the place nor a word of the topic is in the answer."""
    reply = ticket.reply_text or ""
    topic = county.topic_by_code.get(ticket.topic or "")
    street = county.street_by_code.get(ticket.street or "")
    village = county.village_by_code.get(ticket.village or "")
    words = list(topic.keywords) if topic else []
    words += [street.core, street.name] if street else []
    words += [village.short, village.name] if village else []
    if not words or any(word in reply for word in words):
        return None
    return "答复没有提到事发地点，也没有提到所反映的事"


def _unhappy(ticket: ServiceRequest) -> str | None:
    if ticket.rework >= 2:
        return f"已发回重办 {ticket.rework} 次"
    return "诉求人不满意" if ticket.satisfaction is Satisfaction.UNSATISFIED else None


def _finding(ticket: ServiceRequest, kind: Misconduct, reasons: Sequence[str]) -> Finding | None:
    return Finding(ticket_id=ticket.id, kind=kind, reasons=tuple(reasons)) if reasons else None


def _day(at: datetime) -> str:
    return f"{local(at):%m月%d日 %H:%M}"
