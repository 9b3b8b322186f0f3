"""Reposts: the same article again on another page, with another title, a credit line, or the tail cut off.

Fingerprints (`nlp.repost.fingerprint`: MinHash in 20 bands of 3 rows, whole clauses) find candidates among the articles of the last
30 days (`nlp.repost.window`, in memory; what it holds is read back from the database); the texts themselves decide.
Only public articles, threads and questions repeat each other: a second call to the hotline is a repeated appeal, and
posts of one thread are a conversation. Left to others: which event it belongs to (`nlp.event.book`), counting.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from rapidfuzz import fuzz
from sqlalchemy import Connection, bindparam, delete, func, select, text

from minyin.database.tables import articles, signatures
from minyin.model import ArticleKind, Document
from nlp.repost.fingerprint import PERMUTATIONS, bands_of, essence, grams, long_sentences, mark_of
from nlp.repost.window import SLACK, WINDOW, Entries, Held, Window

SAME_RATIO = 60.0  # precision 1.000 on the measured corpus
CONTAINED = 0.8  # share of the shorter text's 3-grams: catches what was cut short
QUOTED = 0.6  # share of the shorter text in whole sentences of the longer: an excerpt between boilerplate
WHOLE = 0.98  # share from which no better original need be looked for
SHORT = 30  # fewer characters than this must be equal
KINDS = (ArticleKind.ARTICLE, ArticleKind.THREAD, ArticleKind.QUESTION)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are one text, edited, cut or quoted."""
    return closeness(one, other) > 0


def closeness(one: str, other: str) -> float:
    """How much of the shorter text the longer has, in 3-grams; 0 where they are two texts.

    One text by ratio, by 3-grams contained in the longer, or by whole sentences of the longer.
    """
    a, b = essence(one), essence(other)
    if min(len(a), len(b)) < SHORT:
        return float(a == b and bool(a))
    few, many = sorted((set(grams(a)), set(grams(b))), key=len)
    share = len(few & many) / len(few)
    same = share >= CONTAINED or fuzz.ratio(a, b) >= SAME_RATIO or _quotes(one, other, a, b)
    return max(share, 0.01) if same else 0.0


def _quotes(one: str, other: str, a: str, b: str) -> bool:
    """Is most of the shorter text made of whole sentences of the longer?"""
    short, bare, whole = (one, a, b) if len(a) <= len(b) else (other, b, a)
    taken = sum(len(sentence) for sentence in set(long_sentences(short)) if sentence in whole)
    return taken >= QUOTED * len(bare)


_TEXTS = select(
    articles.c.id, articles.c.text, articles.c.repost_of, articles.c.published_at
).where(articles.c.id.in_(bindparam("ids", expanding=True)))
_KEEP = text(
    "INSERT INTO signatures (article_id, published_at, signature) VALUES (:id, :at, :signature) "
    "ON CONFLICT (article_id) DO UPDATE SET published_at = excluded.published_at, signature = excluded.signature"
).bindparams(
    bindparam("at", type_=signatures.c.published_at.type),
    bindparam("signature", type_=signatures.c.signature.type),
)


class RepostBook:
    """`find` what a new article repeats, `add` what was stored, `keep` it all, inside the caller's transaction.

    What is added is found at once; it is written in one go by `keep`, without which it is read from nowhere after a
    restart. `window` may outlive the book: what another process stored meanwhile, or a rollback took back, is noticed by the
    number of rows, and the window is read anew; that the old are forgotten every night is no reason to.
    """

    def __init__(self, connection: Connection, window: Window | None = None) -> None:
        self._connection = connection
        self._window = Window(PERMUTATIONS) if window is None else window
        self._added: list[dict[str, Any]] = []
        if self._stored() != self._window.stored and not self._only_forgotten():
            self._window.empty()

    def _only_forgotten(self) -> bool:
        """Whether the store lacks nothing but its oldest rows, and has nothing that the window has not."""
        oldest = self._connection.execute(select(func.min(signatures.c.published_at))).scalar_one()
        if oldest is None or self._window.since is None:
            return False
        first = max(oldest, self._window.since)
        self._window.stored = self._stored()
        return self._stored(first) == self._window.held_since(first)

    def _stored(self, since: datetime | None = None) -> int:
        """Rows of the store, all of them or those from a time on (of 200,000: 1 ms, 40 ms)."""
        counted = select(func.count()).select_from(signatures)
        if since is not None:
            counted = counted.where(signatures.c.published_at >= since)
        return int(self._connection.execute(counted).scalar_one())

    def find(self, document: Document, signature: bytes) -> str | None:
        """The id of the article of the last 30 days whose text this one repeats; of equals the earliest."""
        if not signature or not _may_repeat(document):
            return None
        best, original = 0.0, None
        for row in self._candidates(document, signature):
            close = round(closeness(document.text, row.text), 2)
            if (
                close > best
            ):  # two bulletins in one form: the cut text of the second is nearer to the second
                best, original = close, str(row.repost_of or row.id)
            if best >= WHOLE:
                break
        return original

    def add(self, document: Document, signature: bytes) -> None:
        """Remember an article; once or twice makes no difference."""
        if not signature or not _may_repeat(document):
            return
        self._load(document.published_at)
        at = document.published_at
        self._added.append({"id": document.id, "at": at, "signature": signature})
        self._window.stored += document.id not in self._window.numbers
        self._window.add(document.id, at, mark_of(signature))

    def keep(self) -> None:
        """Write what was added; call it before the transaction ends."""
        if self._added:
            self._connection.execute(_KEEP, self._added)
            self._added = []

    def _candidates(self, document: Document, signature: bytes) -> list[Any]:
        """Stored articles that share keys and are older, earliest first."""
        at = document.published_at
        self._load(at)
        ids = self._window.candidates(mark_of(signature), at)
        ids = [id for id in ids if id not in (document.id, document.parent_id)]
        if not ids:
            return []
        found = self._connection.execute(_TEXTS, {"ids": ids}).all()
        older = [row for row in found if (row.published_at, row.id) < (at, document.id)]
        return sorted(older, key=lambda row: (row.published_at, row.id))

    def _load(self, at: datetime) -> None:
        """Have the window hold all that is stored of the 30 days before."""
        window, first = self._window, at - WINDOW
        if window.since is not None and window.since <= first:
            return
        self.keep()
        statement = select(signatures).where(signatures.c.published_at >= first - SLACK)
        rows = self._connection.execute(statement.order_by(signatures.c.article_id)).all()
        fill(window, [(row.article_id, row.published_at, row.signature) for row in rows])
        window.since, window.stored = first - SLACK, self._stored()


def fill(window: Window, rows: Sequence[tuple[str, datetime, bytes]]) -> None:
    """Have the window hold these (id, time, signature) and nothing else."""
    width = 4 * PERMUTATIONS
    values = np.frombuffer(b"".join(signature[:width] for _, _, signature in rows), "<u4")
    values = values.reshape(-1, PERMUTATIONS)
    bands = bands_of(values)
    clauses = np.frombuffer(b"".join(signature[width:] for _, _, signature in rows), "<u4")
    numbers = np.arange(len(rows))
    sizes = [(len(signature) - width) // 4 for _, _, signature in rows]
    entries = Entries(
        np.concatenate([bands.ravel(), clauses]),
        np.concatenate([numbers.repeat(bands.shape[1]), numbers.repeat(sizes)]),
    )
    at = np.array([at.timestamp() for _, at, _ in rows], np.float64)
    held = Held(at, values.astype(np.uint8), np.array(sizes, np.uint8))
    window.fill([id for id, _, _ in rows], held, entries)


def forget(connection: Connection, now: datetime) -> int:
    """Drop the signatures that no article to come can repeat; returns how many. The articles stay."""
    gone = delete(signatures).where(signatures.c.published_at < now - WINDOW - SLACK)
    return connection.execute(gone).rowcount


def _may_repeat(document: Document) -> bool:
    return document.channel.public and document.kind in KINDS
