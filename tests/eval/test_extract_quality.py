"""Extraction judged on real pages, each site with weights that were learned without it."""

from pathlib import Path

import pytest

from crawlers.page.training import Score, cross_validated, fit, golden_pages, interval
from crawlers.page.weighing import NAMES, shipped

# Measured 2026-11-28 (`python -m crawlers.page.training --data DIR`): text .998, title 1, minute 1, outlet .97, author 1
FLOORS = {
    "text": 0.99,
    "title": 0.97,
    "minute": 0.95,
    "outlet": 0.85,
    "author_precision": 0.9,
    "author_recall": 0.75,
}


@pytest.fixture(scope="module")
def pages(data: Path):  # type: ignore[no-untyped-def]
    if not (data / "pages").is_dir():
        pytest.skip(f"no pages at {data}")
    return golden_pages(data / "pages")


@pytest.mark.data
def test_sites_that_the_weights_never_saw(pages) -> None:  # type: ignore[no-untyped-def]
    scores = cross_validated(pages)
    assert len(scores) == 38
    assert len({one.site for one in scores}) == 17
    means = {}
    for name in Score._fields[2:]:
        mean, low, high, number = interval(scores, lambda one, name=name: getattr(one, name))  # type: ignore[misc]
        print(f"{name}: {mean:.3f} [{low:.3f}, {high:.3f}] on {number} pages")
        means[name] = mean
    assert {name: means[name] for name, floor in FLOORS.items() if means[name] < floor} == {}
    assert min(one.text for one in scores) >= 0.9


@pytest.mark.data
def test_the_shipped_weights_are_those_of_these_pages(pages) -> None:  # type: ignore[no-untyped-def]
    learned = fit(pages).values
    apart = {
        name: (round(here, 3), there)
        for name, here, there in zip(NAMES, learned, shipped().values, strict=True)
        if abs(here - there) > 0.05
    }
    assert apart == {}
