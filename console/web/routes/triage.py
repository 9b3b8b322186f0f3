"""What people decide about an event: a ticket, a level by hand, or that it was nothing."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from alerts import respond
from alerts.notices import Desk as NoticeDesk
from alerts.notices import announce
from console import records
from console.web.desk import Desk, Fields, desk_of, need_actor
from minyin import audit, timeline
from minyin.database import load_one, reading, save, tables
from minyin.errors import InputError
from minyin.model import (
    Alert,
    AlertState,
    AppealType,
    Document,
    Event,
    EventState,
    Level,
    ServiceRequest,
    Urgency,
)
from tickets.create import open_ticket, prefill

router = APIRouter()
CORRECTED = (
    "title",
    "content",
    "demand",
    "appeal_type",
    "urgency",
    "lead_unit",
    "street",
    "topic",
)


@router.get("/events/{event_id}/ticket")
def draft(request: Request, event_id: str, alert: str = "") -> HTMLResponse:
    desk = desk_of(request)
    with reading(desk.house.engine) as connection:
        event, articles, ticket = _draft(connection, desk, event_id, alert)
    chosen = set(ticket.articles)
    return desk.page(
        request,
        "new_ticket.html",
        event=event,
        draft=ticket,
        alert_id=ticket.alert_id or "",
        articles=[one for one in articles if one.id in chosen],
        appeal_types=tuple(AppealType),
        urgencies=tuple(Urgency),
    )


def _draft(
    connection: Connection, desk: Desk, event_id: str, alert_id: str
) -> tuple[Event, list[Document], ServiceRequest]:
    event = load_one(connection, Event, tables.events, event_id)
    a = tables.alerts.c
    alerts = records.alerts_of(connection, a.event_id == event_id)
    alert = next((one for one in alerts if not alert_id or one.id == alert_id), None)
    articles = records.articles_of(connection, tables.articles.c.event_id == event_id)
    now = desk.house.clock()
    return event, articles, prefill(event, alert, articles, desk.house.county, at=now)


@router.post("/events/{event_id}/ticket")
def open_from_event(request: Request, event_id: str, fields: Fields) -> Response:
    """The draft with the clerk's corrections becomes a ticket, accepted and sent to its unit."""
    desk = desk_of(request)
    actor = need_actor(fields)
    county = desk.house.county
    if fields.get("lead_unit") not in county.unit_by_id:
        raise InputError("请选择承办单位")
    with desk.house.engine.begin() as connection:
        _, _, prepared = _draft(connection, desk, event_id, fields.get("alert", ""))
        corrected = {name: fields[name] or None for name in CORRECTED if name in fields}
        corrected["demand"] = fields.get("demand", "")
        ticket = open_ticket(
            connection,
            prepared.but(**corrected),
            actor=actor,
            at=desk.house.clock(),
            dispatch=True,
            county=county,
        )
    return desk.done(f"/tickets/{ticket.id}", f"已生成工单 {ticket.id} 并派单", fields)


@router.post("/events/{event_id}/alert")
def raise_by_hand(request: Request, event_id: str, fields: Fields) -> Response:
    desk = desk_of(request)
    house = desk.house
    if fields.get("level") not in list(Level):
        raise InputError("请选择预警等级")
    with house.engine.begin() as connection:
        alert = respond.raise_manually(
            connection,
            event_id,
            Level(fields["level"]),  # type: ignore[call-arg]
            actor=need_actor(fields),
            at=house.clock(),
            reason=fields.get("reason", ""),
        )
        event = load_one(connection, Event, tables.events, event_id)
        announce(connection, alert, event, NoticeDesk(house.county, house.settings, house.clock))
    return desk.done(f"/alerts/{alert.id}", "已发出人工预警", fields)


@router.post("/events/{event_id}/false-alarm")
def false_alarm(request: Request, event_id: str, fields: Fields) -> Response:
    """误报: through its newest living alert where it has one, else the event alone."""
    desk = desk_of(request)
    actor, reason, now = need_actor(fields), fields.get("reason", ""), desk.house.clock()
    if not reason:
        raise InputError("标为误报须写明理由")
    alive = tables.alerts.c.state.in_([AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value])
    with desk.house.engine.begin() as connection:
        alerts = records.alerts_of(connection, tables.alerts.c.event_id == event_id, alive)
        if alerts:
            newest: Alert = alerts[0]
            respond.mark_false_alarm(connection, newest.id, actor=actor, at=now, note=reason)
        else:
            event = load_one(connection, Event, tables.events, event_id)
            save(connection, tables.events, [event.but(state=EventState.FALSE_ALARM)])
            key = f"state:false_alarm:{now:%Y%m%dT%H%M%S}"
            timeline.note(connection, event_id, key, at=now, text=f"标为误报：{reason}（{actor}）")
            audit.record(
                connection,
                at=now,
                actor=actor,
                action="event.false_alarm",
                object_id=event_id,
                detail={"reason": reason},
            )
    return desk.done(f"/events/{event_id}", "已标为误报", fields)
