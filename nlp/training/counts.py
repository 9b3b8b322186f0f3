"""Texts as counts of terms, weighed as `nlp.textmodel` weighs them: what the linear models learn from."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Ints = NDArray[np.int64]


def counted(
    words: Sequence[Sequence[str]], terms_of: Callable[[Sequence[str]], Iterable[str]], least: int
) -> tuple[csr_matrix, tuple[str, ...]]:
    """How often each term stands in each message; terms in fewer than `least` messages are left out."""
    number: dict[str, int] = {}
    columns: list[int] = []
    values: list[int] = []
    starts = [0]
    for row in words:
        for term, count in Counter(terms_of(row)).items():
            columns.append(number.setdefault(term, len(number)))
            values.append(count)
        starts.append(len(columns))
    shape = (len(words), len(number))
    matrix = csr_matrix((np.array(values, np.float32), np.array(columns), starts), shape)
    kept = np.where(matrix.getnnz(axis=0) >= least)[0]
    names = list(number)
    order = np.array(sorted(kept.tolist(), key=lambda column: names[column]))
    return matrix[:, order], tuple(names[column] for column in order)


def idf_of(counts: csr_matrix) -> NDArray[np.float32]:
    seen = counts.getnnz(axis=0)
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + seen)) + 1, np.float32)


def weighed(counts: csr_matrix, idf: NDArray[np.float32], field: Ints) -> csr_matrix:
    """The rows of `TextModel.rows`, from counts: each field of a row has length 1."""
    matrix = counts.tocsr(copy=True)
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    of = field[matrix.indices]
    for one in np.unique(field):
        part = of == one
        length = np.sqrt(np.bincount(row[part], matrix.data[part] ** 2, matrix.shape[0]))
        matrix.data[part] /= np.maximum(length, 1e-9)[row[part]]
    return matrix
