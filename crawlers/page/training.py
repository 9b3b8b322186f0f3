"""Learns the weights of `crawlers.page.weighing` from pages that a person has read, and judges them on sites they never saw.

    python -m crawlers.page.training --data DIR           # figures, each site judged by weights learned without it
    python -m crawlers.page.training --data DIR --write   # and the weights of all sites into the package

DIR holds `html/` and `gold/` (one JSON per page: id, html, url, title, author, source, published_at, text, optional and
the alternatives a reader would also accept). Not imported by anything that runs.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from crawlers.page.blocks import read_layout
from crawlers.page.html import source_of, split_scripts
from crawlers.page.scoring import Score, bare, marks
from crawlers.page.titles import find_title
from crawlers.page.weighing import NAMES, Weights, features

Numbers = NDArray[np.float64]
WEIGHTS = Path(__file__).with_name("line_weights.json")
# What a feature may say is known before any page is seen: a link never speaks for a line, a full stop never against it.
# With few sites this keeps the weights from learning the habits of one (F1 by sites left out .9936 free, .9964 bound)
SIGNS = {
    "link": -1, "leading_link": -1, "dated": -1, "label": -1, "site_line": -1, "pictured": -1, "caption": -1, "bad": -1, "group_link": -1,
    "wide_link": -1, "near_title": -1, "ended": -1, "ended_twice": -1, "last": -1, "between_links": -1, "is_title": -1,
    "long": 1, "marks": 1, "ends": 1, "good": 1, "group_share": 1, "wide_share": 1, "after_title": 1, "in_title_box": 1, "both_text": 1,
}  # fmt: skip
# Every page is learned from again as if names, tags, headline said nothing: other sites will not have them
SILENCED = (
    frozenset({"good", "bad"}),
    frozenset({"pictured", "caption"}),
    frozenset({"after_title", "in_title_box", "near_title", "is_title"}),
    frozenset({"good", "bad", "pictured", "caption"}),
)
STRENGTH = 10.0
RESAMPLES = 2000


class Golden(NamedTuple):
    """A page with its reading; `labels` and `heaviness` per line (0: the reader found it optional)."""

    id: str
    gold: dict[str, Any]
    source: str
    rows: list[Sequence[float]]
    labels: list[int]
    heaviness: list[float]

    @property
    def site(self) -> str:
        return self.id.rsplit("_", 1)[0]


def golden_pages(folder: Path) -> list[Golden]:
    return [_golden(path, folder) for path in sorted((folder / "gold").glob("*.json"))]


def _golden(path: Path, folder: Path) -> Golden:
    gold = json.loads(path.read_text(encoding="utf-8"))
    source = source_of((folder / gold["html"]).read_bytes())
    layout = read_layout(split_scripts(source)[0])
    wanted, optional = bare(gold["text"]), [bare(line) for line in gold["optional"]]
    labels, heaviness = [], []
    for line in layout.lines:
        words = bare(line.text)
        free = any(
            words in one or (one in words and len(one) > 0.6 * len(words)) for one in optional
        )
        labels.append(int(_belongs(words, wanted)))
        heaviness.append(0.0 if free else min(len(words), 300) ** 0.5)
    rows = features(layout, find_title(layout))
    return Golden(gold["id"], gold, source, rows, labels, heaviness)


def _belongs(words: str, wanted: str) -> bool:
    if words in wanted or len(words) <= 20:
        return words in wanted
    begun = words[:8] in wanted or words[-8:] in wanted
    return begun and LCSseq.similarity(words, wanted) > 0.8 * len(words)


def fit(pages: Sequence[Golden]) -> Weights:
    """Logistic regression with signs, each site weighing by the root of its size."""
    silences: Iterable[frozenset[str]] = (frozenset(), *SILENCED)
    blocks = [_block(page, silenced) for silenced in silences for page in pages]
    x, y = np.concatenate([b[0] for b in blocks]), np.concatenate([b[1] for b in blocks])
    sizes = {
        site: sum(sum(p.heaviness) for p in pages if p.site == site)
        for site in {p.site for p in pages}
    }
    w = np.concatenate(
        [
            b[2] / sizes[page.site] ** 0.5
            for b, page in zip(blocks, [*pages] * (1 + len(SILENCED)), strict=True)
        ]
    )
    w /= w.mean()

    def loss(beta: Numbers) -> tuple[float, Numbers]:
        margin = y * (x @ beta)
        slope: Numbers = -(w * y / (1 + np.exp(margin))) @ x
        ridge = STRENGTH * np.where(np.arange(len(beta)) == 0, 0.0, beta)
        return float((w * np.logaddexp(0, -margin)).sum() + 0.5 * ridge @ beta), slope + ridge

    bounds = [{1: (0, None), -1: (None, 0)}.get(SIGNS.get(name, 0), (None, None)) for name in NAMES]
    # the machine's other cores are others'; small products gain nothing from them
    with threadpool_limits(1):
        found = minimize(
            loss,
            np.zeros(len(NAMES)),
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options={"maxiter": 500},
        )
    return Weights(tuple(float(value) for value in found.x))


def _block(page: Golden, silenced: frozenset[str]) -> tuple[Numbers, Numbers, Numbers]:
    told = [number for number, row in enumerate(page.rows) if row and page.heaviness[number] > 0]
    speaks = np.array([name not in silenced for name in NAMES], dtype=np.float64)
    x = (
        np.array([page.rows[number] for number in told], dtype=np.float64).reshape(-1, len(NAMES))
        * speaks
    )
    y = np.array([2.0 * page.labels[number] - 1 for number in told])
    return x, y, np.array([page.heaviness[number] for number in told])


def cross_validated(pages: Sequence[Golden]) -> list[Score]:
    """Each page read with weights learned on the other sites."""
    found = []
    for site in sorted({page.site for page in pages}):
        weights = fit([page for page in pages if page.site != site])
        found += [score(page, weights) for page in pages if page.site == site]
    return found


def score(page: Golden, weights: Weights | None = None) -> Score:
    return marks(page.gold, page.source, page.site, weights)


def interval(
    scores: Sequence[Score], mark: Callable[[Score], float | None]
) -> tuple[float, float, float, int]:
    """Mean over pages, its 95 % interval by resampling sites, and the number of pages that count."""
    by_site: dict[str, list[float]] = {}
    for one in scores:
        if (value := mark(one)) is not None:
            by_site.setdefault(one.site, []).append(value)
    sums = np.array([[sum(values), len(values)] for values in by_site.values()])
    dice = np.random.default_rng(11)
    drawn = sums[dice.integers(0, len(sums), (RESAMPLES, len(sums)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return (
        float(sums[:, 0].sum() / sums[:, 1].sum()),
        float(low),
        float(high),
        int(sums[:, 1].sum()),
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    pages = golden_pages(given.data)
    scores = cross_validated(pages)
    for name in Score._fields[2:]:
        mean, low, high, number = interval(scores, lambda one, name=name: getattr(one, name))  # type: ignore[misc]
        print(f"{name:17} {mean:.4f} [{low:.3f}, {high:.3f}] on {number} pages")
    print(
        "lowest:",
        [(one.id, round(one.text, 3)) for one in sorted(scores, key=lambda s: s.text)[:5]],
    )
    if given.write:
        weights = dict(zip(NAMES, (round(value, 3) for value in fit(pages).values), strict=True))
        WEIGHTS.write_text(
            json.dumps({"pages": len(pages), "weights": weights}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
