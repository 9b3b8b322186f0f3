"""What a text is about: the county's topics by keyword, with words that exclude and words that escalate (DOMAIN §7.1).

A keyword counts by how telling it is (few topics share it, it is long, it stands in the title), several distinct ones
count more than one repeated; an excluding phrase takes away the keywords it covers. Severity is the topic's own, plus
one where an escalating word stands near a keyword and is not denied. Left to others: attitude and context.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from minyin.county import County, Topic
from minyin.model import Span
from nlp.automaton import Automaton
from nlp.normal import fold
from nlp.textmodel import TextModel
from nlp.topiclearnt import LIKELY, NONE, LearntTopics, shipped

TITLE_WEIGHT = 1.6
REPEATED = 0.25
"""What each further hit of the same keyword adds, at most three times."""
EXCLUDED = 0.3
"""What is left of a keyword whose sentence holds an excluding phrase."""
NEAR = 30
"""Characters between an escalating word and a keyword that still belong together."""
KEYWORD = 0.1
SEVEREST = 4
ENOUGH = 50_000
"""Characters that are read: no article is longer, and what is longer is a broken page."""
MOST_SPANS = 20
DENIED = re.compile(
    r"(?:未|没有?|无|并未|不存在|未发生|没出现|避免|防止|谨防|严防|预防|杜绝|以免|防范|小心|零)[^，。；！？\n]{0,6}$"
)
STOP = re.compile(r"[。！？\n]")
MINOR_SHARE = 0.34
"""A topic with less than this share of the best one's score is not named."""


class Topics(NamedTuple):
    """Codes by score, the main one, its severity (0 where there is none) and the words that escalated it."""

    codes: tuple[str, ...] = ()
    main: str | None = None
    severity: int = 0
    escalated: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()
    """Keywords of the topics named, `kind` is the topic's code; offsets in the text, of the title in `head`."""
    head: tuple[Span, ...] = ()
    confidence: float = 0.5


class _Hit(NamedTuple):
    topic: str
    word: str
    start: int
    end: int
    weight: float


class _Read(NamedTuple):
    """Title and text as one folded text; `head` is where the title ends, `stops` where sentences do."""

    whole: str
    head: int
    stops: list[int]
    excludes: list[tuple[int, int, tuple[str, tuple[str, ...]]]]

    def sentence(self, place: int) -> int:
        """The number of the sentence that a character stands in; a stop belongs to what follows it."""
        return bisect_right(self.stops, place)

    def excluded(self) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """(topic, sentence) → excluding phrases that stand there."""
        places: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for start, end, (_, codes) in self.excludes:
            for code in codes:
                places.setdefault((code, self.sentence(start)), []).append((start, end))
        return places


class TopicFinder:
    """Finds the topics of one county; build it once, it holds the automata."""

    def __init__(
        self, county: County, learned: TextModel | Literal["shipped"] | None = "shipped"
    ) -> None:
        self._topics = {topic.code: topic for topic in county.topics}
        shared = Counter(word for topic in county.topics for word in set(topic.keywords))
        self._keywords = _automaton(county.topics, "keywords")
        self._excludes = _automaton(county.topics, "exclude")
        self._escalators = _automaton(county.topics, "escalators")
        self._weight = {word: _weight(word, count) for word, count in shared.items()}
        model = shipped() if learned == "shipped" else learned
        self._learnt = LearntTopics(county, model) if model else None

    def topics(self, text: str, title: str | None = None) -> Topics:
        return self.topics_of([(title, text)])[0]

    def topics_of(self, pairs: Sequence[tuple[str | None, str]]) -> list[Topics]:
        """Of many articles, each a title and a text, in order: the model reads them together."""
        read = [self._read(title, text) for title, text in pairs]
        chances = (
            self._learnt.chances([one.whole for one in read]) if self._learnt else [{}] * len(read)
        )
        return [self._topics_of(one, chance) for one, chance in zip(read, chances, strict=True)]

    def _read(self, title: str | None, text: str) -> _Read:
        head = fold(title[:ENOUGH]) if title else ""
        whole = f"{head}\n{fold(text[:ENOUGH])}"
        stops = [match.start() for match in STOP.finditer(whole)]
        return _Read(whole, len(head), stops, self._excludes.find(whole))

    def _topics_of(self, read: _Read, chances: Mapping[str, float]) -> Topics:
        hits = self._hits(read)
        scores = _scores(hits)
        chances = _open(chances, read, scores)
        codes = ranked(scores, chances)
        if not codes:
            return Topics(confidence=chances.get(NONE, 0.5))
        main = self._topics[codes[0]]
        escalated = self._escalated(main, read, [hit for hit in hits if hit.topic == main.code])
        severity = min(SEVEREST, main.severity + (1 if escalated else 0))
        head = read.head
        shown = [hit for hit in hits if hit.topic in codes]
        shown += self._spoken(read.whole, codes, hits)
        return Topics(
            codes=codes,
            main=main.code,
            severity=severity,
            escalated=escalated,
            evidence=_spans((hit for hit in shown if hit.start > head), head + 1),
            head=_spans((hit for hit in shown if hit.end <= head), 0),
            confidence=round(chances.get(main.code) or _confidence(scores), 3),
        )

    def _spoken(self, whole: str, codes: tuple[str, ...], hits: list[_Hit]) -> list[_Hit]:
        """Words that made the model name a topic which no keyword shows."""
        shown = {hit.topic for hit in hits}
        found = []
        for code in codes:
            if self._learnt is None or code in shown:
                continue
            for word in self._learnt.words(whole, code):
                start = whole.find(word)
                if start >= 0:
                    found.append(_Hit(code, word, start, start + len(word), 0.0))
        return found

    def _hits(self, read: _Read) -> list[_Hit]:
        excluded = read.excluded()
        hits = []
        for start, end, (word, codes) in self._keywords.find(read.whole):
            for code in codes:
                covers = excluded.get((code, read.sentence(start)), ()) if excluded else ()
                if any(first <= start and end <= last for first, last in covers):
                    continue
                weight = self._weight[word] * (TITLE_WEIGHT if end <= read.head else 1.0)
                hits.append(_Hit(code, word, start, end, weight * (EXCLUDED if covers else 1.0)))
        return hits

    def _escalated(self, topic: Topic, read: _Read, hits: list[_Hit]) -> tuple[str, ...]:
        """Escalating words of the topic near one of its keywords, neither denied nor excluded."""
        found = [
            (start, end, word)
            for start, end, (word, codes) in self._escalators.find(read.whole)
            if topic.code in codes
        ]
        if not found:
            return ()
        near = bytearray(len(read.whole) + 2 * NEAR + 2)
        for hit in hits:
            near[hit.start : hit.end + 2 * NEAR + 1] = b"\1" * (hit.end + 2 * NEAR + 1 - hit.start)
        excluded = read.excluded()
        words = (
            word
            for start, end, word in found
            if any(near[start + NEAR : end + NEAR + 1])
            and not DENIED.search(read.whole[max(0, start - 10) : start])
            and (topic.code, read.sentence(start)) not in excluded
        )
        return tuple(dict.fromkeys(words))


def _open(
    chances: Mapping[str, float], read: _Read, scores: Mapping[str, float]
) -> Mapping[str, float]:
    """The model's chances; a topic whose excluding phrase stands there is the keywords' to name, not the model's."""
    shut = {code for _, _, (_, codes) in read.excludes for code in codes} - scores.keys()
    return {code: chance for code, chance in chances.items() if code not in shut}


def _automaton(topics: tuple[Topic, ...], field: str) -> Automaton[tuple[str, tuple[str, ...]]]:
    """All words of one column with the topics that have them; a note in brackets is not part of the word."""
    words: dict[str, set[str]] = defaultdict(set)
    for topic in topics:
        for word in getattr(topic, field):
            words[fold(re.sub(r"[（(].*", "", word))].add(topic.code)
    return Automaton({word: (word, tuple(sorted(codes))) for word, codes in words.items()})


def _weight(word: str, topics: int) -> float:
    """A long word says more than a short one, a word of one topic more than one of several."""
    return (1.0 + 0.25 * (len(word) - 2)) / topics


def _scores(hits: list[_Hit]) -> dict[str, float]:
    best: dict[tuple[str, str], float] = {}
    count: Counter[tuple[str, str]] = Counter()
    for hit in hits:
        key = (hit.topic, hit.word)
        best[key] = max(best.get(key, 0.0), hit.weight)
        count[key] += 1
    scores: dict[str, float] = defaultdict(float)
    for (code, word), weight in best.items():
        scores[code] += weight * (1 + REPEATED * min(3, count[(code, word)] - 1))
    return scores


def _spans(hits: Iterable[_Hit], shift: int) -> tuple[Span, ...]:
    found = dict.fromkeys((hit.start - shift, hit.end - shift, hit.topic, hit.word) for hit in hits)
    return tuple(
        Span(start=a, end=b, kind=code, text=word) for a, b, code, word in list(found)[:MOST_SPANS]
    )


def _confidence(scores: dict[str, float]) -> float:
    """More words for the best topic, and fewer for the next, make it surer."""
    best, *others = sorted(scores.values(), reverse=True)
    return min(0.95, best / (best + (others[0] if others else 0.0) + 0.6))


def ranked(scores: Mapping[str, float], chances: Mapping[str, float]) -> tuple[str, ...]:
    """At most three topics, the likeliest first: what the model is sure of, and what keywords show.

    The model never silences a keyword. Its chances order them, keywords decide between near equals; where the model
    sees no topic, keywords alone order.
    """
    best = max(scores.values(), default=0.0)
    shown = {code for code, score in scores.items() if score >= MINOR_SHARE * best}
    likely = {code for code, chance in chances.items() if chance >= LIKELY and code != NONE}
    told = max(chances, key=lambda code: chances[code], default=NONE) != NONE
    total = {
        code: (chances.get(code, 0.0) if told else 0.0)
        + KEYWORD * scores.get(code, 0.0) / (best or 1.0)
        for code in shown | likely
    }
    return tuple(sorted(total, key=lambda code: (-total[code], code))[:3])
