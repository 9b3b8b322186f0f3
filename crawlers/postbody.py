"""The words of posts: of blocks of one make, the element that holds most of what is said in all of them.

Left to others: which elements are blocks, and what in them is the name and the time (`crawlers.threads`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from crawlers.html import SILENT
from crawlers.postwords import Block, Texts, is_aside, make_of

REMARK = re.compile(
    r"^(?:本帖|此帖|该帖|本回复).{0,6}由.{1,40}(?:编辑|修改)[\s】\])]*$|^编辑于.{0,30}$|^引用[:：]?$|^(?:楼主|沙发|板凳|地板|第?\s*\d{1,5}\s*[#楼])$|^(?:IP\s*[:：]?\s*)?\d{1,3}(?:\.(?:\d{1,3}|\*)){3}$"
)
# What stands under every post, and is nobody's words
TOOLS = re.compile(r"支持|反对|回复|举报|点赞|收藏|分享|引用|评论|编辑|删除|打赏|[赞顶踩]|\d+|\W+")


def bodies_of(texts: Texts, blocks: Sequence[Block], told: Sequence[set[Any]]) -> list[str]:
    """The words of each block: of the make of element that holds most of them over all blocks.

    `told`: the elements of each block that hold its time or its name.
    """
    held = [_held(texts, block, known) for block, known in zip(blocks, told, strict=True)]
    sums: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for one in held:
        for path, found in one.items():
            sums[path] += sum(min(400, len(TOOLS.sub("", text))) for text in found)
            times[path] += len(found)
    if not sums:
        return [""] * len(blocks)
    able = [path for path in sums if sums[path] >= 0.85 * max(sums.values())]
    # the innermost that is once in each block: the body, and neither what is around it nor its paragraphs
    best = min(able, key=lambda path: (times[path], -path.count("/")))
    return [_shown("\n".join(one.get(best, ()))) for one in held]


def _shown(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not REMARK.match(line))


def _held(texts: Texts, block: Block, told: set[Any]) -> dict[str, list[str]]:
    """Path → texts of the elements of a block that may be its body."""
    found: dict[str, list[str]] = defaultdict(list)
    for root in block:
        for element, path in _walk(root, "", told):
            if texts.of(element) and texts.plain(element):
                found[path].append(texts.said(element))
    return found


def _walk(element: Any, path: str, told: set[Any]) -> Iterator[tuple[Any, str]]:
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    path = f"{path}/{make_of(element)}"
    if element not in told:
        if is_aside(element):
            return
        yield element, path
    for child in element:
        yield from _walk(child, path, told)
