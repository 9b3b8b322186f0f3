"""Periods of time as people pick them, and the intervals of a histogram over one.

A period is half open: [start, end). Times in addresses are local and to the minute.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from index.port import Bucket
from minyin.clock import SHANGHAI, local
from minyin.errors import InputError
from minyin.model import Value

Interval = Literal["hour", "day", "week", "month"]

PICKS = {
    "24h": "近24小时",
    "7d": "近7天",
    "30d": "近30天",
    "90d": "近90天",
    "month": "本月",
    "lastmonth": "上月",
    "all": "全部",
}
LENGTHS = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}


class Period(Value):
    """A named span of time; without bounds it is everything."""

    name: str
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None

    @property
    def label(self) -> str:
        if self.name in PICKS:
            return PICKS[self.name]
        return f"{_words(self.start)} 至 {_words(self.end)}"

    @property
    def query(self) -> str:
        """The period as a condition of the query language; empty for everything."""
        bounds = []
        if self.start:
            bounds.append(f'published_at >= "{local(self.start).isoformat()}"')
        if self.end:
            bounds.append(f'published_at < "{local(self.end).isoformat()}"')
        return " and ".join(bounds)

    @property
    def parameters(self) -> dict[str, str]:
        """What an address carries to mean this period."""
        if self.name != "custom":
            return {"period": self.name}
        given = {"from": self.start, "to": self.end}
        return {"period": "custom"} | {k: minute(v) for k, v in given.items() if v}

    @property
    def interval(self) -> Interval:
        """The interval that gives between some 20 and some 100 bars."""
        if not self.start or not self.end:
            return "week"
        days = (self.end - self.start) / timedelta(days=1)
        for limit, name in ((3, "hour"), (100, "day"), (500, "week")):
            if days <= limit:
                return name  # type: ignore[return-value]
        return "month"


def minute(at: datetime) -> str:
    """A local time as an address and an <input type=datetime-local> write it."""
    return f"{local(at):%Y-%m-%dT%H:%M}"


def _words(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else "不限"


def custom(start: datetime | None, end: datetime | None) -> Period:
    return Period(name="custom", start=start, end=end)


def read_period(parameters: Mapping[str, str], now: datetime, default: str) -> Period:
    """The period an address asks for. Raises InputError on a name or a time that cannot be read."""
    name = parameters.get("period") or ("custom" if parameters.get("from") else default)
    if name == "custom":
        period = custom(*(_read_time(parameters.get(key, "")) for key in ("from", "to")))
        if period.start and period.end and period.start >= period.end:
            raise InputError("自定义时段的起始时间须早于结束时间，请重新选择")
        return period
    return named(name, now)


def named(name: str, now: datetime) -> Period:
    """A quick pick as seen from `now`."""
    if name in LENGTHS:
        return Period(name=name, start=now - LENGTHS[name], end=now)
    first = local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if name == "month":
        return Period(name=name, start=first, end=now)
    if name == "lastmonth":
        return Period(name=name, start=(first - timedelta(days=1)).replace(day=1), end=first)
    if name == "all":
        return Period(name=name)
    raise InputError(f"没有名为 {name!r} 的时段，可选：{'、'.join(PICKS)}、custom")


def _read_time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"时间 {text!r} 读不懂，应写作 2026-10-14 或 2026-10-14T08:30") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def floor(at: datetime, interval: Interval) -> datetime:
    """The local start of the interval that holds an instant; weeks begin on Monday."""
    at = local(at).replace(minute=0, second=0, microsecond=0)
    if interval == "hour":
        return at
    at = at.replace(hour=0)
    if interval == "week":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1) if interval == "month" else at


def following(at: datetime, interval: Interval) -> datetime:
    """The start of the next interval."""
    if interval == "month":
        return floor(at + timedelta(days=31), "month")
    step = {
        "hour": timedelta(hours=1),
        "day": timedelta(days=1),
        "week": timedelta(days=7),
    }[interval]
    return at + step


def filled(
    buckets: Sequence[Bucket], period: Period, interval: Interval
) -> list[tuple[datetime, datetime, Bucket]]:
    """Every interval of the period with its bucket: a store leaves out the empty ones, a chart must not."""
    known = {floor(datetime.fromisoformat(bucket.key), interval): bucket for bucket in buckets}
    if not known and not (period.start and period.end):
        return []
    start = floor(period.start, interval) if period.start else min(known)
    stop = period.end or following(max(known), interval)
    rows: list[tuple[datetime, datetime, Bucket]] = []
    while start < stop and len(rows) < 800:
        after = following(start, interval)
        rows.append((start, after, known.get(start, Bucket(key=start.isoformat(), count=0))))
        start = after
    return rows


def axis_label(at: datetime, interval: Interval) -> str:
    """What stands under a bar."""
    if interval == "hour":
        return f"{at:%m-%d %H时}"
    return f"{at:%Y-%m}" if interval == "month" else f"{at:%m-%d}"
