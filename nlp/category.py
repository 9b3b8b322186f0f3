"""The class of a citizen's message, of seven (城乡建设, 环境保护, …), with the words that speak for it.

Left to others: topics T01–T28 of the county's own list (nlp.topics).
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Self

from minyin.model import Span
from nlp.normal import fold
from nlp.textmodel import HEAD_WORDS, WORDS, TextModel, known_words
from nlp.words import plain_cut

EVIDENCE = 5


class Category(NamedTuple):
    """A class and how sure it is; `evidence` are spans of the text given."""

    name: str
    confidence: float
    evidence: tuple[Span, ...] = ()


class CategoryModel:
    """Classifies texts; the model is read once per process."""

    def __init__(self, model: TextModel) -> None:
        self._model = model

    @classmethod
    def load(cls) -> Self:
        return cls(_packaged())

    def classify(self, texts: Sequence[str]) -> list[Category]:
        """One answer per text, in order, without evidence."""
        if not texts:
            return []
        words = [known_words(fold(text), plain_cut, self._model.words) for text in texts]
        chances = self._model.chances(words)
        best = chances.argmax(axis=1)
        return [
            Category(self._model.classes[which], float(row[which]))
            for which, row in zip(best, chances, strict=True)
        ]

    def explain(self, text: str) -> Category:
        """One answer with the words that weigh most for it."""
        (answer,) = self.classify([text])
        plain = fold(text)
        words = dict.fromkeys(known_words(plain, plain_cut, self._model.words))
        weighed = sorted(
            (-self._weight(word, answer.name), word) for word in words if len(word) > 1
        )
        spans = []
        for weight, word in weighed[:EVIDENCE]:
            start = plain.find(word)
            if weight < 0 and start >= 0:
                spans.append(Span(start=start, end=start + len(word), kind="category", text=word))
        return answer._replace(evidence=tuple(sorted(spans, key=lambda span: span.start)))

    def _weight(self, word: str, label: str) -> float:
        return self._model.weight(WORDS + word, label) + self._model.weight(
            HEAD_WORDS + word, label
        )


@cache
def _packaged() -> TextModel:
    return TextModel.load("category")
