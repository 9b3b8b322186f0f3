"""Fitting the linear heads: vocabulary, logistic regression, pruning, and calibration on out-of-fold margins."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from minyin.model import Channel
from nlp.opinion.classifier import FLAGS
from nlp.opinion.grams import EXTRA, Cut, Grams, terms, tidy, words_of
from nlp.opinion.linear import Weights
from nlp.training.datasets import POLARITIES, Example

Floats = NDArray[np.float64]
SEED = 7
FOLDS = 5


@dataclass(frozen=True)
class Recipe:
    """What was tuned, by cross-validation on the training texts alone (see the card)."""

    strength: float = 3.0  # C of polarity
    strength_binary: float = 4.0  # C of the flags
    most: float = 1.0  # what a text counts at most for a flag: the written ones are full of alarms, life is not
    keep: int = 70_000  # terms that survive pruning


@dataclass(frozen=True)
class Head:
    """One question: which rows have an answer, the answers, the margins of texts not seen in training."""

    rows: NDArray[np.int64]
    gold: NDArray[np.int64]
    coef: Floats
    bias: Floats
    unseen: Floats


def vocabulary_of(
    examples: Sequence[Example], lexicon: Mapping[str, float], cut: Cut, least: int = 2
) -> Grams:
    """All terms of at least `least` texts, in code point order, with smoothed idf."""
    frequency: Counter[str] = Counter()
    for example in examples:
        text = tidy(example.text)
        frequency.update(set(terms(text, words_of(text, cut))))
    known = sorted(term for term, n in frequency.items() if n >= least and "\n" not in term)
    texts = len(examples)
    idf = np.array([np.log((1 + texts) / (1 + frequency[t])) + 1 for t in known], np.float32)
    return Grams(known, idf, lexicon, cut)


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(
        C=strength, class_weight="balanced", max_iter=400, random_state=SEED, tol=1e-4
    )


def fit_head(
    matrix: csr_matrix,
    answers: Sequence[int | None],
    weights: Sequence[float],
    strength: float,
) -> Head:
    """A head on all answered rows, and its out-of-fold margins for calibration and cross-fitted figures."""
    rows = np.array([i for i, answer in enumerate(answers) if answer is not None])
    gold = np.array([answers[i] for i in rows], np.int64)
    weight = np.array([weights[i] for i in rows])
    part = matrix[rows]
    unseen: Floats = np.zeros((len(rows), int(gold.max()) + 1 if gold.max() > 1 else 1))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in folds.split(rows, gold):
        model = _regression(strength).fit(part[train], gold[train], sample_weight=weight[train])
        unseen[test] = model.decision_function(part[test]).reshape(len(test), -1)
    whole = _regression(strength).fit(part, gold, sample_weight=weight)
    return Head(rows, gold, whole.coef_.T, whole.intercept_, unseen)


def polarity_answers(examples: Sequence[Example]) -> list[int | None]:
    return [None if e.polarity is None else POLARITIES.index(e.polarity) for e in examples]


def flag_answers(examples: Sequence[Example]) -> list[list[int | None]]:
    """In the order of FLAGS."""
    return [[getattr(e, flag) for e in examples] for flag in FLAGS]


def softening(head: Head) -> float:
    """The factor on the margins with the least log loss on unseen texts (temperature scaling)."""
    count = head.unseen.shape[1]

    def loss(factor: float) -> float:
        margins = head.unseen * factor
        if count == 1:
            signed = margins[:, 0] * (2 * head.gold - 1)
            return float(np.logaddexp(0, -signed).mean())
        normal = margins - np.logaddexp.reduce(margins, axis=1, keepdims=True)
        return float(-normal[np.arange(len(head.gold)), head.gold].mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def best_shift(head: Head) -> float:
    """What to subtract from a binary margin so that 0 is the border with the best F1 on unseen texts."""
    margins = head.unseen[:, 0]
    borders = np.quantile(margins, np.linspace(0.02, 0.995, 400))

    def f1(border: float) -> float:
        said = margins > border
        hits = float((said & (head.gold == 1)).sum())
        return 2 * hits / max(float(said.sum() + head.gold.sum()), 1.0)

    return float(max(borders, key=f1))


def silenced(example: Example) -> Channel:
    """Where polarity is learnt, three in ten texts do not say where they stood: in use the source is often unknown.

    The flags are learnt with it: whether something is asked of an authority shows in the place it is said.
    """
    return Channel.OTHER if crc32(example.text.encode()) % 10 < 3 else example.channel


def fit_plain(
    examples: Sequence[Example], lexicon: dict[str, float], cut: Cut, recipe: Recipe
) -> Weights:
    """Weights without pruning, calibration or borders: to see how texts left out are judged."""
    grams = vocabulary_of(examples, lexicon, cut)
    texts = [e.text for e in examples]
    said = grams.rows(texts, [e.channel for e in examples])
    hidden = grams.rows(texts, [silenced(e) for e in examples])
    questions = [(polarity_answers(examples), recipe.strength, 9.0)]
    questions += [(f, recipe.strength_binary, recipe.most) for f in flag_answers(examples)]
    coefs: list[NDArray[np.float64]] = []
    biases: list[NDArray[np.float64]] = []
    for answers, strength, most in questions:
        rows = np.array([i for i, answer in enumerate(answers) if answer is not None])
        weight = np.array([min(examples[i].weight, most) for i in rows])
        gold = np.array([answers[i] for i in rows], np.int64)
        matrix = said if coefs else hidden  # polarity comes first
        model = _regression(strength).fit(matrix[rows], gold, sample_weight=weight)
        coefs.append(model.coef_.T)
        biases.append(model.intercept_)
    coef, bias = np.hstack(coefs).astype(np.float32), np.concatenate(biases).astype(np.float32)
    return Weights(grams.vocabulary, grams.idf, coef, bias, np.ones(4, np.float32), lexicon)


def _pruned(grams: Grams, head: Head, keep: int) -> Grams:
    """The terms whose weight in use (idf × coefficient) is largest."""
    terms_only = head.coef[: len(grams.vocabulary)]
    use = np.abs(terms_only).max(axis=1) * grams.idf
    kept = np.sort(np.argsort(-use, kind="stable")[:keep])
    return Grams([grams.vocabulary[i] for i in kept], grams.idf[kept], grams.lexicon, grams.cut)


def fit(
    examples: Sequence[Example], lexicon: dict[str, float], cut: Cut, recipe: Recipe
) -> tuple[Weights, list[Head]]:
    """The weights that ship and the four heads (polarity, then FLAGS) with their out-of-fold margins."""
    texts = [e.text for e in examples]
    channels = [e.channel for e in examples]
    weights = [e.weight for e in examples]
    grams = vocabulary_of(examples, lexicon, cut)
    capped = [min(weight, recipe.most) for weight in weights]
    answers = polarity_answers(examples)
    hidden = [silenced(e) for e in examples]
    first = fit_head(grams.rows(texts, hidden), answers, weights, recipe.strength)
    grams = _pruned(grams, first, recipe.keep)
    matrix = grams.rows(texts, channels)
    heads = [
        fit_head(grams.rows(texts, hidden), answers, weights, recipe.strength),
        *(
            fit_head(matrix, flag, capped, recipe.strength_binary)
            for flag in flag_answers(examples)
        ),
    ]
    shifts = [best_shift(head) for head in heads[1:]]
    coef = np.hstack([head.coef for head in heads])
    bias = np.concatenate([head.bias for head in heads])
    bias[3:] -= shifts
    assert coef.shape == (len(grams.vocabulary) + EXTRA, 6)
    scale = np.array([softening(head) for head in heads])
    return Weights(
        grams.vocabulary,
        grams.idf,
        coef.astype(np.float32),
        bias.astype(np.float32),
        scale.astype(np.float32),
        lexicon,
    ), heads
