"""Reading the database into a `Frozen`: which rows, as of which moment, in which order.

The database answers 'now'; a brief speaks of the cut-off. Tickets are therefore rolled back to it by their
append-only log, and everything written later is left out. What the rows mean is left to `reports.metrics`.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from minyin.clock import month_bounds, previous_month
from minyin.county import County
from minyin.database import tables
from minyin.errors import InputError
from minyin.model import (
    Channel,
)
from nlp.event.keywords import counted, keyphrases, rising
from reports.freeze_rows import (
    alerts_of,
    events_of,
    links_of,
    runs_of,
    sources_of,
    tickets_of,
    timeline_of,
)
from reports.frozen import Fact, Frozen, Reference, RisingRow, TopicRow

Cut = Callable[[str], list[str]]

EXCERPT = 300  # characters of an event's article kept for quoting; quotes themselves are ≤ 60
WORDS = 30
EMERGING = 10
SLIM = tuple(
    [
        "id",
        "title",
        "url",
        "channel",
        "kind",
        "source_id",
        "source_name",
        "outlet",
        "tier",
        "street",
        "topic",
        "severity",
        "polarity",
        "score",
        "appeal",
        "urgent",
        "relevant",
        "published_at",
        "event_id",
        "repost_of",
        "parent_id",
        "interactions",
        "text",
    ]
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
    merged = _merges(connection)
    articles = _facts(connection, start, min(end, cutoff), merged)
    previous = _facts(connection, before, start, merged)
    alerts = alerts_of(connection, min(end, cutoff), cutoff)
    tickets, log = tickets_of(connection, county, cutoff)
    links = links_of(connection, cutoff)
    events = events_of(connection, articles + previous, alerts, tickets, links, cutoff)
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
        timeline=timeline_of(connection, wanted, cutoff),
        sources=sources_of(connection, county, cutoff),
        runs=runs_of(connection, start, cutoff),
        words=_words(articles, county, cut),
        emerging=_emerging(articles, previous, county, cut),
    )


def _merges(connection: Connection) -> dict[str, str]:
    """Merged events and where they went; an event merged twice ends at the last."""
    table = tables.events
    rows = connection.execute(
        select(table.c.id, table.c.merged_into).where(table.c.merged_into.is_not(None))
    )
    step = {row.id: row.merged_into for row in rows}
    ends = {}
    for event in sorted(step):
        target, seen = step[event], {event}
        while target in step and target not in seen:
            seen.add(target)
            target = step[target]
        ends[event] = target
    return ends


def _facts(
    connection: Connection, start: datetime, end: datetime, merged: dict[str, str]
) -> list[Fact]:
    table = tables.articles
    rows = connection.execute(
        select(*(table.c[name] for name in SLIM))
        .where(table.c.published_at >= start, table.c.published_at < end)
        .order_by(table.c.published_at, table.c.id)
    )
    return [_fact(dict(row._mapping), merged) for row in rows]


def _fact(row: dict[str, Any], merged: dict[str, str]) -> Fact:
    text = " ".join(row.pop("text").split())
    source = row.pop("source_name")
    row["title"] = row["title"] or (text[:28] + ("…" if len(text) > 28 else ""))
    row["outlet"] = row["outlet"] or source
    row["event_id"] = merged.get(row["event_id"], row["event_id"])
    row["score"] = round(row["score"], 4)
    return Fact(**row, excerpt=text[:EXCERPT] if row["event_id"] else "")


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
    """Top phrases of the month's titles: one count per article. Without a segmenter, the county's topic words."""
    titles = _titles(articles)
    if cut is not None:
        own = _own_names(county)
        found = keyphrases(titles, cut, WORDS + len(own))
        kept = [(phrase, count) for phrase, count in found if phrase not in own]
        return tuple(sorted(kept, key=lambda item: (-item[1], item[0]))[:WORDS])
    known = {word for topic in county.topics for word in topic.keywords if CHINESE.fullmatch(word)}
    counts = Counter(word for title in titles for word in known if word in title)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORDS])


def _emerging(
    articles: list[Fact], previous: list[Fact], county: County, cut: Cut | None
) -> tuple[RisingRow, ...]:
    """Phrases of titles that this period uses more than the one before; none without a segmenter or a period before."""
    titles, earlier = _titles(articles), _titles(previous)
    if cut is None or not earlier:
        return ()
    found = rising(
        counted(titles, cut), counted(earlier, cut), (len(titles), len(earlier)), EMERGING
    )
    own = _own_names(county)
    return tuple(
        RisingRow(term=one.term, now=one.now, before=one.before)
        for one in found
        if one.term not in own
    )


def _titles(articles: list[Fact]) -> list[str]:
    return [fact.title for fact in articles if fact.counted]


def _own_names(county: County) -> frozenset[str]:
    """Names of the county itself: every article carries them."""
    return frozenset((county.profile.name, *county.profile.short_names))
