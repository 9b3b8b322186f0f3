"""What the encoder learns from: texts with the answers they have, as token numbers; batches of one length.

Needs neither torch nor transformers, so that the shapes are tested without them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from minyin.model import Channel
from nlp.encoder import Vocabulary, plain
from nlp.training.datasets import FIRST, KINDS, POLARITIES, Example, labelled, moods, written
from nlp.training.messages import HELD_OUT, folds, messages, read

UNKNOWN = -1  # the set does not say, or its annotators differ


@dataclass(frozen=True)
class Lesson:
    """One text. `answers`: polarity 0 … 2, then appeal, urgent, worth an alert, each 0 or 1, or UNKNOWN.

    `category` is one of the seven classes of citizens' messages, by name, or UNKNOWN.
    """

    id: str
    text: str
    channel: Channel
    answers: tuple[int, int, int, int]
    weight: float
    source: str
    category: int = UNKNOWN


def _lesson(example: Example, source: str) -> Lesson:
    polarity = UNKNOWN if example.polarity is None else POLARITIES.index(example.polarity)
    flags = (example.appeal, example.urgent, example.alert)
    appeal, urgent, alert = (UNKNOWN if flag is None else flag for flag in flags)
    answers = (polarity, appeal, urgent, alert)
    return Lesson(example.id, example.text, example.channel, answers, example.weight, source)


def lessons_of(path: Path, source: str, *, weight: float = 1.0) -> list[Lesson]:
    """A set of civic_opinion or local."""
    return [_lesson(example, source) for example in labelled(path, weight=weight)]


def lessons(data: Path, seed: int) -> list[Lesson]:
    """Everything that may train. The dev sets may not, and are not read here."""
    mood = moods(data / "sentiment/smp2020.jsonl", positive=900, other=600, weight=0.5, seed=seed)
    return [
        *lessons_of(data / "civic_opinion/train.jsonl", "civic"),
        *lessons_of(data / "local/traps_train.jsonl", "traps", weight=1.5),
        *lessons_of(data / "local/traps_extra.jsonl", "traps", weight=1.5),
        *(_lesson(e, "moods") for e in mood),
        *(_lesson(e, "first") for e in written(FIRST, weight=1.5)),
        *(_lesson(e, "kinds") for e in written(KINDS, weight=1.0)),
    ]


def category_lessons(data: Path) -> list[Lesson]:
    """Citizens' messages with their class, but for the fold by which the classes are judged."""
    found = messages(data)
    classes = sorted(set(found.labels))
    blank = (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    rows = zip(read(found), found.labels, folds(found.groups).tolist(), strict=True)
    return [
        Lesson(f"m{number}", text, Channel.OTHER, blank, 1.0, "messages", classes.index(label))
        for number, (text, label, fold) in enumerate(rows)
        if fold != HELD_OUT and text
    ]


def held_out(found: Sequence[Lesson], folds: int, fold: int) -> tuple[list[Lesson], list[Lesson]]:
    """(for training, for calibration): every `folds`-th text of each source, in a fixed order."""
    order = sorted(found, key=lambda lesson: (lesson.source, lesson.answers, lesson.text))
    return (
        [lesson for n, lesson in enumerate(order) if n % folds != fold],
        [lesson for n, lesson in enumerate(order) if n % folds == fold],
    )


def shown(found: Sequence[Lesson], epoch: int, *, repeat: int, share: int) -> list[int]:
    """The numbers of the lessons of one epoch.

    Those that weigh more than one come `repeat` times, of the messages that have only a class one in `share`.
    """
    return [
        number
        for number, lesson in enumerate(found)
        if lesson.category == UNKNOWN or number % share == epoch % share
        for _ in range(repeat if lesson.weight > 1 else 1)
    ]


def silenced(lesson: Lesson, random: Random, share: float = 0.5) -> Lesson:
    """Half of the time the place where it was said is kept secret: in use it is often unknown."""
    return replace(lesson, channel=Channel.OTHER) if random.random() < share else lesson


@dataclass(frozen=True)
class Batch:
    ids: list[list[int]]
    lessons: list[Lesson]
    places: list[int]  # where each lesson stands in the whole set


def batches(
    found: Sequence[Lesson], vocabulary: Vocabulary, random: Random, *, size: int, hide: float
) -> Iterator[Batch]:
    """One epoch: shuffled, then texts of like length together, so that little is padding.

    The longest few that fill no batch are left out of the epoch.
    """
    said = [silenced(lesson, random, hide) for lesson in found]
    ids = [vocabulary.ids(plain(lesson.text, lesson.channel)) for lesson in said]
    order = sorted(range(len(said)), key=lambda n: len(ids[n]) + random.uniform(0, 12))
    whole = len(order) - len(order) % size  # a short last batch would leave a worker without work
    groups = [order[start : start + size] for start in range(0, whole, size)]
    random.shuffle(groups)
    for group in groups:
        yield Batch([ids[n] for n in group], [said[n] for n in group], group)
