"""Trains the category model: `python -m nlp.training.category --data DIR`. Seeded; same data, same bytes.

The contest's messages are known whole only as word lists without stop words and figures (8,311); 457 are known as
running text, nearly all of which are also among the word lists. So texts that are nearly the same are one group, and
no group is on both sides of a split. Writes `nlp/data/category.npz`, `.json` and `.card.md`.
"""

import argparse
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import logsumexp
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from nlp.category import CategoryModel
from nlp.normal import DATA, fold
from nlp.textmodel import FIELDS, TextModel, features, known_words
from nlp.training.category_card import render
from nlp.training.datasets import read_jsonl, sha256

SEED, FOLDS = 20261128, 5
NEAR = 0.6
"""Cosine of TF-IDF words from which two messages are one group."""
WHOLE = 4000
"""Characters of a running text that train and group: the word lists hold all of it, so that twins are found."""
FILES = ("civic_messages/categories_segmented.jsonl", "civic_messages/categories_raw.jsonl")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Recipe:
    cost: float = 0.5
    least: int = 3
    """Messages a term must stand in."""
    keep: int = 120_000
    """Terms that ship, by weight in use."""


@dataclass(frozen=True)
class Messages:
    """Word lists, their classes, their groups, and which were given as running text."""

    words: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    groups: Ints
    raw: NDArray[np.bool_]
    known: frozenset[str]


def messages(data: Path) -> Messages:
    lists = list(read_jsonl(data / FILES[0]))
    texts = list(read_jsonl(data / FILES[1]))
    counted = Counter(word for row in lists for word in set(row["segmented"].split()))
    known = frozenset(word for word, count in counted.items() if count > 1)
    words = [tuple(word for word in row["segmented"].split() if word in known) for row in lists]
    words += [
        tuple(known_words(fold(f"{row['title']}\n{row['text']}"), rjieba.cut, known, WHOLE))
        for row in texts
    ]
    labels = tuple(row["category"] for row in (*lists, *texts))
    raw = np.arange(len(words)) >= len(lists)
    return Messages(tuple(words), labels, groups_of(words), raw, known)


def groups_of(words: Sequence[Sequence[str]]) -> Ints:
    """The group of each message: nearly the same words, directly or through others."""
    counts, terms = counted([[*row] for row in words], lambda row: row, 1)
    matrix = weighed(counts, idf_of(counts), np.zeros(len(terms), np.int64))
    parent = list(range(len(words)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for start in range(0, len(words), 500):
        near = (matrix[start : start + 500] @ matrix.T).tocoo()
        alike = near.data > NEAR
        for one, other in zip(near.row[alike] + start, near.col[alike], strict=True):
            parent[root(int(one))] = root(int(other))
    return np.array([root(one) for one in range(len(words))])


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


@dataclass(frozen=True)
class Fitted:
    """Columns of the counts that are used, with idf and borders."""

    columns: Ints
    idf: NDArray[np.float32]
    coef: NDArray[np.float32]
    bias: NDArray[np.float32]


def fit(counts: csr_matrix, field: Ints, gold: Ints, recipe: Recipe) -> Fitted:
    """One linear border per class; terms that weigh little are dropped, then fitted again."""
    columns = np.where(counts.getnnz(axis=0) >= recipe.least)[0]
    first = _borders(counts[:, columns], field[columns], gold, recipe)
    use = np.abs(first.coef).max(axis=1) * first.idf
    kept = np.sort(np.argsort(-use, kind="stable")[: recipe.keep])
    second = _borders(counts[:, columns[kept]], field[columns[kept]], gold, recipe)
    return Fitted(columns[kept], second.idf, second.coef, second.bias)


def _borders(counts: csr_matrix, field: Ints, gold: Ints, recipe: Recipe) -> Fitted:
    idf = idf_of(counts)
    border = LinearSVC(C=recipe.cost, random_state=SEED).fit(weighed(counts, idf, field), gold)
    return Fitted(
        np.arange(counts.shape[1]),
        idf,
        border.coef_.T.astype(np.float32),
        border.intercept_.astype(np.float32),
    )


def folds(groups: Ints) -> Ints:
    """The fold of each message; a group is in one fold."""
    shuffled = np.random.default_rng(SEED).permutation(np.unique(groups))
    fold_of = {group: number % FOLDS for number, group in enumerate(shuffled.tolist())}
    return np.array([fold_of[group] for group in groups.tolist()])


def unseen(
    counts: csr_matrix, field: Ints, gold: Ints, fold_of: Ints, recipe: Recipe
) -> NDArray[np.float32]:
    """Margins of every message by a model that saw nothing of its group."""
    margins = np.zeros((len(gold), int(gold.max()) + 1), np.float32)
    for number in range(FOLDS):
        train, test = np.where(fold_of != number)[0], np.where(fold_of == number)[0]
        model = fit(counts[train], field, gold[train], recipe)
        rows = weighed(counts[test][:, model.columns], model.idf, field[model.columns])
        margins[test] = rows @ model.coef + model.bias
    return margins


class HeldOut(NamedTuple):
    """Accuracy on one fold, by a model that saw nothing of its groups: running texts, word lists."""

    raw: float
    lists: float


def held_out(data: Path, recipe: Recipe, shape: str = "w h") -> HeldOut:
    """The first fold judged by a model of words alone, whose fitting takes seconds: what a test can afford.

    The full model is two points better (the card).
    """
    found = messages(data)
    gold = np.unique(np.array(found.labels), return_inverse=True)[1]
    counts, terms = counted(found.words, lambda row: features(row, shape), recipe.least)
    field = np.array([FIELDS.index(term[0]) for term in terms])
    fold_of = folds(found.groups)
    train, test = np.where(fold_of != 0)[0], np.where(fold_of == 0)[0]
    model = _borders(counts[train], field, gold[train], recipe)
    rows = weighed(counts[test], model.idf, field)
    right = (rows @ model.coef + model.bias).argmax(axis=1) == gold[test]
    raw = found.raw[test]
    return HeldOut(float(right[raw].mean()), float(right[~raw].mean()))


def softening(margins: NDArray[np.float32], gold: Ints) -> float:
    """The factor on the margins with the least log loss on unseen texts (temperature scaling)."""
    tried = np.linspace(0.5, 8.0, 151)
    normal = [
        factor * margins - logsumexp(factor * margins, axis=1, keepdims=True) for factor in tried
    ]
    losses = [-one[np.arange(len(gold)), gold].mean() for one in normal]
    return float(tried[int(np.argmin(losses))])


def train(data: Path, folder: Path, recipe: Recipe) -> str:
    """Judge by folds, fit on everything, write model and card; returns the card."""
    found = messages(data)
    classes = sorted(set(found.labels))
    gold = np.array([classes.index(label) for label in found.labels])
    counts, terms = counted(found.words, features, recipe.least)
    field = np.array([FIELDS.index(term[0]) for term in terms])
    margins = unseen(counts, field, gold, folds(found.groups), recipe)
    whole = fit(counts, field, gold, recipe)
    model = TextModel(
        classes=tuple(classes),
        vocabulary=tuple(terms[column] for column in whole.columns),
        idf=whole.idf,
        coef=whole.coef,
        bias=whole.bias,
        strength=softening(margins, gold),
        words=found.known,
    )
    facts = save(model, "category", folder, {name: sha256(data / name) for name in FILES})
    marks = (found.raw, folds(found.groups) == 0, _speed(data, model))
    card = render(facts, recipe, classes, gold, margins * model.strength, marks)
    (folder / "category.card.md").write_text(card, encoding="utf-8")
    return card


def save(model: TextModel, name: str, folder: Path, digests: dict[str, str]) -> dict[str, object]:
    """The model's two files; returns what is known of it."""
    packed = model.to_bytes()
    facts: dict[str, object] = {
        "sha256": hashlib.sha256(packed).hexdigest(),
        "bytes": len(packed),
        "terms": len(model.vocabulary),
        "data": digests,
    }
    (folder / f"{name}.npz").write_bytes(packed)
    (folder / f"{name}.json").write_text(
        json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return facts


def _speed(data: Path, model: TextModel) -> float:
    """Running texts per second on one core."""
    texts = [f"{row['title']}\n{row['text']}" for row in read_jsonl(data / FILES[1])]
    classifier = CategoryModel(model)
    started = time.perf_counter()
    classifier.classify(texts)
    return len(texts) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description="训练随包发布的七分类模型")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--out", type=Path, default=DATA, help="写到哪个文件夹")
    arguments = parser.parse_args()
    with threadpool_limits(1):  # sums of several threads end otherwise in the last digits
        print(train(arguments.data, arguments.out, Recipe()))


if __name__ == "__main__":
    main()
