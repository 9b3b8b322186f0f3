"""The linear classifier that ships: TF-IDF rows times weights, calibrated; no pickle, no network, loads in a blink.

Files beside this one: `data/polarity.npz` (vocabulary and weights) and `data/polarity.json` (what it was trained on,
its scores and the digest of the weights). Both are written by `nlp.training.polarity`.
"""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import rjieba
from numpy.typing import NDArray

from minyin.errors import DependencyError
from minyin.model import Channel, Opinion, Polarity
from nlp.grams import Cut, Grams
from nlp.signals import appeal_spans

DATA = Path(__file__).parent / "data"
CLASSES = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
BATCH = 512
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Columns of `coef`: negative, neutral, positive, appeal, urgent. `scale` sharpens or softens each head."""

    vocabulary: tuple[str, ...]
    idf: Floats
    coef: Floats
    bias: Floats
    scale: Floats  # polarity, appeal, urgent

    def to_bytes(self) -> bytes:
        """The npz file; half precision, as the scores move by less than 0.001."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            vocabulary=np.frombuffer("\n".join(self.vocabulary).encode(), np.uint8),
            idf=self.idf.astype(np.float16),
            coef=self.coef.astype(np.float16),
            bias=self.bias,
            scale=self.scale,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(
                vocabulary=tuple(arrays["vocabulary"].tobytes().decode().split("\n")),
                idf=arrays["idf"].astype(np.float32),
                coef=arrays["coef"].astype(np.float32),
                bias=arrays["bias"],
                scale=arrays["scale"],
            )


class LinearClassifier:
    """`nlp.classifier.Classifier` on logistic regression."""

    def __init__(self, weights: Weights, cut: Cut = rjieba.cut) -> None:
        self._weights = weights
        self._grams = Grams(weights.vocabulary, weights.idf, cut)

    @classmethod
    def load(cls, folder: Path = DATA) -> Self:
        """The packaged model. Raises DependencyError when its files are missing or not the ones that were judged."""
        try:
            data = (folder / "polarity.npz").read_bytes()
            expected = json.loads((folder / "polarity.json").read_text(encoding="utf-8"))["sha256"]
        except (OSError, KeyError, ValueError) as error:
            raise DependencyError(
                f"情感模型打不开：{folder}：{error}；请重新安装民音，或运行 python -m nlp.training.polarity 重新训练"
            ) from error
        found = hashlib.sha256(data).hexdigest()
        if found != expected:
            raise DependencyError(
                f"情感模型与登记的摘要不符：{folder / 'polarity.npz'}：应为 {expected[:12]}…，实为 {found[:12]}…；请重新安装民音"
            )
        return cls(Weights.from_bytes(data))

    def classify(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[Opinion]:
        """One opinion per text, in order."""
        opinions: list[Opinion] = []
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            polarity, appeal, urgent = self.probabilities(part, channels[start : start + BATCH])
            opinions += [
                _opinion(text, p, a > 0.5, u > 0.5)
                for text, p, a, u in zip(part, polarity, appeal, urgent, strict=True)
            ]
        return opinions

    def probabilities(
        self, texts: Sequence[str], channels: Sequence[Channel]
    ) -> tuple[Floats, Floats, Floats]:
        """Calibrated: polarity (n × 3, in the order of CLASSES), appeal (n), urgent (n)."""
        weights = self._weights
        margins = self._grams.rows(texts, channels) @ weights.coef + weights.bias
        polarity = _softmax(margins[:, :3] * weights.scale[0])
        appeal, urgent = (_sigmoid(margins[:, 3 + i] * weights.scale[1 + i]) for i in (0, 1))
        return polarity, appeal, urgent


def _softmax(margins: Floats) -> Floats:
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _sigmoid(margins: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-margins)), np.float32)


def _opinion(text: str, polarity: Floats, appeal: bool, urgent: bool) -> Opinion:
    best = int(polarity.argmax())
    return Opinion(
        polarity=CLASSES[best],
        confidence=round(float(polarity[best]), 3),
        score=round(float(polarity[2] + 0.5 * polarity[1]), 3),
        appeal=bool(appeal),
        urgent=bool(urgent),
        reasons=appeal_spans(text) if appeal or best == 0 else (),
    )
