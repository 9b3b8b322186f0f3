"""七、研判与建议 and 八、上期事项“回头看”. No model forecasts: trend, open matters and a calendar (DOMAIN §2.5)."""

from minyin.clock import local
from minyin.model import ServiceRequest
from reports.document import Cell, Paragraph, Section, Table
from reports.metric_events import active, raised
from reports.sections.events import verdict
from reports.sections.overview import ranked
from reports.ticket_views import flow
from reports.writer import Piece, Writer, joined

# DOMAIN §2.5: month → what comes every year
CALENDAR: tuple[tuple[tuple[int, ...], str, str], ...] = (
    ((1, 2), "春节前后", "欠薪讨薪、烟花爆竹、返乡交通"),
    ((3,), "春季开学", "入学入园、校园安全"),
    ((4,), "清明祭扫", "祭扫火灾、道路拥堵"),
    ((5, 6), "夏收时节", "大蒜收购、麦收秸秆焚烧、高考中考"),
    ((6, 7, 8, 9), "汛期与高温", "城乡内涝、防溺水、用电高峰"),
    ((8, 9), "秋季入学", "学区划片、入学名额"),
    ((10, 11), "秋收与旅游", "银杏旅游秩序、秋粮秸秆焚烧"),
    ((10, 11), "供暖供气季", "供暖供气不足、燃气安全"),
    ((12, 1), "年末岁初", "欠薪讨薪、低温冰雪、道路结冰"),
)


def outlook(w: Writer) -> list[Section]:
    return [
        Section(id="s7", level=1, title="七、研判与建议"),
        Section(id="s7-1", level=2, title="（一）走势判断", blocks=(_trend(w),)),
        Section(id="s7-2", level=2, title="（二）下月风险提示", blocks=_risks(w)),
        Section(id="s7-3", level=2, title="（三）工作建议", blocks=tuple(_advice(w))),
    ]


def _trend(w: Writer) -> Paragraph:
    if not w.measures.value("items_total"):
        return w.p("本月未监测到公开信息，走势不作判断。")
    open_events = [e for e in raised(w.frozen) if e in w.frozen.event_by_id]
    watching = [e for e in open_events if verdict(w, w.frozen.event_by_id[e]) != "已平息"]
    week = sum(w.measures.value("event_last_week", e) or 0 for e in active(w.frozen))
    pieces: list[Piece] = [
        "信息总量", w.change("items_total"), "，负面占比", w.change("negative_share"), "，民生诉求",
        w.change("appeals_total"), "。",
    ]  # fmt: skip
    if watching:
        items: list[list[Piece]] = [
            [f"“{w.frozen.event_by_id[e].title}”（{verdict(w, w.frozen.event_by_id[e])}）", w.cite_event(e)]
            for e in watching[:5]
        ]
        pieces += [f"预警事件中{len(watching)}起尚未平息：", joined(items, "、")]
        pieces.append(f"{'等' if len(watching) > 5 else ''}。")
    elif open_events:
        pieces.append("本月预警事件均已平息。")
    if not week:
        pieces.append("近7日各事件无新增公开信息。")
    return w.p(pieces, "以上为本月数据与上月的比较，不是模型预测。")


def next_month(w: Writer) -> int:
    return local(w.frozen.end).month


def _risks(w: Writer) -> tuple[Paragraph | Table, ...]:
    month = next_month(w)
    rows: list[tuple[Cell, ...]] = []
    for months, when, what in CALENDAR:
        if month in months:
            rows.append((w.cell(when), w.cell(what), w.cell("历年同期规律")))
    for event_id in list(raised(w.frozen)):
        event = w.frozen.event_by_id.get(event_id)
        if event is not None and verdict(w, event) != "已平息" and len(rows) < 8:
            cells = (w.cell("延续事项"), w.cell(event.title), w.cell(verdict(w, event), w.cite_event(event_id)))
            rows.append(cells)
    if not rows:
        return (w.p(f"{month}月在风险日历中没有条目，也没有未平息的预警事件。"),)
    table = Table(
        id="t-risk",
        caption=f"{month}月风险提示",
        header=("时段或类别", "风险事项", "依据"),
        widths=(4, 12, 6),
        rows=tuple(rows),
    )
    return (w.p(f"依据未平息事件和风险日历，{month}月请关注下列事项。"), table)


def _advice(w: Writer) -> list[Paragraph]:
    """Each line follows from a figure that the line names."""
    advice: list[Paragraph] = []
    if w.measures.value("tickets_overdue"):
        advice.append(w.p("对期末超期存量", w.n("tickets_overdue"), "件逐件督办，明确办结时间。"))
    unanswered = [
        e
        for e in raised(w.frozen)
        if (event := w.frozen.event_by_id.get(e)) is not None and event.first_response_at is None
    ]
    if unanswered:
        items: list[list[Piece]] = [
            [f"“{w.frozen.event_by_id[e].title}”", w.cite_event(e)] for e in unanswered[:3]
        ]
        more = "等" if len(unanswered) > 3 else ""
        advice.append(w.p("尽快回应尚无首次回应记录的预警事件：", joined(items, "、"), f"{more}。"))
    topics = ranked(w, "negative_by_topic", 2)
    if topics:
        names = w.frozen.reference.topic_names
        parts: list[list[Piece]] = [
            [names[t], "（负面", w.n("negative_by_topic", t), "条）"] for t in topics
        ]
        advice.append(w.p("对负面信息居前的", joined(parts, "、"), "领域，请主管部门排查同类问题。"))
    rows = w.measures.rows("event_appeals")
    repeated = sorted((e for e in rows if (rows[e] or 0) >= 3), key=lambda e: (-(rows[e] or 0), e))[:2]
    if repeated:
        found: list[list[Piece]] = [
            [f"“{w.frozen.event_by_id[e].title}”（诉求", w.n("event_appeals", e), "件）", w.cite_event(e)]
            for e in repeated
        ]
        advice.append(w.p("对反复诉求事项由主办单位上门核实、当面答复：", joined(found, "、"), "。"))
    if not advice:
        return [w.p("本月数据没有指向需要提出建议的事项。")]
    return [w.p(f"{number}．", line.runs) for number, line in enumerate(advice, 1)]


def look_back(w: Writer) -> Section:
    """What was left open at the end of the month before, and how it stands at this cut-off."""
    title = "八、上期事项“回头看”"
    carried = flow(w.frozen).carried
    earlier = [
        e for e in raised(w.frozen.before) if e in w.frozen.event_by_id and e not in raised(w.frozen)
    ]
    if not carried and not earlier:
        none = w.p("上期没有结转的工单，也没有需要回头看的预警事件。")
        return Section(id="s8", level=1, title=title, blocks=(none,))
    blocks: list[Paragraph] = []
    if carried:
        blocks.append(w.p("上期结转工单", w.n("tickets_carried"), "件："))
        blocks += [w.bullet(_carried(w, ticket)) for ticket in carried[:10]]
    if len(carried) > 10:
        blocks.append(w.p("其余见附件1。"))
    blocks += [w.bullet(_earlier(w, event)) for event in earlier[:10]]
    return Section(id="s8", level=1, title=title, blocks=tuple(blocks))


def _carried(w: Writer, ticket: ServiceRequest) -> list[Piece]:
    unit = w.frozen.reference.unit_name(ticket.lead_unit)
    result = f"（{ticket.result}）" if ticket.result else ""
    return [w.ticket(ticket.id), f" {ticket.title}，{unit}，目前{ticket.state.label}{result}", w.cite_ticket(ticket.id), "。"]


def _earlier(w: Writer, event_id: str) -> list[Piece]:
    event = w.frozen.event_by_id[event_id]
    return [
        f"上期预警事件“{event.title}”，本月信息", w.n("event_items", event_id),
        f"条，{verdict(w, event)}，状态为{event.state.label}", w.cite_event(event_id), "。",
    ]  # fmt: skip
