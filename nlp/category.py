"""The class of a citizen's message, of seven (城乡建设, 环境保护, …), with the words that speak for it.

A linear model decides; with an encoder at hand, that is asked too wherever the linear model is not sure.

Left to others: topics T01–T28 of the county's own list (nlp.topics).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from minyin.errors import DependencyError
from minyin.model import Span
from nlp.encoder import FOLDER, Encoder
from nlp.normal import fold
from nlp.opinion.classifier import Floats, softmax
from nlp.textmodel import HEAD_WORDS, WORDS, TextModel, known_words
from nlp.words import plain_cut

EVIDENCE = 5


class Category(NamedTuple):
    """A class and how sure it is; `evidence` are spans of the text given."""

    name: str
    confidence: float
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Blend:
    """How the two models' answers become one.

    Below `sure` (the linear model's best chance) the encoder is asked too; `encoder` calibrates its margins, and the
    sum of the log chances of both, as equals, is calibrated by `both`.
    """

    sure: float
    encoder: float
    both: float

    def chances(self, linear: Floats, margins: Floats) -> Floats:
        """n × classes, of the linear model's chances and the encoder's margins."""
        said = np.log(softmax(margins * self.encoder)) + np.log(np.maximum(linear, 1e-12))
        return softmax(np.asarray(said * self.both, np.float32))

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        path = folder / "category.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))["blend"]
            return cls(**{name: float(known[name]) for name in ("sure", "encoder", "both")})
        except (OSError, KeyError, ValueError) as error:
            raise DependencyError(
                f"七分类的编码器参数打不开：{path}：{error}；请重新安装民音，或把设置 nlp.polarity 改为 linear"
            ) from error


class CategoryModel:
    """Classifies texts; the models are read once per process."""

    def __init__(
        self, model: TextModel, encoder: Encoder | None = None, blend: Blend | None = None
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._blend = blend or Blend(sure=0, encoder=1, both=1)

    @classmethod
    def load(cls, encoder: Encoder | None = None) -> Self:
        """The packaged models; the linear one alone where no encoder is given. Raises DependencyError."""
        return cls(_packaged(), encoder, Blend.load() if encoder else None)

    def classify(self, texts: Sequence[str]) -> list[Category]:
        """One answer per text, in order, without evidence."""
        if not texts:
            return []
        words = [known_words(fold(text), plain_cut, self._model.words) for text in texts]
        chances = self._model.chances(words)
        asked = np.flatnonzero(chances.max(axis=1) < self._blend.sure)
        if self._encoder and len(asked):
            margins = self._encoder.categories(["".join(words[n]) for n in asked])
            chances[asked] = self._blend.chances(chances[asked], margins)
        best = chances.argmax(axis=1)
        return [
            Category(self._model.classes[which], float(row[which]))
            for which, row in zip(best, chances, strict=True)
        ]

    def explain(self, text: str) -> Category:
        """One answer with the words that weigh most for it."""
        (answer,) = self.classify([text])
        plain = fold(text)
        known = dict.fromkeys(known_words(plain, plain_cut, self._model.words))
        words = [word for word in known if len(word) > 1]
        fields = (self._model.weights(field, words, answer.name) for field in (WORDS, HEAD_WORDS))
        weighed = sorted(
            (-sum(weights), word) for *weights, word in zip(*fields, words, strict=True)
        )
        spans = []
        for weight, word in weighed[:EVIDENCE]:
            start = plain.find(word)
            if weight < 0 and start >= 0:
                spans.append(Span(start=start, end=start + len(word), kind="category", text=word))
        return answer._replace(evidence=tuple(sorted(spans, key=lambda span: span.start)))


@cache
def _packaged() -> TextModel:
    return TextModel.load("category")
