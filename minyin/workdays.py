"""Working days and office hours: the State Council's calendar, with a table of the county's own exceptions.

The table is `workdays.csv` in the county folder: `date,workday,name` with workday yes or no. A year the package does
not know yet is declared there by its New Year's Day: the days of the State Council's notice are written down, every
other day follows the week. Left to others: what a deadline is counted from (tickets, alerts).
"""

import csv
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import holidays as known_holidays

from minyin.clock import SHANGHAI, local
from minyin.errors import OperatorError, ProfileError

# the one place that knows office hours; 午休 is no working time
OFFICE_HOURS = ((time(9), time(12)), (time(14), time(18)))
DAY_END = time(18)
OFFICE_DAY_MINUTES = sum(
    (end.hour - start.hour) * 60 + end.minute - start.minute for start, end in OFFICE_HOURS
)
SATURDAY = 5
CALENDAR_END = date(max(known_holidays).year, 12, 31)


class WorkCalendar:
    """Which days are worked, and instants counted in working time."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self.overrides = dict(overrides or {})

    @property
    def end(self) -> date:
        """The last day that is known, without a year missing in between."""
        year = CALENDAR_END.year
        while date(year + 1, 1, 1) in self.overrides:
            year += 1
        return date(year, 12, 31)

    def days_left(self, at: datetime) -> int:
        """How many days the calendar still covers; the health check warns under 60."""
        return (self.end - local(at).date()).days

    def is_workday(self, day: date) -> bool:
        """Raises OperatorError in a year neither the calendar nor the table knows."""
        if day in self.overrides:
            return self.overrides[day]
        if CALENDAR_END < day <= self.end:
            return day.weekday() < SATURDAY
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as error:
            raise OperatorError(
                f"工作日历没有 {day.year} 年的安排（已有到 {CALENDAR_END:%Y-%m-%d}）：请升级 chinesecalendar，"
                "或把国务院办公厅公布的放假和调休日写进县区文件夹的 workdays.csv（date,workday,name，"
                f"须有 {day.year}-01-01；其余日子按周末计）"
            ) from error

    def add_days(self, start: datetime, days: int) -> datetime:
        """Close of business of the Nth working day after the day of `start` (DOMAIN §4.5)."""
        day = local(start).date()
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_workday(day)
        return datetime.combine(day, DAY_END, tzinfo=SHANGHAI)

    def add_minutes(self, start: datetime, minutes: float) -> datetime:
        """`start` plus so many minutes of office hours."""
        at = local(start)
        left = timedelta(minutes=minutes)
        while True:
            for opening, closing in self._hours(at.date()):
                begin = max(at, opening)
                if begin < closing:
                    if closing - begin >= left:
                        return begin + left
                    left -= closing - begin
            at = datetime.combine(at.date() + timedelta(days=1), time(0), tzinfo=SHANGHAI)

    def workdays_between(self, start: datetime, end: datetime) -> int:
        """Working days after the day of `start`, up to and including the day of `end`."""
        day, last, count = local(start).date(), local(end).date(), 0
        while day < last:
            day += timedelta(days=1)
            count += self.is_workday(day)
        return count

    def _hours(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_workday(day):
            return []
        return [
            (
                datetime.combine(day, start, tzinfo=SHANGHAI),
                datetime.combine(day, end, tzinfo=SHANGHAI),
            )
            for start, end in OFFICE_HOURS
        ]


def load_calendar(folder: Path) -> WorkCalendar:
    """The calendar of a county folder. Raises ProfileError with file and line for every bad row."""
    path = folder / "workdays.csv"
    if not path.is_file():
        return WorkCalendar()
    overrides: dict[date, bool] = {}
    faults = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                overrides[date.fromisoformat(row["date"])] = {"yes": True, "no": False}[
                    row["workday"]
                ]
            except (KeyError, ValueError, TypeError):
                faults.append(
                    f"workdays.csv:{reader.line_num}: 写法应为 date,workday,name，如 2027-01-01,no,元旦"
                )
    if faults:
        raise ProfileError(faults)
    return WorkCalendar(overrides)
