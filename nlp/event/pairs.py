"""Do two articles speak of one matter? Log-odds from what their sketches share.

A quadratic logistic regression on pair features, trained on the gold clusters of real complaints
(`python -m nlp.training.pairs`; its card stands beside the weights). Two sets of weights: with and without embeddings.
"""

from dataclasses import dataclass
from functools import cache
from math import log1p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.event.sketch import Sketch
from nlp.event.words import dot
from nlp.normal import DATA

WEIGHTS = DATA / "eventpairs.npz"
NAMES = (
    "mid_min", "mid_max", "rare_min", "rare_max", "title_mid", "title_rare",
    "title_rare_count", "named_count", "head_rare", "head_mid", "head_count", "words", "days", "area", "numbers",
    "place_min", "place_max", "place_apart", "matter_min", "matter_max", "embedding",
)  # fmt: skip
STRANGE = 0.05  # cosine of the words
EVEN = 0.5  # a share of nothing

Row = NDArray[np.float64]


def features(one: Sketch, other: Sketch) -> list[float]:
    """One row, symmetric, in the order of NAMES; the embedding's cosine is 0 where one is missing."""
    a, b = len(one.title_rare & other.rare), len(other.title_rare & one.rare)
    title, head = len(one.title_rare & other.title_rare), len(one.rare & other.rare)
    place = len(one.place & other.telling), len(other.place & one.telling)
    matter = len(one.matter & other.telling), len(other.matter & one.telling)
    return [
        *_shares(len(one.title_mid & other.mid), one.title_mid, len(other.title_mid & one.mid), other.title_mid),
        *_shares(a, one.title_rare, b, other.title_rare),
        _share(len(one.title_mid & other.title_mid), one.title_mid, other.title_mid),
        _share(title, one.title_rare, other.title_rare),
        log1p(title),
        log1p(min(a, b)),
        _share(head, one.rare, other.rare),
        _share(len(one.mid & other.mid), one.mid, other.mid),
        log1p(head),
        dot(one.words, other.words),
        log1p(abs((one.at - other.at).total_seconds()) / 86400),
        _agree(one.area == other.area, one.area, other.area),
        _agree(bool(one.numbers & other.numbers), one.numbers, other.numbers),
        *_shares(place[0], one.place, place[1], other.place),
        float(bool(one.place and other.place) and not any(place)),
        *_shares(matter[0], one.matter, matter[1], other.matter),
        cosine(one, other),
    ]  # fmt: skip


def strangers(one: Sketch, other: Sketch) -> bool:
    """Nothing of either title's names in the other, and hardly a word in common: not worth a row."""
    return (
        one.title_rare.isdisjoint(other.rare)
        and other.title_rare.isdisjoint(one.rare)
        and dot(one.words, other.words) < STRANGE
    )


def _shares(
    hit: int, part: frozenset[str], back: int, other: frozenset[str]
) -> tuple[float, float]:
    """How much of each part the other article has: the smaller share, the larger."""
    a = hit / len(part) if part else EVEN
    b = back / len(other) if other else EVEN
    return (a, b) if a < b else (b, a)


def _share(hit: int, one: frozenset[str], other: frozenset[str]) -> float:
    """What is in common by the smaller set."""
    smaller = min(len(one), len(other))
    return hit / smaller if smaller else EVEN if not one and not other else 0.0


def _agree(same: bool, one: object, other: object) -> float:
    return 0.0 if not one or not other else 1.0 if same else -1.0


def cosine(one: Sketch, other: Sketch) -> float:
    if one.embedding is None or other.embedding is None:
        return 0.0
    return float(one.embedding @ other.embedding)


@dataclass(frozen=True)
class Scorer:
    """log-odds = bias + xᵀ·linear + xᵀ·square·x over standardised features."""

    mean: Row
    scale: Row
    linear: Row
    square: Row
    bias: float

    def __call__(self, rows: Row) -> Row:
        """Log-odds of rows [n, features]."""
        x = (rows - self.mean) / self.scale
        found: Row = self.bias + x @ self.linear + ((x @ self.square) * x).sum(1)
        return found


@cache
def load(path: Path = WEIGHTS) -> tuple[Scorer, Scorer]:
    """(words only, with embeddings)."""
    with np.load(path, allow_pickle=False) as arrays:
        kinds = [{key: arrays[f"{kind}_{key}"] for key in ("mean", "scale", "linear", "square", "bias")} for kind in ("words", "both")]  # fmt: skip
    first, second = (Scorer(**{**one, "bias": float(one["bias"])}) for one in kinds)
    return first, second
