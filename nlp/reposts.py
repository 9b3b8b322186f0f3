"""Reposts: the same article again on another page, with another title, a credit line, or the tail cut off.

MinHash over character 3-grams (20 bands of 3 rows) and whole clauses find candidates among the articles of the last
30 days (`nlp.repostwindow`, in memory; what it holds is read back from the database); the texts themselves decide.
Only public articles, threads and questions repeat each other: a second call to the hotline is a repeated appeal, and
posts of one thread are a conversation. Left to others: which event it belongs to (`nlp.events`), counting.
"""

import hashlib
import re
import struct
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from rapidfuzz import fuzz
from rensa import RMinHash
from sqlalchemy import Connection, bindparam, delete, func, select, text

from minyin.database.tables import articles, signatures
from minyin.model import ArticleKind, Document
from nlp.normal import compatible
from nlp.repostwindow import SLACK, WINDOW, Entries, Held, Keys, Mark, Window

PERMUTATIONS, ROWS = (
    60,
    3,
)  # 20 bands: ENGINES.md §C, recall .99 at 10 % edits, 1.0 with 40 % cut off
SEED = 42
SAME_RATIO = 60.0  # precision 1.000 on the measured corpus
CONTAINED = 0.8  # share of the shorter text's 3-grams: catches what was cut short
QUOTED = 0.6  # share of the shorter text in whole sentences of the longer: an excerpt between boilerplate
SENTENCE = 12  # characters from which a sentence is nobody else's
PIECES = 24  # clauses of one text that are remembered: an excerpt may come from anywhere
WHOLE = 0.98  # share from which no better original need be looked for
SHORT = 30  # fewer characters than this must be equal
KINDS = (ArticleKind.ARTICLE, ArticleKind.THREAD, ArticleKind.QUESTION)

# what a republisher puts around a text; whole lines or bracketed credits
_CREDIT = re.compile(
    r"[【\[（(][^】\]）)\n]{0,30}(转自|转载|来源|版权|侵权|免责)[^】\]）)\n]{0,60}[】\]）)]"
    r"|^[ 　]*(来源|编辑|责编|责任编辑|记者|通讯员|作者|审核|监制|校对|原标题|原文链接|阅读原文|编审|供稿|摄影)[:：丨|／/ ][^\n]{0,60}$"
    r"|^[^\n]{0,20}(点击(关注|阅读|查看)|扫码关注|浏览更多|更多精彩|相关阅读|猜你喜欢|热门推荐|站内推荐)[^\n]*$",
    re.MULTILINE,
)
# of splitmix64; products wrap round
_ODD = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)
_BAND = _ODD[0] * np.arange(1, PERMUTATIONS // ROWS + 1, dtype=np.uint64)
_NOISE = re.compile(r"[\W_]+")
_STOP = re.compile(r"[。！？!?；;\n]+")
_PAUSE = re.compile(r"[。！？!?；;，,：:\n]+")


def essence(text: str) -> str:
    """What is left to compare: no credits, spaces or punctuation, one width, one case.

    >>> essence("本报讯　ＡＢ水管，爆了！\\n来源：邳州融媒")
    '本报讯ab水管爆了'
    """
    return _NOISE.sub("", _plain(text))


def _plain(text: str) -> str:
    return _CREDIT.sub("", compatible(text).lower())


def grams(bare: str) -> list[str]:
    """Character 3-grams; a shorter text is its own only gram."""
    return [bare[start : start + 3] for start in range(len(bare) - 2)] or [bare]


def long_sentences(text: str, stop: re.Pattern[str] = _STOP) -> list[str]:
    """The essences of the sentences (or clauses) that are long enough to be told from all others.

    >>> long_sentences("来水了！供水公司表示，抢修人员已到现场。")
    ['供水公司表示抢修人员已到现场']
    """
    return _long(_plain(text), stop)


def _long(plain: str, stop: re.Pattern[str]) -> list[str]:
    found = (_NOISE.sub("", part) for part in stop.split(plain) if len(part) >= SENTENCE)
    return [sentence for sentence in found if len(sentence) >= SENTENCE]


def signature_of(text: str) -> bytes:
    """60 MinHash values and up to 24 clauses, 32 bits each, the same on every machine; empty when nothing is left."""
    plain = _plain(text)
    bare = _NOISE.sub("", plain)
    if not bare:
        return b""
    hasher = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    hasher.update(grams(bare))
    # the smallest hashes: an excerpt's are among the whole's most often
    clauses = sorted({_hash(clause) for clause in _long(plain, _PAUSE)})[:PIECES]
    return struct.pack(f"<{PERMUTATIONS + len(clauses)}I", *hasher.digest(), *clauses)


def _hash(clause: str) -> int:
    return int.from_bytes(hashlib.blake2b(clause.encode(), digest_size=4).digest(), "little")


@lru_cache(maxsize=8)  # an article is looked up, then remembered
def mark_of(signature: bytes) -> Mark:
    """What the window compares of a signature."""
    numbers = np.frombuffer(signature, "<u4")
    values = numbers[:PERMUTATIONS]
    bands = _bands(values[None])[0]
    keys = np.concatenate([bands, numbers[PERMUTATIONS:]])
    return Mark(keys, len(bands), values.astype(np.uint8))


def _bands(values: Keys) -> Keys:
    """n × 60 values → n × 20 keys; a key hashes its band too, so that bands never mix."""
    rows = values.reshape(len(values), PERMUTATIONS // ROWS, ROWS).astype(np.uint64)
    mixed = (rows * _ODD).sum(axis=2) + _BAND
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _ODD[1]
    keys: Keys = (mixed >> np.uint64(32)).astype(np.uint32)
    return keys


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
    number of rows, and the window is read anew.
    """

    def __init__(self, connection: Connection, window: Window | None = None) -> None:
        self._connection = connection
        self._window = Window(PERMUTATIONS) if window is None else window
        self._added: list[dict[str, Any]] = []
        if self._stored() != self._window.stored:
            self._window.empty()

    def _stored(self) -> int:
        counted = select(func.count()).select_from(signatures)
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
    bands = _bands(values)
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
