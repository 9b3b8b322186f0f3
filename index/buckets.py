"""A histogram from what an engine counted: whole local days become weeks and months, gaps become zeros."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from index.port import Bucket
from minyin.clock import SHANGHAI, day_start, local

Interval = Literal["hour", "day", "week", "month"]
Counts = Mapping[int, tuple[int, int]]

HOUR = 3_600_000
DAY = 24 * HOUR
OFFSET = 8 * HOUR  # Asia/Shanghai is UTC+8 all year (since 1992)
MOST = 20_000  # gaps are filled as long as the result stays within this


def step(interval: Interval) -> int:
    """The fixed step that an engine counts in, in milliseconds."""
    return HOUR if interval == "hour" else DAY


def histogram(counts: Counts, interval: Interval) -> tuple[Bucket, ...]:
    """`counts`: start of an hour or a local day in milliseconds → (all, negative)."""
    merged: dict[datetime, list[int]] = {}
    for ms, (count, negative) in counts.items():
        bucket = merged.setdefault(_start(ms, interval), [0, 0])
        bucket[0] += count
        bucket[1] += negative
    if not merged:
        return ()
    starts = _every(min(merged), max(merged), interval)
    if len(starts) > MOST:
        starts = sorted(merged)
    return tuple(
        Bucket(key=start.isoformat(), count=merged[start][0], negative=merged[start][1])
        if start in merged
        else Bucket(key=start.isoformat(), count=0)
        for start in starts
    )


def _start(ms: int, interval: Interval) -> datetime:
    at = datetime.fromtimestamp(ms / 1000, SHANGHAI)
    if interval == "week":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1) if interval == "month" else at


def _every(first: datetime, last: datetime, interval: Interval) -> list[datetime]:
    starts = [first]
    while starts[-1] < last and len(starts) <= MOST:
        starts.append(_next(starts[-1], interval))
    return starts


def _next(at: datetime, interval: Interval) -> datetime:
    match interval:
        case "hour":
            return at + timedelta(hours=1)
        case "day":
            return at + timedelta(days=1)
        case "week":
            return at + timedelta(days=7)
    return day_start((local(at) + timedelta(days=31)).date().replace(day=1))
