"""本期要点, 一、总体情况, 二、舆情分布, 三、热点舆情TOP10."""

from reports.document import Block, Chart, Paragraph, Section, Table
from reports.frozen import Frozen
from reports.metric_events import key_events, raised, top_events
from reports.metric_items import NOWHERE
from reports.writer import Piece, Writer, bold, joined, short
from minyin.clock import local
from minyin.model import Channel, Level

POLARITY = (("positive", "正面"), ("neutral", "中性"), ("negative", "负面"))


def ranked(writer: Writer, metric: str, number: int) -> list[str]:
    """Keys of a distribution by value, without its 'nowhere' row and without zeros."""
    rows = writer.measures.rows(metric)
    order = sorted(rows, key=lambda key: (-(rows[key] or 0), list(rows).index(key)))
    return [key for key in order if key != NOWHERE and rows[key]][:number]


def month_name(frozen: Frozen) -> str:
    return frozen.label


def highlights(w: Writer) -> tuple[Paragraph, ...]:
    """3–5 bullets of at most 60 characters, each of numbers or leading to an event."""
    if not w.measures.value("items_total"):
        return (w.bullet(f"本月未监测到{w.frozen.reference.about}公开信息。"), *_ticket_point(w))
    points = [
        w.bullet(
            f"共监测到{w.frozen.reference.about}信息",
            w.n("items_total"),
            "条，",
            w.change("items_total"),
            "；负面占",
            w.n("negative_share"),
            "。",
        )
    ]
    if w.measures.value("alerted_events"):
        points.append(w.bullet(w.n("alerted_events"), "起事件触发预警：", level_counts(w), "。"))
    for event_id in key_events(w.frozen, 1):
        event = w.frozen.event_by_id[event_id]
        points.append(
            w.bullet(
                f"最高等级事件“{event.title[:18]}”为",
                raised(w.frozen)[event_id].label,
                "，信息",
                w.n("event_items", event_id),
                "条，目前",
                event.state.label,
                w.cite_event(event_id),
                "。",
            )
        )
    return (*points, *_ticket_point(w), *_appeal_point(w))[:5]


def _ticket_point(w: Writer) -> list[Paragraph]:
    if not w.measures.value("tickets_due"):
        return [w.bullet("本月无应办工单。")]
    point: list[Piece] = ["应办工单", w.n("tickets_due"), "件，办结", w.n("tickets_done"), "件"]
    if w.measures.value("on_time_rate") is not None:
        point += ["，按时办结率", w.n("on_time_rate")]
    return [w.bullet(point, "，期末超期", w.n("tickets_overdue"), "件。")]


def _appeal_point(w: Writer) -> list[Paragraph]:
    topics = ranked(w, "appeals_by_topic", 1)
    if not topics:
        return []
    name = w.frozen.reference.topic_names[topics[0]]
    return [
        w.bullet(
            "受理民生诉求",
            w.n("appeals_total"),
            f"件，居首的领域为{name}，",
            w.n("appeals_by_topic", topics[0]),
            "件。",
        )
    ]


def level_counts(w: Writer) -> list[Piece]:
    """Every level by its full name; a bare colour is never shown (DOMAIN §0.10)."""
    items: list[list[Piece]] = [
        [f"{level.label}", w.n("alerted_by_level", level.value), "起"] for level in reversed(Level)
    ]
    return joined(items, "、")


def overall(w: Writer) -> Section:
    about, frozen = w.frozen.reference.about, w.frozen
    if not w.measures.value("items_total"):
        blocks: list[Block] = [w.p(f"{month_name(frozen)}，本月未监测到{about}公开信息。")]
    else:
        blocks = [_volume(w), Chart(id="fig2", caption="图2 情感占比", alt=_polarity_alt(w))]
    blocks.append(_actions(w))
    return Section(id="s1", level=1, title="一、总体情况", blocks=tuple(blocks))


def _volume(w: Writer) -> Paragraph:
    shares: list[list[Piece]] = [
        [f"{name}", w.n("items_by_polarity", key), "条，占", w.n("share_by_polarity", key)]
        for key, name in POLARITY
    ]
    year: list[Piece] = ["暂无同期数据"]
    if w.measures.value("items_year_ago"):
        year = ["上年同期", w.n("items_year_ago"), "条"]
    return w.p(
        f"{month_name(w.frozen)}，共监测到{w.frozen.reference.about}信息",
        w.n("items_total"),
        "条（去重后，原始采集",
        w.n("items_collected"),
        "条），日均",
        w.n("items_daily"),
        "条，",
        w.change("items_total"),
        "（上月",
        w.before("items_total"),
        "条），",
        year,
        "。其中",
        joined(shares, "；"),
        "；负面占比",
        w.change("negative_share"),
        "。敏感信息",
        w.n("items_sensitive"),
        "条，互动量",
        w.n("items_interactions"),
        "次。",
    )


def _actions(w: Writer) -> Paragraph:
    pieces: list[Piece] = ["归并形成舆情事件", w.n("events_total"), "起，其中新发现", w.n("events_new"), "起；"]
    if w.measures.value("alerts_issued"):
        pieces += ["发布预警", w.n("alerts_issued"), "次，涉及事件", w.n("alerted_events"), "起（", level_counts(w), "）；"]
    else:
        pieces += ["本月未发布预警；"]
    if not w.measures.value("tickets_new"):
        return w.p(pieces, "本月无新增工单。")
    pieces += ["受理工单", w.n("tickets_new"), "件"]
    for metric, name in (("on_time_rate", "按时办结率"), ("satisfaction_rate", "回访满意率")):
        if w.measures.value(metric) is None:
            pieces.append(f"，{name}暂无可计算的工单")
        else:
            pieces += [f"，{name}", w.n(metric)]
    return w.p(pieces, "。")


def _polarity_alt(w: Writer) -> str:
    parts = [f"{name}{w.measures.text('items_by_polarity', key)}条" for key, name in POLARITY]
    return "情感占比：" + "、".join(parts)


def distribution(w: Writer) -> list[Section]:
    head = Section(id="s2", level=1, title="二、舆情分布")
    if not w.measures.value("items_total"):
        none = w.p(f"本月未监测到{w.frozen.reference.about}公开信息，无分布可列。")
        return [head.but(blocks=(none,))]
    return [head, _channels(w), _streets(w), _topics(w), _days(w)]


def _top(w: Writer, metric: str, share: str | None, names: dict[str, str], number: int) -> list[Piece]:
    items: list[list[Piece]] = []
    for key in ranked(w, metric, number):
        item: list[Piece] = [names[key], w.n(metric, key), "条"]
        items.append([*item, "，占", w.n(share, key)] if share else item)
    return joined(items, "；" if share else "、")


def _channels(w: Writer) -> Section:
    names = {channel.value: channel.label for channel in Channel}
    firsts = ranked(w, "events_by_first_channel", 2)
    more: list[Piece] = []
    if firsts:
        items: list[list[Piece]] = [
            [names[key], w.n("events_by_first_channel", key), "起，占", w.n("share_by_first_channel", key)]
            for key in firsts
        ]
        more = ["新发现事件中，首发于", joined(items, "；首发于"), "。"]
    text = w.p("信息按渠道分：", _top(w, "items_by_channel", "share_by_channel", names, 5), "。", more)
    chart = Chart(id="fig3", caption="图3 渠道分布", alt="按渠道分的信息量：" + text.plain[:80])
    return Section(id="s2-1", level=2, title="（一）渠道分布", blocks=(text, chart))


def _streets(w: Writer) -> Section:
    streets = w.frozen.reference.streets
    text = w.p(
        "能定位到镇街的信息中，居前的为",
        _top(w, "items_by_street", None, streets, 5),
        "；负面信息居前的为",
        _top(w, "negative_by_street", None, streets, 3) or ["（无）"],
        "。全市性或无法定位的",
        w.n("items_by_street", NOWHERE),
        "条单列，不摊入各镇街。",
    )
    alt = f"{len(streets)}个镇街的信息量与负面量"
    chart = Chart(id="fig4", caption="图4 镇街分布", alt=alt)
    return Section(id="s2-2", level=2, title="（二）镇街分布", blocks=(text, chart))


def _topics(w: Writer) -> Section:
    names = w.frozen.reference.topic_names
    text = w.p(
        "信息按领域分，居前的为",
        _top(w, "items_by_topic", "share_by_topic", names, 5) or ["（均未归入监测领域）"],
        "；未归入监测领域的",
        w.n("items_by_topic", NOWHERE),
        "条。负面信息居前的领域为",
        _top(w, "negative_by_topic", None, names, 3) or ["（无）"],
        "。",
    )
    blocks: list[Block] = [text, Chart(id="fig5", caption="图5 领域分布", alt="按领域分的信息量")]
    if w.frozen.words:
        words = "、".join(word for word, _ in w.frozen.words[:10])
        blocks += [
            w.p(f"标题热词居前的为：{words}。"),
            Chart(id="fig6", caption="图6 标题热词（前30）", alt=f"标题热词：{words}"),
        ]
    return Section(id="s2-3", level=2, title="（三）领域分布", blocks=tuple(blocks))


def peak_day(w: Writer) -> str:
    rows = w.measures.rows("items_by_day")
    return max(rows, key=lambda day: (rows[day] or 0, day))


def _days(w: Writer) -> Section:
    day = peak_day(w)
    facts = [f for f in w.frozen.articles if local(f.published_at).date().isoformat() == day]
    counts: dict[str, int] = {}
    for fact in facts:
        if fact.event_id in w.frozen.event_by_id:
            counts[fact.event_id] = counts.get(fact.event_id, 0) + 1
    cause: list[Piece] = ["。"]
    top = max(counts, key=lambda e: (counts[e], e), default=None)
    if top is not None and counts[top] >= 3:
        title = w.frozen.event_by_id[top].title
        cause = [f"，主要与“{title}”有关", w.cite_event(top), "。"]
    _, month, number = day.split("-")
    text = w.p(
        f"舆情高点出现在{int(month)}月{int(number)}日（", w.n("items_by_day", day), "条）", cause
    )
    chart = Chart(
        id="fig1",
        caption="图1 每日信息量与负面量",
        alt=f"每日信息量与负面量，最高{w.measures.text('items_peak')}条，出现在{int(month)}月{int(number)}日",
    )
    return Section(id="s2-4", level=2, title="（四）时间分布", blocks=(text, chart))


T1 = ("序号", "事件", "首发时间", "首发平台", "信息量", "热度", "负面占比", "等级", "镇街", "责任单位", "工单号", "状态")
T1_WIDTHS = (18, 62, 29, 32, 28, 25, 34, 32, 30, 38, 76, 30)  # points on a text width of 442


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


def _row(w: Writer, number: int, event_id: str):  # type: ignore[no-untyped-def]
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


__all__ = ["bold", "distribution", "highlights", "hottest", "overall"]
