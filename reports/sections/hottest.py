"""三、热点舆情TOP10: table T1, by heat of the month."""

from reports.document import Cell, Section, Table
from reports.metric_events import top_events
from reports.writer import Piece, Writer, joined, short

T1 = (
    "序号",
    "事件",
    "首发时间",
    "首发平台",
    "信息量",
    "热度",
    "负面占比",
    "等级",
    "镇街",
    "责任单位",
    "工单号",
    "状态",
)
T1_WIDTHS = (18, 62, 28, 34, 26, 24, 34, 42, 34, 38, 75, 27)  # points on a text width of 442


def hottest(w: Writer) -> Section:
    events = top_events(w.frozen)
    title = "三、热点舆情TOP10"
    if not events:
        return Section(id="s3", level=1, title=title, blocks=(w.p("本月未监测到舆情事件。"),))
    lead = w.p("按本月热度排列（热度口径见附件3；并列时来源多者在前，再以首发早者在前）。")
    rows = tuple(_row(w, number, event) for number, event in enumerate(events, 1))
    table = Table(
        id="t1",
        caption="表1 热点舆情TOP10",
        header=T1,
        widths=T1_WIDTHS,
        numeric=(4, 5, 6),
        rows=rows,
    )
    return Section(id="s3", level=1, title=title, blocks=(lead, table))


def _row(w: Writer, number: int, event_id: str) -> tuple[Cell, ...]:
    frozen, event = w.frozen, w.frozen.event_by_id[event_id]
    facts = frozen.members[event_id]
    tickets = frozen.tickets_of(event_id)
    units = "、".join(dict.fromkeys(frozen.reference.unit_name(t.lead_unit) for t in tickets))
    numbers: list[list[Piece]] = [[w.ticket(t.id)] for t in tickets[:2]]
    more = [f"等{len(tickets)}件"] if len(tickets) > 2 else []
    first = frozen.fact_by_id.get(event.first_article, facts[0])
    cells: tuple[list[Piece], ...] = (
        [str(number)],
        [event.title, w.cite_event(event_id)],
        [short(event.first_at)],
        [first.channel.label],
        [w.n("event_items", event_id)],
        [w.n("event_heat", event_id)],
        [w.n("event_negative_share", event_id)],
        [event.level.label if event.level else "未预警"],
        [frozen.reference.street_name(event.street)],
        [units or "—"],
        [*joined(numbers, " "), *more] or ["—"],
        [event.state.label],
    )
    return tuple(w.cell(pieces) for pieces in cells)
