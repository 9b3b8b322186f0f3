"""Deadlines of tickets (DOMAIN §4.5): '15min' and '24h' run 7×24, 'Nwd' ends at 18:00 of the Nth working day after
dispatch, and part of a working day is counted in office hours from the moment itself.

Left to others: which days are worked (minyin.workdays), which policy applies (policy).
"""

import re
from datetime import datetime, timedelta

from minyin.county import County, SlaPolicy
from minyin.errors import ProfileError
from minyin.model import Value
from minyin.workdays import OFFICE_DAY_MINUTES, WorkCalendar, load_calendar
from minyin.yamlfile import line_of, read_yaml

DURATION = re.compile(r"(\d+(?:\.\d+)?)(min|h|wd)")
HOW = "写法如 15min、2h、0.5wd、3wd"


class Terms(Value):
    """The three clocks that start at dispatch."""

    sign_due_at: datetime
    contact_due_at: datetime | None
    due_at: datetime


def add_duration(start: datetime, duration: str, calendar: WorkCalendar) -> datetime:
    """`start` plus a duration. Raises ProfileError for one that cannot be read, OperatorError beyond the calendar.

    >>> friday = datetime.fromisoformat("2026-11-20T17:00:00+08:00")
    >>> add_duration(friday, "1wd", WorkCalendar()).isoformat()
    '2026-11-23T18:00:00+08:00'
    >>> add_duration(friday, "0.5wd", WorkCalendar()).isoformat()
    '2026-11-23T11:30:00+08:00'
    """
    found = DURATION.fullmatch(duration)
    if not found or float(found[1]) <= 0:
        raise ProfileError([f"sla.yaml:1: 时限 {duration!r} 读不懂，{HOW}"])
    number, unit = float(found[1]), found[2]
    if unit == "min":
        return start + timedelta(minutes=number)
    if unit == "h":
        return start + timedelta(hours=number)
    if number.is_integer():
        return calendar.add_days(start, int(number))
    if number > 1:
        raise ProfileError([f"sla.yaml:1: 时限 {duration!r} 超过一个工作日时须是整数，{HOW}"])
    return calendar.add_minutes(start, number * OFFICE_DAY_MINUTES)


def terms(policy: SlaPolicy, dispatched_at: datetime, calendar: WorkCalendar) -> Terms:
    contact = policy.contact and add_duration(dispatched_at, policy.contact, calendar)
    return Terms(
        sign_due_at=add_duration(dispatched_at, policy.sign, calendar),
        contact_due_at=contact or None,
        due_at=add_duration(dispatched_at, policy.finish, calendar),
    )


def days_left(at: datetime, county: County) -> int:
    """How many days the working calendar still covers; under 60 the health page warns."""
    return load_calendar(county.folder).days_left(at)


def check_policies(county: County) -> list[str]:
    """Faults of sla.yaml as 'file:line: what': durations that cannot be read, no policy for every ticket."""
    faults = []
    _, node, _ = read_yaml(county.folder / "sla.yaml")
    for number, policy in enumerate(county.policies):
        for field in ("sign", "contact", "finish"):
            duration = getattr(policy, field)
            line = line_of(node, ("policies", number, field))
            found = DURATION.fullmatch(duration or "1wd")
            if not found or float(found[1]) <= 0:
                faults.append(f"sla.yaml:{line}: {policy.id}.{field} {duration!r} 读不懂，{HOW}")
            elif found[2] == "wd" and float(found[1]) > 1 and not float(found[1]).is_integer():
                faults.append(
                    f"sla.yaml:{line}: {policy.id}.{field} {duration!r} 超过一个工作日时须是整数"
                )
    if not any(not p.urgencies and not p.appeal_types for p in county.policies):
        faults.append("sla.yaml:1: 缺少一条不限紧急程度和类型的时限，放在最后兜底")
    return faults
