"""Scores with honest intervals: macro-F1, its bootstrap interval, the confusion matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    macro_f1: float
    low: float
    high: float
    f1: tuple[float, ...]
    matrix: tuple[tuple[int, ...], ...]
    rows: int


def confusion(gold: Ints, said: Ints, classes: int) -> Ints:
    """Rows are the gold classes, columns what was said."""
    return np.bincount(gold * classes + said, minlength=classes * classes).reshape(classes, classes)


def f1_scores(matrix: Ints) -> NDArray[np.float64]:
    total = matrix.sum(0) + matrix.sum(1)
    result: NDArray[np.float64] = 2 * np.diag(matrix) / np.maximum(total, 1)
    return result


def judge(
    gold: Sequence[int], said: Sequence[int], *, classes: int, seed: int = 7, rounds: int = 1000
) -> Score:
    """Macro-F1 with the 95 % interval of `rounds` resamplings of the texts."""
    gold_ids, said_ids = np.asarray(gold, np.int64), np.asarray(said, np.int64)
    matrix = confusion(gold_ids, said_ids, classes)
    pick = np.random.default_rng(seed).integers(0, len(gold_ids), (rounds, len(gold_ids)))
    resampled = [f1_scores(confusion(gold_ids[p], said_ids[p], classes)).mean() for p in pick]
    low, high = np.quantile(resampled, [0.025, 0.975])
    f1 = f1_scores(matrix)
    return Score(
        macro_f1=float(f1.mean()),
        low=float(low),
        high=float(high),
        f1=tuple(float(value) for value in f1),
        matrix=tuple(tuple(int(n) for n in row) for row in matrix),
        rows=len(gold_ids),
    )


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: how far confidence and share of right answers lie apart, over bins of equal width."""
    sure, hit = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    sums = np.bincount(place, sure - hit, bins)
    return float(np.abs(sums).sum() / max(len(sure), 1))


def precision_recall(matrix: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Of class 1 in a 2 × 2 confusion matrix (rows gold)."""
    (_, wrong), (missed, hit) = matrix
    return hit / max(hit + wrong, 1), hit / max(hit + missed, 1)
