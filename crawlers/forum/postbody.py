"""The words of posts: of blocks of one make, the element that holds most of what is said in all of them.

Left to others: which elements are blocks, and what in them is the name and the time (`crawlers.forum.threads`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from crawlers.forum.postwords import Block, Texts, is_aside, make_of
from crawlers.page.html import BLOCKS, SILENT, SPACES
from crawlers.page.times import STAMP

REMARK = re.compile(
    r"^(?:本帖|此帖|该帖|本回复).{0,6}由.{1,40}(?:编辑|修改)[\s】\])]*$|^编辑于.{0,30}$|^引用[:：]?$|^(?:楼主|沙发|板凳|地板|第?\s*\d{1,5}\s*[#楼])$|^(?:IP\s*[:：]?\s*)?\d{1,3}(?:\.(?:\d{1,3}|\*)){3}$"
)
# Between the loose words of a post and its name or time
MARK = "\uffff"
BREAKS = BLOCKS | {"br", "hr"}
AROUND_TIME = re.compile(
    rf"\s*(?:(?:发表|回复|发布|评论|留言)[于於]|發表於|[于於说@]|写道|by|[:：|·»-])*\s*{MARK}\s*(?:(?:发表|回复)[于於]|發表於|[于於说]|写道|[:：|·»-])*\s*"
)
# What a program states of a post
STATED = re.compile(
    r"^.{0,4}(?:编号|单号|状态|类型|类别|分类|浏览|点击|阅读|人气|地区|区域|来源|级别|等级|积分|用户组|注册|查看|IP)\S{0,3}\s*[:：]"
)
AGAIN = re.compile(r"^(?:re|回复|答复)\s*[:：]\s*", re.IGNORECASE)
FEWEST_SAME, SHORTEST_TITLE = 3, 6
# Below a line of strokes stands what its writer puts under every post
STROKES = re.compile(r"^[-—_=*─]{6,}$")
# What stands under every post, and is nobody's words
TOOLS = re.compile(r"支持|反对|回复|举报|点赞|收藏|分享|引用|评论|编辑|删除|打赏|[赞顶踩]|\d+|\W+")


def bodies_of(
    texts: Texts, blocks: Sequence[Block], told: Sequence[set[Any]], remarks: Collection[Any] = ()
) -> list[str]:
    """The words of each block: of the make of element that holds most of them over all blocks.

    `told`: the elements of each block that hold its time or its name; `remarks`: elements that are others' words.
    """
    around = {up for one in remarks for up in one.iterancestors()}
    held = [
        _held(texts, block, known | around, remarks)
        for block, known in zip(blocks, told, strict=True)
    ]
    sums: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for one in held:
        for path, found in one.items():
            sums[path] += sum(min(400, len(TOOLS.sub("", text))) for text in found)
            times[path] += len(found)
    for path in [path for path in sums if _same_in_all(path, held)]:
        del sums[path]
    if not sums:
        return [""] * len(blocks)
    able = [path for path in sums if sums[path] >= 0.85 * max(sums.values())]
    # the innermost that is once in each block: the body, and neither what is around it nor its paragraphs
    best = min(able, key=lambda path: (times[path], -path.count("/")))
    return [_shown("\n".join(one.get(best, ()))) for one in held]


def _same_in_all(path: str, held: Sequence[Mapping[str, list[str]]]) -> bool:
    """Whether most blocks say the same there: the thread's title, and nobody's words."""
    said = Counter(AGAIN.sub("", "\n".join(one.get(path, ()))) for one in held)
    words, number = said.most_common(1)[0]
    return len(held) >= FEWEST_SAME and number * 2 >= len(held) and len(words) >= SHORTEST_TITLE


def rest_of(block: Block, told: Sequence[Any]) -> str:
    """What stands in a block loosely, around the elements `told` (the first shows the time): in elements that hold these
    and are not these, and in the time's own where that is of several lines."""
    holding = {one for element in told for one in element.iterancestors()} - set(told)
    if any(child.tag == "br" for child in told[0]):
        holding.add(told[0])
    pieces = [piece for root in block for piece in _loose(root, holding, told)]
    lines = (" ".join(line.split()) for line in SPACES.sub(" ", "".join(pieces)).split("\n"))
    words = (AROUND_TIME.sub(" ", line).strip() for line in lines if not STAMP.search(line))
    said = takewhile(lambda line: not STROKES.match(line), words)
    return _shown(
        "\n".join(line for line in said if TOOLS.sub("", line) and not STATED.match(line))
    )


def _loose(element: Any, holding: set[Any], told: Sequence[Any]) -> Iterator[str]:
    if element not in holding:
        return
    yield (element.text or "").replace("\n", " ")
    for child in element:
        if child.tag in BREAKS:
            yield "\n"
        if child in told and child.tag not in BREAKS:
            yield MARK
        yield from _loose(child, holding, told)
        yield (child.tail or "").replace("\n", " ")


def _shown(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not REMARK.match(line))


def _held(
    texts: Texts, block: Block, told: set[Any], remarks: Collection[Any]
) -> dict[str, list[str]]:
    """Path → texts of the elements of a block that may be its body."""
    found: dict[str, list[str]] = defaultdict(list)
    for root in block:
        for element, path in _walk(root, "", told, remarks):
            if texts.of(element) and texts.plain(element):
                found[path].append(texts.said(element))
    return found


def _walk(
    element: Any, path: str, told: set[Any], remarks: Collection[Any]
) -> Iterator[tuple[Any, str]]:
    """The block itself may be named like what surrounds posts: a remark is."""
    if not isinstance(element.tag, str) or element.tag in SILENT or element in remarks:
        return
    path = f"{path}/{make_of(element)}"
    if element not in told:
        if path.count("/") > 1 and is_aside(element):
            return
        yield element, path
    for child in element:
        yield from _walk(child, path, told, remarks)
