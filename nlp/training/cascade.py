"""Fits how the two models are added and when the linear one decides alone: `python -m nlp.training.cascade --data DIR`.

On training texts that neither has seen: the encoder's held-out part (its digest file says which part), and a linear
model fitted here without it. Writes `cascade.json` and `encoder.card.md` beside the encoder. The dev sets judge.
"""

import argparse
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy.optimize import minimize

from nlp.encoder import FOLDER, Encoder, Reading, Vocabulary, plain
from nlp.normal import DATA
from nlp.opinion.cascade import Blend
from nlp.opinion.classifier import Floats
from nlp.opinion.linear import LinearClassifier, Weights
from nlp.training import encoder_card, fitting
from nlp.training.datasets import sentiment_words
from nlp.training.encoder_data import UNKNOWN, Lesson, held_out, lessons
from nlp.training.polarity import LEXICON, training_set
from nlp.training.scores import confusion, f1_scores

SHARES = (0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 1.01)
FEW = 40  # as many positives make a border half believed
RIGHT = 0.94  # what the linear model must reach on unseen texts where it decides alone; every point more asks the encoder oftener


@dataclass(frozen=True)
class Unseen:
    """Margins of both models for texts that neither was trained on."""

    lessons: list[Lesson]
    linear: Floats
    reading: Reading
    model: LinearClassifier

    def answers(self, question: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(rows with an answer, the answers)."""
        all_answers = np.array([lesson.answers[question] for lesson in self.lessons])
        rows = np.flatnonzero(all_answers != UNKNOWN)
        return rows, all_answers[rows]


def unseen(data: Path, folder: Path) -> Unseen:
    known = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    _, aside = held_out(lessons(data, known["seed"]), known["hold"], 0)
    texts = {lesson.text for lesson in aside}
    kept = [example for example in training_set(data) if example.text not in texts]
    model = LinearClassifier(
        as_shipped(
            fitting.fit_plain(kept, sentiment_words(data / LEXICON), rjieba.cut, fitting.Recipe())
        )
    )
    said = [lesson.text for lesson in aside], [lesson.channel for lesson in aside]
    return Unseen(aside, model.margins(*said), Encoder(folder).read(*said), model)


def as_shipped(weights: Weights) -> Weights:
    """With the scale and the borders of the model that ships, so that margins of both mean the same."""
    known = json.loads((DATA / "polarity.json").read_text(encoding="utf-8"))
    shipped = Weights.from_bytes((DATA / "polarity.npz").read_bytes())
    bias = weights.bias - np.array([0, 0, 0, *known["shifts"]], np.float32)
    return replace(weights, bias=bias, scale=shipped.scale)


def _loss(margins: NDArray[np.float64], answers: NDArray[np.int64]) -> float:
    total = np.logaddexp.reduce(margins, axis=1)
    return float((total - margins[np.arange(len(answers)), answers]).mean())


def fit_polarity(seen: Unseen) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Weights of the two models, and the lean of the classes, with the least log loss."""
    rows, answers = seen.answers(0)
    linear, encoder = seen.linear[rows, :3], seen.reading.polarity[rows]

    def loss(x: NDArray[np.float64]) -> float:
        lean = np.array([0.0, x[2], x[3]])
        return _loss(x[0] * linear + x[1] * encoder + lean, answers) + 0.002 * float((x**2).sum())

    x = minimize(loss, np.array([0.5, 0.5, 0.0, 0.0]), method="Nelder-Mead").x
    return (round(float(x[0]), 4), round(float(x[1]), 4)), (
        0.0,
        round(float(x[2]), 4),
        round(float(x[3]), 4),
    )


def fit_flag(seen: Unseen, flag: int) -> tuple[float, float, float]:
    """Weights of the two models for one of FLAGS, and the shift that puts its border at 0.5.

    Appeals are many: one half is one half. Urgent texts are few, alerts fewer in training than in use.
    """
    rows, answers = seen.answers(flag + 1)
    linear, encoder = seen.linear[rows, 3 + flag], seen.reading.flags[rows, flag]
    signs = 2 * answers - 1

    def loss(x: NDArray[np.float64]) -> float:
        margin = x[0] * linear + x[1] * encoder + x[2]
        return float(np.logaddexp(0, -signs * margin).mean()) + 0.01 * float((x**2).sum())

    first, second, shift = minimize(loss, np.array([0.5, 0.5, 0.0]), method="Nelder-Mead").x
    margins = first * linear + second * encoder + shift
    border = (0.0, best_border(margins, answers), even_border(answers))[flag]
    return round(float(first), 4), round(float(second), 4), round(float(shift - border), 4)


def even_border(answers: NDArray[np.int64]) -> float:
    """Where a text is as likely worth an alert as not, if as many are as are not.

    In training three in ten are; a monitor that looks at what sounds bad meets more, and a complaint that nobody looks
    at costs more than one looked at in vain.
    """
    share = float(answers.mean())
    return float(np.log(share / (1 - share)))


def best_border(
    margins: NDArray[np.float64], answers: NDArray[np.int64], rounds: int = 100
) -> float:
    """Where F1 is best: the median over resampled texts, drawn back towards 0 the fewer the positives are."""
    borders = np.linspace(-2.5, 1.5, 81)

    def best(rows: NDArray[np.int64]) -> float:
        said = margins[rows][:, None] > borders
        gold = answers[rows][:, None] == 1
        hits = (said & gold).sum(axis=0)
        return float(borders[np.argmax(hits / (gold.sum() + said.sum(axis=0) + 1e-9))])

    dice = np.random.default_rng(7)
    found = [best(dice.integers(0, len(answers), len(answers))) for _ in range(rounds)]
    positives = int(answers.sum())
    return float(np.median(found)) * positives / (positives + FEW)


@dataclass(frozen=True)
class Trial:
    """What a border does on the unseen texts."""

    macro_f1: float  # of the cascade
    asked: float  # share of texts for which the encoder is asked
    right: float  # share of right answers where the linear model decides alone


def attempt(seen: Unseen, blend: Blend) -> Trial:
    rows, answers = seen.answers(0)
    judged = seen.model.calibrated(seen.linear)
    asked = np.isin(np.arange(len(seen.lessons)), blend.unsure(judged))
    decided = blend.decided(judged, blend.both(seen.linear, seen.reading)).polarity
    said = decided[rows].argmax(axis=1)
    alone = judged.polarity[rows].max(axis=1) >= blend.sure
    right = float((said == answers)[alone].mean()) if alone.any() else 1.0
    score = float(f1_scores(confusion(answers, said, 3)).mean())
    return Trial(score, float(asked.mean()), right)


def choose(seen: Unseen, blend: Blend) -> tuple[Blend, str]:
    """The lowest border above which the linear model alone is RIGHT, and the table of borders."""
    tried = {sure: attempt(seen, replace(blend, sure=sure)) for sure in SHARES}
    rows = (
        f"| {sure} | {one.macro_f1:.3f} | {one.right:.1%} | {one.asked:.0%} |"
        for sure, one in tried.items()
    )
    best = min(sure for sure, one in tried.items() if one.right >= RIGHT)
    return replace(blend, sure=best), "\n".join(rows)


def kept_vectors(seen: Unseen, model: Path) -> float:
    """Mean cosine of our vectors to those of the original's int8 file, channels said in ours alone."""
    from onnxruntime import InferenceSession

    session = InferenceSession(str(model / "onnx/model_quantized.onnx"))
    vocabulary = Vocabulary(model / "vocab.txt")
    likeness = []
    for lesson, ours in zip(seen.lessons, seen.reading.embedding, strict=True):
        ids = np.array([vocabulary.ids(plain(lesson.text))], np.int64)
        given = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
        theirs = session.run(None, given)[0][0, 0]
        likeness.append(float(ours @ theirs / np.linalg.norm(theirs)))
    return float(np.mean(likeness))


def fit(seen: Unseen) -> tuple[Blend, str]:
    polarity, lean = fit_polarity(seen)
    flags = tuple(fit_flag(seen, flag) for flag in range(3))
    return choose(seen, Blend(polarity, lean, flags, sure=SHARES[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description="定级联的权重与界限，写模型卡")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--model", type=Path, required=True, help="预训练模型文件夹")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="编码器所在的文件夹")
    given = parser.parse_args()
    seen = unseen(given.data, given.folder)
    blend, curve = fit(seen)
    text = json.dumps({"blend": blend.facts()}, indent=1, sort_keys=True) + "\n"
    (given.folder / "cascade.json").write_text(text, encoding="utf-8")
    card = encoder_card.render(given.data, given.folder, curve, kept_vectors(seen, given.model))
    (given.folder / "encoder.card.md").write_text(card, encoding="utf-8")
    print(card)


if __name__ == "__main__":
    main()
