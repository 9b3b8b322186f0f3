"""Reading the database into a `Frozen`: which rows, as of which moment, in which order.

The database answers 'now'; a brief speaks of the cut-off. Tickets are therefore rolled back to it by their
append-only log, and everything written later is left out. What the rows mean is left to `reports.metrics`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from minyin.clock import month_bounds, previous_month
from minyin.county import County
from minyin.database import load, tables
from minyin.errors import InputError
from minyin.model import (
    Alert,
    Channel,
    Event,
    RunReport,
    ServiceRequest,
    TicketEvent,
    TicketState,
)
from reports.frozen import Fact, Frozen, Reference, SourceRow, TimelineRow, TopicRow

Cut = Callable[[str], list[str]]

EXCERPT = 300  # characters of an event's article kept for quoting; quotes themselves are ≤ 60
WORDS = 30
SLIM = tuple(
    "id title url channel kind source_id source_name outlet tier street topic severity polarity score appeal "
    "urgent relevant published_at event_id repost_of parent_id interactions text".split()
)
TIMES = tuple(name for name in ServiceRequest.model_fields if name.endswith("_at"))
DEADLINES = frozenset({"sign_due_at", "contact_due_at", "due_at"})
STOP = frozenset(
    "我们 你们 他们 大家 自己 一个 这个 那个 什么 怎么 现在 已经 可以 没有 不是 就是 还是 这样 知道 今天 昨天 明天 "
    "有人 时候 进行 问题 情况 关于 其中 以及 如果 因为 所以 但是 还有 一下 一直 有关 相关 工作 演示 邳州 邳州市".split()
)
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,8}")


def parse_period(period: str) -> tuple[int, int]:
    """
    >>> parse_period("2026-10")
    (2026, 10)
    """
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", period)
    if match is None:
        raise InputError(f"月份 {period!r} 写法有误，应为 年-月，例如 2026-10")
    return int(match[1]), int(match[2])


def freeze(
    connection: Connection,
    *,
    county: County,
    period: str,
    cutoff: datetime,
    cut: Cut | None = None,
) -> Frozen:
    """Everything the brief of a month needs, as it stood at `cutoff`."""
    year, month = parse_period(period)
    start, end = month_bounds(year, month)
    before = month_bounds(*previous_month(year, month))[0]
    return _freeze(connection, county, (before, start, end), cutoff, cut)


def freeze_window(
    connection: Connection,
    start: datetime,
    end: datetime,
    *,
    county: County,
    cutoff: datetime | None = None,
    cut: Cut | None = None,
) -> Frozen:
    """The same for any window; 环比 then compares with the equally long window before it."""
    return _freeze(connection, county, (start - (end - start), start, end), cutoff or end, cut)


def _freeze(
    connection: Connection,
    county: County,
    bounds: tuple[datetime, datetime, datetime],
    cutoff: datetime,
    cut: Cut | None,
) -> Frozen:
    before, start, end = bounds
    articles = _facts(connection, start, min(end, cutoff))
    previous = _facts(connection, before, start)
    alerts = _alerts(connection, min(end, cutoff))
    tickets, log = _tickets(connection, cutoff)
    links = _links(connection, cutoff)
    events = _events(connection, articles + previous, alerts, tickets, links)
    wanted = {event.id for event in events}
    return Frozen(
        reference=_reference(county),
        start=start,
        end=end,
        previous_start=before,
        cutoff=cutoff,
        articles=tuple(articles),
        previous=tuple(f.model_copy(update={"excerpt": ""}) for f in previous),
        year_ago_total=_count_year_ago(connection, start, end),
        events=events,
        alerts=tuple(a for a in alerts if a.event_id in wanted),
        tickets=tickets,
        ticket_log=log,
        event_tickets=links,
        timeline=_timeline(connection, wanted, cutoff),
        sources=_sources(connection, county),
        runs=_runs(connection, start, cutoff),
        words=_words(articles, county, cut),
    )


def _facts(connection: Connection, start: datetime, end: datetime) -> list[Fact]:
    table = tables.articles
    rows = connection.execute(
        select(*(table.c[name] for name in SLIM))
        .where(table.c.published_at >= start, table.c.published_at < end)
        .order_by(table.c.published_at, table.c.id)
    )
    return [_fact(dict(row._mapping)) for row in rows]


def _fact(row: dict[str, Any]) -> Fact:
    text = " ".join(row.pop("text").split())
    source = row.pop("source_name")
    row["title"] = row["title"] or (text[:28] + ("…" if len(text) > 28 else ""))
    row["outlet"] = row["outlet"] or source
    row["score"] = round(row["score"], 4)
    return Fact(**row, excerpt=text[:EXCERPT] if row["event_id"] else "")


def _alerts(connection: Connection, until: datetime) -> list[Alert]:
    table = tables.alerts
    found = load(
        connection,
        Alert,
        select(table).where(table.c.raised_at < until).order_by(table.c.raised_at, table.c.id),
    )
    return [_alert_as_of(alert, until) for alert in found]


def _alert_as_of(alert: Alert, until: datetime) -> Alert:
    late = alert.acknowledged_at is not None and alert.acknowledged_at > until + timedelta(days=1)
    return alert.but(acknowledged_at=None, acknowledged_by=None) if late else alert


def _tickets(
    connection: Connection, cutoff: datetime
) -> tuple[tuple[ServiceRequest, ...], tuple[TicketEvent, ...]]:
    table, log_table = tables.tickets, tables.ticket_log
    log = load(
        connection,
        TicketEvent,
        select(log_table)
        .where(log_table.c.at <= cutoff)
        .order_by(log_table.c.ticket_id, log_table.c.number),
    )
    last = {line.ticket_id: line.to_state for line in log}
    found = load(
        connection,
        ServiceRequest,
        select(table).where(table.c.received_at <= cutoff).order_by(table.c.received_at, table.c.id),
    )
    return tuple(_as_of(ticket, last.get(ticket.id), cutoff) for ticket in found), tuple(log)


def _as_of(ticket: ServiceRequest, state: TicketState | None, cutoff: datetime) -> ServiceRequest:
    """The ticket as it stood: the log's last state, and no time stamp from the future."""
    future = {
        name: None
        for name in TIMES
        if name not in DEADLINES and (at := getattr(ticket, name)) is not None and at > cutoff
    }
    changes: dict[str, Any] = dict(future)
    if state is not None:
        changes["state"] = state
    if "closed_at" in future:
        changes |= {"result": None, "result_text": None, "solved": None}
    if "replied_at" in future:
        changes["reply_text"] = None
    if "visited_at" in future:
        changes |= {"satisfaction": "none", "solved": None}
    return ticket.but(**changes) if changes else ticket


def _links(connection: Connection, cutoff: datetime) -> tuple[tuple[str, str], ...]:
    table = tables.event_ticket
    rows = connection.execute(
        select(table.c.event_id, table.c.ticket_id)
        .where(table.c.linked_at <= cutoff)
        .order_by(table.c.event_id, table.c.ticket_id)
    )
    return tuple((row.event_id, row.ticket_id) for row in rows)


def _events(
    connection: Connection,
    facts: Iterable[Fact],
    alerts: Iterable[Alert],
    tickets: Iterable[ServiceRequest],
    links: Iterable[tuple[str, str]],
) -> tuple[Event, ...]:
    """Events that anything in the data speaks of; the level is what the alerts up to then say."""
    wanted = {f.event_id for f in facts} | {t.event_id for t in tickets} | {e for e, _ in links}
    table = tables.events
    found = load(connection, Event, select(table).order_by(table.c.first_at, table.c.id))
    highest: dict[str, Any] = {}
    for alert in alerts:
        known = highest.get(alert.event_id)
        if known is None or alert.level.rank > known.rank:
            highest[alert.event_id] = alert.level
    return tuple(
        event.but(level=highest.get(event.id))
        for event in found
        if (event.id in wanted or event.id in highest) and event.merged_into is None
    )


def _timeline(
    connection: Connection, wanted: set[str], cutoff: datetime
) -> tuple[TimelineRow, ...]:
    table = tables.timeline
    rows = connection.execute(
        select(table)
        .where(table.c.at <= cutoff)
        .order_by(table.c.event_id, table.c.at, table.c.key)
    )
    return tuple(TimelineRow(**row._mapping) for row in rows if row.event_id in wanted)


def _sources(connection: Connection, county: County) -> tuple[SourceRow, ...]:
    health = {
        row.source_id: row for row in connection.execute(select(tables.source_health))
    }
    rows = []
    for source in sorted(county.sources, key=lambda s: s.id):
        seen = health.get(source.id)
        rows.append(
            SourceRow(
                id=source.id,
                name=source.name,
                channel=source.channel,
                tier=source.tier,
                enabled=source.enabled,
                crawled_at=seen.crawled_at if seen else None,
                pages=seen.pages if seen else 0,
                failures=seen.failures if seen else 0,
                note=seen.note if seen else None,
            )
        )
    return tuple(rows)


def _runs(connection: Connection, start: datetime, cutoff: datetime) -> tuple[RunReport, ...]:
    table = tables.runs
    return tuple(
        load(
            connection,
            RunReport,
            select(table)
            .where(table.c.started_at >= start, table.c.started_at <= cutoff)
            .order_by(table.c.started_at, table.c.id),
        )
    )


def _count_year_ago(connection: Connection, start: datetime, end: datetime) -> int:
    table = tables.articles
    public = [channel.value for channel in Channel if channel.public]
    year = timedelta(days=365)
    return (
        connection.execute(
            select(func.count())
            .select_from(table)
            .where(table.c.published_at >= start - year, table.c.published_at < end - year)
            .where(table.c.relevant, table.c.repost_of.is_(None), table.c.channel.in_(public))
        ).scalar()
        or 0
    )


def _reference(county: County) -> Reference:
    profile = county.profile
    return Reference(
        county=profile.code,
        name=profile.name,
        about=next((w for w in profile.short_names if w.startswith("涉")), f"涉{profile.name}"),
        population_wan=profile.population_wan,
        streets={s.code: s.name for s in county.streets if s.ranked},
        topics=tuple(
            TopicRow(code=t.code, name=t.name, category=t.category, severity=t.severity)
            for t in county.topics
        ),
        units={unit.id: unit.name for unit in county.unit_by_id.values()},
        response_minutes={
            level.value: minutes for level, minutes in profile.alerts.response_minutes.items()
        },
        masthead=profile.masthead,
    )


def _words(articles: list[Fact], county: County, cut: Cut | None) -> tuple[tuple[str, int], ...]:
    """Top words of the month's titles: one count per article. Without a segmenter, the county's topic words."""
    titles = [fact.title for fact in articles if fact.counted]
    counts: Counter[str] = Counter()
    if cut is None:
        known = {word for topic in county.topics for word in topic.keywords if len(word) > 1}
        for title in titles:
            counts.update(word for word in known if word in title)
    else:
        for title in titles:
            counts.update({w for w in cut(title) if CHINESE.fullmatch(w) and w not in STOP})
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORDS])
