"""What single elements of a thread say: a time of posting, a name; and each element's words once.

Left to others: which elements are posts (`crawlers.forum.threads`).
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from crawlers.page.html import BLOCKS, SILENT, SPACES, is_hidden
from crawlers.page.times import STAMP, find_times, parse_time, relative_time

# A line with a time is a post's when it says little else
LONGEST_TIME_LINE = 60
LONGEST_NAME = 20
# A day that a headline names is not the day on which it was written
HEADLINES = frozenset({"h1", "h2", "h3", "title"})
DATED = re.compile(r"\d{1,4}\s*[-/.年月:：]\s*\d|[前昨今]天|刚刚|[\d半]个?(?:分钟|小时|天)")
OTHER_TIME = re.compile(
    r"编辑|修改|更新|注册|登录|最后|最近|活跃|在线|来自|截止|有效|copyright|©|GMT", re.IGNORECASE
)
TIME_ATTRIBUTES = ("datetime", "title", "data-time", "data-timestamp", "data-date")
NAME_CLASS = re.compile(
    r"author|user-?name|nick|poster|(?<![a-z])(?:name|uname|user|writer|who|by)(?![a-z])|authi|zuozhe|wangyou|louzhu"
)
NOT_NAME_CLASS = re.compile(
    r"avatar|info|level|group|title|time|date|count|stat|honou?r|tag|badge|list|box|profile|foot"
)
USER_PAGE = re.compile(
    r"(?:[/?&=_.-]|^)(?:uid|space|user|member|profile|people|home|author|u)(?:[/=_.-]|$)",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"(?:作\s*者|楼\s*主|发帖人|发布人|网\s*友|留言人|提问人|来信人|写信人|回复人|答复人|答复单位|回复单位|昵\s*称|用户名?|发言人)\s*[:：]\s*([^\s:：|,，。；;]{1,20})"
)
ROLE = re.compile(r"^(?:作\s*者|楼\s*主|层\s*主|网\s*友|发帖人|回复人)\s*[:：]\s*")
# 发布时间 2005/05/17 22:11:42 by 某某: old boards say below a post whose it is
AFTER_TIME = re.compile(r"^\s*(?:by|作者[:：])\s*([^\s|·:：,，。〓]{1,20})", re.IGNORECASE)
BEFORE_TIME = re.compile(
    r"^[\s|·]*(?:\d{1,4}\s*[#楼]\s*)?(?:by\s+)?([^\s|·:：,，。]{1,20}?)[\s|·»：:]*(?:发表于|回复于|发布于|评论于|留言于|于|说|写道|发表|[|·»]|\s)\s*$"
)
NO_NAME = re.compile(
    r"^(?:楼主|沙发|板凳|地板|\d+[#楼]|第.*楼|发表.*|回复.*|答复.*|举报|只看.*|引用|编辑|收藏|删除|分享|支持|反对|点赞|赞.*|踩|评论.*|顶|倒序.*|电梯.*|查看.*|作者|楼层|更多.*|TA|by|[於于]|访问个人.*|抢首赞|官方.*|时间|关注|加好友|发消息|私信|离线|在线|管理员|版主|新手.*|注册.*|积分.*|主题|帖子|精华|来自.*|登录.*|IP.*|发布|显示全部.*|使用道具|置顶|post|reply|quote|top|[\d\W_]+)$",
    re.IGNORECASE,
)
CHANGING = re.compile(
    r"\d+|(?<![a-z])(?:odd|even|alt|first|last|active|current|hover|top|bg)(?![a-z])"
)
BODY_NAME = re.compile(
    r"message|content|body|text|said|t_f|entry|bbcode|detail|neirong|(?<![a-z])con(?![a-z])"
)
ASIDE_NAME = re.compile(
    r"sign|profile|avatar|foot|tool|menu|rate|manage|quick|level|medal|info|author|user|meta|head|nav|btn|button|action|attach|pstl|cmt|quot|blockquote|edit|pstatus"
)
QUOTED = re.compile(r"(?<![a-z])(?:block)?quote|quoted")

Block = tuple[Any, ...]


def is_aside(element: Any) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if element.tag == "blockquote" or QUOTED.search(names):
        return True
    return bool(ASIDE_NAME.search(names) and not BODY_NAME.search(names))


class Texts:
    """The words of every shown element of a page, put together once."""

    def __init__(self, root: Any) -> None:
        # the list keeps lxml's proxies alive, which the keys below stand for
        self.elements = [e for e in root.iter() if isinstance(e.tag, str)]
        self._whole: dict[Any, str] = {}
        self._said: dict[Any, str] = {}
        self._linked: dict[Any, int] = {}
        for element in reversed(self.elements):
            self._put(element)
        self._lines: tuple[dict[Any, str], dict[Any, str]] = ({}, {})

    def _put(self, element: Any) -> None:
        if element.tag in SILENT or is_hidden(element):
            self._whole[element], self._said[element], self._linked[element] = "", "", 0
            return
        whole, said, linked = [_flat(element.text)], [_flat(element.text)], 0
        for child in element:
            if isinstance(child.tag, str):
                whole.append(self._whole[child])
                said.append("" if is_aside(child) else self._said[child])
                linked += self._linked[child]
            whole.append(_flat(child.tail))
            said.append(_flat(child.tail))
        edge = "\n" if element.tag in BLOCKS else ""
        self._whole[element] = f"{edge}{''.join(whole)}{edge}"
        self._said[element] = f"{edge}{''.join(said)}{edge}"
        text = self._whole[element]
        self._linked[element] = len(text.strip()) if element.tag == "a" else linked

    def of(self, element: Any) -> str:
        """In lines, blanks folded."""
        return _in_lines(self._whole, self._lines[0], element)

    def said(self, element: Any) -> str:
        """Without what is quoted of another post and what surrounds every post, where more is left."""
        return _in_lines(self._said, self._lines[1], element) or self.of(element)

    def plain(self, element: Any) -> int:
        """Characters outside links."""
        return max(0, len(self.of(element)) - self._linked.get(element, 0))


def _in_lines(texts: dict[Any, str], known: dict[Any, str], element: Any) -> str:
    if element not in known:
        lines = SPACES.sub(" ", texts.get(element, "")).split("\n")
        known[element] = "\n".join(line.strip() for line in lines if line.strip())
    return known[element]


def _flat(text: str | None) -> str:
    return text.replace("\n", " ") if text else ""


def own_words(element: Any) -> str:
    """What stands in the element itself and not in one below it."""
    pieces = [element.text or "", *((child.tail or "") for child in element)]
    return SPACES.sub(" ", " ".join(pieces).replace("\n", " ")).strip()


def time_in(element: Any, words: str, seen_at: datetime | None) -> datetime | None:
    """The time of posting that the element shows; None for one that shows none, or a time of something else.

    `words`: all of the element's.
    """
    own = own_words(element)
    if len(own) > LONGEST_TIME_LINE or OTHER_TIME.search(own if len(words) > 120 else words):
        return None
    for name in TIME_ATTRIBUTES:
        value = (element.get(name) or "").strip()
        if value[:1].isdigit() and len(value) <= 32 and (at := parse_time(value)):
            return at
    if not DATED.search(own) or "。" in own:
        return None
    found = sorted(find_times(own), key=lambda one: not one[1])
    if element.tag in HEADLINES and not (found and found[0][1]):
        return None  # 县城管局8月24日的答复属实吗
    if found:
        return found[0][0]
    return relative_time(own, seen_at) if seen_at else None


def author_in(element: Any, timed: Any, around: set[Any], words: str) -> tuple[int, str] | None:
    """A name that the element may give and how surely: by its class, by where it leads, by a label, by the time after it.

    `timed`: the element that shows the time; `around`: it and all that hold it.
    """
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
    short = len(words) <= LONGEST_NAME
    if short and NAME_CLASS.search(names) and not NOT_NAME_CLASS.search(names):
        return 0, words
    if short and element.tag == "a" and USER_PAGE.search(element.get("href") or ""):
        return 1, words
    own = own_words(element)
    if len(own) <= 120 and (found := LABELLED.search(own)):
        return 2, found[1]
    if before := _before_time(element, timed, own):
        return 3, before
    if short and words and _stands_before(element, timed, around):
        return 3, words
    # old boards only print the name in bold
    return (4, words) if short and own and element.tag in ("b", "strong") else None


def _before_time(element: Any, timed: Any, own: str) -> str | None:
    """The last words of a line before its time: 张三 发表于 2026-8-1, in one element or in the one around the time's."""
    if element is timed:
        stamp = STAMP.search(own)
        if stamp and (after := AFTER_TIME.match(own, stamp.end())):
            return after[1]
        text = own[: stamp.start()] if stamp else ""
    elif element is timed.getparent():
        beside = timed.getprevious()
        text = (element.text if beside is None else beside.tail) or ""
    else:
        return None
    found = BEFORE_TIME.match(SPACES.sub(" ", text.replace("\n", " ")) + " ")
    return found[1] if found else None


def _stands_before(element: Any, timed: Any, around: set[Any]) -> bool:
    """Whether the element begins the line that the time is in, or is the one right before it."""
    if element.getparent() is timed and element.getprevious() is None:
        return DATED.search(element.tail or "") is not None
    return element.getnext() in around


def is_name(words: str) -> bool:
    """
    >>> [is_name(w) for w in ("路人甲", "楼主", "2026-08-01", "回复 3", "张**")]
    [True, False, False, False, True]
    """
    return (
        0 < len(words) <= LONGEST_NAME
        and "\n" not in words
        and not NO_NAME.match(words)
        and not DATED.search(words)
    )


def make_of(element: Any) -> str:
    """Tag and first lasting name of an element: what blocks of one kind share.

    >>> from lxml.html import fromstring
    >>> make_of(fromstring("<div class='post bg2'></div>")), make_of(fromstring("<li id=post_17></li>"))
    ('div.post', 'li.post')
    """
    names = (element.get("class") or element.get("id") or "").lower().split()
    lasting = [name for name in (CHANGING.sub("", name).strip("-_ ") for name in names) if name]
    return f"{element.tag}.{lasting[0]}" if lasting else str(element.tag)


def elements_of(block: Block, without: Collection[Any] = ()) -> Iterator[Any]:
    """All that stands in a block, but for some elements and what is in them."""
    for root in block:
        yield from _below(root, without)


def _below(element: Any, without: Collection[Any]) -> Iterator[Any]:
    if not without:
        yield from (e for e in element.iter() if isinstance(e.tag, str) and e.tag not in SILENT)
    elif isinstance(element.tag, str) and element.tag not in SILENT and element not in without:
        yield element
        for child in element:
            yield from _below(child, without)
