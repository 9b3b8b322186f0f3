"""Time: what 'now' is, and how instants become the dates people read.

Storage is UTC; people see Asia/Shanghai. Nothing else in Minyin calls `datetime.now`.
Working days are left to `tickets.deadlines`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def fixed_clock(at: datetime) -> Clock:
    """A clock that stands still, for the demo, for replays and for tests."""
    if at.tzinfo is None:
        raise ValueError(f"a clock needs an aware time, got {at!r}")
    return lambda: at


def local(at: datetime) -> datetime:
    """The same instant as people in the county read it."""
    return at.astimezone(SHANGHAI)


def local_day(at: datetime) -> date:
    """The calendar day in the county.

    >>> local_day(datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
    datetime.date(2026, 11, 1)
    """
    return local(at).date()


def day_start(day: date) -> datetime:
    """Midnight in the county at which `day` begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """[start, end) of a calendar month in the county.

    >>> [t.isoformat() for t in month_bounds(2026, 12)]
    ['2026-12-01T00:00:00+08:00', '2027-01-01T00:00:00+08:00']
    """
    start = datetime(year, month, 1, tzinfo=SHANGHAI)
    following = start + timedelta(days=31)
    return start, datetime(following.year, following.month, 1, tzinfo=SHANGHAI)


def previous_month(year: int, month: int) -> tuple[int, int]:
    """
    >>> previous_month(2026, 1)
    (2025, 12)
    """
    return (year - 1, 12) if month == 1 else (year, month - 1)
