"""Unit standings: the order of table T2, and who stands on 红榜(先进) or 黄榜(提醒) (DOMAIN §4.5).

The two boards are always named with their meaning; a bare 红 is never shown (DOMAIN §0.10).
"""

from datetime import timedelta

from minyin.model import Value
from reports.frozen import Frozen
from reports.metric_tickets import UNKNOWN
from reports.metrics import Measures
from reports.ticket_views import log_ends, overdue_at

GOOD_BASE = 10  # units with fewer tickets are listed apart
GOOD_SATISFACTION = 95.0
LOW_ON_TIME = 92.0  # the floors that 大英县 names units by [W23]
LOW_SATISFACTION = 85.0
LONG_OVERDUE = timedelta(days=7)  # five working days


class Standing(Value):
    unit: str
    name: str
    due: int
    rank: int | None
    board: str
    reasons: tuple[str, ...] = ()


def standings(measures: Measures) -> tuple[Standing, ...]:
    """Units with anything to do, best on-time rate first; units without a due ticket have no rank."""
    rows = measures.rows("unit_due")
    units = sorted(set(rows) | set(measures.rows("unit_dispatched")))

    def order(unit: str) -> tuple[float, float, float, str]:
        return (
            -(_rate(measures, "unit_on_time_rate", unit, -1.0)),
            -(_rate(measures, "unit_satisfaction", unit, -1.0)),
            -(rows.get(unit) or 0),
            unit,
        )

    late = _long_overdue(measures.frozen)
    found = []
    for place, unit in enumerate(sorted(units, key=order), 1):
        board, reasons = _board(measures, unit, late.get(unit, 0))
        ranked = measures.value("unit_on_time_rate", unit) is not None
        name = measures.frozen.reference.unit_name(None if unit == UNKNOWN else unit)
        due = int(rows.get(unit) or 0)
        found.append(
            Standing(
                unit=unit,
                name=name,
                due=due,
                rank=place if ranked else None,
                board=board,
                reasons=reasons,
            )
        )
    return tuple(found)


def _rate(measures: Measures, metric: str, unit: str, missing: float) -> float:
    value = measures.value(metric, unit)
    return missing if value is None else value


def _long_overdue(frozen: Frozen) -> dict[str, int]:
    at = min(frozen.end, frozen.cutoff)
    counts: dict[str, int] = {}
    for ticket in overdue_at(frozen, at, log_ends(frozen)):
        if ticket.due_at is not None and at - ticket.due_at > LONG_OVERDUE:
            unit = ticket.lead_unit or UNKNOWN
            counts[unit] = counts.get(unit, 0) + 1
    return counts


def _board(measures: Measures, unit: str, long_overdue: int) -> tuple[str, tuple[str, ...]]:
    """红榜（先进）, 黄榜（提醒） or nothing, with the figures that led there."""
    on_time = measures.value("unit_on_time_rate", unit)
    satisfaction = measures.value("unit_satisfaction", unit)
    reasons = []
    if on_time is not None and on_time < LOW_ON_TIME:
        reasons.append(f"按时办结率{measures.text('unit_on_time_rate', unit)}，低于92%")
    if satisfaction is not None and satisfaction < LOW_SATISFACTION:
        reasons.append(f"满意率{measures.text('unit_satisfaction', unit)}，低于85%")
    if long_overdue:
        reasons.append(f"超期5个工作日以上{long_overdue}件")
    if unit == UNKNOWN:
        return "", ()
    if reasons:
        return "yellow", tuple(reasons)
    enough = (measures.value("unit_due", unit) or 0) >= GOOD_BASE
    pleased = satisfaction is not None and satisfaction >= GOOD_SATISFACTION
    if enough and on_time == 100 and pleased:
        return "red", (f"按时办结率100%，满意率{measures.text('unit_satisfaction', unit)}",)
    return "", ()
