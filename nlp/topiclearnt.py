"""What the topic model adds to keywords: chances of the county's topics, and the words that speak for one.

Only topics that the county calls as the model's training did are answered for. Left to others: keywords, severity and
the final list (nlp.topics).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from minyin.county import County
from nlp.textmodel import WORDS, TextModel, known_words
from nlp.words import plain_cut

NONE = "T00"
ENOUGH = 600
"""Characters that the model reads, the title first: the texts it was trained on are shorter."""
LIKELY = 0.35
"""A topic without a keyword is named from this chance on."""


class Learnt(NamedTuple):
    """Topic → chance, T00 for none; empty for a text without a known word. `words` are those that were read."""

    chances: Mapping[str, float]
    words: Sequence[str] = ()


class LearntTopics:
    """Chances of one county's topics; the model is read once per process."""

    def __init__(self, county: County, model: TextModel) -> None:
        self._model = model
        names = {f"{topic.code} {topic.name}": topic.code for topic in county.topics}
        self._codes = [NONE if name == NONE else names.get(name) for name in model.classes]
        self._label = {code: name for code, name in zip(self._codes, model.classes, strict=True)}

    def read(self, folded: Sequence[str]) -> list[Learnt]:
        """What the model says of each text."""
        words = [self._known(text[:ENOUGH]) for text in folded]
        rows = self._model.chances(words).tolist() if words else []
        return [
            Learnt({code: chance for code, chance in zip(self._codes, row, strict=True) if code}, known)
            if known
            else Learnt({})
            for known, row in zip(words, rows, strict=True)
        ]  # fmt: skip

    def telling(self, folded: str, learnt: Learnt, code: str, limit: int = 3) -> list[str]:
        """Words of the text that weigh most for a topic, where no keyword shows it."""
        label = self._label.get(code)
        if label is None:
            return []
        words = learnt.words if len(folded) <= ENOUGH else self._known(folded)
        told = [word for word in dict.fromkeys(words) if len(word) > 1]
        weighed = zip(self._model.weights(WORDS, told, label), told, strict=True)
        best = sorted((-weight, word) for weight, word in weighed)
        return [word for weight, word in best[:limit] if weight < 0]

    def _known(self, folded: str) -> list[str]:
        return known_words(folded, plain_cut, self._model.words)


@cache
def shipped() -> TextModel:
    return TextModel.load("topics")
