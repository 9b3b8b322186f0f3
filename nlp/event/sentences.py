"""Sentences of texts and how near they stand to each other: what summaries and views are made of."""

import re
from collections import Counter
from collections.abc import Sequence
from math import log, sqrt

from nlp.event.words import dot

QUOTE = 60
SHORTEST = 8
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?]?")
_NOT_SAID = re.compile(r"^(来电人|市民|群众)?(反映|来电)[:：，,]?|^(顶|路过|同问|楼主|回复)")

Vector = dict[str, float]


def sentences(text: str, longest: int = QUOTE) -> list[str]:
    """Quotable sentences.

    >>> sentences("停水三天了！顶。什么时候才能来水，给个准信行不行？")
    ['什么时候才能来水，给个准信行不行？']
    """
    found = (match.group().strip(" ，,、") for match in _SENTENCE.finditer(text))
    return [s for s in found if SHORTEST <= len(s) <= longest and not _NOT_SAID.match(s)]


def pairs(text: str) -> Counter[str]:
    """Pairs of Chinese characters with their counts."""
    clean = "".join(ch for ch in text if "\u4e00" <= ch <= "\u9fff")
    return Counter(clean[i : i + 2] for i in range(len(clean) - 1))


def rarity(bags: Sequence[Counter[str]]) -> Vector:
    """Weight of a pair among these texts; one that a single text has says nothing of the others."""
    spread = Counter(pair for bag in bags for pair in bag)
    return {pair: log((1 + len(bags)) / n) for pair, n in spread.items() if n > 1}


def unit(counts: Counter[str], weights: Vector) -> Vector:
    vector = {pair: weights[pair] for pair in counts if pair in weights}
    size = sqrt(sum(v * v for v in vector.values())) or 1.0
    return {pair: v / size for pair, v in vector.items()}


def nearness(spoken: Sequence[Vector], texts: Sequence[Vector]) -> list[list[float]]:
    """Cosine of every sentence to every text."""
    return [[dot(sentence, text) for text in texts] for sentence in spoken]


def cover(near: Sequence[Sequence[float]], number: int) -> list[int]:
    """Indices of the sentences that together stand nearest to all texts: greedy facility location."""
    texts = len(near[0]) if near else 0
    best = [0.0] * texts
    chosen: list[int] = []
    for _ in range(min(number, len(near))):
        gains = [
            sum(max(0.0, value - have) for value, have in zip(row, best, strict=True))
            for row in near
        ]
        index = max(range(len(gains)), key=lambda i: (gains[i], -i))
        if gains[index] <= 0 and chosen:
            break
        chosen.append(index)
        best = [max(have, value) for have, value in zip(best, near[index], strict=True)]
    return chosen
