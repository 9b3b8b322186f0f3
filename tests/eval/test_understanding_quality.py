"""Floors of places, masking and category on the research data, judged as `minyin evaluate` judges."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minyin.clock import fixed_clock, system_clock
from minyin.county import load_county
from nlp.analyse import Analyser
from nlp.bulk import Understander
from nlp.judging.evaluate import figures
from nlp.judging.tasks import judge
from nlp.opinion.linear import LinearClassifier
from nlp.training import category as training

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def understander() -> Understander:
    county = load_county("pizhou")
    now = fixed_clock(system_clock())()
    return Understander(county, Analyser(county, LinearClassifier.load()), now)


def score(task: str, path: Path, understander: Understander) -> dict[str, float]:
    with path.open("rb") as lines:
        judged, bad = judge(task, lines, understander.records)
    assert bad == []
    found = figures(judged, rounds=50)
    for one in found:
        print(f"{path.stem} {one.name}: {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
    return {one.name: one.value for one in found}


@pytest.mark.parametrize("name", ["places_dev", "places_extra"])
def test_places(data: Path, understander: Understander, name: str) -> None:
    found = score("places", data / "local" / f"{name}.jsonl", understander)
    assert found["镇街准确"] >= 0.98
    assert found["镇街召回"] >= 0.96
    assert found["地点代码准确"] >= 0.97
    assert found["地点代码召回"] >= 0.96
    assert found["是否本县正确率"] >= 0.97


@pytest.mark.parametrize("name", ["masking_dev", "masking_extra"])
def test_masking(data: Path, understander: Understander, name: str) -> None:
    found = score("masking", data / "local" / f"{name}.jsonl", understander)
    assert found["召回（边界与类别全同）"] >= 0.97
    assert found["准确（边界与类别全同）"] >= 0.97


def test_category_of_texts_that_it_was_not_fitted_on(data: Path) -> None:
    """One fold of five, words alone, fitted anew without it: the shipped model has seen every message."""
    accuracy = training.held_out(data, training.Recipe())
    print(f"running text {accuracy.raw:.3f}, word lists {accuracy.lists:.3f}")
    assert accuracy.lists >= 0.90
    assert accuracy.raw >= 0.84


def test_traps_are_judged_as_delivered(data: Path, understander: Understander) -> None:
    """Only that the way through holds: polarity and alerts have their own floors."""
    found: dict[str, Any] = score("traps", data / "local" / "traps_dev.jsonl", understander)
    assert np.isfinite(list(found.values())).all()
