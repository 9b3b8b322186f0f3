"""Trains the category model: `python -m nlp.training.category --data DIR`. Seeded; same data, same bytes.

Writes `nlp/data/category.npz`, `.json` and `.card.md`. Left to others: what is learnt from and how it is split
(`nlp.training.messages`).
"""

import argparse
import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import logsumexp
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from nlp.category import CategoryModel
from nlp.normal import DATA
from nlp.textmodel import FIELDS, TextModel, features
from nlp.training.category_card import render
from nlp.training.counts import counted, idf_of, weighed
from nlp.training.datasets import sha256
from nlp.training.messages import FOLDS, HELD_OUT, SEED, SOURCES, folds, messages

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Recipe:
    cost: float = 0.5
    least: int = 3
    """Messages a term must stand in."""
    keep: int = 120_000
    """Terms that ship, by weight in use."""


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
    train, test = np.where(fold_of != HELD_OUT)[0], np.where(fold_of == HELD_OUT)[0]
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
    facts = save(model, "category", folder, {name: sha256(data / name) for name in SOURCES})
    marks = (found.origin, folds(found.groups) == HELD_OUT, _speed(found.texts, model))
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


def _speed(texts: Sequence[str], model: TextModel) -> float:
    """Running texts per second on one core."""
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
