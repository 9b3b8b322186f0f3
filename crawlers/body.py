"""Which lines of a page are the article: the box whose lines weigh most together, and of these the ones that belong.

The weights come from `crawlers.weighing`. Left to others: the fields around the text.
"""

import re
from collections.abc import Sequence

from crawlers.blocks import Layout

# Log-odds from which a line is the article's, and from which it is between two such lines of its own box.
# Text F1 by sites left out moves by less than .0005 over -0.8…0 and -4…9 (`python -m scripts.train_extract --grid`)
KEPT, BRIDGED, BRIDGED_LINKS = -0.3, -2.5, 0.2
# One long paragraph must not outweigh many
HEAVIEST = 200
# A page whose best box holds less gets a second look with a lenient eye: picture stories, verse, lists of names
SCANT, LENIENCE = 60, (1.5, 3.0)
WRAPPERS = frozenset({"div", "td", "section", "article", "main", "body"})
DROPPED = re.compile(
    r"^[（(【\[]?\s*原标题\s*[:：]|^您的浏览器|^点击(?:播放|查看|进入|图片)|^Copyright|^(?:视频|图片)?加载中|^(?:返回|回到)(?:首页|顶部|列表)"
)


def choose(layout: Layout, weights: Sequence[float]) -> list[int]:
    """Numbers of the article's lines, in order; an empty list for a page without one."""
    for lenience in (0.0, *LENIENCE):
        chosen = _chosen(layout, [weight + lenience for weight in weights] if lenience else weights)
        if sum(len(layout.lines[number].text) for number in chosen) >= SCANT:
            return chosen
    return _chosen(layout, weights)


def text_of_lines(layout: Layout, chosen: Sequence[int]) -> str:
    """The article's paragraphs, one a line, without captions and the site's own remarks."""
    lines = [layout.lines[number] for number in chosen]
    kept = [line.text for line in lines if not line.caption and not DROPPED.match(line.text)]
    return "\n".join(kept or [line.text for line in lines])


def captions(layout: Layout, chosen: Sequence[int]) -> tuple[str, ...]:
    """What is written under the article's pictures."""
    if not chosen:
        return ()
    inside = range(chosen[0], chosen[-1] + 2)
    return tuple(
        line.text for number, line in enumerate(layout.lines) if number in inside and line.caption
    )


def _chosen(layout: Layout, weights: Sequence[float]) -> list[int]:
    inside = _within(layout, _heaviest(layout, weights))
    own = [number for number, line in enumerate(layout.lines) if inside[line.box]]
    sure = [number for number in own if weights[number] > KEPT]
    if len(sure) < 2:
        return sure
    homes = _homes(layout, sure)
    found = set(sure)
    for number in own:
        line = layout.lines[number]
        if sure[0] < number < sure[-1] and weights[number] > BRIDGED:
            at_home = line.box in homes or layout.boxes[line.box].parent in homes
            if at_home and line.link <= BRIDGED_LINKS * len(line.text):
                found.add(number)
    return sorted(found)


def _heaviest(layout: Layout, weights: Sequence[float]) -> int:
    """The box with the greatest sum of weights over it and all below it; of equals the innermost."""
    sums = [0.0] * len(layout.boxes)
    for line, weight in zip(layout.lines, weights, strict=True):
        sums[line.box] += weight * min(len(line.text), HEAVIEST)
    for number in range(len(sums) - 1, 0, -1):
        sums[layout.boxes[number].parent] += sums[number]
    return max(range(len(sums)), key=lambda number: (sums[number], number))


def _within(layout: Layout, outer: int) -> list[bool]:
    inside = [False] * len(layout.boxes)
    for number, box in enumerate(layout.boxes):
        inside[number] = number == outer or (number > 0 and inside[box.parent])
    return inside


def _homes(layout: Layout, sure: Sequence[int]) -> set[int]:
    """The boxes that hold the article's sure lines directly."""
    boxes = {layout.lines[number].box for number in sure}
    return boxes | {
        layout.boxes[box].parent for box in boxes if layout.boxes[box].tag not in WRAPPERS
    }
