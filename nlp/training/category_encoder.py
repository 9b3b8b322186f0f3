"""Trains the encoder's head for the seven classes: `python -m nlp.training.category_encoder`, with the `training` group.

The shipped encoder's lower layers stay as they are and are read once; its last layer is trained again for the classes
(`category_net`). Both models are judged on the fold that neither has seen, nor anything nearly the same. Run it after
the encoder and the linear model. Writes `nlp/data/encoder/category.onnx`, `.json` and `.card.md`.
"""

import argparse
import logging
import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from scipy.special import log_softmax
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nlp.category import Blend
from nlp.encoder import FOLDER, Encoder
from nlp.textmodel import FIELDS, features
from nlp.training.category import Recipe, softening, unseen
from nlp.training.category_head_card import render
from nlp.training.category_net import PARTS, Head, stacked
from nlp.training.counts import counted
from nlp.training.datasets import sha256
from nlp.training.encoder_export import LAYERS, build_head, store
from nlp.training.messages import (
    HELD_OUT,
    SOURCES,
    Messages,
    folds,
    messages,
    read,
)

log = logging.getLogger(__name__)
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
States = list[NDArray[np.float16]]


@dataclass(frozen=True)
class Plan:
    """Chosen on the word lists of one fold, of an earlier encoder; the running texts were only judged."""

    epochs: int = 4
    size: int = 32
    rate: float = 2e-4
    rate_heads: float = 1e-3
    smooth: float = 0.1
    average: float = 0.99  # of the running mean of the weights, which is what ships
    decay: float = 0.05
    seed: int = 1


SURE = 0.8
"""Where the linear model's chance is below it, the encoder is asked too."""


def last_layer(folder: Path) -> dict[str, Floats]:
    """The weights of the shipped encoder's last layer, by BERT's names."""
    model = onnx.load(str(folder / "encoder.onnx"))
    known = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    layer: dict[str, Floats] = {}
    for name in PARTS.values():
        at = f"bert.encoder.layer.{LAYERS - 1}.{name}"
        weight = known[f"{at}.w"].astype(np.float32)
        scale = known.get(f"{at}.scale")
        layer[f"{name}.weight"] = weight if scale is None else (weight * scale).T.copy()
        layer[f"{name}.bias"] = known[f"{at}.b"]
    return layer


def batches(states: States, rows: Ints, size: int, dice: np.random.Generator) -> Iterator[Ints]:
    """All rows once, in batches of about one length."""
    shuffled = dice.permutation(rows)
    made: list[Ints] = []
    for start in range(0, len(shuffled), size * 40):
        part = sorted(shuffled[start : start + size * 40].tolist(), key=lambda n: len(states[n]))
        made += [np.array(part[at : at + size]) for at in range(0, len(part), size)]
    for number in dice.permutation(len(made)).tolist():
        yield made[number]


def fitted(states: States, gold: Ints, rows: Ints, layer: Mapping[str, Floats], plan: Plan) -> Head:
    """A head that learnt from `rows`."""
    torch.manual_seed(plan.seed)
    dice = np.random.default_rng(plan.seed)
    head = Head(int(gold.max()) + 1, layer)
    new = [*head.hidden.parameters(), *head.category.parameters()]
    old = [one for name, one in head.named_parameters() if name.split(".")[0] in PARTS]
    groups = [{"params": old, "lr": plan.rate}, {"params": new, "lr": plan.rate_heads}]
    optimiser = torch.optim.AdamW(groups, weight_decay=plan.decay)
    steps = plan.epochs * math.ceil(len(rows) / plan.size)
    rise = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps))
    )
    mean = AveragedModel(head, multi_avg_fn=get_ema_multi_avg_fn(plan.average))
    for epoch in range(plan.epochs):
        head.train()
        for batch in batches(states, rows, plan.size, dice):
            with torch.autocast("cpu", torch.bfloat16):
                margins = head(*stacked([states[n] for n in batch]))
            loss = functional.cross_entropy(
                margins.float(), torch.from_numpy(gold[batch]), label_smoothing=plan.smooth
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimiser.step()
            rise.step()
            mean.update_parameters(head)
        log.info("epoch %d, last loss %.3f", epoch + 1, float(loss.detach()))
    head.load_state_dict(mean.module.state_dict())
    head.eval()
    return head


@torch.no_grad()
def margins_of(head: Head, states: States, rows: Ints) -> Floats:
    found = [
        head(*stacked([states[n] for n in rows[start : start + 32]])).numpy()
        for start in range(0, len(rows), 32)
    ]
    return np.concatenate(found)


def train(data: Path, folder: Path, plan: Plan) -> str:
    """Judge by the fold that nothing has seen, fit on everything, write head and card; returns the card."""
    found = messages(data)
    classes = sorted(set(found.labels))
    gold = np.array([classes.index(label) for label in found.labels])
    fold_of, layer, texts = folds(found.groups), last_layer(folder), read(found)
    encoder = Encoder(folder)
    states = [encoder.below(text)[0].astype(np.float16) for text in texts]
    log.info("%d texts read", len(states))
    inside, test = np.flatnonzero(fold_of != HELD_OUT), np.flatnonzero(fold_of == HELD_OUT)
    margins = margins_of(fitted(states, gold, inside, layer, plan), states, test)
    linear = linear_margins(found, gold, fold_of)[test]
    blend = blend_of(linear, margins, gold[test])
    whole = fitted(states, gold, np.arange(len(gold)), layer, plan)
    state = {name: value.numpy() for name, value in whole.state_dict().items()}
    facts = {"blend": asdict(blend), "classes": classes, "plan": asdict(plan), "rows": len(gold)}
    digests = {name: sha256(data / name) for name in SOURCES}
    known = store(build_head(state), "category", folder, facts | {"data": digests})
    known["speed"] = speed(Encoder(folder), texts[-100:])
    card = render(known, classes, gold[test], (linear, margins), blend, found.origin[test])
    (folder / "category.card.md").write_text(card, encoding="utf-8")
    return card


def speed(encoder: Encoder, texts: Sequence[str]) -> float:
    """Running texts per second on one core, in processor time."""
    encoder.categories(texts[:1])
    started = time.process_time()
    encoder.categories(texts)
    return len(texts) / (time.process_time() - started)


def linear_margins(found: Messages, gold: Ints, fold_of: Ints) -> Floats:
    """Log chances of the linear model for texts it has not seen."""
    counts, terms = counted(found.words, features, Recipe().least)
    field = np.array([FIELDS.index(term[0]) for term in terms])
    margins = unseen(counts, field, gold, fold_of, Recipe())
    return np.asarray(log_softmax(margins * softening(margins, gold), axis=1), np.float32)


def blend_of(linear: Floats, margins: Floats, gold: Ints) -> Blend:
    """Each model is calibrated, the log chances of both are added as equals, and the sum is calibrated."""
    encoder = softening(margins, gold)
    both = linear + log_softmax(margins * encoder, axis=1)
    return Blend(sure=SURE, encoder=encoder, both=softening(both, gold))


def main() -> None:
    parser = argparse.ArgumentParser(description="训练随包发布的七分类编码器末层")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--out", type=Path, default=FOLDER, help="编码器所在的文件夹，末层写在其中")
    parser.add_argument("--threads", type=int, default=1, help="几个线程；多于一个，末位不再相同")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    print(train(arguments.data, arguments.out, Plan()))


if __name__ == "__main__":
    main()
