"""How well an article's text fits an event: the pair scorer over the articles the event keeps.

Words decide where they are sure; only the doubtful middle is worth an encoder's milliseconds. Left to others: which
events are looked at, place and topic, and what the points are enough for (`nlp.events`).
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from minyin.county import County
from nlp.eventpairs import Row, Scorer, features, load
from nlp.eventprofile import Member, Profile
from nlp.eventsketch import Embedder, Sketch, Vector, sketch
from nlp.eventwords import Cut, Terms, common_terms

SKETCHES = 6000  # kept at hand, some 20 KB each
EMBEDDINGS = 20_000  # 2 KB each
DOUBT = (-3.0, 2.0)  # log-odds between which the encoder is asked
FARTHEST = 6.0  # log-odds beyond this say no more
CLOSEST = 3  # articles of the event that are averaged; the one that fits best counts double


class Judge:
    """Log-odds that an article belongs to an event; long-lived, as it remembers sketches and embeddings."""

    def __init__(
        self,
        terms: Terms,
        embedder: Embedder | None = None,
        scorers: tuple[Scorer, Scorer] | None = None,
    ) -> None:
        self._terms = terms
        self._embedder = embedder
        self._words, self._both = scorers or load()
        self._vectors: dict[str, Vector] = {}
        self.sketch = lru_cache(maxsize=SKETCHES)(self._sketch)

    def _sketch(self, member: Member) -> Sketch:
        vector = self._terms.vector(member.title, member.text)
        return sketch(member.title, member.text, member.street, member.at, vector)

    def log_odds(self, member: Member, profile: Profile) -> float:
        """Of the article and the event; -FARTHEST where the event has nothing to compare."""
        if not profile.members:
            return -FARTHEST
        one, others = self.sketch(member), [self.sketch(other) for other in profile.members]
        rows = np.array([features(one, other) for other in others])
        found = _summed(self._words(rows))
        if self._embedder is None or not DOUBT[0] < found < DOUBT[1]:
            return found
        self._embed([member, *profile.members])
        vector = self._vectors[member.title]
        rows[:, -1] = [float(vector @ self._vectors[other.title]) for other in profile.members]
        return _summed(self._both(rows))

    def _embed(self, members: Sequence[Member]) -> None:
        """Make sure that the headlines have their vectors."""
        assert self._embedder is not None
        missing = sorted({m.title for m in members if m.title not in self._vectors})
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed(missing), strict=True))
        while len(self._vectors) > EMBEDDINGS:
            del self._vectors[next(iter(self._vectors))]


def judge_of(county: County, cut: Cut, embedder: Embedder | None = None) -> Judge:
    """A judge for one county; its own name and its streets' names tell nothing apart there."""
    return Judge(Terms(cut, common=common_terms(county, cut)), embedder)


def _summed(points: Row) -> float:
    closest = np.sort(points.clip(-FARTHEST, FARTHEST))[::-1][:CLOSEST]
    return float((closest[0] + closest.mean()) / 2)
