"""附件1 工单明细 (T3), 附件2 承办单位办理情况表 (T2), 附件3 监测来源与数据口径说明 with the data behind the charts."""

from minyin.clock import local
from minyin.model import Channel
from reports.document import Block, Cell, Paragraph, Section, Table
from reports.frozen import SourceRow
from reports.metric_events import WEIGHTS
from reports.metric_items import NOWHERE
from reports.metrics import METRICS
from reports.ticket_views import flow
from reports.units import standings
from reports.writer import Piece, Writer, moment, short

T3 = ("工单号", "事件编号", "诉求类型", "镇街", "主办单位", "派单", "到期", "办结", "状态", "结果")
T3_WIDTHS = (76, 76, 26, 34, 48, 29, 29, 29, 32, 56)
T2 = (
    "名次",
    "单位",
    "应办",
    "派单",
    "签收及时率",
    "办结",
    "按时办结率",
    "超期",
    "退单",
    "延期",
    "重办",
    "满意率",
    "解决率",
)
T2_WIDTHS = (24, 76, 26, 26, 40, 26, 42, 26, 26, 26, 26, 36, 36)
TIER = {1: "中央", 2: "省级", 3: "市级", 4: "县级及政务", 5: "论坛及自媒体"}
RESULT = 30  # characters of a result in a table


def annexes(w: Writer) -> list[Section]:
    return [
        Section(id="a1", level=1, title="附件1 工单明细", blocks=_tickets(w)),
        Section(id="a2", level=1, title="附件2 承办单位办理情况表", blocks=_units(w)),
        Section(id="a3", level=1, title="附件3 监测来源与数据口径说明"),
        Section(id="a3-1", level=2, title="（一）监测来源", blocks=_sources(w)),
        Section(id="a3-2", level=2, title="（二）数据口径", blocks=_method(w)),
        Section(id="a3-3", level=2, title="（三）图表数据", blocks=_data(w)),
    ]


def _tickets(w: Writer) -> tuple[Block, ...]:
    state = flow(w.frozen)
    rows = sorted({t.id: t for t in (*state.carried, *state.new)}.values(), key=lambda t: t.id)
    if not rows:
        return (w.p("本月没有工单。"),)
    names = w.frozen.reference
    cells = []
    for t in rows:
        result = "：".join(part for part in (t.result, t.result_text) if part) or "—"
        cells.append(
            (
                w.cell(w.ticket(t.id)),
                w.cell(
                    w.event(t.event_id)
                    if t.event_id in w.frozen.event_by_id
                    else (t.event_id or "—")
                ),
                w.cell(t.appeal_type.label),
                w.cell(names.street_name(t.street)),
                w.cell(names.unit_name(t.lead_unit)),
                w.cell(short(t.dispatched_at)),
                w.cell(short(t.due_at)),
                w.cell(short(t.closed_at)),
                w.cell(t.state.label),
                w.cell(result if len(result) <= RESULT else result[: RESULT - 1] + "…"),
            )
        )
    table = Table(id="t3", caption="附表1 工单明细", header=T3, widths=T3_WIDTHS, rows=tuple(cells))
    return (w.p(f"含上月结转和本月新增的工单，状态截至{moment(w.frozen.cutoff)}。"), table)


UNIT_COLUMNS = (
    "unit_due", "unit_dispatched", "unit_sign_rate", "unit_done", "unit_on_time_rate", "unit_overdue",
    "unit_returns", "unit_extensions", "unit_rework", "unit_satisfaction", "unit_solved",
)  # fmt: skip


def unit_table(w: Writer) -> Table | None:
    """T2, shared by the brief and the weekly bulletin."""
    found = standings(w.measures)
    if not found:
        return None
    rows = tuple(
        (
            w.cell(str(row.rank) if row.rank else "—"),
            w.cell(row.name),
            *(w.cell(w.n(metric, row.unit)) for metric in UNIT_COLUMNS),
        )
        for row in found
    )
    return Table(
        id="t2",
        caption="附表2 承办单位办理情况",
        header=T2,
        widths=T2_WIDTHS,
        numeric=(0, *range(2, len(T2))),
        rows=rows,
    )


def _units(w: Writer) -> tuple[Block, ...]:
    table = unit_table(w)
    if table is None:
        return (w.p("本月没有承办单位办理工单。"),)
    note = w.p(
        "注：按时办结率、满意率以各单位本月到期、有效回访的工单为基数，没有基数的记“—”，按时办结率没有基数的不排名次。",
        style="note",
    )
    return (table, note)


def _sources(w: Writer) -> tuple[Block, ...]:
    sources = w.frozen.sources
    if not sources:
        return (w.p("本县区尚未登记监测来源。"),)
    rows = tuple(
        (
            w.cell(source.name),
            w.cell(source.channel.label),
            w.cell(TIER[source.tier]),
            w.cell(w.n("items_by_source", source.id)),
            w.cell(short(source.crawled_at)),
            w.cell(_condition(w, source)),
        )
        for source in sources
    )
    table = Table(
        id="t-sources",
        caption="监测来源与运行状况",
        header=("来源", "渠道", "级别", "本月采集", "截止前最近采集", "状况"),
        widths=(9, 5, 5, 3.6, 5, 5),
        numeric=(3,),
        rows=rows,
    )
    return (w.p(f"登记来源{len(sources)}个。", _accounting(w)), table)


def _condition(w: Writer, source: SourceRow) -> str:
    if not source.enabled:
        return "停用"
    if not w.measures.value("items_by_source", source.id):
        return "；".join(filter(None, ["本月无信息", source.note]))
    return source.note or "正常"


def _accounting(w: Writer) -> str:
    runs = w.frozen.runs
    if not runs:
        return "截止时间之前没有运行记录，本期数据为事后补采。"
    inputs = sum(run.inputs for run in runs)
    uneven = sum(not run.balanced for run in runs)
    checked = "每次运行的输入与去向相符" if not uneven else f"有{uneven}次运行的输入与去向不符"
    return f"本期采集入库运行{len(runs)}次，共处理{inputs}项输入，{checked}。"


RULES = (
    "环比＝（本月－上月）÷上月。上月为零的写明“上月无”，上月不足10的只列两月数，变动小于0.5%的写“持平”；比率的环比以个百分点计。",
    "转载按全文相似度归并，归并后计一条；事件信息量和热度含转载。全市性或无法定位的信息单列，不摊入镇街。",
    "“已平息”指事件已办结，或近7日无新增公开信息且没有未办结工单；“存在反弹可能”指办结后14日内再次出现负面信息；其余为“持续关注”。",
    "网民主要观点由程序从网民原文中选取，文本已去除个人信息；占比为与该句相近的文本占该事件网民负面或诉求文本的比例。",
    "热线来件与网格走访不计入信息总量，列入民生诉求。工单状态为数据截止时刻的状态，其后的变化在下期“回头看”中反映。",
)


def _method(w: Writer) -> tuple[Block, ...]:
    frozen = w.frozen
    start, end = local(frozen.start), local(frozen.end)
    period = f"统计时段为{start:%Y-%m-%d %H:%M}至{end:%Y-%m-%d %H:%M}（不含），数据截止{local(frozen.cutoff):%Y-%m-%d %H:%M}。"
    weights = "、".join(f"{TIER[tier]}{weight:.0f}" for tier, weight in WEIGHTS.items())
    lines: list[Paragraph] = [
        w.p(period, f"数据摘要SHA-256：{frozen.digest[:16]}…，全文见随附数据文件。")
    ]
    lines += [w.p(rule) for rule in RULES]
    lines += [w.p(f"热度的来源权重：{weights}。"), w.p(w.imprint.model_statement)]
    rows: list[tuple[Cell, ...]] = [
        (w.cell(m.name), w.cell(m.unit), w.cell(m.formula), w.cell(m.base or "—"))
        for m in METRICS.values()
        if not m.id.startswith(("share_", "unit_", "view_")) and not m.id.endswith("_by_day")
    ]
    table = Table(
        id="t-metrics",
        caption="指标口径",
        header=("指标", "单位", "口径", "分母"),
        widths=(6, 2.8, 14, 6),
        rows=tuple(rows),
    )
    return (*lines, table)


def _data(w: Writer) -> tuple[Block, ...]:
    if not w.measures.value("items_total") and not w.measures.value("tickets_new"):
        return (w.p("本月没有图表数据。"),)
    days = (
        ("信息量", "items_by_day"), ("负面量", "negative_by_day"), ("新增工单", "tickets_new_by_day"),
        ("办结工单", "tickets_done_by_day"), ("存量工单", "tickets_open_by_day"),
    )  # fmt: skip
    streets = (
        ("信息量", "items_by_street"), ("负面量", "negative_by_street"), ("事件", "events_by_street"),
        ("工单", "tickets_by_street"), ("民生诉求", "appeals_by_street"),
    )  # fmt: skip
    topics = (
        ("信息量", "items_by_topic"), ("负面量", "negative_by_topic"), ("民生诉求", "appeals_by_topic"),
    )  # fmt: skip
    frozen = w.frozen.reference
    names = {day: f"{int(day[5:7])}月{int(day[8:])}日" for day in w.measures.rows("items_by_day")}
    return (
        _grid(w, "d-days", "日期", "每日数据（图1、图7）", names, days),
        _grid(
            w,
            "d-streets",
            "镇街",
            "镇街数据（图4）",
            frozen.streets | {NOWHERE: "全市性/无法定位"},
            streets,
        ),
        _grid(
            w,
            "d-topics",
            "领域",
            "领域数据（图5）",
            frozen.topic_names | {NOWHERE: "未归入监测领域"},
            topics,
        ),
        *_plain_data(w),
    )


def _grid(
    w: Writer,
    id: str,
    first: str,
    caption: str,
    names: dict[str, str],
    columns: tuple[tuple[str, str], ...],
) -> Table:
    rows = tuple(
        (w.cell(name), *(w.cell(w.n(metric, key)) for _, metric in columns))
        for key, name in names.items()
    )
    return Table(
        id=id,
        caption=caption,
        header=(first, *(name for name, _ in columns)),
        widths=(7, *(4.0 for _ in columns)),
        numeric=tuple(range(1, len(columns) + 1)),
        rows=rows,
    )


def _plain_data(w: Writer) -> list[Block]:
    channels = {c.value: c.label for c in Channel if c.public}
    found: list[Block] = [
        _grid(
            w,
            "d-channels",
            "渠道",
            "渠道数据（图3）",
            channels,
            (("信息量", "items_by_channel"), ("占比", "share_by_channel")),
        )
    ]
    if w.frozen.words:
        pieces: list[Piece] = ["标题热词（图6）："]
        for index, (word, _) in enumerate(w.frozen.words):
            pieces += ["、" if index else "", word, w.n("hot_words", word)]
        found.append(w.p([p for p in pieces if p != ""], "。"))
    return found
