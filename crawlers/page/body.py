"""Which lines of a page are the article: the box whose lines weigh most together, and of these the ones that belong.

The weights come from `crawlers.page.weighing`. Left to others: the fields around the text.
"""

import re
from collections import Counter
from collections.abc import Sequence

from crawlers.page.blocks import Layout

# Log-odds from which a line is the article's, and from which it is between two such lines of its own box.
# Text F1 by sites left out moves by less than .0005 over -0.8…0 and -4…9 (`python -m crawlers.page.training --grid`)
KEPT, BRIDGED, BRIDGED_LINKS = -0.3, -2.5, 0.2
# One long paragraph must not outweigh many
HEAVIEST = 200
# What a box hands up to the one around it: most of its worth, so that the tightest box wins, and little of its blame, so
# that link lists inside an article's box do not break it up (F1 by sites left out does not move over .98….8 and 1…0; at 1 and .2 it is .981)
HANDED_UP, BLAMED = 0.97, 0.2
# A page whose best box holds no sentence and less than this gets a second look with a lenient eye: picture stories, verse, lists of names
SCANT, LENIENCE = 60, ((1.5, True), (3.0, True), (3.0, False))
# Lines of a text without marks at their ends: so many, half of them so long
FEWEST_VERSES, VERSE, TOGETHER = 8, 15, 0.8
# Stories that follow are other pages' when they look so much worse; a link of so many characters is a headline's
WORSE, SHORTEST_HEADLINE = 0.6, 8
# Lines between two parts of a text, and the share of links among them, beyond which the parts are two texts
WIDEST_GAP, LINKED = 30, 0.4
# Below this something does speak against a line: a label, a date, a link
PLAIN = -3.4
SENTENCE = re.compile(r"^.{9,}[。！？…!?][”’」』）)]*$")
MARK = re.compile(r"\S{4}[，、；：。！？…,!?]|[，、。！？]\S{4}")
WRAPPERS = frozenset({"div", "td", "section", "article", "main", "body"})
DROPPED = re.compile(
    r"^[（(【\[]?\s*原标题\s*[:：]|^您的浏览器|^点击(?:播放|查看|进入|图片)|^Copyright|^(?:视频|图片)?加载中|^(?:返回|回到)(?:首页|顶部|列表)|"
    r"^[（(【\[]?(?:责任?编辑|责编|编辑|作者|来源|审核|校对|监制)\s*[:：]?\s*[)）】\]]?$"
)


# The line above a reader's comment: `# re: 标题 2004-12-27 12:41 某某`, `3楼 某某 回复于 2020-01-02 08:00`
COMMENT_HEAD = re.compile(
    r"(?=.{0,80}?(?:\d{1,2}:\d\d|\d\s*(?:小时|分钟|天)前))(?=.*?(?:(?:^|\W)re\s*:|回[复覆復]|发表[于於]|發表於|评论[:：道于]|留言于|说道?[:：]|^#?\d{1,4}\s*[楼樓#F])).{0,90}$",
    re.IGNORECASE,
)
COMMENTS = re.compile(
    r"\d\s*[件条條則则个]?\s*(?:评论|評論|留言|回[复應应])(?:\W|$)|^(?:网友|網友|最新|全部|热门|精彩|读者)?(?:评论|評論|留言|回應)(?:列表|区)?\W*\d*\W*$"
)
# So many make a section of comments, once so many characters of the article have been read
FEWEST_COMMENTS, READ = 3, 30


def choose(layout: Layout, weights: Sequence[float]) -> list[int]:
    """Numbers of the article's lines, in order; an empty list for a page without one."""
    weights = _before_comments(layout, weights)
    chosen = _first_story(layout, weights, _chosen(layout, weights))
    if _size(layout, chosen) < SCANT and (verse := _verse(layout, weights, chosen)):
        return verse
    for lenience, marked_only in LENIENCE:
        texts = [layout.lines[number].text for number in chosen]
        if any(map(SENTENCE.search, texts)) or sum(map(len, texts)) >= SCANT:
            break
        chosen = _chosen(layout, _leniently(layout, weights, lenience, marked_only=marked_only))
    return chosen


def _first_story(layout: Layout, weights: Sequence[float], chosen: list[int]) -> list[int]:
    """Without the stories that follow below links or headlines of their own, where these look less like the page's
    article than what comes first."""
    for at in range(1, len(chosen)):
        gap = layout.lines[chosen[at - 1] + 1 : chosen[at]]
        parted = any(
            line.heading or 2 * line.link > len(line.text) >= SHORTEST_HEADLINE for line in gap
        )
        if parted and _size(layout, chosen[:at]) >= SCANT:
            first, rest = chosen[:at], chosen[at:]
            worse = _mean(layout, weights, rest) < WORSE * _mean(layout, weights, first)
            apart = _homes(layout, first).isdisjoint(_homes(layout, rest))
            return first if worse and apart else chosen
    return chosen


def _homes(layout: Layout, part: Sequence[int]) -> set[int]:
    """The boxes of lines, and those right around them."""
    own = {layout.lines[number].box for number in part}
    return own | {layout.boxes[box].parent for box in own}


def _mean(layout: Layout, weights: Sequence[float], part: Sequence[int]) -> float:
    """Weight per character."""
    words = sum(weights[number] * len(layout.lines[number].text) for number in part)
    return words / max(1, _size(layout, part))


def _size(layout: Layout, chosen: Sequence[int]) -> int:
    return sum(len(layout.lines[number].text) for number in chosen)


def _verse(layout: Layout, weights: Sequence[float], chosen: Sequence[int]) -> list[int]:
    """A text whose lines end without marks, as blogs write under pictures: many lines of a sentence's length around the
    few that have one, in one box. Empty where there is no such text."""
    lenience, marked_only = LENIENCE[-1]
    found = _chosen(layout, _leniently(layout, weights, lenience, marked_only=marked_only))
    lengths = sorted(len(layout.lines[number].text) for number in found)
    homes = Counter(layout.boxes[layout.lines[number].box].parent for number in found)
    home, number = homes.most_common(1)[0] if homes else (0, 0)
    like_prose = (
        len(found) >= FEWEST_VERSES
        and lengths[len(found) // 2] >= VERSE
        and number >= TOGETHER * len(found)
    )
    if not like_prose or not set(chosen) <= set(found):
        return []
    # the first line stands where labels do
    begun = [n for n in range(max(0, found[0] - 2), found[0]) if _is_verse(layout, n, home)]
    return [*begun, *found]


def _is_verse(layout: Layout, number: int, home: int) -> bool:
    line = layout.lines[number]
    return layout.boxes[line.box].parent == home and len(line.text) >= VERSE and not line.link


def _leniently(
    layout: Layout, weights: Sequence[float], lenience: float, *, marked_only: bool
) -> list[float]:
    """With more for what nothing speaks against but that it is no sentence; `marked_only`: and has a comma or the like."""
    return [
        weight + lenience
        if weight > PLAIN and not line.heading and (not marked_only or MARK.search(line.text))
        else weight
        for line, weight in zip(layout.lines, weights, strict=True)
    ]


def text_of_lines(layout: Layout, chosen: Sequence[int], title: str | None = None) -> str:
    """The article's paragraphs, one a line, without the headline, captions and the site's own remarks."""
    lines = [layout.lines[number] for number in chosen]
    kept = [
        line.text
        for line in lines
        if not line.caption and line.text != title and not DROPPED.match(line.text)
    ]
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
    sure = _together(layout, [number for number in own if weights[number] > KEPT])
    if len(sure) < 2:
        return sure
    at_home = _at_home(layout, sure)
    found = set(sure)
    for number in own:
        line = layout.lines[number]
        if not (sure[0] < number < sure[-1] and at_home[line.box]):
            continue
        # the cells of an article's table are too short to weigh anything
        cell = layout.boxes[line.box].tag in ("td", "th")
        if (cell or weights[number] > BRIDGED) and line.link <= BRIDGED_LINKS * len(line.text):
            found.add(number)
    return sorted(found)


def _together(layout: Layout, sure: Sequence[int]) -> list[int]:
    """Without what stands beyond many links and is little beside the rest: what a site says of itself at its foot."""
    parts: list[list[int]] = []
    for number in sure:
        gap = layout.lines[parts[-1][-1] + 1 : number] if parts else []
        links = sum(2 * line.link >= len(line.text) for line in gap)
        if not parts or (len(gap) > WIDEST_GAP and links > LINKED * len(gap)):
            parts.append([])
        parts[-1].append(number)
    sizes = [_size(layout, part) for part in parts]
    return [
        n for part, size in zip(parts, sizes, strict=True) if 2 * size >= max(sizes) for n in part
    ]


def _heaviest(layout: Layout, weights: Sequence[float]) -> int:
    """The box that weighs most: its own lines and, handed up with a loss, those below; of equals the innermost."""
    sums = [0.0] * len(layout.boxes)
    for line, weight in zip(layout.lines, weights, strict=True):
        sums[line.box] += weight * min(len(line.text), HEAVIEST)
    for number in range(len(sums) - 1, 0, -1):
        own = sums[number]
        sums[layout.boxes[number].parent] += own * (HANDED_UP if own > 0 else BLAMED)
    return max(range(len(sums)), key=lambda number: (sums[number], number))


def _within(layout: Layout, outer: int) -> list[bool]:
    inside = [False] * len(layout.boxes)
    for number, box in enumerate(layout.boxes):
        inside[number] = number == outer or (number > 0 and inside[box.parent])
    return inside


def _at_home(layout: Layout, sure: Sequence[int]) -> list[bool]:
    """Whether each box is, or is in, one that holds sure lines of the article directly."""
    homes = {layout.lines[number].box for number in sure}
    homes |= {layout.boxes[box].parent for box in homes if layout.boxes[box].tag not in WRAPPERS}
    found = [False] * len(layout.boxes)
    for number, box in enumerate(layout.boxes):
        found[number] = number in homes or (number > 0 and found[box.parent])
    return found


def _before_comments(layout: Layout, weights: Sequence[float]) -> Sequence[float]:
    """The weights without what readers wrote below the article, where their names and times stand above each comment."""
    titled = [
        number
        for number, line in enumerate(layout.lines)
        if line.heading and COMMENTS.search(line.text) and len(line.text) <= 90
    ]
    heads = [
        number
        for number, line in enumerate(layout.lines)
        if len(line.text) <= 90
        and (":" in line.text or "前" in line.text)
        and COMMENT_HEAD.match(line.text)
    ]
    sure = [
        len(line.text) * (weight > -KEPT)
        for line, weight in zip(layout.lines, weights, strict=True)
    ]
    for head in sorted([*titled, *heads[: 1 - FEWEST_COMMENTS]]):
        if sum(sure[:head]) >= READ:
            return [*weights[:head], *[-6.0] * (len(weights) - head)]
    return weights
