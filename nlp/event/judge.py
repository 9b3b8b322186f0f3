"""How well an article's text fits an event: the pair scorer over the articles the event keeps.

Words decide where they are sure; only the doubtful middle is worth an encoder's milliseconds. Left to others: which
events are looked at, place and topic, and what the points are enough for (`nlp.event.book`).
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from minyin.county import County
from minyin.model import ArticleKind, Document
from nlp.event.pairs import Row, Scorer, features, load, strangers
from nlp.event.profile import Member, Profile
from nlp.event.sketch import Embedder, Sketch, Vector, sketch
from nlp.event.words import Cut, Terms, common_terms

REMARK = 30  # characters of a reply
REPLIES = (ArticleKind.REPLY, ArticleKind.OFFICIAL_REPLY)
SKETCHES = 6000  # kept at hand, some 40 KB each: an article is compared with 36 others
FEW = 500  # kept where events are told by their words alone, and a sketch is asked for when its article comes
EMBEDDINGS = 20_000  # 2 KB each
DOUBT = (-3.0, 2.0)  # log-odds between which the encoder is asked
FARTHEST = 6.0  # log-odds beyond this say no more
STRANGER = -3.0  # log-odds of a member that has nothing in common with the article
CLOSEST = 3  # articles of the event that are averaged; the one that fits best counts double


class Judge:
    """Log-odds that an article belongs to an event; long-lived, as it remembers sketches and embeddings."""

    def __init__(
        self,
        terms: Terms,
        embedder: Embedder | None = None,
        scorers: tuple[Scorer, Scorer] | None = None,
        sketches: int = SKETCHES,
    ) -> None:
        self._terms = terms
        self._embedder = embedder
        self._words, self._both = scorers or load()
        self._vectors: dict[str, Vector] = {}
        self.sketch = lru_cache(maxsize=sketches)(self._sketch)

    def _sketch(self, member: Member) -> Sketch:
        vector = self._terms.vector(member.title, member.text)
        return sketch(member.title, member.text, member.street, member.at, vector)

    def vector(self, document: Document, member: Member) -> dict[str, float]:
        """The words of an article; none of a bare remark ("同问"), which says too little to be compared or to shape an event."""
        if document.kind in REPLIES and len(document.text) < REMARK:
            return {}
        return self.sketch(member).words

    def log_odds(self, member: Member, profile: Profile) -> float:
        """Of the article and the event; -FARTHEST where the event has nothing to compare."""
        if not profile.members:
            return -FARTHEST
        one = self.sketch(member)
        known = [m for m in profile.members if not strangers(one, self.sketch(m))]
        if not known:
            return -FARTHEST
        rows = np.array([features(one, self.sketch(other)) for other in known])
        found = _summed(self._words(rows), len(profile.members))
        if self._embedder is None or not DOUBT[0] < found < DOUBT[1]:
            return found
        self._embed([member, *known])
        vector = self._vectors[member.title]
        rows[:, -1] = [float(vector @ self._vectors[other.title]) for other in known]
        return _summed(self._both(rows), len(profile.members))

    def _embed(self, members: Sequence[Member]) -> None:
        """Make sure that the headlines have their vectors."""
        assert self._embedder is not None
        missing = sorted({m.title for m in members if m.title not in self._vectors})
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed(missing), strict=True))
        while len(self._vectors) > EMBEDDINGS:
            del self._vectors[next(iter(self._vectors))]


def judge_of(
    county: County,
    cut: Cut,
    embedder: Embedder | None = None,
    scorers: tuple[Scorer, Scorer] | None = None,
    sketches: int = SKETCHES,
) -> Judge:
    """A judge for one county; its own name and its streets' names tell nothing apart there."""
    return Judge(Terms(cut, common=common_terms(county, cut)), embedder, scorers, sketches)


def _summed(points: Row, members: int) -> float:
    """Half the best, half the mean of the closest; members that are strangers count as far."""
    counted = min(CLOSEST, members)
    closest = sorted(points.tolist(), reverse=True)[:counted]
    closest += [STRANGER] * (counted - len(closest))
    best, mean = closest[0], sum(closest) / counted
    return float(max(-FARTHEST, min(FARTHEST, (best + mean) / 2)))
