"""Ingest: sealed inbox segments → analysis → reposts → events → database → index.

A segment is done when every article in it has its outcome. Articles of all waiting segments are taken together in
the order of their publication, so that one crawl gives one result however it was cut into segments. Everything is
committed chunk by chunk; after a kill the next run goes on where this one stopped.
"""

import logging
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from sqlalchemy import Connection, func, select, update

from crawlers.archive.inbox import Postbox, open_inbox
from flows.ahead import Ready, Understood, Waiting, content_digest, understood
from flows.bootstrap import House, Progress, no_progress
from flows.runs import keep
from flows.subscriptions import Watch
from minyin.accounting import Tally
from minyin.database import load, reading, save, tables
from minyin.database.values import upsert
from minyin.errors import ArticleError, DocumentsRefused
from minyin.model import Article, Document, RunReport
from nlp.analyse import document_of
from nlp.event.book import EventBook
from nlp.event.store import EventStore
from nlp.repost.reposts import RepostBook

log = logging.getLogger(__name__)
CHUNK = 400
BATCH = 2000


def ingest(house: House, progress: Progress = no_progress) -> RunReport:
    """Take every sealed segment; returns the account, whose inputs are the articles waiting."""
    started = house.clock()
    inbox = open_inbox(house.settings)
    paths = _open_segments(house, inbox)
    waiting = sorted(
        _waiting(house, inbox, paths),
        key=lambda w: (w.article.published_at, w.article.id, w.segment, w.position),
    )
    tally = Tally()
    tally.take(len(waiting))
    done = 0
    chunks = [waiting[start : start + CHUNK] for start in range(0, len(waiting), CHUNK)]
    for chunk, ready in understood(house, chunks):
        for outcome in _take_chunk(house, chunk, ready):
            tally.give(outcome)
        done += len(chunk)
        progress("ingest", done, len(waiting))
    report = tally.report(id="ingest", flow="ingest", started_at=started, finished_at=house.clock())
    kept = keep(house, report)  # the articles have met their outcomes, whatever the index says next
    index_pending(house, progress)
    _close_segments(house, paths)
    return kept


def _open_segments(house: House, inbox: Postbox) -> list[PurePath]:
    """The sealed segments that are not done; one that is sealed later waits for the next run."""
    with house.engine.begin() as connection:
        done = set(
            connection.execute(
                select(tables.segments.c.name).where(tables.segments.c.done_at.is_not(None))
            ).scalars()
        )
    return [path for path in inbox.sealed() if path.name not in done]


def _waiting(house: House, inbox: Postbox, paths: Sequence[PurePath]) -> Iterable[Waiting]:
    with house.engine.begin() as connection:
        taken = {
            (row.segment, row.position)
            for row in connection.execute(
                select(tables.outcomes.c.segment, tables.outcomes.c.position).where(
                    tables.outcomes.c.segment.in_([path.name for path in paths])
                )
            )
        }
    for path in paths:
        for position, article in enumerate(inbox.read(path)):
            if (path.name, position) not in taken:
                yield Waiting(path.name, position, article)


def _close_segments(house: House, paths: Sequence[PurePath]) -> None:
    """Every waiting article has met its outcome by now, so the segments that held them are done."""
    with house.engine.begin() as connection:
        found = connection.execute(
            select(tables.outcomes.c.segment, func.count())
            .where(tables.outcomes.c.segment.in_([path.name for path in paths]))
            .group_by(tables.outcomes.c.segment)
        )
        counts = {segment: number for segment, number in found}
        rows = [
            {"name": path.name, "articles": counts.get(path.name, 0), "done_at": house.clock()}
            for path in paths
        ]
        upsert(connection, tables.segments, rows)


def _take_chunk(house: House, chunk: Sequence[Waiting], ready: Ready) -> list[str]:
    """Outcomes of one chunk, in order; everything it changes is one transaction."""
    with house.engine.begin() as connection:
        taker = _Taker(house, connection, ready)
        outcomes = [taker.take(waiting) for waiting in chunk]
        rows = [
            {
                "segment": w.segment,
                "position": w.position,
                "article_id": w.article.id,
                "outcome": outcome,
            }
            for w, outcome in zip(chunk, outcomes, strict=True)
        ]
        upsert(connection, tables.outcomes, rows)
        taker.reposts.keep()
    return outcomes


class _Taker:
    """Takes articles one by one inside a transaction, keeping the books of reposts and events."""

    def __init__(self, house: House, connection: Connection, ready: Ready) -> None:
        self.house = house
        self.ready = ready
        self.connection = connection
        self.key = house.settings.key()
        self.reposts = RepostBook(connection, house.reposts)
        self._open_books()

    def _open_books(self) -> None:
        """Books keep in memory what the tables say; after a failed article they are read anew."""
        self.reposts.keep()
        self.reposts = RepostBook(self.connection, self.house.reposts)
        store = EventStore(self.connection, self.house.county)
        self.events = EventBook(store, self.house.judge)

    def take(self, waiting: Waiting) -> str:
        """The outcome of one article; a failure is counted and kept, never raised (the article boundary)."""
        article = waiting.article
        try:
            with self.connection.begin_nested():
                return self._take(article, self.ready.get(waiting.key))
        except ArticleError as error:
            log.warning("article %s: %s", article.id, error.reason)
            return f"rejected/{error.reason}"
        except Exception:
            log.exception("article %s of %s quarantined", article.id, waiting.segment)
            self._quarantine(waiting)
            self._open_books()
            return "quarantined/analysis"

    def _take(self, article: Article, ready: Understood | None) -> str:
        digest = content_digest(article, self.key)
        known = self.connection.execute(
            select(
                tables.articles.c.content_digest,
                tables.articles.c.interactions,
                tables.articles.c.views,
            ).where(tables.articles.c.id == article.id)
        ).first()
        counts = (article.interactions.total, article.interactions.views)
        if known and known.content_digest == digest:
            return (
                self._recount(article, counts)
                if (known.interactions, known.views) != counts
                else "unchanged"
            )
        found = ready or self._understood(article)
        return self._store(article, found, digest, known is not None)

    def _understood(self, article: Article) -> Understood:
        return Understood.of(self.house.analyser.analyse(article, self._parent(article)))

    def _recount(self, article: Article, counts: tuple[int, int]) -> str:
        self.connection.execute(
            update(tables.articles)
            .where(tables.articles.c.id == article.id)
            .values(interactions=counts[0], views=counts[1], indexed=False)
        )
        return "updated"

    def _parent(self, article: Article) -> Document | None:
        if article.parent_id is None:
            return None
        found = load(
            self.connection,
            Document,
            select(tables.articles).where(tables.articles.c.id == article.parent_id),
        )
        return found[0] if found else None

    def _store(self, article: Article, found: Understood, digest: str, known: bool) -> str:
        source = self.house.county.source_by_id.get(article.source_id)
        name = source.name if source else article.source_id
        document, signature = document_of(article, found.analysis, name), found.signature
        document = document.but(repost_of=self.reposts.find(document, signature))
        if known:
            document = document.but(event_id=self._event_of(article.id))
        save(self.connection, tables.articles, [document], content_digest=digest, indexed=False)
        assignment = self.events.assign(document)
        changed = [article.id, *assignment.also]
        self.connection.execute(
            update(tables.articles).where(tables.articles.c.id.in_(changed)).values(indexed=False)
        )
        self.reposts.add(document, signature)  # last: an article that fails is nobody's original
        if known:
            return "updated"
        return "repost" if document.repost_of else "stored"

    def _event_of(self, article_id: str) -> str | None:
        return self.connection.execute(
            select(tables.articles.c.event_id).where(tables.articles.c.id == article_id)
        ).scalar()

    def _quarantine(self, waiting: Waiting) -> None:
        folder = self.house.settings.quarantine
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{waiting.article.id}.json").write_text(
            waiting.article.model_dump_json(indent=1), encoding="utf-8"
        )


def index_pending(house: House, progress: Progress = no_progress) -> int:
    """Write every article that the index has not seen in its present form; returns how many.

    Raises DocumentsRefused at the end for those that the index will not take, DependencyError at once for an index
    that cannot take any: what is unwritten stays marked, and the next run goes on with it.
    """
    written = 0
    refused: frozenset[str] = frozenset()
    fault: DocumentsRefused | None = None
    watch = Watch(house)
    while batch := [with_words(house, document) for document in _pending(house, refused)]:
        try:
            house.store.write(batch)
        except DocumentsRefused as error:
            refused, fault = refused | error.ids, fault or error
        taken = [document for document in batch if document.id not in refused]
        ids = [document.id for document in taken]
        with house.engine.begin() as connection:
            connection.execute(
                update(tables.articles).where(tables.articles.c.id.in_(ids)).values(indexed=True)
            )
            watch.note(connection, taken)
        written += len(ids)
        progress("index", written, written)
    if fault:
        raise fault
    return written


def _pending(house: House, without: frozenset[str]) -> list[Document]:
    """The next articles to index, less those that were refused in this run."""
    waiting = tables.articles.c.indexed.is_(False)
    size = BATCH + len(without)
    with reading(house.engine) as connection:
        batch = load(
            connection,
            Document,
            select(tables.articles).where(waiting).order_by(tables.articles.c.id).limit(size),
        )
    return [document for document in batch if document.id not in without]


def with_words(house: House, document: Document) -> Document:
    """The document with its words, which the database does not keep."""
    cut = house.segmenter.cut
    return document.but(
        words_title=" ".join(cut(document.title or "")), words_text=" ".join(cut(document.text))
    )
