"""The hourly digest: one mail with a table of the 蓝 alerts of the hours that have ended (DOMAIN §3.5).

A line in the event's story says that an alert has been told, so a later run tells only what is new.
"""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from sqlalchemy import Connection, select

from alerts.message import Link, Section, anchor, clock_words, footer, html, plain
from alerts.notices import Desk, contacts
from minyin import timeline
from minyin.clock import local
from minyin.database import load, load_one, tables
from minyin.handlers import mail_title
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import Alert, AlertKind, Event, Level, Value

HEADINGS = ("时间、地点", "事件与触发原因", "编号、状态")


class Row(Value):
    alert: Alert
    event: Event


def queue_digest(connection: Connection, desk: Desk) -> int:
    """Queue the mail if there is something to tell; how many alerts it tells."""
    hour = local(desk.clock()).replace(minute=0, second=0, microsecond=0)
    rows = _untold(connection, desk, hour)
    to = contacts(desk.duties(Level.BLUE))
    if not rows or not to:
        return 0
    headline = f"【蓝色预警·一般】每小时汇总：{len(rows)} 件（{clock_words(hour)} 止）"
    last = max(row.alert.raised_at for row in rows)
    foot = footer(desk.county, clock_words(last), verified=False)
    mail = OutgoingMail(
        subject=headline,
        to=to,
        text=plain([_list(rows, desk), _how(desk)], foot),
        html=html(
            [_how(desk)], foot, headline=headline, level=Level.BLUE, table=_table(rows, desk)
        ),
        message_id=message_id(f"digest-{rows[0].alert.id}-{len(rows)}", desk.settings),
        about=f"digest:{rows[0].alert.id}",
    )
    queue(connection, desk.settings.outbox, mail, settings=desk.settings, clock=desk.clock)
    for row in rows:
        key, text = f"digest:{row.alert.id}", f"蓝色预警 {row.alert.id} 编入每小时汇总邮件"
        at, about = row.alert.raised_at, row.alert.id
        timeline.note(connection, row.event.id, key, at=at, text=text, object_id=about)
    return len(rows)


def _untold(connection: Connection, desk: Desk, before: datetime) -> list[Row]:
    levels = desk.county.profile.alerts.digest
    a, line = tables.alerts, tables.timeline
    told = select(line.c.object_id).where(line.c.kind == "digest")
    statement = select(a).where(
        a.c.level.in_([level.value for level in levels]),
        a.c.kind == AlertKind.FIRST.value,
        a.c.raised_at < before,
        a.c.id.not_in(told),
    )
    found = load(connection, Alert, statement.order_by(a.c.raised_at, a.c.id))
    return [Row(alert=alert, event=_event(connection, alert, desk)) for alert in found]


def _event(connection: Connection, alert: Alert, desk: Desk) -> Event:
    """By the name it had when the alert was raised."""
    event = load_one(connection, Event, tables.events, alert.event_id)
    return desk.facts(connection, alert, event).event


def _cells(row: Row, desk: Desk) -> tuple[str, str, str]:
    alert, event = row.alert, row.event
    place = desk.county.place_name(event.street)
    reason = alert.reasons[0].text if alert.reasons else ""
    risen = event.current_level is not None and event.current_level.rank > alert.level.rank
    state = f"已升级：{event.current_level.label}" if risen and event.current_level else None
    return (
        f"{clock_words(alert.raised_at)} {place}",
        f"{mail_title(desk.county, event)}：{reason}",
        f"{alert.id} {state or alert.state.label}",
    )


def _list(rows: Sequence[Row], desk: Desk) -> Section:
    lines = [
        Link(text="｜".join(_cells(row, desk)), url=f"{desk.url}/alerts/{row.alert.id}")
        for row in rows
    ]
    return Section(title="｜".join(HEADINGS), lines=tuple(lines))


def _table(rows: Sequence[Row], desk: Desk) -> str:
    """Three columns fit a telephone; six do not."""
    cell = 'style="border:1px solid #ccc;padding:5px 7px;vertical-align:top;text-align:left"'
    head = "".join(f"<th {cell}>{escape(name)}</th>" for name in HEADINGS)
    lines = []
    for row in rows:
        when, what, number = _cells(row, desk)
        link = anchor(f"{desk.url}/alerts/{row.alert.id}", number)
        cells = (
            f"<td {cell}>{escape(when)}</td><td {cell}>{escape(what)}</td><td {cell}>{link}</td>"
        )
        lines.append(f"<tr>{cells}</tr>")
    style = "border-collapse:collapse;width:100%;font-size:14px;margin-top:14px"
    return f'<table style="{style}"><tr>{head}</tr>{"".join(lines)}</table>'


def _how(desk: Desk) -> Section:
    minutes = desk.county.profile.alerts.ack_minutes[Level.BLUE]
    text = f"请在每件预警发出后 {minutes / 60:g} 个工作小时内登录确认，属实的转工单。"
    return Section(title="办理要求", lines=(Link(text=text),))
