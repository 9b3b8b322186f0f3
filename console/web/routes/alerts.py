"""预警: what was raised and why, what must be done by when, and what people decided."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select

from alerts import respond
from alerts.timers import deadlines
from console import records, words
from console.web.desk import Desk, Fields, desk_of, need_actor
from console.web.sheets import SIZE, sheet_of
from flows.health import pairs
from minyin.database import load_one, reading, tables
from minyin.errors import InputError
from minyin.model import Alert, AlertKind, AlertState, Event, Value

router = APIRouter()
DEEDS: dict[str, tuple[Callable[..., Alert], str]] = {
    "acknowledge": (respond.acknowledge, "已确认收到"),
    "false-alarm": (respond.mark_false_alarm, "已标为误报"),
    "lift": (respond.lift, "已解除预警"),
}


class Timer(Value):
    """A time limit as a clock time, and whether it was kept."""

    name: str
    due: str
    state: str
    late: bool = False


@router.get("/alerts")
def alerts(request: Request, state: str = "", level: str = "") -> HTMLResponse:
    desk = desk_of(request)
    c = tables.alerts.c
    if state and state not in list(AlertState):
        raise InputError(f"没有名为 {state!r} 的预警状态，可选：{'、'.join(AlertState)}")
    where = [c.state == state] if state else []
    where += [c.level == level] if level else []
    with reading(desk.house.engine) as connection:
        sheet = sheet_of(request, records.count(connection, tables.alerts, *where))
        found = records.alerts_of(connection, *where, limit=SIZE, offset=sheet.offset)
        events = records.events_by_id(connection, [alert.event_id for alert in found])
        counts = pairs(connection, select(c.state, func.count()).group_by(c.state))
    timers = {alert.id: timers_of(alert, events.get(alert.event_id), desk) for alert in found}
    return desk.page(
        request,
        "alerts.html",
        alerts=found,
        events=events,
        counts=counts,
        states=tuple(AlertState),
        wanted=state,
        level_wanted=level,
        timers=timers,
        sheet=sheet,
    )


@router.get("/alerts/{alert_id}")
def alert(request: Request, alert_id: str) -> HTMLResponse:
    desk = desk_of(request)
    house = desk.house
    with reading(house.engine) as connection:
        found = load_one(connection, Alert, tables.alerts, alert_id)
        event = load_one(connection, Event, tables.events, found.event_id)
        articles = records.articles_of(connection, tables.articles.c.id.in_(found.articles))
        others = records.alerts_of(
            connection, tables.alerts.c.event_id == found.event_id, tables.alerts.c.id != found.id
        )
        tickets = records.tickets_of_event(connection, found.event_id)
    return desk.page(
        request,
        "alert.html",
        alert=found,
        event=event,
        articles=list(reversed(articles)),
        others=others,
        tickets=tickets,
        timers=timers_of(found, event, desk),
        duties=[duty for duty in house.county.profile.duties if found.level in duty.levels],
    )


def timers_of(alert: Alert, event: Event | None, desk: Desk) -> list[Timer]:
    """The limits of DOMAIN §3.4 as clock times from the moment of raising; an end has none."""
    if alert.kind is AlertKind.LIFT:
        return []
    due = deadlines(alert.level, alert.raised_at, desk.house.county.profile.alerts, desk.calendar)
    answered = event.first_response_at if event else None
    now = desk.house.clock()
    return [
        _timer("研判确认", due.ack, alert.acknowledged_at, alert, now),
        _timer("首报/转办", due.report, None, alert, now),
        _timer("首次回应", due.response, answered, alert, now),
    ]


def _timer(name: str, due: datetime, done: datetime | None, alert: Alert, now: datetime) -> Timer:
    late = (done or now) > due
    if done:
        state = f"{words.moment(done)} 完成{'（超时）' if late else ''}"
    elif alert.state in (AlertState.LIFTED, AlertState.FALSE_ALARM):
        state, late = alert.state.label, False
    else:
        state = "已超时" if late else "未到时限"
    return Timer(name=name, due=words.moment(due), state=state, late=late)


@router.post("/alerts/{alert_id}/{deed}")
def decide(request: Request, alert_id: str, deed: str, fields: Fields) -> Response:
    """Confirm, call a false alarm, or lift."""
    desk = desk_of(request)
    if deed not in DEEDS:
        raise InputError(f"没有名为 {deed!r} 的预警操作")
    act, notice = DEEDS[deed]
    with desk.house.engine.begin() as connection:
        act(
            connection,
            alert_id,
            actor=need_actor(fields),
            at=desk.house.clock(),
            note=fields.get("note", ""),
        )
    return desk.done(f"/alerts/{alert_id}", notice, fields)
