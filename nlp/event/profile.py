"""What is kept of an event for comparing the next article with it, and the comparison itself.

The profile is a bounded sum of its articles' term vectors with counts of places and topics; it is stored as JSON in
`event_state`. Left to others: which events are compared and what follows (`nlp.event.book`).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from math import log1p, sqrt
from typing import Any, NamedTuple, Self

from minyin.model import ArticleKind, Document
from nlp.event.sketch import HEAD, headline
from nlp.event.title import title_of, title_rank
from nlp.event.words import dot, strongest

TERMS = 200
MEMBERS = 6  # articles kept for comparing: the first three and the latest three
SURE = 0.7  # of a place


class Member(NamedTuple):
    """What comparing needs of an article that the event has."""

    title: str
    text: str  # its first HEAD characters
    street: str | None
    at: datetime

    @classmethod
    def of(cls, document: Document) -> "Member":
        return cls(headline(document), document.text[:HEAD], document.street, document.published_at)

    def to_json(self) -> list[Any]:
        return [self.title, self.text, self.street, self.at.isoformat()]


@dataclass(frozen=True)
class Tuning:
    """Numbers chosen on the planted events of the sample quarter and checked on the civic gold (see the tests)."""

    join: float = 0.10
    words: float = 1.0  # weight of the likeness to the event's words
    # In the county, places, topics and threads say more: with .01–.03 the planted events scored .938–.953, without .953.
    pairs: float = 0.0  # weight of the pair scorer's log-odds
    spread: float = 0.9  # 0: mean similarity to all members; 1: cosine to their sum
    same_village: float = 0.12
    same_street: float = 0.05
    other_village: float = 0.06
    other_street: float = 1.5  # a veto where both are sure
    same_topic: float = 0.08
    other_topic: float = 0.05  # topics are guesses: a firm penalty tore true events apart
    burst: float = 0.02  # per log(1 + articles), while hot, for the same street and topic
    burst_days: float = 2.0
    fading: float = 0.02  # per log(1 + days of silence)
    # a notice of a water cut in one town, eight weeks ago, took in another's burst main: after two weeks of silence only
    # what is firmly alike joins (chosen on a replay of the sample quarter, B³ F1 .772 with 30 days and .20, .815 so)
    window_days: int = 14
    long_window_days: int = 90
    long_join: float = 0.30


@dataclass
class Profile:
    """One event as remembered. `size` counts the articles whose words went into `terms`."""

    id: str
    first_at: datetime
    last_at: datetime
    first_article: str
    terms: dict[str, float] = field(default_factory=dict)
    size: int = 0
    articles: int = 0
    streets: Counter[str] = field(default_factory=Counter)
    villages: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    members: list[Member] = field(default_factory=list)
    title: str = ""
    title_score: float = -1.0
    length: float = 0.0

    def add(self, document: Document, vector: dict[str, float]) -> None:
        """Count an article in. A bare remark ("同问") moves times and counts, not the words."""
        self.articles += 1
        if document.published_at < self.first_at:
            self.first_at, self.first_article = document.published_at, document.id
        self.last_at = max(self.last_at, document.published_at)
        if document.street:
            self.streets[document.street] += 1
        self.villages.update(villages_of(document))
        if document.topic and document.topic != "T00" and document.kind is not ArticleKind.REPLY:
            self.topics[document.topic] += 1
        if vector:
            self.size += 1
            self.members.append(Member.of(document))
            if len(self.members) > MEMBERS:
                del self.members[MEMBERS // 2]
            terms = self.terms
            for term, weight in vector.items():
                terms[term] = terms.get(term, 0.0) + weight
            self.terms = strongest(terms, TERMS)
            self.length = sqrt(dot(self.terms, self.terms))

    def take(self, document: Document, vector: dict[str, float]) -> None:
        """Count an article in and let it name the event, if it says it best."""
        # the first article is all there is to be like; it must not outshine every later one
        likeness = self.likeness(vector, 1.0) if self.size else 0.3
        self.add(document, vector)
        title = title_of(document)
        rank = title_rank(document, likeness, first=self.articles == 1)
        if title and rank > self.title_score:
            self.title, self.title_score = title, rank

    def likeness(self, vector: dict[str, float], spread: float) -> float:
        """Between 0 and 1: mean similarity to the members, moved towards the cosine to their sum."""
        if not self.size or not vector:
            return 0.0
        size = self.length**spread * self.size ** (1 - spread)
        return float(dot(vector, self.terms) / size)

    def to_json(self) -> dict[str, Any]:
        return {
            "terms": {term: round(weight, 4) for term, weight in self.terms.items()},
            "size": self.size,
            "articles": self.articles,
            "streets": dict(self.streets),
            "villages": dict(self.villages),
            "topics": dict(self.topics),
            "members": [member.to_json() for member in self.members],
            "title_score": round(self.title_score, 4),
        }

    @classmethod
    def from_row(cls, row: Any) -> Self:
        """From a row of `events` joined with its `event_state.profile`."""
        kept: dict[str, Any] = row.profile
        profile = cls(
            id=row.id,
            first_at=row.first_at,
            last_at=row.last_at,
            first_article=row.first_article,
            terms=kept["terms"],
            size=kept["size"],
            articles=kept["articles"],
            streets=Counter(kept["streets"]),
            villages=Counter(kept["villages"]),
            topics=Counter(kept["topics"]),
            members=[_member(one) for one in kept.get("members", ())],
            title=row.title,
            title_score=kept["title_score"],
        )
        profile.length = sqrt(dot(profile.terms, profile.terms))
        return profile


def _member(kept: list[Any]) -> Member:
    title, text, street, at = kept
    return Member(title, text, street, datetime.fromisoformat(at))


def villages_of(document: Document) -> set[str]:
    """All 村居 an article names, not only its main one: a road runs through two."""
    return {code for code in (document.village, *document.places) if code and len(code) == 12}


def top(counter: Counter[str], share: float = 0.5) -> str | None:
    """The value with at least `share` of all counts; the smaller code wins a tie.

    >>> top(Counter(a=2, b=1)), top(Counter(a=1, b=1, c=1))
    ('a', None)
    """
    if len(counter) < 2:
        return next(iter(counter), None)
    value, count = min(counter.items(), key=lambda item: (-item[1], item[0]))
    return value if count >= share * counter.total() else None


def context(
    profile: Profile, document: Document, vector: dict[str, float], tuning: Tuning
) -> float:
    """How well an article fits an event beside what its text says: words in general, place, topic, silence since."""
    street, silent = top(profile.streets), silence_days(profile, document)
    points = (
        tuning.words * profile.likeness(vector, tuning.spread)
        + _place(profile, document, street, tuning)
        + _topic(profile, document, tuning)
    )
    if silent <= tuning.burst_days:
        points += _burst(profile, document, street, tuning)
    return points - tuning.fading * log1p(silent)


def silence_days(profile: Profile, document: Document) -> float:
    """Days between the article and the event's nearest edge; 0 inside."""
    at = document.published_at
    gap = profile.first_at - at if at < profile.first_at else at - profile.last_at
    return max(gap.total_seconds(), 0.0) / 86400


def _place(profile: Profile, document: Document, street: str | None, tuning: Tuning) -> float:
    """A bonus for one place, a penalty for two; nothing where either side is silent. `street` is the event's."""
    if not document.street or not street:
        return 0.0
    if document.street != street:
        known = profile.streets[document.street] / profile.streets.total()
        sure = document.place_conf >= SURE and known < 0.15
        return -tuning.other_street if sure else 0.0
    villages = villages_of(document)
    if villages and profile.villages:
        known = any(profile.villages[code] for code in villages)
        return tuning.same_village if known else -tuning.other_village
    return tuning.same_street


def _topic(profile: Profile, document: Document, tuning: Tuning) -> float:
    if not document.topic or document.topic == "T00" or not profile.topics:
        return 0.0
    share = profile.topics[document.topic] / profile.topics.total()
    return tuning.same_topic if share >= 0.2 else -tuning.other_topic if not share else 0.0


def _burst(profile: Profile, document: Document, street: str | None, tuning: Tuning) -> float:
    """While many speak of a matter, one more voice on the subject from the same street most likely means it too."""
    if not document.topic or document.street is None or document.street != street:
        return 0.0
    same = profile.topics[document.topic] >= 0.2 * profile.topics.total() > 0
    return tuning.burst * log1p(profile.articles) if same else 0.0
