"""Metrics of tickets by lead unit: table T2 of the brief (DOMAIN §2.5)."""

from collections.abc import Iterable

from minyin.model import ServiceRequest
from reports.frozen import Frozen
from reports.metric_kinds import Rows, metric, percent
from reports.ticket_views import (
    due_in_window,
    flow,
    log_ends,
    overdue_at,
    satisfied,
    signed_in_time,
    visited,
)

UNKNOWN = "none"  # tickets without a lead unit are a row of their own


def by_unit(
    tickets: Iterable[tuple[ServiceRequest, bool]],
) -> dict[str, list[tuple[ServiceRequest, bool]]]:
    found: dict[str, list[tuple[ServiceRequest, bool]]] = {}
    for ticket, ok in tickets:
        found.setdefault(ticket.lead_unit or UNKNOWN, []).append((ticket, ok))
    return dict(sorted(found.items()))


def _unit_counts(tickets: Iterable[ServiceRequest]) -> Rows:
    return {unit: float(len(rows)) for unit, rows in by_unit((t, True) for t in tickets).items()}


def _unit_rates(tickets: Iterable[tuple[ServiceRequest, bool]]) -> Rows:
    return {
        unit: percent(sum(ok for _, ok in rows), len(rows))
        for unit, rows in by_unit(tickets).items()
    }


@metric("unit_due", "单位应办", "件", "应办工单按主办单位分")
def _unit_due(frozen: Frozen) -> Rows:
    return _unit_counts(flow(frozen).due)


@metric("unit_dispatched", "单位派单", "件", "本期派出的工单按主办单位分")
def _unit_dispatched(frozen: Frozen) -> Rows:
    return _unit_counts(t for t in frozen.tickets if frozen.has(t.dispatched_at))


@metric("unit_sign_rate", "单位及时签收率", "%", "时限内签收 ÷ 该单位本期派单", "该单位本期派单")
def _unit_sign(frozen: Frozen) -> Rows:
    return _unit_rates(signed_in_time(frozen))


@metric("unit_done", "单位办结", "件", "本期办结工单按主办单位分")
def _unit_done(frozen: Frozen) -> Rows:
    return _unit_counts(flow(frozen).done)


@metric(
    "unit_on_time_rate",
    "单位按时办结率",
    "%",
    "时限前答复或办结 ÷ 该单位本期到期应办结",
    "该单位到期",
)
def _unit_on_time(frozen: Frozen) -> Rows:
    return _unit_rates(due_in_window(frozen))


@metric("unit_overdue", "单位超期", "件", "期末超期存量按主办单位分")
def _unit_overdue(frozen: Frozen) -> Rows:
    return _unit_counts(overdue_at(frozen, min(frozen.end, frozen.cutoff), log_ends(frozen)))


@metric("unit_returns", "单位退单", "件", "有退单的应办工单按主办单位分")
def _unit_returns(frozen: Frozen) -> Rows:
    return _unit_counts(t for t in flow(frozen).due if t.returns)


@metric("unit_extensions", "单位延期", "件", "有延期的应办工单按主办单位分")
def _unit_extensions(frozen: Frozen) -> Rows:
    return _unit_counts(t for t in flow(frozen).due if t.extensions)


@metric("unit_rework", "单位重办", "件", "被发回重办的应办工单按主办单位分")
def _unit_rework(frozen: Frozen) -> Rows:
    return _unit_counts(t for t in flow(frozen).due if t.rework)


@metric(
    "unit_satisfaction", "单位满意率", "%", "（满意＋基本满意）÷ 该单位有效回访", "该单位有效回访"
)
def _unit_satisfaction(frozen: Frozen) -> Rows:
    return _unit_rates((t, satisfied(t)) for t in visited(frozen))


@metric(
    "unit_solved",
    "单位解决率",
    "%",
    "诉求人认可已解决 ÷ 该单位答复了是否解决的",
    "该单位已答复是否解决",
)
def _unit_solved(frozen: Frozen) -> Rows:
    asked = (t for t in frozen.tickets if frozen.has(t.visited_at) and t.solved is not None)
    return _unit_rates((t, bool(t.solved)) for t in asked)


@metric("unit_expiring", "单位到期应办结", "件", "办理时限落在本期的工单按主办单位分")
def _unit_expiring(frozen: Frozen) -> Rows:
    return _unit_counts(t for t, _ in due_in_window(frozen))


@metric("unit_visited", "单位有效回访", "件", "有效回访的工单按主办单位分")
def _unit_visited(frozen: Frozen) -> Rows:
    return _unit_counts(visited(frozen))
