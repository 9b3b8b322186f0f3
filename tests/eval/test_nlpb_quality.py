"""Quality floors on the research data (MINYIN_DATA): each is the measured figure less .02."""

import os
from pathlib import Path

import pytest
import rjieba

from minyin.county import load_county
from nlp.event.file import FILE
from nlp.event.judge import judge_of
from nlp.event.profile import Tuning
from nlp.opinion.linear import LinearClassifier
from nlp.training import events
from nlp.training.datasets import labelled
from nlp.training.polarity import judged, speed

DATA = Path(os.environ.get("MINYIN_DATA", "../shared/data"))
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not (DATA / "civic_opinion").is_dir(), reason=f"no research data at {DATA}"),
]


@pytest.mark.parametrize(
    ("name", "polarity", "appeal", "urgent"),
    [("civic_opinion/dev", 0.79, 0.96, 0.81), ("local/traps_dev", 0.58, 0.72, 0.73)],
)
def test_classifier(name: str, polarity: float, appeal: float, urgent: float) -> None:
    scores = judged(LinearClassifier.load(), labelled(DATA / f"{name}.jsonl"))
    for question, score in scores.items():
        print(f"{name} {question}: {score.macro_f1:.3f} [{score.low:.3f}, {score.high:.3f}]")
    assert scores["polarity"].macro_f1 >= polarity
    assert scores["appeal"].macro_f1 >= appeal
    assert scores["urgent"].macro_f1 >= urgent


def test_classifier_speed() -> None:
    pace = speed(LinearClassifier.load(), labelled(DATA / "civic_opinion/dev.jsonl") * 5)
    print(f"{pace:,.0f} texts/s")
    assert pace >= 800


def test_events_of_the_sample_quarter() -> None:
    folder = DATA.parent / "sample"
    if not folder.is_dir():
        pytest.skip(f"no sample quarter at {folder}")
    county = load_county("pizhou")
    pairs = events.sample_documents(folder, county)
    found, pace = events.run([one for one, _ in pairs], county, Tuning())
    result = events.judge_sample(pairs, found)
    print(result, f"{pace:.0f}/s")
    assert result.score.f1 >= 0.94
    assert result.homonyms == 0
    assert result.foreign <= 14


def test_events_of_the_civic_gold() -> None:
    """The shipped scorer on what it was trained on: a regression test. Cross-fitted figures are in its card."""
    gold = events.civic_gold(DATA / "events")
    documents = events.civic_documents(DATA / "civic_messages")
    judge = judge_of(load_county("pizhou"), rjieba.cut)
    found, pace = events.run_memory(documents, judge, FILE)
    score = events.bcubed(gold.clusters, events.clusters(found))
    print("civic", score, f"hard {events.merged_share(gold, found):.2f}, {pace:.0f}/s")
    assert score.f1 >= 0.92
    assert events.merged_share(gold, found) <= 0.15
