"""总览: what an official sees first (R31): alerts, volume, 镇街, tickets, and whether the monitor can see."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from console import records
from console.web import numbers
from console.web.desk import desk_of
from console.web.periods import PICKS, read_period
from console.web.questions import PUBLIC, ask
from console.web.routes.tickets import due_words
from flows.health import source_states
from minyin.database import reading

router = APIRouter()


@router.get("/")
def overview(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    house, now = desk.house, desk.house.clock()
    with reading(house.engine) as connection:
        newest = records.newest_article(connection)
        alerts = records.open_alerts(connection)
        events = records.events_by_id(connection, [alert.event_id for alert in alerts])
        rising = records.rising_events(connection, now)
        tickets = records.ticket_counts(connection, now)
        pressing = records.pressing_tickets(connection)
        sources = source_states(connection, house.county, now)
    if "period" in request.query_params or "from" in request.query_params:
        period = read_period(request.query_params, now, "30d")
    else:
        period = numbers.opening_period(house.store, newest, now)
    question = ask(now, *PUBLIC, period=period)
    result = numbers.volume(house.store, question)
    return desk.page(
        request,
        "overview.html",
        period=period,
        picks=PICKS,
        newest=newest,
        figures=numbers.figures(house.store, now, period),
        bars=numbers.bars(result, question),
        total=result.total,
        negative=sum(bucket.negative for bucket in result.histogram),
        volume_url=question.url(),
        streets=numbers.table(result, "street", question, house.county),
        topics=numbers.table(result, "topic", question, house.county)[:12],
        channels=numbers.table(result, "channel", question, house.county),
        alerts=records.one_per_event(alerts),
        events=events,
        rising=rising,
        tickets=tickets,
        pressing=[(ticket, due_words(ticket, now, desk.calendar)) for ticket in pressing],
        views=records.VIEWS,
        sources=sources,
        blind=[source for source in sources if source.problem],
    )
