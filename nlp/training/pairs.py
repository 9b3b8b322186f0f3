"""Trains the scorer of event pairs: `python -m nlp.training.pairs --data DIR` writes weights and a card.

Gold clusters of real complaints give the pairs. What is reported is cross-fitted: clusters are dealt into five groups
(look-alikes into the same one), and each group is judged by a scorer and a threshold that never saw it. Two sets of
weights come out, without and with the embeddings of the shipped encoder.
"""

import argparse
import io
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from minyin.county import load_county
from minyin.judged import Judged
from minyin.model import Document
from nlp.encoder import Encoder
from nlp.event.file import FILE
from nlp.event.judge import judge_of
from nlp.event.pairs import NAMES, WEIGHTS, Row, Scorer, cosine, features
from nlp.event.profile import Member
from nlp.event.sketch import Embedder, Sketch, Vector, sketch
from nlp.event.words import Terms
from nlp.judging.evaluate import Figure, figures
from nlp.judging.events import cluster_rows, measures, pair_rows
from nlp.training.datasets import sha256
from nlp.training.events import (
    CivicGold,
    bcubed,
    civic_documents,
    civic_gold,
    clusters,
    run_memory,
)
from nlp.training.pairs_card import FILES, Report, render

FOLDS = 5
SEED = 20261128
NEAR = 25  # negatives of an article: the labelled ones most like it
RELAXED = 0.02  # C of the regression, by the cross-fitted average precision of pairs
HARD, EASY = (
    3.0,
    0.3,
)  # weight of a look-alike pair and of an ordinary negative; a positive's is 2 per article


@dataclass(frozen=True)
class Pairs:
    """Labelled pairs of articles, by their position among the documents."""

    pairs: Sequence[tuple[int, int]]
    rows: Row
    same: NDArray[np.bool_]
    weight: Row
    folds: NDArray[np.int64]  # [n, 2]


def sketches(documents: Sequence[Document], embedder: Embedder | None) -> list[Sketch]:
    terms = Terms(rjieba.cut)
    members = [Member.of(document) for document in documents]
    made = [sketch(m.title, m.text, m.street, m.at, terms.vector(m.title, m.text)) for m in members]
    if embedder is None:
        return made
    vectors = embedder.embed([member.title for member in members])
    return [_with(one, vector) for one, vector in zip(made, vectors, strict=True)]


def _with(one: Sketch, vector: Vector) -> Sketch:
    return replace(one, embedding=vector)


def deal(gold: CivicGold, seed: int = SEED) -> dict[str, int]:
    """Article → fold; clusters that look alike lie in one fold, sizes as even as can be."""
    label = {key: str(cluster) for key, cluster in gold.clusters.items()}
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    for a, b in gold.hard:
        above[root(label.get(a, a))] = root(label.get(b, b))
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted({*label, *(key for pair in gold.hard for key in pair)}):
        groups[root(label.get(key, key))].append(key)
    names = sorted(groups)
    np.random.default_rng(seed).shuffle(names)
    loads = [0] * FOLDS
    folds = {}
    for name in sorted(names, key=lambda name: -len(groups[name])):
        fold = int(np.argmin(loads))
        loads[fold] += len(groups[name])
        folds.update(dict.fromkeys(groups[name], fold))
    return folds


def labelled_pairs(documents: Sequence[Document], made: Sequence[Sketch], gold: CivicGold) -> Pairs:
    """Positives: all within a cluster. Negatives: those most like each other of different clusters, and the look-alikes."""
    position = {document.id: i for i, document in enumerate(documents)}
    cluster = {position[key]: str(name) for key, name in gold.clusters.items()}
    hard = {(min(position[a], position[b]), max(position[a], position[b])) for a, b in gold.hard}
    known = sorted(cluster)
    same = [(a, b) for n, a in enumerate(known) for b in known[n + 1 :] if cluster[a] == cluster[b]]
    apart = sorted(_near(known, made, cluster) | hard)
    sizes = Counter(cluster.values())
    weight = [2 / (sizes[cluster[a]] - 1) for a, _ in same]
    weight += [HARD if pair in hard else EASY for pair in apart]
    fold = deal(gold)
    pairs = [*same, *apart]
    return Pairs(
        pairs=pairs,
        rows=np.array([features(made[a], made[b]) for a, b in pairs]),
        same=np.arange(len(pairs)) < len(same),
        weight=np.array(weight),
        folds=np.array([[fold[documents[i].id] for i in pair] for pair in pairs]),
    )


def _near(
    known: Sequence[int], made: Sequence[Sketch], cluster: Mapping[int, str]
) -> set[tuple[int, int]]:
    """Pairs of different clusters with most rare and middling grams in common, and the nearest embeddings."""
    found = set()
    for a in known:
        one = made[a]
        likeness, close = {}, {}
        for b in known:
            other = made[b]
            shared = 2 * len(one.rare & other.rare) + len(one.mid & other.mid)
            likeness[b] = shared / (len(other.telling) + 20) ** 0.5
            close[b] = cosine(one, other)
        nearest = sorted(known, key=lambda b: (-likeness[b], b))[:NEAR]
        nearest += sorted(known, key=lambda b: (-close[b], b))[: NEAR // 2]
        found |= {(min(a, b), max(a, b)) for b in nearest if cluster[a] != cluster[b]}
    return found


def fit(rows: Row, same: NDArray[np.bool_], weight: Row, *, embedded: bool) -> Scorer:
    """A quadratic logistic regression, folded back into the features' own scale."""
    used = len(NAMES) if embedded else len(NAMES) - 1
    first = StandardScaler().fit(rows)
    square = PolynomialFeatures(2, include_bias=False).fit(np.zeros((1, used)))
    wide = square.transform(first.transform(rows)[:, :used])
    second = StandardScaler().fit(wide)
    model = LogisticRegression(C=RELAXED, max_iter=500)
    model.fit(second.transform(wide), same, sample_weight=weight)
    coefficients = model.coef_[0] / second.scale_
    bias = float(model.intercept_[0] - coefficients @ second.mean_)
    linear, matrix = np.zeros(len(NAMES)), np.zeros((len(NAMES), len(NAMES)))
    for powers, coefficient in zip(square.powers_, coefficients, strict=True):
        where = [i for i, power in enumerate(powers) for _ in range(power)]
        if len(where) == 1:
            linear[where[0]] = coefficient
        else:
            matrix[where[0], where[1]] = coefficient
    return Scorer(first.mean_, first.scale_, linear, matrix, bias)


def scorers(pairs: Pairs, without: int | None = None) -> tuple[Scorer, Scorer]:
    """(words only, with embeddings), trained on all folds but one."""
    kept = np.ones(len(pairs.pairs), bool) if without is None else (pairs.folds != without).all(1)
    rows, same, weight = pairs.rows[kept], pairs.same[kept], pairs.weight[kept]
    return fit(rows, same, weight, embedded=False), fit(rows, same, weight, embedded=True)


def write(found: tuple[Scorer, Scorer], path: Path = WEIGHTS) -> None:
    arrays = {
        f"{kind}_{key}": np.asarray(getattr(one, key), np.float64)
        for kind, one in zip(("words", "both"), found, strict=True)
        for key in ("mean", "scale", "linear", "square", "bias")
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    path.write_bytes(file.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description="训练事件归并的成对打分器")
    default = Path(os.environ.get("MINYIN_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="研究数据文件夹")
    parser.add_argument("--out", type=Path, default=WEIGHTS.parent, help="写到哪个文件夹")
    arguments = parser.parse_args()
    documents = civic_documents(arguments.data / "civic_messages")
    gold = civic_gold(arguments.data / "events")
    embedder = Remembered(Encoder())
    pairs = labelled_pairs(documents, sketches(documents, embedder), gold)
    found = Report(
        words=cross_fitted(documents, gold, pairs, None),
        both=cross_fitted(documents, gold, pairs, embedder),
        confusion=confusion(pairs),
        order=order_of_arrival(documents, gold, pairs, embedder),
        pairs=(int(pairs.same.sum()), int((~pairs.same).sum())),
    )
    write(scorers(pairs), arguments.out / WEIGHTS.name)
    digests = {name: sha256(arguments.data / name) for name in FILES}
    card = render(found, digests, (arguments.out / WEIGHTS.name).stat().st_size)
    (arguments.out / "eventpairs.card.md").write_text(card, encoding="utf-8")
    print(card)


class Remembered:
    """An embedder that reads a headline once."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[str, Vector] = {}

    def embed(self, texts: Sequence[str]) -> Vector:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known.update(zip(missing, self._inner.embed(missing), strict=True))
        return np.array([self._known[text] for text in texts])


def cross_fitted(
    documents: Sequence[Document], gold: CivicGold, pairs: Pairs, embedder: Embedder | None
) -> list[Figure]:
    """B³ of `minyin cluster` and the share of look-alikes merged: each group judged by a scorer that never saw it."""
    fold = deal(gold)
    rows: list[list[float]] = []
    county, names = load_county("pizhou"), {k: str(v) for k, v in gold.clusters.items()}
    for k in range(FOLDS):
        judge = judge_of(county, rjieba.cut, embedder, scorers(pairs, without=k))
        found = clusters(run_memory(documents, judge, FILE)[0])
        rows += cluster_rows(names, found, [key for key in gold.clusters if fold[key] == k])
        rows += pair_rows([pair for pair in gold.hard if fold[pair[0]] == k], found)
    return figures(Judged(rows, measures(hard=True)))


def confusion(pairs: Pairs) -> list[list[int]]:
    """Labelled pairs at even odds, each by a scorer that saw neither of its messages' folds; rows: two matters, one."""
    said = np.zeros(len(pairs.pairs), bool)
    for k in range(FOLDS):
        mine = (pairs.folds == k).any(1)
        said[mine] = scorers(pairs, without=k)[0](pairs.rows[mine]) > 0
    return [
        [int((said[pairs.same == real] == told).sum()) for told in (False, True)]
        for real in (False, True)
    ]


def order_of_arrival(
    documents: Sequence[Document], gold: CivicGold, pairs: Pairs, embedder: Embedder, times: int = 3
) -> list[float]:
    """F1 on all gold with the shipped weights: in order of arrival, then shuffled (times stay, the order changes)."""
    judge = judge_of(load_county("pizhou"), rjieba.cut, embedder, scorers(pairs))
    dice, found = np.random.default_rng(SEED), []
    for turn in range(times + 1):
        order = dice.permutation(len(documents)) if turn else np.arange(len(documents))
        said, _ = run_memory([documents[n] for n in order], judge, FILE)
        found.append(bcubed(gold.clusters, clusters(said)).f1)
    return found


if __name__ == "__main__":
    main()
