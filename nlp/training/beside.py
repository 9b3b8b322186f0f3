"""Our classifiers beside SnowNLP and plain TF-IDF, on texts of other kinds than they were made for.

Weibo moods (SMP2020, rows that did not train), sentences without sentiment words (ECISA) and takeaway reviews. Plain
TF-IDF learns from the same civic texts as ours: characters 1–3, logistic regression, nothing else.
"""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from minyin.model import Channel
from nlp.opinion.classifier import CLASSES, Classifier
from nlp.training.datasets import POLARITIES, labelled, read_jsonl
from nlp.training.scores import Score, judge

ROWS = 300
Labelled = list[tuple[str, str]]
Guess = Callable[[Sequence[str]], list[int]]


def sets(data: Path, trained: frozenset[str], rows: int = ROWS) -> dict[str, Labelled]:
    """Set name → (text, neg/neu/pos); reviews have no neutral class."""
    folder = data / "sentiment"
    found: dict[str, Labelled] = {}
    for name, file in (
        ("微博情绪（SMP2020）", "smp2020"),
        ("无情感词（ECISA）", "ecisa_implicit"),
        ("外卖评论", "reviews_waimai"),
    ):
        pairs = [(row["text"], _polarity(row)) for row in read_jsonl(folder / f"{file}.jsonl")]
        known = sorted({pair for pair in pairs if pair[1] and pair[0] not in trained})
        found[name] = random.Random(7).sample(known, min(rows, len(known)))
    return found


def _polarity(row: dict[str, object]) -> str:
    said = row.get("polarity", row.get("label"))
    return {"0": "neg", "1": "pos"}.get(str(said), str(said or ""))


def ours(classifier: Classifier) -> Guess:
    def guess(texts: Sequence[str]) -> list[int]:
        opinions = classifier.classify(texts, [Channel.OTHER] * len(texts))
        return [CLASSES.index(opinion.polarity) for opinion in opinions]

    return guess


def snownlp(texts: Sequence[str]) -> list[int]:
    """Thirds are its makers' convention: .4 and .6 are the usual borders of 'neither'."""
    from snownlp import SnowNLP

    scores = (SnowNLP(text or "。").sentiments for text in texts)
    return [0 if score < 0.4 else 2 if score > 0.6 else 1 for score in scores]


def plain(data: Path) -> Guess:
    examples = labelled(data / "civic_opinion/train.jsonl")
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2),
        LogisticRegression(C=3.0, class_weight="balanced", max_iter=300),
    ).fit([e.text for e in examples], [POLARITIES.index(e.polarity or "neu") for e in examples])
    return lambda texts: [int(said) for said in model.predict(list(texts))]


def compare(found: dict[str, Labelled], guesses: dict[str, Guess]) -> dict[tuple[str, str], Score]:
    """(set, model) → score over the classes that the set has."""
    scores: dict[tuple[str, str], Score] = {}
    for name, pairs in found.items():
        classes = sorted({POLARITIES.index(polarity) for _, polarity in pairs})
        gold = [POLARITIES.index(polarity) for _, polarity in pairs]
        for model, guess in guesses.items():
            said = guess([text for text, _ in pairs])
            if classes == [0, 2]:  # where neither is no answer, it counts as wrong
                gold_2 = [g // 2 for g in gold]
                said_2 = [s // 2 if s != 1 else 1 - g for s, g in zip(said, gold_2, strict=True)]
                scores[name, model] = judge(gold_2, said_2, classes=2)
            else:
                scores[name, model] = judge(gold, said, classes=3)
    return scores
