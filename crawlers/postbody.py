"""The words of posts: of blocks of one make, the element that holds most of what is said in all of them.

Left to others: which elements are blocks, and what in them is the name and the time (`crawlers.threads`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from crawlers.html import SILENT
from crawlers.postwords import Block, Texts, make_of

BODY_NAME = re.compile(
    r"message|content|body|text|said|t_f|entry|bbcode|detail|neirong|(?<![a-z])con(?![a-z])"
)
ASIDE_NAME = re.compile(
    r"sign|profile|avatar|foot|tool|menu|rate|manage|quick|level|medal|info|author|user|meta|head|nav|btn|button|action|attach|pstl|cmt|quot|blockquote|edit|pstatus"
)
# Lines of a post's body that are the program's: on editing, and the floor's number
REMARK = re.compile(
    r"^(?:本帖|此帖|该帖|本回复).{0,6}由.{1,40}(?:编辑|修改)[\s】\])]*$|^编辑于.{0,30}$|^引用[:：]?$|^(?:楼主|沙发|板凳|地板|第?\s*\d{1,5}\s*[#楼])$"
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
                found[path].append(_unquoted(texts, element))
    return found


def _walk(element: Any, path: str, told: set[Any]) -> Iterator[tuple[Any, str]]:
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    path = f"{path}/{make_of(element)}"
    if element not in told:
        if _is_aside(element):
            return
        yield element, path
    for child in element:
        yield from _walk(child, path, told)


def _is_aside(element: Any) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return element.tag == "blockquote" or bool(
        ASIDE_NAME.search(names) and not BODY_NAME.search(names)
    )


def _unquoted(texts: Texts, element: Any) -> str:
    """Without what is quoted of another post and remarks on editing, where more is left."""
    text = texts.of(element)
    for inner in element.iter():
        if inner is not element and isinstance(inner.tag, str) and _is_aside(inner):
            text = text.replace(texts.of(inner), "") if texts.of(inner) != text else text
    return "\n".join(line for line in text.split("\n") if line.strip()) or texts.of(element)
