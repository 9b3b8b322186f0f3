"""What people do with alerts: confirm, call a false alarm, lift, raise by hand. Each leaves a line in the event's
story and in the audit log; doing the same twice is doing it once.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from alerts.message import level_words
from alerts.watch import REOPENED, settle
from minyin import audit, timeline
from minyin.clock import local_day
from minyin.database import load, load_one, next_number, save, tables
from minyin.errors import InputError
from minyin.identity import dated_id
from minyin.model import (
    Alert,
    AlertKind,
    AlertState,
    Document,
    Event,
    EventState,
    Level,
    LevelReason,
)


def acknowledge(
    connection: Connection, alert_id: str, *, actor: str, at: datetime, note: str = ""
) -> Alert:
    """Confirm an alert, and with it every earlier open alert of its event (one look is enough)."""
    alert = load_one(connection, Alert, tables.alerts, alert_id)
    if alert.state is AlertState.ACKNOWLEDGED:
        return alert
    if alert.state is not AlertState.OPEN:
        raise InputError(f"预警 {alert_id} 是“{alert.state.label}”，不能再确认；只有“待确认”的可以")
    changes = {"state": AlertState.ACKNOWLEDGED, "acknowledged_at": at, "acknowledged_by": actor}
    opened = [a for a in _alerts(connection, alert.event_id) if a.state is AlertState.OPEN]
    done = [a.but(**changes, note=note or None) for a in opened if a.raised_at <= alert.raised_at]
    save(connection, tables.alerts, done)
    event = load_one(connection, Event, tables.events, alert.event_id)
    if event.state is EventState.NEW:
        timeline.amend_event(connection, event, state=EventState.TRIAGE)
    _tell(connection, alert, "acknowledge", f"已确认{_with(note)}", actor=actor, at=at)
    return load_one(connection, Alert, tables.alerts, alert_id)


def mark_false_alarm(
    connection: Connection, alert_id: str, *, actor: str, at: datetime, note: str
) -> Alert:
    """误报: the event's alerts are taken back; only a level never reached before raises it again."""
    _needs_reason(note, "标记误报")
    alert = load_one(connection, Alert, tables.alerts, alert_id)
    if alert.state is AlertState.FALSE_ALARM:
        return alert
    taken = [
        a.but(state=AlertState.FALSE_ALARM, note=note)
        for a in _alerts(connection, alert.event_id)
        if a.state in (AlertState.OPEN, AlertState.ACKNOWLEDGED) or a.id == alert_id
    ]
    save(connection, tables.alerts, taken)
    event = load_one(connection, Event, tables.events, alert.event_id)
    timeline.amend_event(connection, event, state=EventState.FALSE_ALARM, current_level=None)
    _tell(connection, alert, "false_alarm", f"标记为误报{_with(note)}", actor=actor, at=at)
    return load_one(connection, Alert, tables.alerts, alert_id)


def lift(connection: Connection, alert_id: str, *, actor: str, at: datetime, note: str) -> Alert:
    """解除 by hand: a LIFT alert that says who and why; the alert itself is returned as it stands."""
    _needs_reason(note, "解除预警")
    alert = load_one(connection, Alert, tables.alerts, alert_id)
    event = load_one(connection, Event, tables.events, alert.event_id)
    if event.current_level is None:
        if alert.state is AlertState.LIFTED:
            return alert
        raise InputError(f"事件 {event.id} 现在没有生效的预警，无需解除")
    reason = LevelReason(rule_id="manual", text=f"{actor} 人工解除：{note}")
    _manual(connection, event, AlertKind.LIFT, event.current_level, reason, at)
    settle(connection, event.id, at)
    timeline.amend_event(connection, event, current_level=None)
    _tell(connection, alert, "lift", f"人工解除{_with(note)}", actor=actor, at=at)
    return load_one(connection, Alert, tables.alerts, alert_id)


def raise_manually(
    connection: Connection, event_id: str, level: Level, *, actor: str, at: datetime, reason: str
) -> Alert:
    """The manual button of DOMAIN §3.3, both ways up: a level set by a person, with the reason.

    The caller announces it (`alerts.notices.announce`), so that the mail goes out in the same transaction.
    """
    _needs_reason(reason, "人工预警")
    event = load_one(connection, Event, tables.events, event_id)
    if event.current_level is level:
        return [a for a in _alerts(connection, event_id) if a.level is level][-1]
    risen = event.current_level is not None
    kind = AlertKind.UPGRADE if risen else AlertKind.FIRST
    why = LevelReason(rule_id="manual", text=f"{actor} 人工定级：{reason}")
    alert = _manual(connection, event, kind, level, why, at)
    top = max((x for x in (event.level, level) if x), key=lambda found: found.rank)
    state = EventState.TRIAGE if event.state in REOPENED else event.state
    timeline.amend_event(connection, event, level=top, current_level=level, state=state)
    _tell(
        connection,
        alert,
        "raise",
        f"人工定为{level_words(level)}{_with(reason)}",
        actor=actor,
        at=at,
    )
    return alert


def _manual(
    connection: Connection,
    event: Event,
    kind: AlertKind,
    level: Level,
    reason: LevelReason,
    at: datetime,
) -> Alert:
    """A row without the rules' numbers, but with what had been said by then."""
    a = tables.articles
    statement = select(a).where(a.c.event_id == event.id, a.c.published_at <= at)
    said = load(connection, Document, statement.order_by(a.c.published_at, a.c.id))
    total = sum(d.repost_of is None for d in said)
    day = local_day(at)
    alert = Alert(
        id=dated_id("YQ", day, next_number(connection, f"alert:{day:%Y%m%d}")),
        event_id=event.id,
        level=level,
        previous_level=event.current_level,
        kind=kind,
        state=AlertState.LIFTED if kind is AlertKind.LIFT else AlertState.OPEN,
        reasons=(reason,),
        raised_at=at,
        generated_at=at,
        articles=tuple(d.id for d in said if d.negative)[-20:],
        counts={"total": total},
        platforms=tuple(sorted({d.platform for d in said})),
        negative_share=sum(d.negative for d in said) / len(said) if said else 0.0,
    )
    save(connection, tables.alerts, [alert])
    return alert


def _alerts(connection: Connection, event_id: str) -> list[Alert]:
    a = tables.alerts
    statement = select(a).where(a.c.event_id == event_id)
    return load(connection, Alert, statement.order_by(a.c.raised_at, a.c.id))


def _tell(
    connection: Connection, alert: Alert, action: str, text: str, *, actor: str, at: datetime
) -> None:
    key = f"alert:{alert.id}:{action}:{at:%Y%m%dT%H%M%S}"
    timeline.note(
        connection,
        alert.event_id,
        key,
        at=at,
        text=f"预警 {alert.id} {text}（{actor}）",
        object_id=alert.id,
    )
    detail: dict[str, Any] = {"event": alert.event_id, "level": alert.level.value, "text": text}
    audit.record(
        connection, at=at, actor=actor, action=f"alert.{action}", object_id=alert.id, detail=detail
    )


def _needs_reason(note: str, what: str) -> None:
    if not note.strip():
        raise InputError(f"{what}须写明理由")


def _with(note: str) -> str:
    return f"：{note}" if note else ""
