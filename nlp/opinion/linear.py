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

from minyin.errors import DependencyError
from minyin.model import Channel, Opinion
from nlp.normal import DATA
from nlp.opinion.classifier import Floats, Judgement, opinions_of, sigmoid, softmax
from nlp.opinion.grams import Cut, Grams
from nlp.words import plain_cut

HEADS = np.array([0, 0, 0, 1, 2, 3])  # which head a column belongs to
BATCH = 512


@dataclass(frozen=True)
class Weights:
    """Columns of `coef`: negative, neutral, positive, then FLAGS. `scale` sharpens or softens each head."""

    vocabulary: tuple[str, ...]
    idf: Floats
    coef: Floats
    bias: Floats
    scale: Floats  # polarity, then FLAGS
    lexicon: dict[str, float]  # JioNLP's sentiment words (Apache-2.0)

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
            lexicon=np.frombuffer("\n".join(self.lexicon).encode(), np.uint8),
            lexicon_scores=np.array(list(self.lexicon.values()), np.float16),
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
                lexicon=dict(
                    zip(
                        arrays["lexicon"].tobytes().decode().split("\n"),
                        arrays["lexicon_scores"].tolist(),
                        strict=True,
                    )
                ),
            )


class LinearClassifier:
    """`nlp.opinion.classifier.Classifier` on logistic regression."""

    def __init__(self, weights: Weights, cut: Cut = plain_cut) -> None:
        self._weights = weights
        self._grams = Grams(weights.vocabulary, weights.idf, weights.lexicon, cut)

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
            opinions += opinions_of(part, self.judge(part, channels[start : start + BATCH]))
        return opinions

    def judge(self, texts: Sequence[str], channels: Sequence[Channel]) -> Judgement:
        """Calibrated probabilities."""
        return self.calibrated(self.margins(texts, channels))

    def calibrated(self, margins: Floats) -> Judgement:
        scaled = margins * self._weights.scale[HEADS]
        return Judgement(softmax(scaled[:, :3]), sigmoid(scaled[:, 3:]))

    def margins(self, texts: Sequence[str], channels: Sequence[Channel]) -> Floats:
        """Before calibration: three of polarity, then those of FLAGS; n × 6."""
        rows = self._grams.rows(texts, channels)
        return np.asarray(rows @ self._weights.coef + self._weights.bias, np.float32)
