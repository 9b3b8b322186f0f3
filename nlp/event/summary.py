"""An event in a few of its articles' own sentences, each with the articles that say it.

Extractive: nothing is worded anew, so every sentence can be looked up. Sentences are chosen to cover what all texts
say, official and media texts first among equals, and are told in the order of their publication; what stands apart
from the other texts of the event (a stray) hardly counts.
"""

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from minyin.model import Value
from nlp.event.sentences import Vector, cover, nearness, pairs, rarity, sentences, unit
from nlp.event.words import dot

SENTENCES = 3
LONGEST = 90
LOOKED_AT = 60  # texts of an event; the loudest events have thousands, and their sentences repeat
SAME = 0.45  # cosine from which another article says the sentence too
ALIKE = 0.6  # cosine from which two sentences say one thing
CITED = 5


class Source(Value):
    """An article to summarise from; `trust` is 1 for a forum post and more for media and government."""

    id: str
    text: str
    at: datetime
    trust: float = 1.0


class Sentence(Value):
    """A sentence of `articles[0]`, said by the others in `articles` too, earliest first."""

    text: str
    articles: tuple[str, ...]


def summarise(sources: Sequence[Source], number: int = SENTENCES) -> tuple[Sentence, ...]:
    """At most `number` sentences, in the order in which they were published."""
    given = sorted(sources, key=lambda source: (source.at, source.id))
    step = max(1, -(-len(given) // LOOKED_AT))
    looked = given[::step]
    bags = [pairs(source.text) for source in looked]
    weights = rarity(bags) if len(bags) > 1 else dict.fromkeys(bags[0], 1.0) if bags else {}
    texts = [unit(bag, weights) for bag in bags]
    found = [(s, i) for i, source in enumerate(looked) for s in sentences(source.text, LONGEST)]
    spoken = [unit(pairs(s), weights) for s, _ in found]
    near = nearness(spoken, texts)
    middle = central(texts)
    trusted = [
        [v * there * middle[i] * looked[i].trust for v, there in zip(row, middle, strict=True)]
        for row, (_, i) in zip(near, found, strict=True)
    ]
    chosen: list[int] = []
    for index in cover(trusted, 3 * number):
        if len(chosen) < number and all(dot(spoken[index], spoken[c]) < ALIKE for c in chosen):
            chosen.append(index)
    return tuple(
        Sentence(text=found[c][0].lstrip("，,、 "), articles=_cited(looked, found[c][1], near[c]))
        for c in sorted(chosen, key=lambda c: (found[c][1], c))
    )


def central(texts: Sequence[Vector]) -> list[float]:
    """How near each text stands to the middling other one, 1 for the usual and those nearer: a stray is not to be told.

    Two strays that repeat each other are strays.

    >>> [round(value, 2) for value in central([{"水": 1.0}, {"水": 1.0}, {"水": 1.0}, {"灯": 1.0}])]
    [1.0, 1.0, 1.0, 0.0]
    """
    likeness = [
        median([dot(text, other) for k, other in enumerate(texts) if k != n] or [1.0])
        for n, text in enumerate(texts)
    ]
    usual = median(likeness) if likeness else 0.0
    return [min(1.0, value / usual) ** 2 if usual > 0 else 1.0 for value in likeness]


def _cited(looked: Sequence[Source], own: int, near: Sequence[float]) -> tuple[str, ...]:
    others = [looked[i].id for i, value in enumerate(near) if i != own and value >= SAME]
    return (looked[own].id, *others[: CITED - 1])
