"""The words of an alert mail (DOMAIN §3.5): one list of sections, written twice, as plain text and as simple HTML.

Everything quoted is masked already; texts about minors are not quoted at all. Levels are said in words, never by
colour alone. Left to others: who gets the mail and when (notices).
"""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from alerts.features import counts_against
from alerts.timers import Deadlines
from minyin.clock import local
from minyin.county import County
from minyin.handlers import MINORS, mail_title, unit_name
from minyin.model import Alert, AlertKind, AlertState, Document, Event, Level, ServiceRequest, Value

SUMMARY_CHARS, EXCERPT_CHARS, EXCERPTS = 150, 80, 3
ACTIONS = {
    Level.BLUE: "关注走势；属实的转工单，由责任单位按期办理并答复",
    Level.YELLOW: "核实情况，转工单限时办理，先作知晓性回应，再公布处理进展",
    Level.ORANGE: "电话报告分管负责人，责任单位到现场核实，按时限公布权威信息；工单按紧急件办理",
    Level.RED: "立即电话报告主要负责人，启动应急处置，统一口径公布权威信息；工单按特急件办理",
}
UNVERIFIED = "系统自动预警，未经人工核实"
FOOTER = "内部资料 请勿转发"
TINTS = {
    Level.BLUE: "#1f5fa8",
    Level.YELLOW: "#8a6d00",
    Level.ORANGE: "#b45309",
    Level.RED: "#b42318",
}


class Link(Value):
    text: str
    url: str | None = None


class Section(Value):
    title: str
    lines: tuple[Link, ...]


class AlertFacts(Value):
    """Everything a mail about one alert is written from."""

    alert: Alert
    event: Event
    documents: tuple[Document, ...]
    tickets: tuple[ServiceRequest, ...]
    due: Deadlines
    public_url: str


def level_words(level: Level) -> str:
    """
    >>> level_words(Level.ORANGE)
    '橙色预警·重大'
    """
    colour, _, word = level.label.partition("·")
    return f"{colour}预警·{word}"


def subject(facts: AlertFacts, county: County) -> str:
    """【橙色预警·重大】东湖街道 停水引发集中反映（YQ-20261122-003）[首报]"""
    alert, event = facts.alert, facts.event
    place = county.place_name(event.street) if event.street else county.profile.name
    title = mail_title(county, event)
    title = title if title.startswith(place) else f"{place} {title}"
    kind = "反弹" if event.rebound and alert.kind is AlertKind.FIRST else alert.kind.label
    return f"【{level_words(alert.level)}】{title}（{alert.id}）[{kind}]"


def summary(facts: AlertFacts, county: County) -> str:
    """What happened in at most 150 characters, masked."""
    event, counts = facts.event, facts.alert.counts
    place = county.place_name(event.village or event.street)
    head = (
        f"{clock_words(event.first_at)}起，{place}出现“{mail_title(county, event)}”相关信息，累计 {counts.get('total', 0)} 条，"
        f"24 小时 {counts.get('24h', 0)} 条。"
    )
    quoted = [d for d in facts.documents if d.id in facts.alert.articles and not _minors(d, event)]
    first = f"如：{_excerpt(quoted[0])}" if quoted else ""
    whole = head + first
    return whole if len(whole) <= SUMMARY_CHARS else whole[: SUMMARY_CHARS - 1] + "…"


def sections(facts: AlertFacts, county: County) -> list[Section]:
    """The mail's body in order; a section without content says so."""
    alert = facts.alert
    reasons = [_line(r.text) for r in alert.reasons]
    reasons[:0] = [_line(said) for said in _verified(alert)]
    parts = [
        ("等级与触发原因", [_line(f"{level_words(alert.level)}，{alert.kind.label}"), *reasons]),
        ("事件概述", [_line(summary(facts, county))]),
        ("时间地点", _where(facts, county)),
        ("来源与传播", _spread(facts)),
        ("代表性信息", _examples(facts)),
        ("关联工单", _tickets(facts, county)),
        ("建议责任单位与动作", _advice(alert, county)),
    ]
    if alert.kind is not AlertKind.LIFT:
        parts.append(("时限要求", _limits(facts.due)))
    address = f"{facts.public_url}/alerts/{alert.id}"
    parts.append(("确认收到、解除或标记误报（登录后办理）", [Link(text=address, url=address)]))
    return [Section(title=title, lines=tuple(lines)) for title, lines in parts]


def _verified(alert: Alert) -> list[str]:
    """橙 and 红 go out unchecked and say so, until a person has looked (DOMAIN §3.3)."""
    said = f"：{alert.note}" if alert.note else ""
    if alert.state is AlertState.FALSE_ALARM:
        return [f"更正：经人工核实为误报{said}"]
    if alert.state is AlertState.ACKNOWLEDGED:
        return [f"已经人工核实（{alert.acknowledged_by}）{said}"]
    return [UNVERIFIED] if alert.level in (Level.ORANGE, Level.RED) else []


def footer(county: County, as_of: str, *, verified: bool) -> str:
    checked = "已经人工核实" if verified else "未经人工核实"
    phone = county.profile.masthead.phone
    return f"{FOOTER} · 系统自动生成，{checked} · 数据截至 {as_of} · 值守电话 {phone or '未设置'}"


def plain(found: Sequence[Section], foot: str) -> str:
    blocks = []
    for section in found:
        lines = [
            f"- {link.text}" + (f"\n  {link.url}" if link.url and link.url != link.text else "")
            for link in section.lines
        ]
        blocks.append("\n".join([f"【{section.title}】", *lines]))
    return "\n\n".join([*blocks, "——", foot, ""])


def html(
    found: Sequence[Section], foot: str, *, headline: str, level: Level, table: str = ""
) -> str:
    """One column, inline styles, no remote assets: readable on a telephone and in any client."""
    body = "".join(
        f'<h2 style="font-size:16px;margin:20px 0 6px">{escape(section.title)}</h2>'
        '<ul style="margin:0;padding-left:20px">'
        + "".join(f'<li style="margin:4px 0">{_anchor(link)}</li>' for link in section.lines)
        + "</ul>"
        for section in found
    )
    style = "max-width:640px;margin:0 auto;padding:12px;font:15px/1.7 sans-serif;color:#1a1a1a"
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
        f'<body style="margin:0;background:#fff"><div style="{style}">'
        f'<h1 style="font-size:19px;line-height:1.5;margin:0;padding-left:10px;'
        f'border-left:5px solid {TINTS[level]}">{escape(headline)}</h1>{table}{body}'
        '<p style="margin-top:24px;border-top:1px solid #ccc;padding-top:8px;font-size:13px;color:#555">'
        f"{escape(foot)}</p></div></body></html>"
    )


def clock_words(at: datetime) -> str:
    """10月15日 06:50, as people in the county read it."""
    here = local(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


def _line(text: str) -> Link:
    return Link(text=text)


def _anchor(link: Link) -> str:
    """The words, then where they lead; an address that is its own text is the link itself."""
    text = escape(link.text)
    if not link.url:
        return text
    if link.url == link.text:
        return anchor(link.url, link.text)
    return f"{text} {anchor(link.url, '查看')}"


def anchor(url: str, text: str) -> str:
    return f'<a href="{escape(url, quote=True)}" style="color:#1f5fa8">{escape(text)}</a>'


def _where(facts: AlertFacts, county: County) -> list[Link]:
    event = facts.event
    names = [county.place_name(code) for code in (event.street, event.village) if code]
    sure = max((d.place_conf for d in facts.documents if d.street == event.street), default=0.0)
    place = f"{' '.join(names)}（地点置信度 {sure:.2f}）" if names else county.place_name(None)
    topic = county.topic_by_code.get(event.topic or "")
    return [
        _line(f"首次发现：{clock_words(event.first_at)}"),
        _line(f"最近信息：{clock_words(min(event.last_at, facts.alert.raised_at))}"),
        _line(f"地点：{place}"),
        _line(f"领域：{topic.name if topic else '未归类'}"),
    ]


def _spread(facts: AlertFacts) -> list[Link]:
    alert = facts.alert
    count = alert.counts
    lines = [
        _line(
            f"1 小时 {count.get('1h', 0)} 条，24 小时 {count.get('24h', 0)} 条，累计 {count.get('total', 0)} 条；"
            f"{len(alert.platforms)} 个平台；24 小时负面占 {alert.negative_share:.0%}"
        )
    ]
    first = next((d for d in facts.documents if d.id == facts.event.first_article), None)
    if first:
        source = (
            f"首发：{first.source_name}（{first.channel.label}）{clock_words(first.published_at)}"
        )
        lines.append(Link(text=source, url=_web(first.url)))
    return lines


def _examples(facts: AlertFacts) -> list[Link]:
    chosen = representative(facts.documents, facts.event)
    lines = [
        Link(
            text=f"{d.source_name}（{d.channel.label}）{clock_words(d.published_at)}：{_excerpt(d)}",
            url=_web(d.url),
        )
        for d in chosen
    ]
    return lines or [_line("涉及未成年人或暂无可摘录的信息，不作摘录，请登录查看")]


def representative(documents: Sequence[Document], event: Event) -> list[Document]:
    """Up to three negative originals: most acted upon first, one per platform while there are others."""
    fit = [
        d for d in documents if counts_against(d) and d.repost_of is None and not _minors(d, event)
    ]
    ranked = sorted(fit, key=lambda d: (-d.interactions, d.published_at, d.id))
    chosen: list[Document] = []
    for again in (False, True):
        for d in ranked:
            new = d.platform not in {c.platform for c in chosen}
            if d not in chosen and (again or new) and len(chosen) < EXCERPTS:
                chosen.append(d)
    return sorted(chosen, key=lambda d: (d.published_at, d.id))


def _tickets(facts: AlertFacts, county: County) -> list[Link]:
    lines = [
        Link(
            text=f"{t.id} {t.state.label}，主办 {unit_name(county, t.lead_unit)}，"
            f"{'到期 ' + clock_words(t.due_at) if t.due_at else '未定到期时间'}",
            url=f"{facts.public_url}/tickets/{t.id}",
        )
        for t in facts.tickets
    ]
    return lines or [_line("尚无关联工单")]


def _advice(alert: Alert, county: County) -> list[Link]:
    if alert.kind is AlertKind.LIFT:
        return [_line("预警已解除，继续观察；再有新增将重新预警")]
    return [
        _line(f"责任单位：{unit_name(county, alert.suggested_unit)}"),
        _line(f"动作：{ACTIONS[alert.level]}"),
    ]


def _limits(due: Deadlines) -> list[Link]:
    return [
        _line(f"研判确认：{clock_words(due.ack)} 前"),
        _line(f"首报或转办：{clock_words(due.report)} 前"),
        _line(f"首次回应：{clock_words(due.response)} 前"),
    ]


def _minors(document: Document, event: Event) -> bool:
    return MINORS in (event.topic, document.topic, *document.topics)


def _excerpt(document: Document) -> str:
    title = " ".join((document.title or "").split()).rstrip("…")
    text = " ".join(document.text.split())
    # many a title is the text's own beginning: said once
    text = text if text.startswith(title) else f"{title} {text}"
    return text if len(text) <= EXCERPT_CHARS else text[: EXCERPT_CHARS - 1] + "…"


def _web(url: str) -> str | None:
    """Hotline rows have no page to lead to."""
    return url if url.startswith(("http://", "https://")) else None
