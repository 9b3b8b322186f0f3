"""How much each line of a page looks like the article's own: a logistic weight over what is known of its box and words.

The weights are learned (`python -m crawlers.page.training`; card and cross-validation by site in
`docs/extraction.md`); the features know no site. Left to others: what is done with the weights (`crawlers.page.body`).
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from operator import mul
from typing import NamedTuple

from crawlers.page.blocks import Layout, Line
from crawlers.page.linewords import END_LINE, SHORT, told, told_long
from crawlers.page.titles import key

SENTENCE_MARKS = re.compile(r"[，。！？；：、”]|[,!?;](?=\D)")
NAMES = (
    "one", "long", "link", "leading_link", "marks", "ends", "dated", "label", "site_line", "pictured", "caption",
    "good", "bad", "group_link", "group_share", "wide_share", "wide_link",
    "after_title", "in_title_box", "near_title", "ended", "ended_twice", "last",
    "both_text", "between_links", "is_title",
)  # fmt: skip


# Lines in a teaser: headline, a sentence or two, a day, a count of readers
LARGEST_TEASER = 5
HOLDERS = frozenset({"div", "td", "section", "article", "main"})


class Groups(NamedTuple):
    """What stands in each box and below it, in characters."""

    text: list[int]
    link: list[int]
    sentences: list[int]


Columns = list[Sequence[float]]


class Weights(NamedTuple):
    values: tuple[float, ...]


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights of the package."""
    data = json.loads((files("crawlers.page") / "line_weights.json").read_text(encoding="utf-8"))
    return Weights(tuple(data["weights"][name] for name in NAMES))


def weigh(rows: Sequence[Sequence[float]], weights: Weights) -> list[float]:
    """Log-odds that a line is the article's own, within ±6; -6 for an empty row."""
    values = weights.values
    return [max(-6.0, min(6.0, sum(map(mul, row, values)))) if row else -6.0 for row in rows]


def features(
    layout: Layout, title: str | None, headline: tuple[int, int] | None = None
) -> list[Sequence[float]]:
    """One row of `NAMES` per line; an empty one for what is never the article's own: a link with no sentence beside it, a
    teaser below its link. `headline`: the title's place, where it is known already."""
    lines = layout.lines
    headline = headline or title_place(lines, title)
    linked = [line.link >= 0.9 * len(line.text) for line in lines]
    marks = [
        0 if alone else len(SENTENCE_MARKS.findall(line.text))
        for line, alone in zip(lines, linked, strict=True)
    ]
    prose = [_prose(line, mark) if mark else 0 for line, mark in zip(lines, marks, strict=True)]
    teasers = _teasers(layout, prose)
    for number in teasers:
        prose[number] = 0
    beside = [0, *prose, 0]
    kept = [
        number
        for number, alone in enumerate(linked)
        if number not in teasers
        and not (alone and not (beside[number] or beside[number + 1] or beside[number + 2]))
    ]
    # by columns: a call per line and feature took as long as the parser
    columns = _of_lines([lines[number] for number in kept], [marks[number] for number in kept])
    columns += _of_boxes(layout, kept, _groups(layout, prose), max(1, sum(prose)))
    columns += _of_places(layout, kept, headline, prose)
    columns += _of_neighbours(lines, kept, prose, key(title or ""))
    rows: list[Sequence[float]] = [()] * len(lines)
    for number, row in zip(kept, zip(*columns, strict=True), strict=True):
        rows[number] = row
    return rows


def _prose(line: Line, marks: int) -> int:
    """Characters, where the line has sentences that are not about the site."""
    size = len(line.text)
    if not marks or size < 14 or line.link * 2 >= size:
        return 0
    _, dated, label, about_site = told(line.text) if size < SHORT else told_long(line.text)
    return 0 if dated or label or about_site else size


def _teasers(layout: Layout, prose: list[int]) -> set[int]:
    """Lines of boxes that hold a linked headline and then a sentence or two, where three such stand side by side."""
    found: dict[int, list[int]] = {}
    held = [0] * (len(layout.boxes) + 1)  # the page's own parent is -1, the place at the end
    for line in layout.lines:
        held[line.box] += 1
        held[layout.boxes[line.box].parent] += 1
    for number in range(1, len(prose)):
        line, above = layout.lines[number], layout.lines[number - 1]
        if prose[number] and len(above.text) >= 8 and above.link >= 0.9 * len(above.text):
            item = _item(layout, line.box, above.box, held)
            if item:
                found.setdefault(layout.boxes[item].parent, []).append(number)
    return {number for numbers in found.values() if len(numbers) >= 3 for number in numbers}


def _item(layout: Layout, one: int, other: int, held: Sequence[int]) -> int:
    """The innermost box around two lines, if it is a list's item or a small division; else 0."""
    boxes = layout.boxes
    around = {one, boxes[one].parent, boxes[boxes[one].parent].parent}
    for _ in range(3):
        if other in around:
            small = boxes[other].tag in ("div", "li", "dl", "article")
            return other if small and held[other] <= LARGEST_TEASER else 0
        other = max(0, boxes[other].parent)
    return 0


def _of_lines(lines: Sequence[Line], marks: Sequence[int]) -> Columns:
    texts = [line.text for line in lines]
    sizes = list(map(len, texts))
    sized = list(zip(texts, sizes, strict=True))
    linked = [(line.link, size, line.leading) for line, size in zip(lines, sizes, strict=True)]
    return [
        [1.0] * len(lines),
        [size >= 60 for size in sizes],
        [link / size for link, size, _ in linked],
        [leading and link < size * 0.9 for link, size, leading in linked],
        [min(1.0, 12 * mark / size) for mark, size in zip(marks, sizes, strict=True)],
        *zip(
            *(told(text) if size < SHORT else told_long(text) for text, size in sized),
            strict=True,
        ),
        [line.pictured and size < 60 for line, size in zip(lines, sizes, strict=True)],
        [line.caption for line in lines],
    ]


def _of_boxes(layout: Layout, kept: Sequence[int], groups: Groups, total: int) -> Columns:
    homes = [layout.lines[number].box for number in kept]
    known = {box: _of_box(layout, box, groups, total) for box in set(homes)}
    return list(zip(*(known[box] for box in homes), strict=True)) or [()] * 6


def _of_box(layout: Layout, number: int, groups: Groups, total: int) -> tuple[float, ...]:
    boxes = layout.boxes
    box = boxes[number]
    inner = (number if box.tag in HOLDERS else max(0, box.parent)) or number
    outer = max(0, boxes[inner].parent) or inner
    return (
        box.good or boxes[inner].good or boxes[outer].good,
        box.bad or boxes[inner].bad,
        groups.link[inner] / max(1, groups.text[inner]),
        groups.sentences[inner] / total,
        groups.sentences[outer] / total,
        groups.link[outer] / max(1, groups.text[outer]),
    )


def _of_places(
    layout: Layout, kept: Sequence[int], headline: tuple[int, int], prose: Sequence[int]
) -> Columns:
    last = headline[1] if headline[1] >= 0 else len(layout.lines)
    late = len(layout.lines) * 0.85
    ended = _endings(layout.lines, prose, headline)
    together = _near(layout, layout.lines[last].box) if headline[1] >= 0 else set()
    homes = [layout.lines[number].box for number in kept]
    known = {box: not together.isdisjoint(_near(layout, box)) for box in set(homes)}
    return [
        [number > last for number in kept],
        [known[box] for box in homes],
        [
            max(0.0, 1 - (number - last) / 8) if number > last and prose[number] <= 0 else 0.0
            for number in kept
        ],
        [ended[number] > 0 for number in kept],
        [ended[number] > 1 for number in kept],
        [number > late for number in kept],
    ]


def _of_neighbours(
    lines: Sequence[Line], kept: Sequence[int], prose: Sequence[int], headline: str
) -> Columns:
    """`headline`: the title's key, or an empty string."""
    told = [0, 0, *prose, 0, 0]
    heavy = [False, *(2 * line.link > len(line.text) for line in lines), False]
    first = headline[:1]
    return [
        [bool((told[n] or told[n + 1]) and (told[n + 3] or told[n + 4])) for n in kept],
        [(heavy[n] + heavy[n + 2]) / 2 for n in kept],
        [
            bool(first) and lines[n].text[:1].lower() == first and key(lines[n].text) == headline
            for n in kept
        ],
    ]


def _groups(layout: Layout, prose: Sequence[int]) -> Groups:
    text, link, sentences = ([0] * len(layout.boxes) for _ in range(3))
    for line, own in zip(layout.lines, prose, strict=True):
        text[line.box] += len(line.text)
        link[line.box] += line.link
        sentences[line.box] += own
    for number in range(len(layout.boxes) - 1, 0, -1):
        parent = layout.boxes[number].parent
        text[parent] += text[number]
        link[parent] += link[number]
        sentences[parent] += sentences[number]
    return Groups(text, link, sentences)


def title_place(lines: list[Line], title: str | None) -> tuple[int, int]:
    """Numbers of the first and the last line that are the headline, within the page's first two thirds; (-1, -1)."""
    wanted = key(title or "")
    if not wanted:
        return -1, -1
    longest, begins = 2 * len(title or "") + 8, wanted[0]
    places = [
        number
        for number, line in enumerate(lines)
        if len(line.text) <= longest and begins in line.text.lower() and wanted in key(line.text)
    ]
    heads = [number for number in places if lines[number].heading] or places
    heads = [number for number in heads if number <= len(lines) * 2 // 3] or heads[:1]
    return (heads[0], heads[-1] if len(heads) < 4 else heads[0]) if heads else (-1, -1)


def _endings(lines: Sequence[Line], prose: Sequence[int], headline: tuple[int, int]) -> list[int]:
    """How many lines that end an article stand before each, once there has been some text below the headline."""
    found, ends, read = [], 0, 0
    for number, line in enumerate(lines):
        found.append(ends)
        read += prose[number] if number > headline[1] else 0
        if read >= 30 and len(line.text) < 24 and END_LINE.match(line.text):
            ends += 1
    return found


def _near(layout: Layout, box: int) -> set[int]:
    """A box and those around it, three steps out; not the whole page."""
    near = set()
    for _ in range(4):
        if box <= 0:
            break
        near.add(box)
        box = layout.boxes[box].parent
    return near
