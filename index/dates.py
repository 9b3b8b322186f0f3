"""Dates as people and Kibana write them, read into a span of time [start, end) in the county's local time.

A day is the whole day, a month the whole month, `now-7d` an instant, `now-7d/d` the whole day a week ago.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from minyin.clock import SHANGHAI, local

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(milliseconds=1)  # both engines keep milliseconds

_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2}))?)?[年月日]?"
    r"(?:[T ]?(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2})(?:\.(?P<part>\d{1,6}))?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_STEP = re.compile(r"(?P<sign>[+-])(?P<number>\d{1,6})(?P<unit>[yMwdhHms])|/(?P<round>[yMwdhHms])")
_WORDS = {
    "今天": "now/d",
    "昨天": "now-1d/d",
    "前天": "now-2d/d",
    "本周": "now/w",
    "上周": "now-1w/w",
    "本月": "now/M",
    "上月": "now-1M/M",
    "今年": "now/y",
    "去年": "now-1y/y",
    "现在": "now",
}
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}


class Stretch(NamedTuple):
    """[start, end)"""

    start: datetime
    end: datetime


def milliseconds(at: datetime) -> int:
    """
    >>> milliseconds(datetime(1970, 1, 1, 8, 0, 1, tzinfo=SHANGHAI))
    1000
    """
    return (at - EPOCH) // TICK


def instant(ms: float) -> str:
    """The same moment as ISO 8601: OpenSearch takes no milliseconds before 1970.

    >>> instant(-1000), instant(-1e15)
    ('1969-12-31T23:59:59.000+00:00', '0001-01-01T00:00:00.000+00:00')
    """
    earliest = datetime.min.replace(tzinfo=UTC)
    at = EPOCH + max(ms * TICK, earliest - EPOCH)
    return at.isoformat(timespec="milliseconds")


def read_date(text: str, now: datetime) -> Stretch | None:
    """The time a text means, None if it means none.

    >>> now = datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)
    >>> [t.isoformat() for t in read_date("2026-10-31", now)]
    ['2026-10-31T00:00:00+08:00', '2026-11-01T00:00:00+08:00']
    >>> [t.isoformat() for t in read_date("now-7d/d", now)]
    ['2026-10-25T00:00:00+08:00', '2026-10-26T00:00:00+08:00']
    >>> read_date("上月", now).start.isoformat(), read_date("明明", now)
    ('2026-10-01T00:00:00+08:00', None)
    """
    text = _WORDS.get(text, text)
    try:
        if text.startswith("now"):
            return _steps(Stretch(local(now), local(now) + TICK), text[3:])
        base, _, steps = text.partition("||")
        match = _DATE.fullmatch(base)
        return _steps(_absolute(match), steps) if match else None
    except (ValueError, OverflowError):
        return None


def _absolute(match: re.Match[str]) -> Stretch:
    part = {
        name: int(value) for name, value in match.groupdict().items() if value and name != "zone"
    }
    if "hour" in part and "day" not in part:
        raise ValueError("a time needs its day")
    micro = int((match["part"] or "0").ljust(6, "0"))
    start = datetime(
        part["year"],
        part.get("month", 1),
        part.get("day", 1),
        part.get("hour", 0),
        part.get("minute", 0),
        part.get("second", 0),
        micro,
        tzinfo=SHANGHAI,
    )
    if match["zone"]:
        zone = datetime.strptime(match["zone"].replace(":", ""), "%z").tzinfo
        start = local(start.replace(tzinfo=zone))
    if match["part"]:
        return Stretch(start, start + TICK)
    finest = next(u for u in ("second", "minute", "day", "month", "year") if u in part)
    unit = {"second": "s", "minute": "m", "day": "d", "month": "M", "year": "y"}[finest]
    return Stretch(start, _shift(start, 1, unit))


def _steps(stretch: Stretch, steps: str) -> Stretch | None:
    at = 0
    while at < len(steps):
        match = _STEP.match(steps, at)
        if not match:
            return None
        at = match.end()
        if match["round"]:
            start = _floor(stretch.start, match["round"])
            stretch = Stretch(start, _shift(start, 1, match["round"]))
        else:
            number = int(match["sign"] + match["number"])
            stretch = Stretch(
                _shift(stretch.start, number, match["unit"]),
                _shift(stretch.end, number, match["unit"]),
            )
    return stretch


def _shift(at: datetime, number: int, unit: str) -> datetime:
    if unit in _UNITS:
        return at + timedelta(**{_UNITS[unit]: number})
    months = at.year * 12 + at.month - 1 + number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    for day in range(at.day, 27, -1):  # 31 March minus a month is the last of February
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month + 1)


def _floor(at: datetime, unit: str) -> datetime:
    if unit in "hH":
        return at.replace(minute=0, second=0, microsecond=0)
    if unit in "ms":
        return at.replace(second=0 if unit == "m" else at.second, microsecond=0)
    at = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "w":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1 if unit in "My" else at.day, month=1 if unit == "y" else at.month)
