"""Scores gold files of any county: what is judged, resampled to intervals. The tasks are in nlp.judging.tasks.

Left to others: the table (console) and tasks of other rooms (see console.evaluating).
"""

from typing import NamedTuple

import numpy as np

from minyin.judged import Judged

ROUNDS, SEED = 1000, 7


class Figure(NamedTuple):
    """A measure with the 95 % interval of `ROUNDS` resamplings of the texts."""

    name: str
    value: float
    low: float
    high: float


def figures(judged: Judged, *, rounds: int = ROUNDS, seed: int = SEED) -> list[Figure]:
    """Every measure on all texts and its bootstrap interval; the same texts give the same interval."""
    counts = np.asarray(judged.counts, np.float64)
    if not len(counts):
        return []
    pick = np.random.default_rng(seed).multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), rounds
    )
    sums = (pick @ counts).tolist()
    total = counts.sum(axis=0).tolist()
    found = []
    for measure in judged.measures:
        low, high = np.quantile([measure.formula(one) for one in sums], [0.025, 0.975])
        found.append(Figure(measure.name, measure.formula(total), float(low), float(high)))
    return found
