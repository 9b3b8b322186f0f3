"""Trains the shipped classifier: `python -m nlp.training.polarity --data DIR`.

Writes `nlp/data/polarity.npz`, `polarity.json` (digest, figures) and `polarity.card.md`. The dev sets judge, they
never train. Same data, same bytes. Left to others: how the figures are read (`nlp.training.card`).
"""

import argparse
import hashlib
import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path

import rjieba
from threadpoolctl import threadpool_limits

from nlp.normal import DATA
from nlp.opinion.classifier import CLASSES, FLAGS, Classifier
from nlp.opinion.linear import LinearClassifier, Weights
from nlp.training import card, fitting
from nlp.training.datasets import (
    FIRST,
    KINDS,
    POLARITIES,
    Example,
    labelled,
    moods,
    sentiment_words,
    sha256,
    written,
)
from nlp.training.scores import Score, judge

log = logging.getLogger(__name__)
TRAIN = (
    "civic_opinion/train.jsonl",
    "local/traps_train.jsonl",
    "local/traps_extra.jsonl",
    "sentiment/smp2020.jsonl",
)
LEXICON = "lexicons/sentiment_words.zip"
JUDGE = {"civic_opinion/dev": "civic_opinion/dev.jsonl", "traps_dev": "local/traps_dev.jsonl"}


def training_set(data: Path) -> list[Example]:
    """civic_opinion, the traps, what was written for this, and Weibo moods in moderation (positives are scarce)."""
    civic, traps, extra, smp = (data / name for name in TRAIN)
    return [
        *labelled(civic),
        *labelled(traps, weight=2.5),
        *labelled(extra, weight=2.5),
        *written((*FIRST, *KINDS), weight=1.0),
        *moods(smp, positive=2000, other=1500, weight=0.4, seed=fitting.SEED),
    ]


def judged(classifier: Classifier, examples: Sequence[Example]) -> dict[str, Score]:
    """polarity and flags of one set; texts whose annotators differ, or that have no answer, are left out of a question."""
    opinions = classifier.classify([e.text for e in examples], [e.channel for e in examples])
    pairs = list(zip(examples, opinions, strict=True))
    polarity = [
        (POLARITIES.index(e.polarity), CLASSES.index(o.polarity)) for e, o in pairs if e.polarity
    ]
    scores = {"polarity": judge(*zip(*polarity, strict=True), classes=3)}
    for flag in FLAGS:
        asked = [(getattr(e, flag), getattr(o, flag) > 0.5) for e, o in pairs]
        known = [(gold, int(said)) for gold, said in asked if gold is not None]
        if known:
            scores[flag] = judge(*zip(*known, strict=True), classes=2)
    return scores


def speed(classifier: Classifier, examples: Sequence[Example]) -> float:
    """Texts per second of processor time: what one core does that has nothing else to do."""
    texts, channels = [e.text for e in examples], [e.channel for e in examples]
    started = time.process_time()
    classifier.classify(texts, channels)
    return len(texts) / (time.process_time() - started)


def write(weights: Weights, folder: Path, facts: dict[str, object]) -> None:
    data = weights.to_bytes()
    (folder / "polarity.npz").write_bytes(data)
    known = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **facts}
    (folder / "polarity.json").write_text(
        json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def train(data: Path, folder: Path, recipe: fitting.Recipe) -> str:
    """Fit, write, judge what was written, and write the card; returns the card."""
    examples = training_set(data)
    log.info("training on %d texts", len(examples))
    weights, heads = fitting.fit(examples, sentiment_words(data / LEXICON), rjieba.cut, recipe)
    digests = {name: sha256(data / name) for name in (*TRAIN, LEXICON, *JUDGE.values())}
    shifts = [round(fitting.best_shift(head), 4) for head in heads[1:]]
    facts = {"data": digests, "terms": len(weights.vocabulary), "shifts": shifts}
    write(weights, folder, facts)
    classifier = LinearClassifier.load(folder)
    dev = {name: labelled(data / path) for name, path in JUDGE.items()}
    figures = card.Figures(
        digests=digests,
        examples=len(examples),
        recipe=recipe,
        terms=len(weights.vocabulary),
        size=(folder / "polarity.npz").stat().st_size,
        speed=speed(classifier, examples[:3000]),
        unseen={
            "polarity": judge(heads[0].gold, heads[0].unseen.argmax(axis=1), classes=3),  # type: ignore[arg-type]
        },
        scores={name: judged(classifier, rows) for name, rows in dev.items()},
    )
    text = card.render(figures)
    (folder / "polarity.card.md").write_text(text, encoding="utf-8")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description="训练随包发布的情感与诉求模型")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--out", type=Path, default=DATA, help="写到哪个文件夹")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with threadpool_limits(1):  # sums of several threads end otherwise in the last digits
        print(train(arguments.data, arguments.out, fitting.Recipe()))


if __name__ == "__main__":
    main()
