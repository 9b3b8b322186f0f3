"""Floors of polarity, appeal, urgency and alarm on the dev sets (MINYIN_DATA); what they measure is in the cards."""

import os
from pathlib import Path

import pytest

from minyin.county import load_county
from nlp.opinion.alerting import worthiness
from nlp.opinion.cascade import CascadeClassifier
from nlp.opinion.linear import LinearClassifier
from nlp.place.places import PlaceResolver
from nlp.training.datasets import Example, labelled
from nlp.training.encoder_card import Found, found_of
from nlp.training.scores import judge, precision_recall

DATA = Path(os.environ.get("MINYIN_DATA", "../shared/data"))
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not (DATA / "civic_opinion").is_dir(), reason=f"no research data at {DATA}"),
]


@pytest.fixture(scope="module")
def cascade() -> CascadeClassifier:
    return CascadeClassifier.load()


@pytest.fixture(scope="module")
def civic() -> list[Example]:
    return labelled(DATA / "civic_opinion/dev.jsonl")


@pytest.fixture(scope="module")
def traps() -> list[Example]:
    return labelled(DATA / "local/traps_dev.jsonl")


def told(name: str, found: Found) -> None:
    for question, score in found.scores.items():
        print(f"{name} {question}: {score.macro_f1:.3f} [{score.low:.3f}, {score.high:.3f}]")
    print(f"{name} calibration error {found.error:.3f} {found.alarm}")


def test_the_cascade_on_civic_opinion(cascade: CascadeClassifier, civic: list[Example]) -> None:
    found = found_of(cascade, civic)
    told("civic, cascade", found)
    assert found.scores["polarity"].macro_f1 >= 0.82
    assert found.scores["appeal"].macro_f1 >= 0.96
    assert found.scores["urgent"].macro_f1 >= 0.81
    assert found.error <= 0.08


def test_the_linear_model_on_civic_opinion(civic: list[Example]) -> None:
    found = found_of(LinearClassifier.load(), civic)
    told("civic, linear", found)
    assert found.scores["polarity"].macro_f1 >= 0.80


def test_the_cascade_on_the_traps(cascade: CascadeClassifier, traps: list[Example]) -> None:
    found = found_of(cascade, traps)
    told("traps, cascade", found)
    assert found.scores["polarity"].macro_f1 >= 0.70
    assert found.error <= 0.15


def test_what_is_worth_an_alert(cascade: CascadeClassifier, traps: list[Example]) -> None:
    places = PlaceResolver(load_county("pizhou"))
    opinions = cascade.classify([e.text for e in traps], [e.channel for e in traps])
    said = [
        worthiness(o, elsewhere=places.resolve(None, e.text, local_source=True).elsewhere).alert
        for e, o in zip(traps, opinions, strict=True)
    ]
    score = judge([e.alert or 0 for e in traps], [int(alert) for alert in said], classes=2)
    precision, recall = precision_recall(score.matrix)
    print(f"should_alert: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.80
    assert recall >= 0.80
