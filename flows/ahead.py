"""Articles understood before their turn: what depends on nothing but the article, in batches, on every core.

An answer to another article is read with it, so it waits for its turn; what the database has as it is now needs no
reading. Left to others: outcomes, reposts, events and everything that is stored (`flows.ingest`).
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Self

from sqlalchemy import select

from flows.bootstrap import House, analyser_of
from flows.spread import workers
from minyin.county import load_county
from minyin.database import reading, tables
from minyin.model import Analysis, Article
from minyin.settings import Settings
from nlp.analyse import Analyser
from nlp.repost.fingerprint import signature_of
from nlp.together import Together

BATCH = 64


class Understood(NamedTuple):
    """What depends on nothing but the article and what it answers: its analysis, and the fingerprint of its text."""

    analysis: Analysis
    signature: bytes

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        return cls(analysis, signature_of(analysis.text))


Understand = Callable[[list[Article]], list[Understood | None]]


@dataclass(frozen=True)
class Waiting:
    """One article of a segment that has no outcome yet."""

    segment: str
    position: int
    article: Article

    @property
    def key(self) -> tuple[str, int]:
        return self.segment, self.position


Ready = Mapping[tuple[str, int], Understood]
"""Segment and position → what was understood."""


def content_digest(article: Article, key: bytes) -> str:
    """Keyed digest of what was published, without what merely changes around it (counts, fetch time)."""
    raw = article.model_dump_json(exclude={"collected_at", "evidence", "interactions"})
    return hmac.new(key, raw.encode(), hashlib.sha256).hexdigest()[:32]


def understood(
    house: House, chunks: Sequence[Sequence[Waiting]]
) -> Iterator[tuple[Sequence[Waiting], Ready]]:
    """Every chunk with what could be understood ahead; what could not be analysed is left to its turn."""
    size = sum(len(one.article.text.encode()) for chunk in chunks for one in chunk)
    make = partial(_understand, house.settings)
    with Together(_carefully(house.analyser), make, workers(house.settings.nlp, size)) as together:
        asked: list[list[Waiting]] = []

        def articles() -> Iterator[list[Article]]:
            for chunk in chunks:
                asked.append(_alone(house, chunk))
                yield [one.article for one in asked[-1]]

        for chunk, found in zip(chunks, together.results(articles()), strict=True):
            pairs = zip(asked.pop(0), found, strict=True)
            yield chunk, {one.key: ready for one, ready in pairs if ready is not None}


def _alone(house: House, chunk: Sequence[Waiting]) -> list[Waiting]:
    """Those of a chunk that answer nothing and are new or changed."""
    free = [one for one in chunk if one.article.parent_id is None]
    a, key = tables.articles.c, house.settings.key()
    with reading(house.engine) as connection:
        ids = [one.article.id for one in free]
        rows = connection.execute(select(a.id, a.content_digest).where(a.id.in_(ids)))
        known = {row.id: row.content_digest for row in rows}
    return [one for one in free if not _unchanged(one.article, known, key)]


def _unchanged(article: Article, known: Mapping[str, str], key: bytes) -> bool:
    return article.id in known and known[article.id] == content_digest(article, key)


def _understand(settings: Settings) -> Understand:
    """What another process loads."""
    return _carefully(analyser_of(settings, load_county(settings.county)))


def _carefully(analyser: Analyser) -> Understand:
    """None for an article that cannot be analysed: whose turn it is, meets the error itself."""

    def work(articles: list[Article]) -> list[Understood | None]:
        starts = range(0, len(articles), BATCH)
        return [one for n in starts for one in _batch(analyser, articles[n : n + BATCH])]

    return work


def _batch(analyser: Analyser, articles: Iterable[Article]) -> list[Understood | None]:
    given = list(articles)
    try:
        return list(map(Understood.of, analyser.analyse_many((one, None) for one in given)))
    except Exception:  # of one of them: the article boundary is in flows.ingest
        return [None] if len(given) == 1 else [x for one in given for x in _batch(analyser, [one])]
