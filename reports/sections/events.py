"""四、重点舆情及处置情况: one paragraph group per alerted event, in the fixed sentence of DOMAIN §2.5."""

from minyin.model import ArticleKind, Event, EventState, ServiceRequest
from nlp.event.sentences import QUOTE
from nlp.event.views import ENOUGH
from reports.document import Paragraph, Section
from reports.frozen import Fact
from reports.metric_events import key_events, public, raised
from reports.views import main_views
from reports.writer import Piece, Writer, bold, joined, moment

ORDER = "一二三四五六七八九十"
CALM = ("已平息", "误报")


def key_section(w: Writer) -> list[Section]:
    events = key_events(w.frozen)
    title = "四、重点舆情及处置情况"
    if not events:
        none = w.p("本月未监测到触发预警的舆情事件。")
        return [Section(id="s4", level=1, title=title, blocks=(none,))]
    lead: list[Piece] = ["本月触发预警的事件", w.n("alerted_events"), "起"]
    if len(events) < len(raised(w.frozen)):
        lead.append(f"，列出等级较高、热度居前的{len(events)}起")
    head = Section(id="s4", level=1, title=title, blocks=(w.p(lead, "，逐件情况如下。"),))
    return [head, *(_one(w, number, event) for number, event in enumerate(events, 1))]


def _one(w: Writer, number: int, event_id: str) -> Section:
    event = w.frozen.event_by_id[event_id]
    facts = w.frozen.members.get(event_id, ())
    blocks = [_origin(w, event, facts), *_views(w, event_id, facts)]
    blocks += [_handling(w, event, facts), _judgement(w, event)]
    return Section(
        id=f"s4-{number}", level=3, title=f"{number}．{event.title}", blocks=tuple(blocks)
    )


def _origin(w: Writer, event: Event, facts: tuple[Fact, ...]) -> Paragraph:
    level = raised(w.frozen)[event.id].label
    place = w.frozen.reference.street_name(event.street)
    topic = w.frozen.reference.topic_names.get(event.topic or "", "未归类")
    first = w.frozen.fact_by_id.get(event.first_article)
    origin: list[Piece] = [f"{moment(event.first_at)}首次发现"]
    if first is not None:
        origin = [
            f"{moment(first.published_at)}，{first.channel.label}首先出现相关信息",
            w.cite_article(first.id),
        ]
    pieces: list[Piece] = [
        "（", level, "，事件编号", w.event(event.id), f"；{place}，{topic}）", *origin,
    ]  # fmt: skip
    appeals = w.measures.value("event_appeals", event.id)
    if not facts:
        return w.p(pieces, "；本月无新增信息。")
    return w.p(
        pieces,
        f"；截至{moment(w.frozen.cutoff)}，本月累计信息",
        w.n("event_items", event.id),
        "条（含转载），涉及",
        w.n("event_platforms", event.id),
        f"类平台（{_platforms(facts)}），互动量",
        w.n("event_interactions", event.id),
        "次，负面占",
        w.n("event_negative_share", event.id),
        ["；相关诉求", w.n("event_appeals", event.id), "件"] if appeals else [],
        "。",
    )


def _platforms(facts: tuple[Fact, ...]) -> str:
    return "、".join(dict.fromkeys(fact.channel.label for fact in public(facts))) or "无公开平台"


def _views(w: Writer, event_id: str, facts: tuple[Fact, ...]) -> list[Paragraph]:
    views = main_views(facts)
    if not views:
        return [w.p(bold("网民主要观点："), "本月未监测到可引用的网民观点。")]
    items: list[list[Piece]] = []
    for number, view in enumerate(views, 1):
        item: list[Piece] = [
            f"{ORDER[number - 1]}是“{view.quote}”",
            w.cite_article(view.article_id),
        ]
        if view.total >= ENOUGH:
            item += ["（相近表述占", w.n("view_share", f"{event_id}#{number}"), "）"]
        items.append(item)
    base: list[Piece] = [
        "（依据负面或诉求文本",
        w.n("view_texts", event_id),
        "条，引文为网民原话，未经核实）",
    ]
    return [w.p(bold("网民主要观点"), base, "：", joined(items, "；"), "。")]


def _handling(w: Writer, event: Event, facts: tuple[Fact, ...]) -> Paragraph:
    pieces: list[Piece] = [bold("处置情况：")]
    tickets = w.frozen.tickets_of(event.id)
    if tickets:
        pieces += joined([_ticket(w, ticket) for ticket in tickets[:4]], "；")
        if len(tickets) > 4:
            pieces.append(f"；另有{len(tickets) - 4}件见附件1")
        pieces.append("。")
    else:
        pieces.append("截至本期数据截止时未转办工单。")
    if event.first_response_at and event.first_response_at <= w.frozen.cutoff:
        pieces.append(f"{moment(event.first_response_at)}首次回应。")
    else:
        pieces.append("截至本期数据截止时未见首次回应记录。")
    return w.p(pieces, _official(w, facts))


def _ticket(w: Writer, ticket: ServiceRequest) -> list[Piece]:
    unit = w.frozen.reference.unit_name(ticket.lead_unit)
    sent = moment(ticket.dispatched_at) if ticket.dispatched_at else moment(ticket.received_at)
    verb = "转办" if ticket.dispatched_at else "受理"
    pieces: list[Piece] = [
        f"{sent}{verb}工单",
        w.ticket(ticket.id),
        f"至{unit}" if ticket.lead_unit else "",
    ]
    if ticket.replied_at:
        pieces.append(f"，{moment(ticket.replied_at)}答复")
    result = f"（{ticket.result}）" if ticket.result else ""
    return [p for p in [*pieces, f"，目前{ticket.state.label}{result}"] if p != ""]


def _official(w: Writer, facts: tuple[Fact, ...]) -> list[Piece]:
    replies = [f for f in facts if f.kind is ArticleKind.OFFICIAL_REPLY and f.repost_of is None]
    if not replies:
        return []
    last = replies[-1]
    quote = last.excerpt[: QUOTE - 1] + ("…" if len(last.excerpt) >= QUOTE else "")
    return [f"{moment(last.published_at)}官方答复：“{quote}”", w.cite_article(last.id), "。"]


def verdict(w: Writer, event: Event) -> str:
    """已平息, 持续关注 or 存在反弹可能: by rule, and the rule is printed in annex 3."""
    recent = w.measures.value("event_last_week", event.id) or 0
    if event.state is EventState.FALSE_ALARM:
        return "误报"
    if event.rebound:
        return "存在反弹可能"
    open_tickets = any(ticket.open for ticket in w.frozen.tickets_of(event.id))
    if event.state is EventState.CLOSED or (recent == 0 and not open_tickets):
        return "已平息"
    return "持续关注"


def _judgement(w: Writer, event: Event) -> Paragraph:
    return w.p(
        bold("研判："),
        verdict(w, event),
        "。近7日信息",
        w.n("event_last_week", event.id),
        f"条，事件状态为{event.state.label}",
        w.cite_event(event.id),
        "。",
    )
