"""事件: the list by heat, and one event with everything that was said and done about it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import ColumnElement, Connection, func, select

from console import records
from console.web.charts import Bar, histogram
from console.web.desk import Desk, desk_of
from console.web.periods import Interval, Period, axis_label, filled, following
from console.web.questions import Filter, Question, ask
from console.web.sheets import SIZE, Sheet, sheet_of
from console.web.told import told
from flows.health import pairs
from index.port import Bucket, SearchRequest
from minyin.database import load, load_one, reading, tables
from minyin.model import (
    ArticleKind,
    Channel,
    Document,
    Event,
    EventState,
    Level,
    Value,
)

router = APIRouter()
SORTS = {
    "heat": "热度",
    "rising": "近1小时新增",
    "recent": "近24小时新增",
    "last": "最近更新",
    "level": "预警等级",
    "repeat": "重复诉求",
}
ONLY = {
    "": "全部",
    "alerted": "有预警",
    "overdue": "工单超期",
    "rebound": "反弹",
    "alive": "未办结",
}
DONE = (EventState.CLOSED.value, EventState.FALSE_ALARM.value, EventState.MERGED.value)
RANKED = 10 * SIZE
"""Events put in order by what their articles add up to: the most recently updated; older ones follow by time."""


class Ask(Value):
    """What the event list is asked for."""

    sort: str = "heat"
    only: str = ""
    street: str = ""
    topic: str = ""
    q: str = ""
    level: str = ""


@router.get("/events")
def events(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    given = {k: v for k, v in request.query_params.items() if k in Ask.model_fields}
    wanted = Ask(**given)
    now = desk.house.clock()
    with reading(desk.house.engine) as connection:
        where, e = _conditions(desk, wanted), tables.events
        sheet = sheet_of(request, records.count(connection, e, *where))
        repeats = _repeats(connection, now) if wanted.sort == "repeat" else {}
        risen = _risen(connection, now) if wanted.sort == "rising" else {}
        rows = _rows(connection, where, wanted.sort, sheet, now, repeats | risen)
        total = records.count(connection, e, e.c.merged_into.is_(None))
    return desk.page(
        request,
        "events.html",
        rows=rows,
        repeats=repeats,
        wanted=wanted,
        sorts=SORTS,
        only=ONLY,
        total=total,
        sheet=sheet,
        left=max(0, sheet.total - RANKED) if wanted.sort != "last" else 0,
    )


def _rows(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    sort: str,
    sheet: Sheet,
    now: datetime,
    counts: dict[str, int],
) -> list[records.EventRow]:
    """The events of one sheet."""
    e = tables.events
    newest = select(e).where(*where).order_by(e.c.last_at.desc(), e.c.id)
    ranked = sort != "last" and sheet.offset < RANKED
    chosen = newest.limit(RANKED) if ranked else newest.offset(sheet.offset).limit(SIZE)
    rows = records.event_rows(connection, load(connection, Event, chosen), now)
    if not ranked:
        return rows
    return sorted(rows, key=lambda row: _order(row, sort, counts))[sheet.offset :][:SIZE]


def _conditions(desk: Desk, wanted: Ask) -> list[ColumnElement[bool]]:
    e, now = tables.events.c, desk.house.clock()
    where: list[ColumnElement[bool]] = [e.merged_into.is_(None)]
    if wanted.q:
        where.append(e.title.contains(wanted.q, autoescape=True))
    where += [
        e[name] == getattr(wanted, name) for name in ("street", "topic") if getattr(wanted, name)
    ]
    if wanted.level:
        where.append(e.current_level == wanted.level)
    link = tables.event_ticket.c
    late = (
        select(link.event_id)
        .join(tables.tickets, tables.tickets.c.id == link.ticket_id)
        .where(records.ticket_view("overdue", now))
    )
    kinds = {
        "alerted": e.level.is_not(None),
        "overdue": e.id.in_(late),
        "rebound": e.rebound.is_(True),
        "alive": e.state.not_in(DONE),
    }
    if wanted.only in kinds:
        where.append(kinds[wanted.only])
    return where


def _repeats(connection: Connection, now: datetime) -> dict[str, int]:
    """Appeals of the hotline and the question board on each event within seven days."""
    a = tables.articles.c
    since = now - timedelta(days=7)
    appeals = a.channel.in_([Channel.HOTLINE.value, Channel.BOARD.value])
    kinds = a.kind.in_([ArticleKind.ROW.value, ArticleKind.QUESTION.value])
    statement = select(a.event_id, func.count()).where(
        a.event_id.is_not(None), a.published_at >= since, appeals, kinds
    )
    return pairs(connection, statement.group_by(a.event_id))


def _risen(connection: Connection, now: datetime) -> dict[str, int]:
    """Articles on each event within the last hour."""
    a = tables.articles.c
    new = (a.published_at > now - timedelta(hours=1)) & (a.published_at <= now)
    statement = select(a.event_id, func.count()).where(a.event_id.is_not(None), new)
    return pairs(connection, statement.group_by(a.event_id))


def _order(row: records.EventRow, sort: str, counts: dict[str, int]) -> tuple[float, float, str]:
    event = row.event
    rank = {
        "heat": row.heat,
        "recent": row.recent,
        "level": event.level.rank if event.level else 0,
        "repeat": counts.get(event.id, 0),
        "rising": counts.get(event.id, 0),
    }.get(sort, 0)
    return -rank, -event.last_at.timestamp(), event.id


@router.get("/events/{event_id}")
def event(request: Request, event_id: str) -> HTMLResponse:
    desk = desk_of(request)
    now = desk.house.clock()
    a, t = tables.articles.c, tables.timeline
    with reading(desk.house.engine) as connection:
        found = load_one(connection, Event, tables.events, event_id)
        members = records.articles_of(connection, a.event_id == event_id, limit=1000)
        entries = connection.execute(
            select(t).where(t.c.event_id == event_id).order_by(t.c.at, t.c.key)
        ).all()
        alerts = records.alerts_of(connection, tables.alerts.c.event_id == event_id)
        tickets = records.tickets_of_event(connection, event_id)
        row = records.event_rows(connection, [found], now)[0]
    return desk.page(
        request,
        "event.html",
        event=found,
        row=row,
        members=list(reversed(members)),
        entries=list(reversed(entries)),
        chart=_chart(desk, found),
        platforms=_platforms(members),
        told=told(members, desk.house.segmenter.cut),
        search=ask(now, f"event_id:{event_id}").url(),
        alerts=alerts,
        tickets=tickets,
        all_levels=tuple(Level),
        done=found.state.value in DONE,
    )


def _chart(desk: Desk, found: Event) -> object:
    """Volume over the life of the event; every bar leads to its articles."""
    period = Period(
        name="custom",
        start=found.first_at,
        end=following(found.last_at.replace(minute=0, second=0, microsecond=0), "hour"),
    )
    interval: Interval = period.interval
    question = Question(
        filters=(Filter(field="event_id", value=found.id),), period=Period(name="all")
    )
    result = desk.house.store.search(
        SearchRequest(query=question.query, limit=0, histogram=interval, highlight=False)
    )
    buckets: tuple[Bucket, ...] = result.histogram
    bars = [
        Bar(
            label=axis_label(start, interval),
            total=bucket.count,
            negative=bucket.negative,
            href=question.between(start, end),
        )
        for start, end, bucket in filled(buckets, period, interval)
    ]
    return histogram(bars, width=1000, height=120, name="事件声量")


def _platforms(members: list[Document]) -> list[tuple[str, int, int]]:
    """Channel, articles, negative articles; the loudest first."""
    total = Counter(member.channel for member in members)
    bad = Counter(member.channel for member in members if member.negative)
    return [(channel.label, count, bad[channel]) for channel, count in total.most_common()]
