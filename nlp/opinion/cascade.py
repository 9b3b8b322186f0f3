"""The default classifier: the linear model decides the questions it is sure of, for the others the encoder is asked too.

Where both are asked their margins are added, each with its weight; weights and the border of being sure were fitted on
training texts that neither had seen (`nlp.training.cascade`) and lie beside the encoder as `cascade.json`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from minyin.errors import DependencyError
from minyin.model import Channel, Opinion
from nlp.encoder import FOLDER, Encoder, Reading
from nlp.opinion.classifier import Floats, Judgement, opinions_of, sigmoid, softmax
from nlp.opinion.linear import BATCH, LinearClassifier


@dataclass(frozen=True)
class Blend:
    """Calibrated probabilities from the margins of both models.

    `polarity` weighs (linear, encoder), `lean` is added to the three classes; `flags` has (linear, encoder, shift) for
    each of FLAGS. The linear model alone decides a question where its answer is at least `sure`.
    """

    polarity: tuple[float, float]
    lean: tuple[float, float, float]
    flags: tuple[tuple[float, float, float], ...]
    sure: float

    def both(self, linear: Floats, reading: Reading) -> Judgement:
        """`linear` are margins, n × 6."""
        first, second = self.polarity
        polarity = first * linear[:, :3] + second * reading.polarity + np.array(self.lean)
        weights = np.array(self.flags, np.float32)
        flags = weights[:, 0] * linear[:, 3:] + weights[:, 1] * reading.flags + weights[:, 2]
        return Judgement(softmax(polarity.astype(np.float32)), sigmoid(flags))

    def unsure(self, judged: Judgement) -> list[int]:
        """Which texts have a question that the linear model does not decide alone."""
        flags = np.maximum(judged.flags, 1 - judged.flags).min(axis=1)
        sure = np.minimum(judged.polarity.max(axis=1), flags)
        return [int(row) for row in np.flatnonzero(sure < self.sure)]

    def decided(self, alone: Judgement, both: Judgement) -> Judgement:
        """Question by question what the linear model says alone where it is sure, elsewhere what both say."""
        sure = alone.polarity.max(axis=1, keepdims=True) >= self.sure
        certain = np.maximum(alone.flags, 1 - alone.flags) >= self.sure
        return Judgement(
            np.where(sure, alone.polarity, both.polarity),
            np.where(certain, alone.flags, both.flags),
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        path = folder / "cascade.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))["blend"]
            return cls(
                polarity=tuple(known["polarity"]),
                lean=tuple(known["lean"]),
                flags=tuple(tuple(flag) for flag in known["flags"]),
                sure=known["sure"],
            )
        except (OSError, KeyError, ValueError) as error:
            raise DependencyError(
                f"级联参数打不开：{path}：{error}；请重新安装民音，或把设置 nlp.polarity 改为 linear"
            ) from error

    def facts(self) -> dict[str, object]:
        return asdict(self)


class CascadeClassifier:
    """`nlp.opinion.classifier.Classifier` on two models; the encoder loads at the first text that needs it."""

    def __init__(self, linear: LinearClassifier, encoder: Encoder, blend: Blend) -> None:
        self._linear = linear
        self._encoder = encoder
        self._blend = blend

    @classmethod
    def load(cls, encoder: Encoder | None = None, folder: Path = FOLDER) -> Self:
        """The packaged models. Raises DependencyError."""
        return cls(LinearClassifier.load(), encoder or Encoder(folder), Blend.load(folder))

    def classify(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[Opinion]:
        """One opinion per text, in order."""
        opinions: list[Opinion] = []
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            opinions += opinions_of(part, self.judge(part, channels[start : start + BATCH]))
        return opinions

    def judge(self, texts: Sequence[str], channels: Sequence[Channel]) -> Judgement:
        """Calibrated probabilities."""
        margins = self._linear.margins(texts, channels)
        judged = self._linear.calibrated(margins)
        asked = self._blend.unsure(judged)
        if asked:
            reading = self._encoder.read([texts[n] for n in asked], [channels[n] for n in asked])
            alone = Judgement(judged.polarity[asked], judged.flags[asked])
            judged.polarity[asked], judged.flags[asked] = self._blend.decided(
                alone, self._blend.both(margins[asked], reading)
            )
        return judged
