"""Deadlines of an alert as clock times (DOMAIN §3.4): 蓝 is confirmed and passed on in office hours, all else 7×24."""

import logging
from datetime import datetime, timedelta

from minyin.county import AlertPolicy
from minyin.errors import OperatorError
from minyin.model import Level, Value
from minyin.workdays import WorkCalendar

log = logging.getLogger(__name__)


class Deadlines(Value):
    ack: datetime
    report: datetime
    response: datetime


def deadlines(
    level: Level, raised_at: datetime, policy: AlertPolicy, calendar: WorkCalendar
) -> Deadlines:
    """When an alert must be confirmed, passed on and first answered in public."""

    def within(minutes: int) -> datetime:
        if level is Level.BLUE:
            try:
                return calendar.add_minutes(raised_at, minutes)
            except OperatorError as error:
                # a calendar that has run out is a fault of the health page, never a reason to be silent
                log.warning("blue deadline counted 7x24: %s", error)
        return raised_at + timedelta(minutes=minutes)

    return Deadlines(
        ack=within(policy.ack_minutes[level]),
        report=within(policy.report_minutes[level]),
        response=raised_at + timedelta(minutes=policy.response_minutes[level]),
    )
