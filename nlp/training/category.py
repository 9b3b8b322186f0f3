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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import logsumexp
from sklearn.svm import LinearSVC

from nlp.category import CategoryModel
from nlp.normal import DATA, fold
from nlp.textmodel import TextModel, features, known_words
from nlp.training.category_card import render
from nlp.training.datasets import read_jsonl, sha256

SEED, FOLDS = 20261128, 5
NEAR = 0.6
"""Cosine of TF-IDF words from which two messages are one group."""
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
        tuple(known_words(fold(f"{row['title']}\n{row['text']}"), rjieba.cut, known))
        for row in texts
    ]
    labels = tuple(row["category"] for row in (*lists, *texts))
    raw = np.arange(len(words)) >= len(lists)
    return Messages(tuple(words), labels, groups_of(words), raw, known)


def groups_of(words: Sequence[Sequence[str]]) -> Ints:
    """The group of each message: nearly the same words, directly or through others."""
    matrix = _tfidf(words)
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


def _tfidf(words: Sequence[Sequence[str]]) -> csr_matrix:
    number = {word: i for i, word in enumerate(sorted({w for row in words for w in row}))}
    model = _unweighted(tuple("w" + word for word in number), [[*row] for row in words])
    return model.rows(words)


def _unweighted(vocabulary: tuple[str, ...], words: Sequence[Sequence[str]]) -> TextModel:
    """A model that only counts: idf of the texts given, no weights."""
    number = {term: i for i, term in enumerate(vocabulary)}
    seen = np.zeros(len(vocabulary))
    for row in words:
        for term in set(features(row)):
            if term in number:
                seen[number[term]] += 1
    idf = np.log((1 + len(words)) / (1 + seen)) + 1
    empty = np.zeros((len(vocabulary), 1), np.float32)
    return TextModel(
        ("",), vocabulary, idf.astype(np.float32), empty, np.zeros(1, np.float32), 1.0, frozenset()
    )


def fit(words: Sequence[Sequence[str]], labels: Sequence[str], recipe: Recipe) -> TextModel:
    """One linear border per class; terms that weigh little are dropped, then fitted again."""
    counted = Counter(term for row in words for term in set(features(row)))
    vocabulary = tuple(sorted(term for term, count in counted.items() if count >= recipe.least))
    model = _weighted(_unweighted(vocabulary, words), words, labels, recipe)
    use = np.abs(model.coef).max(axis=1) * model.idf
    kept = np.sort(np.argsort(-use, kind="stable")[: recipe.keep])
    pruned = _unweighted(tuple(vocabulary[i] for i in kept), words)
    return _weighted(pruned, words, labels, recipe)


def _weighted(
    model: TextModel, words: Sequence[Sequence[str]], labels: Sequence[str], recipe: Recipe
) -> TextModel:
    border = LinearSVC(C=recipe.cost, random_state=SEED).fit(model.rows(words), labels)
    coef, bias = border.coef_.T.astype(np.float32), border.intercept_.astype(np.float32)
    return TextModel(
        tuple(map(str, border.classes_)), model.vocabulary, model.idf, coef, bias, 1.0, frozenset()
    )


def folds(groups: Ints) -> Ints:
    """The fold of each message; a group is in one fold."""
    shuffled = np.random.default_rng(SEED).permutation(np.unique(groups))
    fold_of = {group: number % FOLDS for number, group in enumerate(shuffled.tolist())}
    return np.array([fold_of[group] for group in groups.tolist()])


def unseen(found: Messages, recipe: Recipe, *, only: int | None = None) -> NDArray[np.float32]:
    """Margins of every message by a model that saw nothing of its group; `only` one fold for a quick look."""
    fold_of = folds(found.groups)
    classes = sorted(set(found.labels))
    margins = np.full((len(found.words), len(classes)), np.nan, np.float32)
    for number in range(FOLDS) if only is None else (only,):
        train, test = np.where(fold_of != number)[0], np.where(fold_of == number)[0]
        model = fit([found.words[i] for i in train], [found.labels[i] for i in train], recipe)
        margins[test] = model.rows([found.words[i] for i in test]) @ model.coef + model.bias
    return margins


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
    margins = unseen(found, recipe)
    whole = fit(found.words, found.labels, recipe)
    model = TextModel(
        whole.classes, whole.vocabulary, whole.idf, whole.coef, whole.bias,
        softening(margins, gold), found.known,
    )  # fmt: skip
    packed = model.to_bytes()
    facts = {
        "sha256": hashlib.sha256(packed).hexdigest(),
        "bytes": len(packed),
        "terms": len(model.vocabulary),
        "data": {name: sha256(data / name) for name in FILES},
    }
    (folder / "category.npz").write_bytes(packed)
    (folder / "category.json").write_text(
        json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    marks = (found.raw, folds(found.groups) == 0, _speed(data, model))
    card = render(facts, recipe, classes, gold, margins * model.strength, marks)
    (folder / "category.card.md").write_text(card, encoding="utf-8")
    return card


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
    print(train(arguments.data, arguments.out, Recipe()))


if __name__ == "__main__":
    main()
