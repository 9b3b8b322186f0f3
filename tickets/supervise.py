"""一天一提醒: one mail per unit with what is due, overdue, unsigned or sent back; 今日清零 to the centre.

Red and yellow cards are also logged on the ticket as 催办, once a day. Left to others: the weekly bulletin (reports),
when this runs (flows), sending (minyin.mailing.deliver).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import Connection, Engine, select

from minyin.accounting import Tally
from minyin.clock import Clock, local, local_day
from minyin.county import County
from minyin.database import load
from minyin.database.tables import alerts, tickets
from minyin.handlers import unit_name
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import Alert, AlertState, RunReport, ServiceRequest, TicketState, Value
from minyin.settings import Settings
from minyin.workdays import WorkCalendar, load_calendar
from tickets.actions import Action
from tickets.conduct import Card, card, overdue, pending
from tickets.machine import act, history

FOOTER = "内部资料 请勿转发 · 系统自动生成 · 每个工作日 8:30 发出"
SYSTEM = "系统"
Line = tuple[str, str | None]


@dataclass(frozen=True)
class Office:
    """What writing a mail needs, opened once per run."""

    connection: Connection
    county: County
    settings: Settings
    clock: Clock

    @property
    def url(self) -> str:
        return self.settings.console.public_url.rstrip("/")


class Reminder(Value):
    """What one unit reads today."""

    unit: str
    groups: tuple[tuple[str, tuple[ServiceRequest, ...]], ...]


def daily_reminder(
    engine: Engine, *, county: County, settings: Settings, clock: Clock
) -> RunReport:
    """Inputs are the units with open tickets; each is reminded, quiet (nothing to say) or left alone on a day off."""
    started, tally = clock(), Tally()
    calendar = load_calendar(county.folder)
    working = calendar.is_workday(local_day(started))
    with engine.begin() as connection:
        reminders = _reminders(connection, started, calendar)
        tally.take(len(reminders))
        told = [r for r in reminders if r.groups] if working else []
        office = Office(connection, county, settings, clock)
        for reminder in told:
            _send(office, reminder)
            _urge(office, reminder, started, calendar)
        if working and not any(_pressing(r) for r in reminders):
            _all_clear(office)
    tally.give("reminded", len(told))
    tally.give("quiet" if working else "skipped/day_off", len(reminders) - len(told))
    return tally.report(
        id=f"supervise-{started:%Y%m%dT%H%M%S%f}",
        flow="supervise",
        started_at=started,
        finished_at=clock(),
    )


def _reminders(connection: Connection, at: datetime, calendar: WorkCalendar) -> list[Reminder]:
    t = tickets
    open_states = [state.value for state in TicketState if not state.closed]
    statement = select(t).where(t.c.state.in_(open_states), t.c.lead_unit.is_not(None))
    by_unit: dict[str, list[ServiceRequest]] = defaultdict(list)
    for ticket in load(connection, ServiceRequest, statement.order_by(t.c.due_at, t.c.id)):
        by_unit[ticket.lead_unit or ""].append(ticket)
    return [
        Reminder(unit=unit, groups=_groups(found, at, calendar))
        for unit, found in sorted(by_unit.items())
    ]


def _groups(
    found: Sequence[ServiceRequest], at: datetime, calendar: WorkCalendar
) -> tuple[tuple[str, tuple[ServiceRequest, ...]], ...]:
    """The groups of DOMAIN §3.6 that are not empty, worst first; a ticket stands where it is worst."""
    today = local_day(at)
    tests: list[tuple[str, Callable[[ServiceRequest], bool]]] = [
        (f"已超期（{Card.RED.label}）", lambda t: overdue(t, at)),
        (
            "今日到期",
            lambda t: pending(t) and t.due_at is not None and local_day(t.due_at) == today,
        ),
        (
            f"下一工作日到期（{Card.YELLOW.label}）",
            lambda t: card(t, at, calendar) is Card.YELLOW,
        ),
        ("待签收", lambda t: t.state is TicketState.TO_SIGN),
        ("被发回重办", lambda t: t.rework > 0 and t.state is TicketState.IN_PROGRESS),
    ]
    left = list(found)
    groups = []
    for title, belongs in tests:
        here = tuple(t for t in left if belongs(t))
        left = [t for t in left if t not in here]
        if here:
            groups.append((title, here))
    return tuple(groups)


def _pressing(reminder: Reminder) -> bool:
    """Anything overdue or due today stands against 今日清零; what is due later does not."""
    return any(title.startswith(("已超期", "今日到期")) for title, _ in reminder.groups)


def _send(office: Office, reminder: Reminder) -> None:
    unit = office.county.unit_by_id.get(reminder.unit)
    name = unit_name(office.county, reminder.unit)
    contacts = unit.contacts if unit else ()
    lines: list[Line] = []
    for title, found in reminder.groups:
        lines.append((f"【{title}】{len(found)} 件", None))
        for t in found:
            url = f"{office.url}/tickets/{t.id}"
            subject = "（保密件，请登录查看）" if t.confidential else t.title
            due = f"{local(t.due_at):%m月%d日 %H:%M} 到期" if t.due_at else "未定期限"
            lines.append((f"{t.id} {subject}，{t.state.label}，{due}", url))
    if not contacts:
        lines.insert(0, (f"{name}没有登记联络员邮箱，本提醒发给中心，请转告。", None))
    total = sum(len(found) for _, found in reminder.groups)
    day = local_day(office.clock())
    title = f"【一天一提醒】{name}：{total} 件工单需要处理（{day.month}月{day.day}日）"
    to = contacts or _centre(office.county)
    _queue(office, title, to, lines, f"reminder-{reminder.unit}-{day:%Y%m%d}")


def _all_clear(office: Office) -> None:
    a = alerts
    unread = select(a).where(a.c.state == AlertState.OPEN.value)
    waiting = len(load(office.connection, Alert, unread))
    day = local_day(office.clock())
    lines: list[Line] = [
        ("今天没有到期和超期的工单。", None),
        (f"未确认的预警 {waiting} 件。", f"{office.url}/alerts"),
    ]
    title = f"【今日清零】{day.month}月{day.day}日无到期、无超期工单"
    _queue(office, title, _centre(office.county), lines, f"all-clear-{day:%Y%m%d}")


def _centre(county: County) -> tuple[str, ...]:
    """The centre's head, or whoever is first on duty where the profile names none."""
    heads = [d for d in county.profile.duties if "中心" in d.role]
    return (heads or list(county.profile.duties))[0].contacts


def _queue(
    office: Office, title: str, to: tuple[str, ...], lines: Sequence[Line], name: str
) -> None:
    text = "\n".join(f"{said}\n  {url}" if url else said for said, url in lines)
    body = "".join(
        f'<p style="margin:6px 0"><a href="{escape(url, quote=True)}">{escape(said)}</a></p>'
        if url
        else f'<p style="margin:14px 0 6px;font-weight:bold">{escape(said)}</p>'
        for said, url in lines
    )
    html = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
        '<body style="max-width:640px;margin:0 auto;padding:12px;font:15px/1.7 sans-serif">'
        f'<h1 style="font-size:18px">{escape(title)}</h1>{body}'
        f'<p style="font-size:13px;color:#555">{escape(FOOTER)}</p></body></html>'
    )
    mail = OutgoingMail(
        subject=title,
        to=to,
        text=f"{text}\n\n——\n{FOOTER}\n",
        html=html,
        message_id=message_id(name, office.settings),
        about=name,
    )
    settings = office.settings
    queue(office.connection, settings.outbox, mail, settings=settings, clock=office.clock)


def _urge(office: Office, reminder: Reminder, at: datetime, calendar: WorkCalendar) -> None:
    """催办 on every carded ticket, once per day however often this runs."""
    for _, found in reminder.groups:
        for ticket in found:
            shown = card(ticket, at, calendar)
            log = history(office.connection, ticket.id)
            urged = [e for e in log if e.action == Action.URGE.value and e.actor == SYSTEM]
            if shown and not any(local_day(e.at) == local_day(at) for e in urged):
                act(
                    office.connection,
                    ticket.id,
                    Action.URGE.value,
                    actor=SYSTEM,
                    at=at,
                    county=office.county,
                    note=shown.label,
                )
