"""What readers wrote below single posts (点评, 楼中楼): posts of their own, right after the post they remark on.

A remark stands in the block of a post, has a time of its own, no earlier than the post's, and a name. What is quoted of
another post is none. Left to others: which blocks are posts (`crawlers.forum.threads`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from crawlers.forum.postblocks import Post, around, read_blocks
from crawlers.forum.postwords import Block, Texts, make_of
from minyin.clock import local

# A page may show a post's day alone; its remarks are then of the same day
SLACK = timedelta(days=1)
# The number of the block that an element is in, and the element of its time
Owned = tuple[int, Any]
NO_REMARK = re.compile(r"quot|pstatus|edit|modif|sign|attach|tattl|aimg|blockquote")


class Remarks(NamedTuple):
    """For each block the remarks on its post, and all elements that hold one."""

    posts: tuple[tuple[Post, ...], ...]
    elements: frozenset[Any]


def remarks_in(
    texts: Texts,
    times: Mapping[Any, datetime],
    blocks: Sequence[Block],
    timed: Sequence[Any],
) -> Remarks:
    """`timed`: the element of each post's own time."""
    found = _outermost(_makes(times, blocks, timed))
    shown = {element: time for element, (_, time) in found.items()}
    said = read_blocks(texts, times, [(element,) for element in found], shown)
    below: list[list[Post]] = [[] for _ in blocks]
    for (number, _), post in zip(found.values(), said, strict=True):
        if post:
            below[number].append(post)
    elements = (one for one, post in zip(found, said, strict=True) if post)
    return Remarks(tuple(map(tuple, below)), frozenset(elements))


def _makes(
    times: Mapping[Any, datetime], blocks: Sequence[Block], timed: Sequence[Any]
) -> Mapping[str, dict[Any, Owned]]:
    """By their make, the elements that hold a later time than the post's own and not this one."""
    owners = {element: number for number, block in enumerate(blocks) for element in block}
    makes: dict[str, dict[Any, Owned]] = defaultdict(dict)
    for shown, at in times.items():
        path = list(_up_to(shown, owners))
        number = owners.get(path[-1])
        bare = local(at).hour == local(at).minute == 0  # a letter ends with its day
        if number is None or bare or at < times[timed[number]] - SLACK:
            continue
        own = around(timed[number])
        for element in path:
            if element in own or NO_REMARK.search(_names(element)):
                break
            makes[make_of(element)].setdefault(element, (number, shown))
    return makes


def _up_to(element: Any, owners: Mapping[Any, int]) -> Iterator[Any]:
    """The element and what holds it, as far as the block that it is in."""
    for one in (element, *element.iterancestors()):
        yield one
        if one in owners:
            return


def _names(element: Any) -> str:
    return f"{element.tag} {element.get('class') or ''} {element.get('id') or ''}".lower()


def _outermost(makes: Mapping[str, dict[Any, Owned]]) -> dict[Any, Owned]:
    """The elements of the make of which there are most; of equals those that hold the others."""
    most = max(map(len, makes.values()), default=0)
    able = [one for one in makes.values() if len(one) == most]
    return min(able, key=lambda one: sum(_depth(element) for element in one), default={})


def _depth(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())
