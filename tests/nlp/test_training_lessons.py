"""What the encoder is shown: every lesson that may train, as often as it should, and nothing of what judges."""

from collections import Counter
from pathlib import Path

import pytest

import samples
from minyin.model import Channel
from nlp.training.datasets import FIRST, KINDS, WRITTEN, labelled, read_jsonl, written
from nlp.training.encoder_data import UNKNOWN, Lesson, category_lessons, shown
from nlp.training.messages import HELD_OUT, folds, messages

SAMPLE = Path(samples.__file__).parent / "data" / "items.jsonl"


def lesson(weight: float, category: int = UNKNOWN) -> Lesson:
    return Lesson("a", "路灯不亮", Channel.FORUM, (0, 0, 0, 0), weight, "test", category)


def test_weighty_lessons_come_again_and_classes_take_turns() -> None:
    found = [lesson(1.5), lesson(1.0), *(lesson(1.0, category=2) for _ in range(6))]
    epochs = [Counter(shown(found, epoch, repeat=2, share=3)) for epoch in range(3)]
    assert all(epoch[0] == 2 and epoch[1] == 1 for epoch in epochs)
    assert sum((Counter({n: e[n] for n in range(2, 8)}) for e in epochs), Counter()) == Counter(
        range(2, 8)
    )


@pytest.mark.parametrize("name", [*FIRST, *KINDS])
def test_what_was_written_is_well_formed(name: str) -> None:
    rows = list(read_jsonl(WRITTEN / f"{name}.jsonl"))
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    assert {row["polarity"] for row in rows} <= {"neg", "neu", "pos", None}
    assert {row[flag] for row in rows for flag in ("appeal", "urgent", "should_alert")} <= {0, 1, None}  # fmt: skip


def test_nothing_written_is_a_text_that_judges(data: Path) -> None:
    judging = {
        example.text
        for name in ("civic_opinion/dev", "local/traps_dev")
        for example in labelled(data / f"{name}.jsonl")
    }
    assert not judging & {example.text for example in written((*FIRST, *KINDS), weight=1)}


def test_nothing_written_is_a_text_of_the_demonstration() -> None:
    shown_there = {row["text"] for row in read_jsonl(SAMPLE)}
    assert shown_there
    assert not shown_there & {example.text for example in written((*FIRST, *KINDS), weight=1)}


def test_the_fold_that_judges_the_classes_is_not_learnt(data: Path) -> None:
    found = messages(data)
    aside = {f"m{number}" for number, fold in enumerate(folds(found.groups)) if fold == HELD_OUT}
    taught = {one.id for one in category_lessons(data)}
    assert aside
    assert taught
    assert not aside & taught
