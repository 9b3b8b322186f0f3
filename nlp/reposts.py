"""Reposts: the same article again on another page, with another title, a credit line, or the tail cut off.

MinHash over character 3-grams finds candidates in the database (20 bands of 3 rows); the texts themselves decide.
Only public articles, threads and questions repeat each other: a second call to the hotline is a repeated appeal, and
posts of one thread are a conversation. Left to others: which event it belongs to (`nlp.events`), counting.
"""

import hashlib
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from rapidfuzz import fuzz
from rensa import RMinHash
from sqlalchemy import Connection, and_, bindparam, func, or_, select

from minyin.database.tables import articles, bands, signatures
from minyin.database.values import upsert
from minyin.model import ArticleKind, Document

PERMUTATIONS, ROWS = (
    60,
    3,
)  # 20 bands: ENGINES.md §C, recall .99 at 10 % edits, 1.0 with 40 % cut off
SEED = 42
WINDOW = timedelta(days=30)
SAME_RATIO = 60.0  # precision 1.000 on the measured corpus
CONTAINED = 0.8  # share of the shorter text's 3-grams: catches what was cut short
QUOTED = 0.6  # share of the shorter text in whole sentences of the longer: an excerpt between boilerplate
SENTENCE = 12  # characters from which a sentence is nobody else's
PIECES = 24  # clauses of one text that are remembered: an excerpt may come from anywhere
PIECE_BAND = 100  # clauses stand in the table of bands under this number
WHOLE = 0.98  # share from which no better original need be looked for
SHORT = 30  # fewer characters than this must be equal
LOOKED_AT = 40  # candidates compared in full, those with most bands in common first
KINDS = (ArticleKind.ARTICLE, ArticleKind.THREAD, ArticleKind.QUESTION)

# what a republisher puts around a text; whole lines or bracketed credits
_CREDIT = re.compile(
    r"[【\[（(][^】\]）)\n]{0,30}(转自|转载|来源|版权|侵权|免责)[^】\]）)\n]{0,60}[】\]）)]"
    r"|^[ 　]*(来源|编辑|责编|责任编辑|记者|通讯员|作者|审核|监制|校对|原标题|原文链接|阅读原文|编审|供稿|摄影)[:：丨|／/ ][^\n]{0,60}$"
    r"|^[^\n]{0,20}(点击(关注|阅读|查看)|扫码关注|浏览更多|更多精彩|相关阅读|猜你喜欢|热门推荐|站内推荐)[^\n]*$",
    re.MULTILINE,
)
_NOISE = re.compile(r"[\W_]+")
_STOP = re.compile(r"[。！？!?；;\n]+")
_PAUSE = re.compile(r"[。！？!?；;，,：:\n]+")


def essence(text: str) -> str:
    """What is left to compare: no credits, spaces or punctuation, one width, one case.

    >>> essence("本报讯　ＡＢ水管，爆了！\\n来源：邳州融媒")
    '本报讯ab水管爆了'
    """
    bare = _CREDIT.sub("", unicodedata.normalize("NFKC", text).lower())
    return _NOISE.sub("", bare)


def grams(bare: str) -> list[str]:
    """Character 3-grams; a shorter text is its own only gram."""
    return [bare[i : i + 3] for i in range(len(bare) - 2)] or [bare]


def long_sentences(text: str, stop: re.Pattern[str] = _STOP) -> list[str]:
    """The essences of the sentences (or clauses) that are long enough to be told from all others.

    >>> long_sentences("来水了！供水公司表示，抢修人员已到现场。")
    ['供水公司表示抢修人员已到现场']
    """
    bare = _CREDIT.sub("", unicodedata.normalize("NFKC", text).lower())
    found = (_NOISE.sub("", sentence) for sentence in stop.split(bare))
    return [sentence for sentence in found if len(sentence) >= SENTENCE]


def signature_of(text: str) -> tuple[int, ...]:
    """60 MinHash values of 32 bits, the same on every machine; empty when nothing is left to compare."""
    bare = essence(text)
    if not bare:
        return ()
    hasher = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    hasher.update(grams(bare))
    return tuple(hasher.digest())


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


def _buckets(signature: Sequence[int], text: str) -> Iterator[tuple[int, int]]:
    """(band, bucket); a bucket is 63 bits, as BIGINT is signed, and hashes its band too, so that bands never mix."""
    for band in range(len(signature) // ROWS):
        yield (
            band,
            _hash(struct.pack(f"<{ROWS + 1}I", band, *signature[band * ROWS : (band + 1) * ROWS])),
        )
    clauses = sorted({_hash(clause.encode()) for clause in long_sentences(text, _PAUSE)})
    for bucket in clauses[
        :PIECES
    ]:  # the smallest hashes: an excerpt's are among the whole's most often
        yield PIECE_BAND, bucket


def _hash(value: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest(), "little") >> 1


_SHARED = (
    select(bands.c.article_id, func.count().label("shared"))
    .where(bands.c.band.in_(bindparam("bands", expanding=True)))
    .where(bands.c.bucket.in_(bindparam("buckets", expanding=True)))
    .group_by(bands.c.article_id)
    .subquery()
)
_AT = bindparam("at", type_=articles.c.published_at.type)
_CANDIDATES = (
    select(articles.c.id, articles.c.text, articles.c.repost_of, articles.c.published_at)
    .join(_SHARED, _SHARED.c.article_id == articles.c.id)
    .where(articles.c.id.not_in([bindparam("self"), bindparam("parent")]))
    .where(articles.c.published_at >= bindparam("since"))
    .where(
        or_(
            articles.c.published_at < _AT,
            and_(articles.c.published_at == _AT, articles.c.id < bindparam("self")),
        )
    )
    .order_by(_SHARED.c.shared.desc(), articles.c.published_at, articles.c.id)
    .limit(LOOKED_AT)
)


class RepostBook:
    """The signatures kept in the database. `add` what was stored, `find` what a new article repeats."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, document: Document, signature: Sequence[int]) -> str | None:
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

    def add(self, document: Document, signature: Sequence[int]) -> None:
        """Remember an article; once or twice makes no difference."""
        if not signature or not _may_repeat(document):
            return
        packed = struct.pack(f"<{len(signature)}I", *signature)
        upsert(
            self._connection,
            signatures,
            [
                {
                    "article_id": document.id,
                    "published_at": document.published_at,
                    "signature": packed,
                }
            ],
        )
        rows = [
            {"band": band, "bucket": bucket, "article_id": document.id}
            for band, bucket in _buckets(signature, document.text)
        ]
        upsert(self._connection, bands, rows)

    def _candidates(self, document: Document, signature: Sequence[int]) -> list[Any]:
        """Stored articles that share a band and are older, earliest first."""
        keys = list(_buckets(signature, document.text))
        parameters = {
            "bands": [band for band, _ in keys],
            "buckets": [bucket for _, bucket in keys],
            "self": document.id,
            "parent": document.parent_id or "",
            "at": document.published_at,
            "since": document.published_at - WINDOW,
        }
        found = self._connection.execute(_CANDIDATES, parameters).all()
        return sorted(found, key=lambda row: (row.published_at, row.id))


def _may_repeat(document: Document) -> bool:
    return document.channel.public and document.kind in KINDS
