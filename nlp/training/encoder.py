"""Trains the shipped encoder: `python -m nlp.training.encoder --data DIR --model DIR`, with the `training` group.

Writes `nlp/data/encoder/`: the int8 ONNX file, its digest and the vocabulary. The dev sets never train. Left to
others: export (`encoder_export`), calibration and the cascade's borders (`nlp.training.cascade`).
"""

import argparse
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nlp.encoder import FOLDER, Vocabulary, plain
from nlp.training.encoder_data import UNKNOWN, Batch, Lesson, batches, held_out, lessons
from nlp.training.encoder_net import Net, padded

log = logging.getLogger(__name__)
WRITTEN = Path(__file__).parent / "data" / "written.jsonl"


@dataclass(frozen=True)
class Plan:
    """What is tuned: by the held-out part of the training texts, never by the dev sets."""

    epochs: int = 3
    rate: float = 8e-5
    rate_heads: float = 6e-4
    size: int = 16
    hide: float = 0.5  # how often the channel is not said
    keep: float = 4.0  # how much it costs to move away from the original's vectors
    smooth: float = 0.05
    average: float = 0.996  # of the running mean of the weights that is shipped
    seed: int = 7
    # neutral and positive count more, as they are few: about the root of the inverse share
    classes: tuple[float, float, float] = (0.8, 1.0, 1.4)
    flags: tuple[float, float, float] = (0.5, 0.4, 0.7)


def loss_of(
    said: tuple[Tensor, Tensor, Tensor], batch: Batch, teacher: Tensor, plan: Plan
) -> Tensor:
    """Cross entropies of what is known, and the distance to the original's vectors."""
    vector, polarity, flags = said
    answers = torch.tensor([lesson.answers for lesson in batch.lessons])
    weight = torch.tensor([lesson.weight for lesson in batch.lessons])
    first = functional.cross_entropy(
        polarity,
        answers[:, 0],
        weight=torch.tensor(plan.classes),
        ignore_index=UNKNOWN,
        reduction="none",
        label_smoothing=plan.smooth,
    )
    known = (answers[:, 1:] != UNKNOWN).float()
    target = answers[:, 1:].clamp(min=0).float() * (1 - plan.smooth) + plan.smooth / 2
    each = functional.binary_cross_entropy_with_logits(flags, target, reduction="none")
    second = (each * known * torch.tensor(plan.flags)).sum(1)
    distance = 1 - (vector * teacher).sum(-1)
    return ((first + second) * weight).mean() + plan.keep * distance.mean()


@torch.no_grad()
def vectors(net: Net, rows: Sequence[list[int]], size: int = 32) -> Tensor:
    """The vectors of `net` as it is; in the order given."""
    net.eval()
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    found = torch.zeros((len(rows), net.vector.out_features))
    for start in range(0, len(order), size):
        group = order[start : start + size]
        found[group] = net(*padded([rows[n] for n in group]))[0]
    return found


@torch.no_grad()
def said(net: Net, found: Sequence[Lesson], vocabulary: Vocabulary) -> np.ndarray:
    """Margins of every text, n × 6 (polarity, flags), channel said."""
    net.eval()
    rows = [vocabulary.ids(plain(lesson.text, lesson.channel)) for lesson in found]
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    margins = np.zeros((len(rows), 6), np.float32)
    for start in range(0, len(order), 32):
        group = order[start : start + 32]
        _, polarity, flags = net(*padded([rows[n] for n in group]))
        margins[group] = torch.cat([polarity, flags], 1).numpy()
    return margins


def optimiser(net: Net, plan: Plan) -> torch.optim.AdamW:
    heads = [p for m in (net.vector, net.hidden, net.polarity, net.flags) for p in m.parameters()]
    body = [p for p in net.bert.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [{"params": body, "lr": plan.rate}, {"params": heads, "lr": plan.rate_heads}],
        weight_decay=0.01,
    )


def fit(net: Net, found: Sequence[Lesson], vocabulary: Vocabulary, plan: Plan) -> Net:
    """The running mean of the weights after all epochs."""
    random = Random(plan.seed)
    torch.manual_seed(plan.seed)
    teacher = vectors(net, [vocabulary.ids(plain(lesson.text)) for lesson in found])
    steps = plan.epochs * -(-len(found) // plan.size)
    optim = optimiser(net, plan)
    ramp = torch.optim.lr_scheduler.LambdaLR(
        optim, lambda step: min((step + 1) / (0.06 * steps), (steps - step) / (0.94 * steps))
    )
    mean = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(plan.average)
    )
    for epoch in range(plan.epochs):
        started, total = time.perf_counter(), 0.0
        net.train()
        for count, batch in enumerate(
            batches(found, vocabulary, random, size=plan.size, hide=plan.hide), 1
        ):
            with torch.autocast("cpu", torch.bfloat16):
                vector, polarity, flags = net(*padded(batch.ids))
            result = vector.float(), polarity.float(), flags.float()
            loss = loss_of(result, batch, teacher[batch.places], plan)
            optim.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optim.step()
            ramp.step()
            mean.update_parameters(net)
            total += float(loss.detach())
            if count % 50 == 0:
                log.info(
                    "epoch %d step %d loss %.3f, %.0f s",
                    epoch,
                    count,
                    total / count,
                    time.perf_counter() - started,
                )
    module = mean.module
    assert isinstance(module, Net)
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description="训练随包发布的编码器")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--model", type=Path, required=True, help="预训练模型文件夹")
    parser.add_argument("--out", type=Path, default=FOLDER, help="写到哪个文件夹")
    parser.add_argument("--hold", type=int, default=0, help="留出几分之一供校准，0 为不留")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    plan = Plan()
    found = lessons(arguments.data, WRITTEN, plan.seed)
    kept, aside = held_out(found, arguments.hold, 0) if arguments.hold else (found, [])
    log.info("training on %d texts, %d held out", len(kept), len(aside))
    vocabulary = Vocabulary(arguments.model / "vocab.txt")
    net = fit(Net.load(arguments.model), kept, vocabulary, plan)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), arguments.out / "net.pt")
    if aside:
        np.savez(
            arguments.out / "aside.npz",
            margins=said(net, aside, vocabulary),
            ids=np.array([lesson.id for lesson in aside]),
        )


if __name__ == "__main__":
    main()
