"""What an evaluation hands over: counts per judged text, and measures that are formulas on their sums.

A measure on sums can be resampled, so every figure gets an interval the same way. Left to others: how a room comes
to its counts, resampling (nlp.judging.evaluate) and the table (console).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

Formula = Callable[[Sequence[float]], float]


class Measure(NamedTuple):
    """A figure with its Chinese name; `formula` sees the sums of the columns of `Judged.counts`."""

    name: str
    formula: Formula


class Judged(NamedTuple):
    """`counts` has one row per judged text, or per group of what is alike and is resampled together (all of one length).

    `notes` are lines for the reader, ids not texts; `judged` says in words what was judged, where rows are no texts.
    """

    counts: Sequence[Sequence[float]]
    measures: tuple[Measure, ...]
    notes: tuple[str, ...] = ()
    judged: str = ""


def ratio(over: int, under: int) -> Formula:
    """The sum of one column over the sum of another; 1 where there is nothing to divide by.

    >>> ratio(0, 1)([3.0, 4.0])
    0.75
    """
    return lambda sums: sums[over] / sums[under] if sums[under] else 1.0


def f1(hits: int, said: int, gold: int) -> Formula:
    """
    >>> f1(0, 1, 2)([3.0, 4.0, 6.0])
    0.6
    """
    return lambda sums: (
        2 * sums[hits] / (sums[said] + sums[gold]) if sums[said] + sums[gold] else 1.0
    )


def macro_f1(classes: int, first: int = 0) -> Formula:
    """Of a confusion matrix laid out by rows from column `first`; classes without gold and without answers are left out.

    >>> macro_f1(2)([2.0, 0.0, 1.0, 1.0])
    0.7333333333333334
    """

    def formula(sums: Sequence[float]) -> float:
        found = []
        for one in range(classes):
            gold = sum(sums[first + one * classes + k] for k in range(classes))
            said = sum(sums[first + k * classes + one] for k in range(classes))
            if gold + said:
                found.append(2 * sums[first + one * classes + one] / (gold + said))
        return sum(found) / len(found) if found else 1.0

    return formula
