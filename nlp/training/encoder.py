"""Trains the shipped encoder: `python -m nlp.training.encoder --data DIR --model DIR`, with the `training` group.

Writes `nlp/data/encoder/`: the int8 ONNX file, its digest and the vocabulary. The dev sets never train. Left to
others: export (`encoder_export`), calibration and the cascade's borders (`nlp.training.cascade`).
"""

import argparse
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from nlp.encoder import FOLDER, Vocabulary, plain
from nlp.training.encoder_data import (
    UNKNOWN,
    Batch,
    Lesson,
    batches,
    category_lessons,
    held_out,
    lessons,
    shown,
)
from nlp.training.encoder_export import write
from nlp.training.encoder_net import Net, padded

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cycle:
    """Some epochs with one rate that rises and falls; the next cycle starts from the running mean of this one."""

    epochs: int
    rate: float
    average: float  # of the running mean of the weights
    classes: tuple[float, float, float]  # what negative, neutral and positive count
    repeat: int = 1  # how often an epoch shows the texts that weigh more


@dataclass(frozen=True)
class Plan:
    """What is tuned: by the held-out part of the training texts, never by the dev sets."""

    cycles: tuple[Cycle, ...] = (
        Cycle(epochs=3, rate=1e-4, average=0.996, classes=(0.8, 1.0, 1.4)),
        Cycle(epochs=2, rate=8e-5, average=0.99, classes=(1.0, 1.0, 1.1), repeat=2),
        Cycle(epochs=1, rate=7e-5, average=0.98, classes=(1.0, 1.0, 1.0), repeat=3),
    )
    rate_heads: float = 6e-4
    size: int = 24
    hide: float = 0.5  # how often the channel is not said
    keep: float = 4.0  # how much it costs to move away from the original's vectors
    smooth: float = 0.05
    seed: int = 7
    flags: tuple[float, float, float] = (0.5, 0.4, 0.7)
    category: float = 0.7
    share: int = 3  # an epoch shows one of so many parts of the messages that have only a class


def loss_of(
    said: tuple[Tensor, ...], batch: Batch, teacher: Tensor, plan: Plan, cycle: Cycle
) -> Tensor:
    """Cross entropies of what is known, and the distance to the original's vectors."""
    vector, polarity, flags, category = said
    answers = torch.tensor([lesson.answers for lesson in batch.lessons])
    weight = torch.tensor([lesson.weight for lesson in batch.lessons])
    first = functional.cross_entropy(
        polarity,
        answers[:, 0],
        weight=torch.tensor(cycle.classes),
        ignore_index=UNKNOWN,
        reduction="none",
        label_smoothing=plan.smooth,
    )
    known = (answers[:, 1:] != UNKNOWN).float()
    target = answers[:, 1:].clamp(min=0).float() * (1 - plan.smooth) + plan.smooth / 2
    each = functional.binary_cross_entropy_with_logits(flags, target, reduction="none")
    second = (each * known * torch.tensor(plan.flags)).sum(1)
    third = functional.cross_entropy(
        category,
        torch.tensor([lesson.category for lesson in batch.lessons]),
        ignore_index=UNKNOWN,
        reduction="none",
        label_smoothing=plan.smooth,
    )
    distance = 1 - (vector * teacher).sum(-1)
    return ((first + second + plan.category * third) * weight).mean() + plan.keep * distance.mean()


@torch.no_grad()
def vectors(net: Net, rows: Sequence[list[int]], size: int = 32) -> Tensor:
    """The vectors of `net` as it is; in the order given."""
    net.eval()
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    found = torch.zeros((len(rows), net.vector.out_features))
    for start in range(0, len(order), size):
        group = order[start : start + size]
        with torch.autocast("cpu", torch.bfloat16):
            found[group] = net(*padded([rows[n] for n in group]))[0].float()
    return found


def optimiser(net: Net, plan: Plan, cycle: Cycle) -> torch.optim.AdamW:
    heads = [p for m in (net.vector, net.hidden, net.polarity, net.flags) for p in m.parameters()]
    body = [p for p in net.bert.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [{"params": body, "lr": cycle.rate}, {"params": heads, "lr": plan.rate_heads}],
        weight_decay=0.01,
    )


@dataclass(frozen=True)
class Worker:
    """One of several processes that learn together: each takes its share of every batch, gradients are averaged."""

    rank: int = 0
    count: int = 1

    def share(self, batch: Batch) -> Batch:
        mine = slice(self.rank, None, self.count)
        return Batch(batch.ids[mine], batch.lessons[mine], batch.places[mine])

    def sum(self, values: Tensor) -> Tensor:
        if self.count > 1:
            torch.distributed.all_reduce(values)
        return values

    def agree(self, net: Net) -> None:
        """Average the gradients of all workers."""
        if self.count > 1:
            grads = [p.grad for p in net.parameters() if p.grad is not None]
            flat = self.sum(torch.cat([grad.flatten() for grad in grads])) / self.count
            for grad, part in zip(grads, flat.split([g.numel() for g in grads]), strict=True):
                grad.copy_(part.view_as(grad))


def taught(net: Net, found: Sequence[Lesson], vocabulary: Vocabulary, worker: Worker) -> Tensor:
    """The vectors that the original gives, which the net is to keep."""
    rows = [vocabulary.ids(plain(lesson.text)) for lesson in found]
    mine = range(worker.rank, len(rows), worker.count)
    found_vectors = torch.zeros((len(rows), net.vector.out_features))
    found_vectors[mine] = vectors(net, [rows[n] for n in mine])
    return worker.sum(found_vectors)


def ramp_of(optim: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    """Up over the first 6 % of the steps, then down to nothing."""
    return torch.optim.lr_scheduler.LambdaLR(
        optim, lambda step: min((step + 1) / (0.06 * steps), (steps - step) / (0.94 * steps))
    )


def learn(net: Net, batch: Batch, teacher: Tensor, plan: Plan, cycle: Cycle) -> float:
    """Gradients of one batch; the matrices in bfloat16, the losses in full."""
    with torch.autocast("cpu", torch.bfloat16):
        said = net(*padded(batch.ids))
    loss = loss_of(tuple(one.float() for one in said), batch, teacher[batch.places], plan, cycle)
    loss.backward()
    return float(loss.detach())


@dataclass(frozen=True)
class Course:
    """What is learnt from, by whom, and how."""

    lessons: Sequence[Lesson]
    vocabulary: Vocabulary
    plan: Plan
    worker: Worker


def fit(net: Net, course: Course) -> Net:
    """Halfway between the running means of the last two cycles: the least log loss on the held-out texts."""
    before: dict[str, Tensor] = {}
    teacher = taught(net, course.lessons, course.vocabulary, course.worker)
    for number, cycle in enumerate(course.plan.cycles):
        seed = course.plan.seed + 1000 * number
        torch.manual_seed(seed + course.worker.rank)
        before = {name: value.clone() for name, value in net.state_dict().items()}
        net = run(net, course, cycle, teacher, Random(seed))
    after = net.state_dict()
    floats = {name: value for name, value in after.items() if value.is_floating_point()}
    net.load_state_dict({**after, **{n: (v + before[n]) / 2 for n, v in floats.items()}})
    return net


def run(net: Net, course: Course, cycle: Cycle, teacher: Tensor, random: Random) -> Net:
    """One cycle."""
    plan = course.plan
    optim = optimiser(net, plan, cycle)
    epochs = [
        shown(course.lessons, epoch, repeat=cycle.repeat, share=plan.share)
        for epoch in range(cycle.epochs)
    ]
    ramp = ramp_of(optim, sum(len(numbers) // plan.size for numbers in epochs))
    mean = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(cycle.average)
    )
    for epoch, numbers in enumerate(epochs):
        net.train()
        total = 0.0
        found, kept = [course.lessons[n] for n in numbers], teacher[numbers]
        groups = batches(found, course.vocabulary, random, size=plan.size, hide=plan.hide)
        for count, batch in enumerate(groups, 1):
            optim.zero_grad()
            total += learn(net, course.worker.share(batch), kept, plan, cycle)
            course.worker.agree(net)
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optim.step()
            ramp.step()
            mean.update_parameters(net)
            if count % 20 == 0:
                log.info("epoch %d step %d loss %.3f", epoch, count, total / count)
    module = mean.module
    assert isinstance(module, Net)
    return module


def work(rank: int, arguments: argparse.Namespace) -> None:
    """One worker; the first writes what was learnt."""
    logging.basicConfig(
        level=logging.WARNING if rank else logging.INFO, format="%(asctime)s %(message)s"
    )
    torch.set_num_threads(1)
    worker, plan = Worker(rank, arguments.workers), Plan()
    if worker.count > 1:
        store = f"file://{arguments.out}/.workers"
        torch.distributed.init_process_group("gloo", store, rank=rank, world_size=worker.count)
    found = lessons(arguments.data, plan.seed)
    kept, aside = held_out(found, arguments.hold, 0) if arguments.hold else (found, [])
    classed = category_lessons(arguments.data)
    log.info("training on %d texts, %d held out; %d classes", len(kept), len(aside), len(classed))
    vocabulary = Vocabulary(arguments.model / "vocab.txt")
    torch.manual_seed(plan.seed)
    net = fit(Net.load(arguments.model), Course([*kept, *classed], vocabulary, plan, worker))
    if rank == 0:
        state = {name: value.numpy() for name, value in net.state_dict().items()}
        facts = {
            "seed": plan.seed,
            "hold": arguments.hold,
            "texts": len(kept),
            "classed": len(classed),
            "plan": asdict(plan),
        }
        write(state, vocabulary.path, arguments.out, facts)


def main() -> None:
    parser = argparse.ArgumentParser(description="训练随包发布的编码器")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--model", type=Path, required=True, help="预训练模型文件夹")
    parser.add_argument("--out", type=Path, default=FOLDER, help="写到哪个文件夹")
    parser.add_argument("--hold", type=int, default=10, help="留出几分之一供校准，0 为不留")
    parser.add_argument("--workers", type=int, default=2, help="几个进程一起训练，一个占一核")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / ".workers").unlink(missing_ok=True)
    if arguments.workers == 1:
        work(0, arguments)
    else:
        torch.multiprocessing.spawn(work, (arguments,), nprocs=arguments.workers)


if __name__ == "__main__":
    main()
