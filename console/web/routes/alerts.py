"""预警: what was raised and why, what must be done by when, and what people decided."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select

from console.web import records
from console.web.desk import desk_of
from minyin.county import AlertPolicy
from minyin.database import load_one, tables
from minyin.errors import InputError
from minyin.model import Alert, AlertState, Event, Level, Value

router = APIRouter()
TIMERS = (
    ("ack_minutes", "研判确认"),
    ("report_minutes", "首报/转办"),
    ("response_minutes", "首次回应"),
)


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
    with records.reading(desk.house.engine) as connection:
        found = records.alerts_of(connection, *where)
        events = records.events_by_id(connection, [alert.event_id for alert in found])
        counts = dict(
            connection.execute(select(c.state, func.count()).group_by(c.state)).tuples().all()
        )
    now = desk.house.clock()
    timers = {alert.id: timers_of(alert, desk.house.county.profile.alerts, now) for alert in found}
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
    )


@router.get("/alerts/{alert_id}")
def alert(request: Request, alert_id: str) -> HTMLResponse:
    desk = desk_of(request)
    house = desk.house
    with records.reading(house.engine) as connection:
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
        timers=timers_of(found, house.county.profile.alerts, house.clock()),
        duties=[duty for duty in house.county.profile.duties if found.level in duty.levels],
    )


def timers_of(alert: Alert, policy: AlertPolicy, now: object) -> list[Timer]:
    """The limits of DOMAIN §3.4 as clock times from the moment of raising."""
    from console import words

    timers = []
    for field, name in TIMERS:
        limits: dict[Level, int] = getattr(policy, field)
        due = alert.raised_at + timedelta(minutes=limits[alert.level])
        done = alert.acknowledged_at if field == "ack_minutes" else None
        late = (done or now) > due  # type: ignore[operator]
        if done:
            state = f"{words.moment(done)} 已确认{'（超时）' if late else ''}"
        elif alert.state in (AlertState.LIFTED, AlertState.FALSE_ALARM):
            state, late = alert.state.label, False
        else:
            state = "已超时" if late else "未到时限"
        timers.append(Timer(name=name, due=words.moment(due), state=state, late=late))
    return timers
