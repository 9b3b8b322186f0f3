"""五、预警与工单办理情况 and 六、民生诉求热点."""

from minyin.model import AppealType, Channel, Level
from reports.document import Block, Chart, Paragraph, Section
from reports.metric_events import raised
from reports.metric_items import NOWHERE
from reports.metrics import SMALL_BASE
from reports.sections.overview import level_counts, ranked
from reports.units import GOOD_BASE, Standing, standings
from reports.writer import Piece, Writer, joined

REMARKS = 3  # units named in 一月一点评


def work(w: Writer) -> list[Section]:
    head = Section(id="s5", level=1, title="五、预警与工单办理情况")
    found = standings(w.measures)
    return [
        head,
        Section(id="s5-1", level=2, title="（一）预警情况", blocks=_alerts(w)),
        Section(id="s5-2", level=2, title="（二）工单情况", blocks=_tickets(w)),
        Section(id="s5-3", level=2, title="（三）承办单位情况", blocks=_units(w, found)),
        Section(id="s5-4", level=2, title="（四）红榜（先进）与黄榜（提醒）", blocks=_boards(w, found)),
        Section(id="s5-5", level=2, title="（五）一月一点评", blocks=_remarks(w, found)),
    ]


def _alerts(w: Writer) -> tuple[Paragraph, ...]:
    if not w.measures.value("alerts_issued"):
        return (w.p("本月未发布预警。"),)
    pieces: list[Piece] = [
        "发布预警", w.n("alerts_issued"), "次，涉及事件", w.n("alerted_events"), "起，按最高等级分：",
        level_counts(w), "；", "误报率", w.n("false_alarm_rate"), "（误报÷发布预警）。",
    ]  # fmt: skip
    if w.measures.value("ack_median") is not None:
        pieces += ["研判时长中位数", w.n("ack_median"), "，第90百分位", w.n("ack_p90"), "。"]
    else:
        pieces.append("截至本期数据截止时无预警确认记录，研判时长不计。")
    if w.measures.value("response_median") is not None:
        pieces += ["首次回应时长中位数", w.n("response_median"), "，第90百分位", w.n("response_p90"), "。"]
    if w.measures.value("response_rate") is not None:
        pieces += ["应回应事件", w.n("response_due"), "起，回应达标率", w.n("response_rate"), "。"]
    severe = [e for e, level in raised(w.frozen).items() if level in (Level.RED, Level.ORANGE)]
    known = sorted(e for e in severe if e in w.frozen.event_by_id)
    if known:
        names: list[list[Piece]] = [
            [f"“{w.frozen.event_by_id[e].title}”", w.cite_event(e)] for e in known
        ]
        pieces += ["橙色·重大及以上等级的事件：", joined(names, "、"), "。"]
    conversion: list[Piece] = ["预警转工单率", w.n("ticket_conversion"), "（已转工单的预警事件÷预警事件）。"]
    return (w.p(pieces), w.p(conversion))


def _tickets(w: Writer) -> tuple[Block, ...]:
    if not w.measures.value("tickets_due") and not w.measures.value("tickets_new"):
        return (w.p("本月无结转工单，无新增工单。"),)
    carry = w.p(
        "上月结转", w.n("tickets_carried"), "件，本月新增", w.n("tickets_new"), "件（",
        w.change("tickets_new"), "），作废", w.n("tickets_void"), "件，合并", w.n("tickets_merged"),
        "件，应办", w.n("tickets_due"), "件；办结", w.n("tickets_done"), "件，结转下月",
        w.n("tickets_left"), "件。新增工单中舆情转办", w.n("tickets_from_alerts"), "件。",
    )  # fmt: skip
    types: list[list[Piece]] = [
        [AppealType(key).label, w.n("tickets_by_type", key), "件，占", w.n("share_by_type", key)]
        for key in ranked(w, "tickets_by_type", 7)
    ]
    blocks: list[Block] = [carry]
    if types:
        blocks.append(w.p("新增工单按诉求类型分：", joined(types, "；"), "。"))
    blocks += [_rates(w), _clear(w)]
    blocks.append(Chart(id="fig7", caption="图7 工单流转", alt="每日新增、办结与存量工单"))
    return tuple(blocks)


RATES = (
    ("done_rate", "办结率", "tickets_due", "应办"),
    ("on_time_rate", "按时办结率", "tickets_expiring", "本月到期应办结"),
    ("sign_rate", "及时签收率", "tickets_dispatched", "本月派单"),
    ("satisfaction_rate", "回访满意率", "tickets_visited", "有效回访"),
)


def _rates(w: Writer) -> Paragraph:
    items: list[list[Piece]] = []
    for metric, name, base, base_name in RATES:
        if w.measures.value(metric) is None:
            items.append([f"{name}无可计算的基数"])
            continue
        item: list[Piece] = [name, w.n(metric), f"（以{base_name}", w.n(base), "件为基数"]
        if _comparable(w, base):
            item += ["，", w.change(metric)]
        items.append([*item, "）"])
    others: list[list[Piece]] = [
        [name, w.n(metric)]
        for metric, name in (("return_rate", "退单率"), ("extension_rate", "延期率"), ("rework_rate", "重办率"))
    ]
    solved: list[Piece] = []
    if w.measures.value("solved_rate") is not None:
        solved = ["；解决率", w.n("solved_rate"), "（以回访中答复了是否解决的为基数）"]
    return w.p(joined(items, "；"), solved, "。", joined(others, "、"), "（均以应办为基数）。")


def _comparable(w: Writer, base: str) -> bool:
    """A rate on fewer than ten tickets moves by itself."""
    return min(w.measures.value(base) or 0, w.measures.before.value(base) or 0) >= SMALL_BASE


def _clear(w: Writer) -> Paragraph:
    pieces: list[Piece] = ["期末超期存量", w.n("tickets_overdue"), "件，动态清零", w.n("clear_days"), "天"]
    if w.measures.value("clear_rate") is not None:
        pieces += ["，动态清零率", w.n("clear_rate")]
    levels = ranked(w, "resolved_by_level", 4)
    if levels:
        items: list[list[Piece]] = [[key, w.n("share_by_resolution", key)] for key in levels]
        pieces += ["。办结工单按解决层级分：", joined(items, "、")]
    return w.p(pieces, "。")


def _units(w: Writer, found: tuple[Standing, ...]) -> tuple[Block, ...]:
    if not found:
        return (w.p("本月无承办单位办理工单。"),)
    lead: list[list[Piece]] = [
        [row.name, w.n("unit_due", row.unit), "件"]
        for row in sorted(found, key=lambda r: (-r.due, r.unit))[:5]
        if row.due
    ]
    items: list[Piece] = ["应办工单居前的承办单位：", joined(lead, "、"), "。"] if lead else []
    text = w.p(f"本月承办工单的单位{len(found)}个。", items, "各单位情况见附件2。")
    if not any(row.rank for row in found):
        return (text, w.p("本月无到期工单，按时办结率不计。"))
    return (text, Chart(id="fig8", caption="图8 承办单位按时办结率", alt="有到期工单的承办单位按时办结率"))


def _boards(w: Writer, found: tuple[Standing, ...]) -> tuple[Paragraph, ...]:
    good = [row.name for row in found if row.board == "red"]
    warned = [row for row in found if row.board == "yellow"]
    large = [row for row in warned if row.due >= GOOD_BASE]
    small = [row for row in warned if row.due < GOOD_BASE]
    paragraphs = [
        w.p(
            "红榜（先进）：",
            "、".join(good) if good else "本月没有达到条件的单位",
            f"。条件为应办{GOOD_BASE}件以上、按时办结率100%、满意率95%以上。",
        ),
        w.p("黄榜（提醒）：", _warned(large) or "本月没有达到条件的单位", "。"),
    ]
    if small:
        paragraphs.append(w.p(f"应办不足{GOOD_BASE}件、单列提醒的单位：", _warned(small), "。"))
    return tuple(paragraphs)


def _warned(rows: list[Standing]) -> str:
    return "；".join(f"{row.name}（{'，'.join(row.reasons)}）" for row in rows)


def _remarks(w: Writer, found: tuple[Standing, ...]) -> tuple[Paragraph, ...]:
    """Drafted from the figures; an editor rewrites it."""
    rated = [row for row in found if row.rank is not None]
    if not rated:
        return (w.p("本月无到期工单，无可点评的办理情况。"),)
    best = [r for r in rated if w.measures.value("unit_on_time_rate", r.unit) == 100][:REMARKS]
    worst = [r for r in reversed(rated) if (w.measures.value("unit_on_time_rate", r.unit) or 0) < 100]
    pieces: list[Piece] = []
    if best:
        pieces += ["到期工单全部按时办结的：", joined([[r.name] for r in best], "、"), "。"]
    if worst:
        items: list[list[Piece]] = [
            [r.name, "（按时办结率", w.n("unit_on_time_rate", r.unit), "）"] for r in worst[:REMARKS]
        ]
        pieces += ["按时办结率居后的：", joined(items, "、"), "，请对照时限查明原因，下月报结果。"]
    reworked: list[list[Piece]] = [
        [r.name, w.n("unit_rework", r.unit), "件"] for r in found if w.measures.value("unit_rework", r.unit)
    ]
    if reworked:
        pieces += ["有发回重办的：", joined(reworked, "、"), "。"]
    return (w.p(pieces),)


def demands(w: Writer) -> Section:
    title = "六、民生诉求热点（12345热线、问政留言、网格走访）"
    if not w.measures.value("appeals_total"):
        return Section(id="s6", level=1, title=title, blocks=(w.p("本月未监测到民生诉求。"),))
    channels: list[list[Piece]] = [
        [Channel(key).label, w.n("appeals_by_channel", key), "件，占", w.n("appeals_share_by_channel", key)]
        for key in ("hotline", "board", "grid")
    ]
    total = w.p(
        "受理民生诉求", w.n("appeals_total"), "件，", w.change("appeals_total"), "。按渠道分：",
        joined(channels, "；"), "。问政平台官方答复", w.n("official_replies"), "条。",
    )  # fmt: skip
    return Section(id="s6", level=1, title=title, blocks=(total, *_hot_demands(w)))


def _hot_demands(w: Writer) -> list[Paragraph]:
    names = w.frozen.reference.topic_names
    topics: list[list[Piece]] = [
        [names[key], w.n("appeals_by_topic", key), "件，占", w.n("appeals_share_by_topic", key)]
        for key in ranked(w, "appeals_by_topic", 5)
    ]
    streets: list[list[Piece]] = [
        [w.frozen.reference.streets[key], w.n("appeals_by_street", key), "件"]
        for key in ranked(w, "appeals_by_street", 5)
    ]
    found = []
    if topics:
        found.append(w.p("按领域分，居前的为", joined(topics, "；"), "。"))
    if streets:
        nowhere: list[Piece] = ["；不能定位的", w.n("appeals_by_street", NOWHERE), "件。"]
        found.append(w.p("按镇街分，居前的为", joined(streets, "、"), nowhere))
    rows = w.measures.rows("event_appeals")
    repeated = sorted((e for e in rows if (rows[e] or 0) >= 3), key=lambda e: (-(rows[e] or 0), e))
    items: list[list[Piece]] = [
        [f"“{w.frozen.event_by_id[e].title}”", w.n("event_appeals", e), "件", w.cite_event(e)]
        for e in repeated[:5]
    ]
    if items:
        found.append(w.p("同一事项诉求3件以上的：", joined(items, "；"), "。"))
    return found
