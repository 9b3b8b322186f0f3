"""Subscriptions at work: what has just been indexed is held against every saved question; the answers go by mail.

A pair of subscription and article is a row: noted in the transaction that marks the article indexed, told in the one
that queues the mail. So nothing is told twice and nothing noted is forgotten, wherever a run is killed. Only what was
collected lately is new: a rebuilt index does not tell everybody everything again.
Left to others: finding (`House.standing`), carrying mail (`minyin.mailing`).
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection, select, update

from alerts.message import Link, Section, clock_words, footer, html, plain
from flows.bootstrap import House
from index.ast import Node
from index.names import names_of
from index.query import parse
from minyin.accounting import Tally
from minyin.clock import Clock, local
from minyin.county import County
from minyin.database import load, tables
from minyin.database.values import upsert
from minyin.errors import ProfileError, QueryError
from minyin.handlers import MINORS
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import Document, Level, RunReport
from minyin.subscriptions import FILE, Subscription, load_subscriptions

log = logging.getLogger(__name__)

NEW = timedelta(days=2)
DAILY_AT = 8  # o'clock
EXCERPT = 40


class Watch:
    """The subscriptions of one run, their questions read at its beginning: `now-1d` means the run's now."""

    def __init__(self, house: House) -> None:
        self._house = house
        questions, faults = questions_of(house.county, house.clock, usable(house.county))
        for fault in faults:
            log.error("subscription left out: %s", fault)
        self._standing = house.standing(questions) if questions else None

    def note(self, connection: Connection, documents: Sequence[Document]) -> int:
        """Note who is to be told of these, in the caller's transaction; a pair that is there stays as it is."""
        if self._standing is None:
            return 0
        now = self._house.clock()
        fresh = [document for document in documents if document.collected_at >= now - NEW]
        rows = [
            {"subscription_id": name, "article_id": id, "matched_at": now}
            for name, ids in self._standing.matches(fresh).items()
            for id in ids
        ]
        known = _known(connection, rows)
        new = [row for row in rows if (row["subscription_id"], row["article_id"]) not in known]
        upsert(connection, tables.subscription_hits, new)
        return len(new)


def _known(connection: Connection, rows: Sequence[dict[str, object]]) -> set[tuple[str, str]]:
    hits = tables.subscription_hits.c
    known: set[tuple[str, str]] = set()
    ids = sorted({str(row["article_id"]) for row in rows})
    for start in range(0, len(ids), 500):
        statement = select(hits.subscription_id, hits.article_id)
        found = connection.execute(statement.where(hits.article_id.in_(ids[start : start + 500])))
        known |= {(row[0], row[1]) for row in found}
    return known


def check_subscriptions(county: County, clock: Clock) -> int:
    """How many are in use. Raises ProfileError with every fault."""
    questions, faults = questions_of(county, clock, load_subscriptions(county.folder))
    if faults:
        raise ProfileError(faults)
    return len(questions)


def questions_of(
    county: County, clock: Clock, subscriptions: Iterable[Subscription]
) -> tuple[dict[str, Node], list[str]]:
    """The questions of the enabled ones that can be read, and what is wrong with the others."""
    questions: dict[str, Node] = {}
    faults: list[str] = []
    names = names_of(county)
    for one in subscriptions:
        try:
            if one.enabled:
                questions[one.id] = parse(one.query, clock=clock, names=names)
        except QueryError as error:
            faults.append(f"{FILE}:1: {one.id} 的检索式{error}")
    return questions, faults


def usable(county: County) -> list[Subscription]:
    """The enabled ones; none where the file is at fault, which must hold up neither ingest nor the mail."""
    try:
        return [one for one in load_subscriptions(county.folder) if one.enabled]
    except ProfileError as error:
        log.error("subscriptions left out: %s", error)
        return []


def tell(house: House) -> RunReport:
    """Queue the mails that are due. Inputs are the articles waiting for them, told/counted those beyond `at_most`."""
    started = house.clock()
    tally = Tally()
    for one in usable(house.county):
        with house.engine.begin() as connection:
            _tell(house, connection, one, tally)
    return tally.report(
        id="subscriptions", flow="subscriptions", started_at=started, finished_at=house.clock()
    )


def _tell(house: House, connection: Connection, one: Subscription, tally: Tally) -> None:
    hits, articles = tables.subscription_hits.c, tables.articles.c
    due = (
        (hits.subscription_id == one.id)
        & hits.mail_id.is_(None)
        & (hits.matched_at <= until(one, house.clock()))
    )
    waiting = list(connection.execute(select(hits.article_id).where(due)).scalars())
    if not waiting:
        return
    wanted = select(tables.articles).where(articles.id.in_(select(hits.article_id).where(due)))
    newest_first = (articles.published_at.desc(), articles.id)
    documents = load(connection, Document, wanted.order_by(*newest_first))
    mail = ""
    if documents:
        composed = compose(house, one, documents)
        settings, clock = house.settings, house.clock
        mail = queue(connection, settings.outbox, composed, settings=settings, clock=clock).id
    connection.execute(update(tables.subscription_hits).where(due).values(mail_id=mail))
    listed = min(len(documents), one.at_most)
    tally.take(len(waiting))
    for outcome, number in (
        ("told", listed),
        ("told/counted", len(documents) - listed),
        ("skipped/removed", len(waiting) - len(documents)),
    ):
        if number:
            tally.give(outcome, number)


def until(one: Subscription, now: datetime) -> datetime:
    """What was found up to then is due: now, the last full hour, or the last eight in the morning."""
    if one.every == "now":
        return now
    hour = local(now).replace(minute=0, second=0, microsecond=0)
    if one.every == "hour":
        return hour
    morning = hour.replace(hour=DAILY_AT)
    return morning if hour >= morning else morning - timedelta(days=1)


def compose(house: House, one: Subscription, documents: Sequence[Document]) -> OutgoingMail:
    """The mail about these, newest first; the same articles make the same mail."""
    url = house.settings.console.public_url.rstrip("/")
    ids = "\n".join(sorted(document.id for document in documents))
    digest = hashlib.sha256(ids.encode()).hexdigest()[:16]
    headline = f"【检索订阅】{one.name}：新增 {len(documents)} 篇"
    lines = [
        Link(text=_line(house, document), url=f"{url}/articles/{document.id}")
        for document in documents[: one.at_most]
    ]
    if len(documents) > one.at_most:
        lines.append(Link(text=f"另有 {len(documents) - one.at_most} 篇，请在控制台查看"))
    address = f"{url}/search?{urlencode({'q': one.query})}"
    found = [
        Section(title="新增信息", lines=tuple(lines)),
        Section(title="检索式", lines=(Link(text=one.query, url=address),)),
    ]
    foot = footer(house.county, clock_words(house.clock()), verified=False)
    return OutgoingMail(
        subject=headline,
        to=one.to,
        text=plain(found, foot),
        html=html(found, foot, headline=headline, level=Level.BLUE),
        message_id=message_id(f"subscription-{one.id}-{digest}", house.settings),
        about=f"subscription:{one.id}",
    )


def _line(house: House, document: Document) -> str:
    """When, where, what (masked already; matters of minors are not quoted), and how it sounds."""
    topic = house.county.topic_by_code.get(document.topic or "")
    what = document.title or " ".join(document.text.split())
    what = what if len(what) <= EXCERPT else f"{what[: EXCERPT - 1]}…"
    if MINORS in document.topics:
        what = f"{topic.name if topic else '未成年人'}相关信息（不摘录）"
    said = (clock_words(document.published_at), document.source_name, what, document.polarity.label)
    return "｜".join(said)
