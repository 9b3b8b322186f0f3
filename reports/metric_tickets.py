"""Metrics of tickets, for the county and by unit; every rate names its base (DOMAIN §2.5)."""

from collections.abc import Callable, Iterable

from minyin.clock import local_day
from minyin.model import AppealType, ServiceRequest
from reports.frozen import Frozen
from reports.metric_items import NOWHERE, days_of, tally
from reports.metric_kinds import Rows, metric, one, percent, shares
from reports.ticket_views import (
    due_in_window,
    ended_at,
    flow,
    log_ends,
    nights,
    overdue_at,
    satisfied,
    signed_in_time,
    visited,
)

UNKNOWN = "none"


def _count(values: Iterable[object]) -> Rows:
    return one(float(sum(1 for _ in values)))


@metric("tickets_carried", "上月结转", "件", "期初未办结的工单")
def _carried(frozen: Frozen) -> Rows:
    return _count(flow(frozen).carried)


@metric("tickets_new", "本期新增", "件", "本期受理的工单")
def _new(frozen: Frozen) -> Rows:
    return _count(flow(frozen).new)


@metric("tickets_void", "本期作废", "件", "本期作废的工单")
def _void(frozen: Frozen) -> Rows:
    return _count(flow(frozen).void)


@metric("tickets_merged", "本期合并", "件", "本期并入其他工单的重复件")
def _merged(frozen: Frozen) -> Rows:
    return _count(flow(frozen).merged)


@metric("tickets_due", "本期应办", "件", "上月结转 + 本期新增 − 作废 − 合并")
def _due(frozen: Frozen) -> Rows:
    return _count(flow(frozen).due)


@metric("tickets_done", "本期办结", "件", "应办工单中本期办结的")
def _done(frozen: Frozen) -> Rows:
    return _count(flow(frozen).done)


@metric("tickets_left", "结转下月", "件", "应办 − 办结")
def _left(frozen: Frozen) -> Rows:
    return _count(flow(frozen).left)


@metric("tickets_from_alerts", "舆情转办工单", "件", "本期新增工单中由舆情事件生成或关联的")
def _from_alerts(frozen: Frozen) -> Rows:
    linked = {ticket for _, ticket in frozen.event_tickets}
    return _count(t for t in flow(frozen).new if t.event_id or t.id in linked)


@metric("done_rate", "办结率", "%", "办结 ÷ 应办", "本期应办")
def _done_rate(frozen: Frozen) -> Rows:
    state = flow(frozen)
    return one(percent(len(state.done), len(state.due)))


@metric("tickets_expiring", "本期到期应办结", "件", "办理时限落在本期的工单，不含作废、合并")
def _expiring(frozen: Frozen) -> Rows:
    return _count(due_in_window(frozen))


@metric("on_time_rate", "按时办结率", "%", "时限前答复或办结的 ÷ 本期到期应办结", "本期到期应办结")
def _on_time(frozen: Frozen) -> Rows:
    due = due_in_window(frozen)
    return one(percent(sum(ok for _, ok in due), len(due)))


@metric("tickets_dispatched", "本期派单", "件", "本期派出且签收时限已到或已签收的工单")
def _dispatched(frozen: Frozen) -> Rows:
    return _count(signed_in_time(frozen))


@metric("sign_rate", "及时签收率", "%", "签收时限内签收的 ÷ 本期派单", "本期派单")
def _sign_rate(frozen: Frozen) -> Rows:
    signed = signed_in_time(frozen)
    return one(percent(sum(ok for _, ok in signed), len(signed)))


def _of_due(frozen: Frozen, test: Callable[[ServiceRequest], bool]) -> Rows:
    due = flow(frozen).due
    return one(percent(sum(test(t) for t in due), len(due)))


@metric("return_rate", "退单率", "%", "有退单的工单 ÷ 应办", "本期应办")
def _return_rate(frozen: Frozen) -> Rows:
    return _of_due(frozen, lambda t: t.returns > 0)


@metric("extension_rate", "延期率", "%", "有延期的工单 ÷ 应办", "本期应办")
def _extension_rate(frozen: Frozen) -> Rows:
    return _of_due(frozen, lambda t: t.extensions > 0)


@metric("rework_rate", "重办率", "%", "被发回重办的工单 ÷ 应办", "本期应办")
def _rework_rate(frozen: Frozen) -> Rows:
    return _of_due(frozen, lambda t: t.rework > 0)


@metric("tickets_visited", "有效回访", "件", "本期回访且取得评价的工单，未接通、未评价除外")
def _visited(frozen: Frozen) -> Rows:
    return _count(visited(frozen))


@metric("satisfaction_rate", "回访满意率", "%", "（满意＋基本满意）÷ 有效回访", "有效回访")
def _satisfaction(frozen: Frozen) -> Rows:
    visits = visited(frozen)
    return one(percent(sum(map(satisfied, visits)), len(visits)))


@metric("solved_rate", "解决率", "%", "诉求人认可已解决的 ÷ 有效回访中答复了是否解决的", "已答复是否解决")
def _solved(frozen: Frozen) -> Rows:
    asked = [t for t in frozen.tickets if frozen.has(t.visited_at) and t.solved is not None]
    return one(percent(sum(bool(t.solved) for t in asked), len(asked)))


@metric("tickets_overdue", "超期存量", "件", "期末未答复且已过办理时限的工单")
def _overdue(frozen: Frozen) -> Rows:
    return _count(overdue_at(frozen, min(frozen.end, frozen.cutoff), log_ends(frozen)))


@metric("clear_days", "动态清零天数", "天", "每日24时超期存量为零的天数")
def _clear(frozen: Frozen) -> Rows:
    ends = log_ends(frozen)
    return _count(at for at in nights(frozen) if not overdue_at(frozen, at, ends))


@metric("clear_rate", "动态清零率", "%", "动态清零天数 ÷ 本期已过天数", "本期已过天数")
def _clear_rate(frozen: Frozen) -> Rows:
    ends, passed = log_ends(frozen), nights(frozen)
    clear = sum(not overdue_at(frozen, at, ends) for at in passed)
    return one(percent(clear, len(passed)))


@metric("tickets_by_type", "诉求类型分布", "件", "本期新增工单按诉求类型分")
def by_type(frozen: Frozen) -> Rows:
    return tally(
        (t.appeal_type.value for t in flow(frozen).new), (kind.value for kind in AppealType)
    )


@metric("share_by_type", "诉求类型占比", "%", "各类型工单 ÷ 本期新增", "本期新增")
def _type_shares(frozen: Frozen) -> Rows:
    return shares(by_type(frozen))


@metric("tickets_by_street", "镇街工单数", "件", "本期新增工单按镇街分；不能定位的单列")
def _by_street(frozen: Frozen) -> Rows:
    streets = frozen.reference.streets
    places = (t.street for t in flow(frozen).new)
    return tally((s if s in streets else NOWHERE for s in places), [*streets, NOWHERE])


@metric("resolved_by_level", "分级解决", "件", "本期办结工单按解决层级分")
def by_resolution(frozen: Frozen) -> Rows:
    return tally(t.resolved_level for t in flow(frozen).done if t.resolved_level)


@metric("share_by_resolution", "分级解决占比", "%", "各层级解决数 ÷ 标明层级的办结工单", "标明层级的办结工单")
def _resolution_shares(frozen: Frozen) -> Rows:
    return shares(by_resolution(frozen))


@metric("tickets_new_by_day", "每日新增工单", "件", "本期新增工单按受理日期分")
def _new_by_day(frozen: Frozen) -> Rows:
    days = (local_day(t.received_at).isoformat() for t in flow(frozen).new)
    return tally(days, days_of(frozen))


@metric("tickets_done_by_day", "每日办结工单", "件", "本期办结工单按办结日期分")
def _done_by_day(frozen: Frozen) -> Rows:
    ends = log_ends(frozen)
    closed = (ended_at(t, ends) for t in flow(frozen).done)
    return tally((local_day(at).isoformat() for at in closed if at), days_of(frozen))


@metric("tickets_open_by_day", "每日存量工单", "件", "每日24时未办结的工单")
def _open_by_day(frozen: Frozen) -> Rows:
    ends = log_ends(frozen)
    rows: dict[str, float | None] = {}
    for day, at in zip(days_of(frozen), nights(frozen), strict=False):
        rows[day] = float(
            sum(
                t.received_at < at and ((end := ended_at(t, ends)) is None or end >= at)
                for t in frozen.tickets
            )
        )
    return rows


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
        unit: percent(sum(ok for _, ok in rows), len(rows)) for unit, rows in by_unit(tickets).items()
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


@metric("unit_on_time_rate", "单位按时办结率", "%", "时限前答复或办结 ÷ 该单位本期到期应办结", "该单位到期")
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


@metric("unit_satisfaction", "单位满意率", "%", "（满意＋基本满意）÷ 该单位有效回访", "该单位有效回访")
def _unit_satisfaction(frozen: Frozen) -> Rows:
    return _unit_rates((t, satisfied(t)) for t in visited(frozen))


@metric("unit_solved", "单位解决率", "%", "诉求人认可已解决 ÷ 该单位答复了是否解决的", "该单位已答复是否解决")
def _unit_solved(frozen: Frozen) -> Rows:
    asked = (t for t in frozen.tickets if frozen.has(t.visited_at) and t.solved is not None)
    return _unit_rates((t, bool(t.solved)) for t in asked)
