"""本期要点, 一、总体情况, 二、舆情分布."""

from minyin.clock import local
from minyin.model import Channel, Level
from reports.document import Block, Chart, Paragraph, Section
from reports.frozen import Frozen
from reports.metric_events import key_events, raised
from reports.metric_items import NOWHERE
from reports.writer import Piece, Writer, joined

RISING = 6  # terms named in the text

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
                "条，事件状态为",
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
        blocks = [_volume(w)]
    blocks.append(_actions(w))
    if w.measures.value("items_total"):
        blocks.append(_daily_chart(w))
        blocks.append(Chart(id="fig2", caption="图2 情感占比", alt=_polarity_alt(w)))
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
    pieces: list[Piece] = [
        "归并形成舆情事件",
        w.n("events_total"),
        "起（信息与诉求合计2条以上的",
        w.n("events_several"),
        "起），其中新发现",
        w.n("events_new"),
        "起；",
    ]
    if w.measures.value("alerts_issued"):
        pieces += [
            "发布预警",
            w.n("alerts_issued"),
            "次，涉及事件",
            w.n("alerted_events"),
            "起（",
            level_counts(w),
            "）；",
        ]
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


def _top(
    w: Writer, metric: str, share: str | None, names: dict[str, str], number: int
) -> list[Piece]:
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
            [
                names[key],
                w.n("events_by_first_channel", key),
                "起，占",
                w.n("share_by_first_channel", key),
            ]
            for key in firsts
        ]
        more = ["新发现事件中，首发于", joined(items, "；首发于"), "。"]
    rows = w.measures.rows("items_by_channel")
    empty = "、".join(names[key] for key, value in rows.items() if not value)
    rest = f"；{empty}未监测到信息。" if empty else "。"
    text = w.p(
        "信息按渠道分：", _top(w, "items_by_channel", "share_by_channel", names, 10), rest, more
    )
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
    if w.frozen.emerging:
        blocks.append(_rising(w))
    return Section(id="s2-3", level=2, title="（三）领域分布", blocks=tuple(blocks))


def _rising(w: Writer) -> Block:
    """突增词, with both counts: a change without its base says nothing (DOMAIN §2.4)."""
    pieces: list[Piece] = ["与上期相比，标题中明显增多的词语为："]
    for index, row in enumerate(w.frozen.emerging[:RISING]):
        pieces += ["、" if index else "", f"{row.term}（本期", w.n("rising_words", row.term)]
        pieces += ["条，上期", w.n("rising_words_before", row.term), "条）"]
    return w.p([piece for piece in pieces if piece != ""], "。")


def peak_day(w: Writer) -> str:
    rows = w.measures.rows("items_by_day")
    return max(rows, key=lambda day: (rows[day] or 0, day))


def _date(day: str) -> str:
    """2026-10-05 → 10月5日."""
    return f"{int(day[5:7])}月{int(day[8:])}日"


def _daily_chart(w: Writer) -> Chart:
    peak = f"最高{w.measures.text('items_peak')}条，出现在{_date(peak_day(w))}"
    return Chart(id="fig1", caption="图1 每日信息量与负面量", alt=f"每日信息量与负面量，{peak}")


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
    text = w.p(
        f"舆情高点出现在{_date(day)}（",
        w.n("items_by_day", day),
        "条），见图1",
        cause,
    )
    return Section(id="s2-4", level=2, title="（四）时间分布", blocks=(text,))
