"""From an event to a ticket: everything prefilled from what is stored, then opened, linked and, if wished, dispatched.

Left to others: what happens next (machine), which words people type over the draft (console).
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from minyin.clock import local, local_day
from minyin.county import County
from minyin.database import load, load_one, next_number, tables
from minyin.handlers import MINORS, lead_units, mail_title
from minyin.identity import dated_id
from minyin.model import (
    Alert,
    AppealType,
    ArticleKind,
    Channel,
    Document,
    Event,
    ServiceRequest,
    TicketEvent,
    TicketState,
)
from tickets import links
from tickets.actions import Action
from tickets.machine import act, write
from tickets.policy import policy_of, urgency_of

SOURCE = "舆情监测"
TITLE_CHARS, EXCERPT_CHARS, EXCERPTS, EVIDENCE = 30, 90, 3, 30
DEMAND = re.compile(r"(?:要求|希望|请求|恳请|请有关|请尽快|诉求)[^。！？\n]{4,80}")
DEMAND_BY_DEFAULT = "核实情况，依法依规处理，并向群众答复"


def prefill(
    event: Event,
    alert: Alert | None,
    documents: Sequence[Document],
    county: County,
    *,
    at: datetime,
) -> ServiceRequest:
    """A draft without a number: all a clerk has to do is read it. Documents are the event's, in any order."""
    said = sorted(
        (d for d in documents if d.published_at <= at), key=lambda d: (d.published_at, d.id)
    )
    kind = _appeal_type(said)
    urgency = urgency_of(alert.level if alert else event.current_level or event.level)
    units = lead_units(county, event.topic, event.street)
    place = county.place_name(event.village or event.street) if event.street else ""
    title = mail_title(county, event)
    rows = [d.external_id for d in said if d.channel is Channel.HOTLINE and d.external_id]
    return ServiceRequest(
        id="",
        source_channel=SOURCE,
        external_ids=tuple(dict.fromkeys(rows)),
        event_id=event.id,
        alert_id=alert.id if alert else None,
        appeal_type=kind,
        topic=event.topic,
        title=_short(f"{place}：{title}" if place else title, TITLE_CHARS),
        content=_content(event, said, county, place),
        demand=_demand(said),
        street=event.street,
        village=event.village,
        urgency=urgency,
        confidential=kind is AppealType.REPORT,
        lead_unit=units[0] if units else None,
        co_units=units[1:],
        articles=tuple(d.id for d in said if d.negative or d.appeal)[-EVIDENCE:],
        policy=policy_of(county, urgency, kind).id,
        received_at=at,
    )


def open_ticket(
    connection: Connection,
    draft: ServiceRequest,
    *,
    actor: str,
    at: datetime,
    dispatch: bool,
    county: County,
) -> ServiceRequest:
    """Number, log, link and timeline; with `dispatch` also accepted and sent to the draft's unit.

    Opening the same draft twice (same event, alert, title and time) gives the ticket that exists.
    """
    existing = _same(connection, draft.but(received_at=at))
    if existing:
        return existing
    day = local_day(at)
    number = next_number(connection, f"ticket:{day:%Y%m%d}")
    opened = draft.but(
        id=dated_id(county.profile.id_prefix, day, number, width=5),
        received_at=at,
        state=TicketState.RECEIVED,
        confidential=draft.confidential or draft.appeal_type is AppealType.REPORT,
        policy=policy_of(county, draft.urgency, draft.appeal_type).id,
    )
    if opened.event_id:
        links.link(connection, opened.event_id, opened.id, at=at)
    write(connection, opened, _first(opened, actor), Action.OPEN.label)
    if dispatch:
        act(connection, opened.id, Action.ACCEPT.value, actor=actor, at=at, county=county)
        act(connection, opened.id, Action.DISPATCH.value, actor=actor, at=at, county=county)
    return load_one(connection, ServiceRequest, tables.tickets, opened.id)


def _first(ticket: ServiceRequest, actor: str) -> TicketEvent:
    return TicketEvent(
        ticket_id=ticket.id,
        number=1,
        at=ticket.received_at,
        actor=actor,
        action=Action.OPEN.value,
        from_state=None,
        to_state=TicketState.RECEIVED,
        note=f"来源 {ticket.source_channel}",
    )


def _same(connection: Connection, draft: ServiceRequest) -> ServiceRequest | None:
    t = tables.tickets
    alike = select(t).where(
        t.c.event_id == draft.event_id,
        t.c.received_at == draft.received_at,
        t.c.title == draft.title,
    )
    found = load(connection, ServiceRequest, alike.order_by(t.c.id))
    same = [x for x in found if x.alert_id == draft.alert_id]
    return same[0] if same and draft.event_id else None


def _appeal_type(said: Sequence[Document]) -> AppealType:
    """举报 where half of the voices say so (the callers are then protected); else what most appeals are."""
    voices = [d for d in said if d.kind is not ArticleKind.OFFICIAL_REPLY and d.appeal]
    reports = sum("举报" in d.text and not d.channel.public for d in voices)
    if voices and 2 * reports >= len(voices):
        return AppealType.REPORT
    if not voices:
        negative = any(d.negative for d in said)
        return AppealType.COMPLAINT if negative else AppealType.OTHER
    against = sum(d.negative for d in voices)
    return AppealType.COMPLAINT if 2 * against >= len(voices) else AppealType.HELP


def _content(event: Event, said: Sequence[Document], county: County, place: str) -> str:
    """Masked: what, since when, how much, and at most three excerpts with their source."""
    topic = county.topic_by_code.get(event.topic or "")
    spoken = Counter(d.channel.label for d in said)
    spread = "、".join(f"{name} {count} 条" for name, count in spoken.most_common())
    head = (
        f"{_when(event.first_at)}起，{place or county.profile.name}出现“{mail_title(county, event)}”相关信息"
        f"（{topic.name if topic else '未归类'}），累计 {len(said)} 条：{spread}。"
    )
    minors = event.topic == MINORS
    fit = [d for d in said if d.negative and d.alertable and MINORS not in d.topics]
    chosen = sorted(fit, key=lambda d: (-d.interactions, d.published_at, d.id))[:EXCERPTS]
    lines = [
        f"{n}. {_when(d.published_at)} {d.source_name}：{_short(d.text, EXCERPT_CHARS)}"
        + (f"（{d.url}）" if d.url.startswith("http") else "")
        for n, d in enumerate(sorted(chosen, key=lambda d: (d.published_at, d.id)), start=1)
    ]
    return "\n".join([head, *([] if minors else lines)])


def _demand(said: Sequence[Document]) -> str:
    """The newest thing asked for, in the asker's words."""
    for document in reversed([d for d in said if d.appeal and MINORS not in d.topics]):
        found = DEMAND.search(document.text)
        if found:
            return found[0]
    return DEMAND_BY_DEFAULT


def _short(text: str, limit: int) -> str:
    one = " ".join(text.split())
    return one if len(one) <= limit else one[: limit - 1] + "…"


def _when(at: datetime) -> str:
    here = local(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"
