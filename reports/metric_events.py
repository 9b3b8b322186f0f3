"""Metrics of events and alerts: heat, spread, levels, response times (DOMAIN §2.5, §3.4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median, quantiles

from minyin.model import AlertKind, AlertState, ArticleKind, Channel, Level
from nlp.event.heat import heat as heat_of
from reports.frozen import Fact, Frozen
from reports.metric_items import NOWHERE, tally
from reports.metric_kinds import Rows, metric, one, percent, shares

WEIGHTS = {
    1: 5.0,
    2: 4.0,
    3: 3.0,
    4: 2.0,
    5: 1.0,
}  # 央媒 省媒 市媒 县媒与政务 论坛自媒体 (DOMAIN §2.5)


def public(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.channel.public]


def active(frozen: Frozen) -> list[str]:
    """Events with anything said in the window, oldest event first."""
    return [event.id for event in frozen.events if event.id in frozen.members]


def heat(facts: Iterable[Fact]) -> float:
    """0–100; for a month without decay (DOMAIN §2.5)."""
    return heat_of((fact.tier, fact.interactions, 0.0) for fact in facts)


def top_events(frozen: Frozen, number: int = 10) -> list[str]:
    """By heat of the month; ties → more sources → earlier (DOMAIN §2.5)."""
    ranked = []
    for event in frozen.events:
        facts = public(frozen.members.get(event.id, ()))
        if facts:
            sources = len({fact.source_id for fact in facts})
            ranked.append((-heat(facts), -sources, event.first_at, event.id))
    return [row[3] for row in sorted(ranked)[:number]]


def raised(frozen: Frozen) -> dict[str, Level]:
    """Events with an alert raised in the window, with the highest level reached in it; a lift raises nothing."""
    found: dict[str, Level] = {}
    for alert in frozen.alerts:
        if frozen.has(alert.raised_at) and alert.kind is not AlertKind.LIFT:
            known = found.get(alert.event_id)
            if known is None or alert.level.rank > known.rank:
                found[alert.event_id] = alert.level
    return found


@metric("events_total", "舆情事件", "起", "本期有信息或诉求的事件数")
def _events(frozen: Frozen) -> Rows:
    return one(float(len(active(frozen))))


@metric("events_several", "多条信息事件", "起", "本期信息与诉求合计2条以上的事件数")
def _events_several(frozen: Frozen) -> Rows:
    return one(float(sum(len(frozen.members[e]) > 1 for e in active(frozen))))


@metric("events_new", "新发现事件", "起", "首条信息在本期的事件数")
def _events_new(frozen: Frozen) -> Rows:
    return one(float(sum(frozen.has(frozen.event_by_id[e].first_at) for e in active(frozen))))


@metric("events_by_street", "镇街事件数", "起", "本期事件按所在镇街分；不能定位的单列")
def _events_street(frozen: Frozen) -> Rows:
    streets = frozen.reference.streets
    places = (frozen.event_by_id[e].street for e in active(frozen))
    return tally((s if s in streets else NOWHERE for s in places), [*streets, NOWHERE])


@metric("events_by_first_channel", "首发渠道分布", "起", "本期新发现事件按最早一条公开信息的渠道分")
def by_first_channel(frozen: Frozen) -> Rows:
    firsts = []
    for event in active(frozen):
        facts = frozen.members[event]
        if frozen.has(frozen.event_by_id[event].first_at):
            firsts.append(facts[0].channel.value)
    return tally(firsts)


@metric(
    "share_by_first_channel", "首发渠道占比", "%", "各首发渠道事件数 ÷ 新发现事件", "新发现事件"
)
def _first_share(frozen: Frozen) -> Rows:
    return shares(by_first_channel(frozen))


@metric("event_items", "事件信息量", "条", "本期该事件公开信息条数，含转载")
def _event_items(frozen: Frozen) -> Rows:
    return {e: float(len(public(frozen.members[e]))) for e in active(frozen)}


@metric("event_appeals", "事件诉求量", "件", "本期该事件的热线来件、问政提问与网格记录")
def _event_appeals(frozen: Frozen) -> Rows:
    return {
        e: float(
            sum(not f.channel.public or f.kind is ArticleKind.QUESTION for f in frozen.members[e])
        )
        for e in active(frozen)
    }


@metric("event_platforms", "事件平台数", "个", "本期该事件公开信息所在的渠道种数")
def _event_platforms(frozen: Frozen) -> Rows:
    return {e: float(len({f.channel for f in public(frozen.members[e])})) for e in active(frozen)}


@metric("event_interactions", "事件互动量", "次", "本期该事件各条点赞、评论、转发之和")
def _event_interactions(frozen: Frozen) -> Rows:
    return {e: float(sum(f.interactions for f in frozen.members[e])) for e in active(frozen)}


@metric("event_negative_share", "事件负面占比", "%", "该事件负面信息 ÷ 事件信息量", "事件信息量")
def _event_negative(frozen: Frozen) -> Rows:
    rows = {}
    for event in active(frozen):
        facts = public(frozen.members[event])
        rows[event] = percent(sum(f.negative for f in facts), len(facts))
    return rows


@metric(
    "event_heat",
    "热度",
    "分",
    "100×(1−e^(−r/50))，r=Σ媒体级别权重×(1+0.2×ln(1+互动量))；权重：央媒5、省媒4、市媒3、县媒及政务2、论坛及自媒体1",
)
def _event_heat(frozen: Frozen) -> Rows:
    return {e: heat(public(frozen.members[e])) for e in active(frozen)}


@metric("event_last_week", "事件近7日信息量", "条", "该事件在本期最后7日的公开信息条数")
def _event_last_week(frozen: Frozen) -> Rows:
    since = min(frozen.end, frozen.cutoff) - timedelta(days=7)
    return {
        e: float(sum(f.published_at >= since for f in public(frozen.members[e])))
        for e in active(frozen)
    }


@metric("alerted_events", "预警事件", "起", "本期触发预警的事件数，一个事件计一次")
def _alerted(frozen: Frozen) -> Rows:
    return one(float(len(raised(frozen))))


@metric("alerted_by_level", "预警等级分布", "起", "预警事件按本期达到的最高等级分")
def by_level(frozen: Frozen) -> Rows:
    order = [level.value for level in reversed(Level)]
    return tally((level.value for level in raised(frozen).values()), order)


@metric("alerts_issued", "发布预警", "次", "本期发出的首报、升级、续报次数之和，不含解除")
def _issued(frozen: Frozen) -> Rows:
    return one(
        float(sum(frozen.has(a.raised_at) and a.kind is not AlertKind.LIFT for a in frozen.alerts))
    )


@metric("false_alarm_rate", "误报率", "%", "判定为误报的预警 ÷ 发布预警", "发布预警次数")
def _false_alarms(frozen: Frozen) -> Rows:
    mine = [a for a in frozen.alerts if frozen.has(a.raised_at) and a.kind is not AlertKind.LIFT]
    return one(percent(sum(a.state is AlertState.FALSE_ALARM for a in mine), len(mine)))


def _ack_minutes(frozen: Frozen) -> list[float]:
    return [
        (a.acknowledged_at - a.raised_at).total_seconds() / 60
        for a in frozen.alerts
        if frozen.has(a.raised_at) and a.acknowledged_at is not None
    ]


def first_alert_at(frozen: Frozen, event: str) -> datetime | None:
    return min((a.raised_at for a in frozen.alerts_of(event)), default=None)


def _response_minutes(frozen: Frozen) -> list[float]:
    """From the first alert to the first response; an answer given before the alert took no time."""
    found = []
    for event_id in raised(frozen):
        event = frozen.event_by_id.get(event_id)
        first = first_alert_at(frozen, event_id)
        response = event.first_response_at if event else None
        if response is not None and first is not None and response <= frozen.cutoff:
            found.append(max(0.0, (response - first).total_seconds() / 60))
    return found


def p90(values: list[float]) -> float | None:
    """The 90th percentile, with a single value being its own."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=10, method="inclusive")[-1]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@metric("ack_median", "研判时长中位数", "分钟", "预警发出至确认的时长，取中位数", "已确认预警")
def _ack_median(frozen: Frozen) -> Rows:
    values = _ack_minutes(frozen)
    return one(_round(median(values)) if values else None)


@metric("ack_p90", "研判时长P90", "分钟", "预警发出至确认的时长，取第90百分位", "已确认预警")
def _ack_p90(frozen: Frozen) -> Rows:
    return one(_round(p90(_ack_minutes(frozen))))


@metric(
    "response_median",
    "首次回应时长中位数",
    "分钟",
    "首次预警至首次回应的时长，取中位数",
    "已回应事件",
)
def _response_median(frozen: Frozen) -> Rows:
    values = _response_minutes(frozen)
    return one(_round(median(values)) if values else None)


@metric(
    "response_p90",
    "首次回应时长P90",
    "分钟",
    "首次预警至首次回应的时长，取第90百分位",
    "已回应事件",
)
def _response_p90(frozen: Frozen) -> Rows:
    return one(_round(p90(_response_minutes(frozen))))


def response_due(frozen: Frozen) -> dict[str, bool]:
    """Alerted events whose response was due by the cut-off, and whether it came in time (DOMAIN §3.4)."""
    found = {}
    for event_id, level in raised(frozen).items():
        event, first = frozen.event_by_id.get(event_id), first_alert_at(frozen, event_id)
        minutes = frozen.reference.response_minutes.get(level.value)
        if event is None or first is None or minutes is None:
            continue
        due = first + timedelta(minutes=minutes)
        response = event.first_response_at
        if due <= frozen.cutoff or (response is not None and response <= frozen.cutoff):
            found[event_id] = response is not None and response <= due
    return found


@metric("response_rate", "回应达标率", "%", "在等级时限内首次回应的事件 ÷ 应回应事件", "应回应事件")
def _response_rate(frozen: Frozen) -> Rows:
    due = response_due(frozen)
    return one(percent(sum(due.values()), len(due)))


@metric("response_due", "应回应事件", "起", "本期预警且截止时已到回应时限或已回应的事件数")
def _response_due(frozen: Frozen) -> Rows:
    return one(float(len(response_due(frozen))))


@metric("ticket_conversion", "预警转工单率", "%", "已转工单的预警事件 ÷ 预警事件", "预警事件")
def _conversion(frozen: Frozen) -> Rows:
    events = raised(frozen)
    return one(percent(sum(bool(frozen.tickets_of(e)) for e in events), len(events)))


@metric("official_replies", "官方答复", "条", "本期问政平台等渠道的官方答复条数")
def _official(frozen: Frozen) -> Rows:
    kinds = (ArticleKind.OFFICIAL_REPLY,)
    return one(float(sum(f.kind in kinds and f.channel is Channel.BOARD for f in frozen.articles)))


KEY_EVENTS = 8  # described one by one in section 四


def key_events(frozen: Frozen, number: int | None = KEY_EVENTS) -> list[str]:
    """重点舆情: events alerted in the window, highest level first, then hottest; None is all of them."""
    levels = raised(frozen)
    known = [event for event in levels if event in frozen.event_by_id]
    ranked = sorted(
        known, key=lambda e: (-levels[e].rank, -heat(public(frozen.members.get(e, ()))), e)
    )
    return ranked[:number]
