"""The headline of a page: what the document's title, its metas and its headings agree on, without the site's name."""

import re
from collections.abc import Iterable

from crawlers.page.blocks import HEADINGS, Layout
from crawlers.page.fields import squeeze
from crawlers.page.times import STAMP

TITLE_METAS = (
    "articletitle",
    "og:title",
    "twitter:title",
    "headline",
    "title",
    "dc.title",
    "weibo:article:title",
)
SITE = re.compile(r"\s*(?:[-_|–—丨｜«»‹›]{1,3}|\s[·•:：/]\s|::)\s*")
SITE_WORDS = re.compile(
    r"(网|网站|频道|日报|晚报|都市报|早报|时报|商报|论坛|社区|新闻|客户端|门户|政府|平台|公众号|中心|贴吧|博客|专栏|官网|学院|大学|医院|委员会|局|厅|"
    r"百科(?:全书)?|\.com|\.cn|\.net|news|blog)$|^powered by",
    re.IGNORECASE,
)
# Titles of templates, not of articles
HOLLOW = re.compile(
    r"^(?:文章|新闻|资讯|内容|信息|通知|公告)?(?:详情|正文|内容|详细|详细页|详情页|内容页|正文页|页面|首页|无标题|无标题文档|untitled|document|index|home|loading|加载中|新闻)$",
    re.IGNORECASE,
)
TITLE_NAME = re.compile(r"title|headline|biaoti|subject")
NOT_TITLE_NAME = re.compile(
    r"sub-?title|site-?title|list|side|nav|logo|column|related|hot|recommend|comment|foot"
)
# The way to a page, from the home page on
TRAIL = re.compile(r"[>»›]|^(?:首页|您?(?:的|现在的)?当?前?(?:所在)?位置)")
NO_HEADLINE = re.compile(
    r"^[\u4e00-\u9fff\s]{1,6}[:：]|[:：]$|[。；]$|\d{1,2}:\d\d|(?:作\s*者|来\s*源)\s*[:：]"
)
# 主题： 你知道导游为什么那么热衷于……
TITLE_LABEL = re.compile(
    r"^(?:帖子|文章|信件|留言)?(?:主\s*题|标\s*题|题\s*目)\s*[:：]\s*(\S.{3,79})$"
)
# A column's name has no more characters
LONGEST_COLUMN = 8
NO_WORD = re.compile(r"\W+")
CUT = re.compile(r"\s*(?:\.{2,}|…+)$")


def key(text: str) -> str:
    """What two spellings of one headline have in common."""
    return NO_WORD.sub("", text).lower()


def without_site(title: str, site: str = "") -> str:
    """
    >>> without_site("东湖街道今日停水_邳州论坛 - 邳州网")
    '东湖街道今日停水'
    >>> without_site("通知公告 - 关于做好2026-2027年度供暖工作的通知 - 某县人民政府")
    '关于做好2026-2027年度供暖工作的通知'
    >>> without_site("棱镜|数据业大整顿：爬虫与现金贷共生共荣，用户信息几元不等_财经_腾讯网")
    '棱镜|数据业大整顿：爬虫与现金贷共生共荣，用户信息几元不等'
    """
    cuts = [found for found in SITE.finditer(title) if not _inside_number(title, found)]
    starts = [0, *(found.end() for found in cuts)]
    ends = [*(found.start() for found in cuts), len(title)]
    first, last = 0, len(ends) - 1
    while last > first and _names_site(
        title[starts[last] : ends[last]],
        title[starts[first] : ends[last - 1]],
        site,
        firm="_" in title[ends[last - 1] : starts[last]],
    ):
        last -= 1
    while (
        first < last
        and len(title[starts[first] : ends[first]]) < 6
        and _is_column(title, starts, ends, first)
    ):
        first += 1
    return title[starts[first] : ends[last]].strip()


def _inside_number(title: str, found: "re.Match[str]") -> bool:
    before, after = title[: found.start()][-1:], title[found.end() :][:1]
    return (before.isdigit() and after.isdigit()) or (
        before.isascii()
        and before.isalnum()
        and after.isascii()
        and after.isalnum()
        and " " not in found.group()
    )


def _names_site(part: str, rest: str, site: str, *, firm: bool) -> bool:
    """`firm`: an underscore stands between, which no headline holds."""
    if site and key(part) == key(site):
        return True
    longest = len(rest) if firm else 12
    if SITE_WORDS.search(part.strip()):
        return len(rest) >= 2
    return len(rest) >= 4 and len(part) <= longest and len(part) < len(rest)


def _is_column(title: str, starts: list[int], ends: list[int], first: int) -> bool:
    """A short first part is a column's name where what follows is a headline and the mark between stands free."""
    return (
        len(title[starts[first + 1] : ends[first + 1]]) >= 8
        and " " in title[ends[first] : starts[first + 1]]
    )


def find_title(layout: Layout, declared: Iterable[str] = ()) -> str | None:
    """`declared`: headlines of JSON states, the most trusted first."""
    whole, site = squeeze(layout.title), layout.metas.get("og:site_name", "")
    metas = [*declared, *(layout.metas[name] for name in TITLE_METAS if name in layout.metas)]
    meta = next(
        (
            without_site(squeeze(value), site)
            for value in metas
            if len(key(value)) >= 2 and not HOLLOW.match(squeeze(value))
        ),
        None,
    )
    stem = without_site(whole, site)
    heads = [*_heads(layout), *_repeated(layout, whole)]
    found = _agreed(heads, whole, stem, site) or (
        _agreed(heads, meta, meta, site) if meta else None
    )
    if found:
        return found
    if meta and key(stem).startswith(key(meta)):
        return stem  # a meta that a quotation mark or a limit has cut
    if meta and (HOLLOW.match(stem) or not stem or key(meta) in key(whole) or len(key(meta)) >= 8):
        return meta
    return _alone(layout, stem) or meta or stem or None


def _heads(layout: Layout) -> list[str]:
    """Headings and elements that are called a title, as they stand."""
    return [
        mark.text
        for mark in layout.marks
        if 4 <= len(mark.text) <= 120 and (mark.tag in HEADINGS or _called_title(mark.name))
    ]


def _called_title(name: str) -> bool:
    return TITLE_NAME.search(name) is not None and not NOT_TITLE_NAME.search(name)


def _agreed(heads: list[str], whole: str, stem: str, site: str) -> str | None:
    """The heading that the document's title repeats, or was cut from."""
    whole_key, stem_key = key(whole), key(CUT.sub("", stem))
    inside = [
        head
        for head in heads
        if len(key(head)) >= 4 and key(head) in whole_key and not _is_site(head, site, stem_key)
    ]
    if inside:
        best = max(inside, key=lambda head: len(key(head)))
        if len(key(best)) * 2 >= len(stem_key):
            return best
    longer = [
        head
        for head in heads
        if len(stem_key) >= 8
        and key(head).startswith(stem_key)
        and not STAMP.search(head)
        and len(key(head)) <= 2 * len(stem_key) + 8
    ]
    return min(longer, key=len) if longer else None


def _is_site(head: str, site: str, stem_key: str) -> bool:
    return key(head) == key(site) or (bool(SITE_WORDS.search(head)) and key(head) not in stem_key)


def _repeated(layout: Layout, whole: str) -> list[str]:
    """Lines with which the document's title begins."""
    beginning = key(whole)
    return [
        line.text
        for line in layout.lines
        if 6 <= len(line.text) <= len(whole)
        and line.link * 2 < len(line.text)
        and line.text[:1] == whole[:1]
        and beginning.startswith(key(line.text))
    ]


def _alone(layout: Layout, stem: str) -> str | None:
    """The only first-level heading, where the document's title says nothing."""
    firsts = {mark.text for mark in layout.marks if mark.tag == "h1"}
    firsts = {text for text in firsts if len(firsts) == 1 or not SITE_WORDS.search(text)}
    if len(firsts) != 1 or not 4 <= len(min(firsts)) <= 120 or SITE_WORDS.search(min(firsts)):
        return None
    return min(firsts) if is_hollow(stem) or key(min(firsts)) in key(stem) else None


def is_hollow(title: str | None) -> bool:
    """Whether a title says nothing of an article."""
    return len(key(title or "")) < 4 or HOLLOW.match(title or "") is not None


def is_doubtful(title: str | None, layout: Layout, headline: tuple[int, int]) -> bool:
    """Whether a title may be the site's or a column's: it says nothing, or is short and no line of the page is just that."""
    if title is None or HOLLOW.match(title):
        return True
    if len(key(title)) > LONGEST_COLUMN and not SITE_WORDS.search(title):
        return False
    shown = layout.lines[headline[0] : headline[1] + 1] if headline[0] >= 0 else []
    headed = (
        mark.text for mark in layout.marks if mark.tag in HEADINGS or _called_title(mark.name)
    )
    texts = [*(line.text for line in shown if line.link == 0), *headed]
    return not any(key(text) == key(title) != "" for text in texts)


def title_above(layout: Layout, start: int) -> str | None:
    """The headline right above an article that begins at line `start`, or is its first line, where no title and no meta
    tells it."""
    for line in layout.lines[max(0, start - 15) : start + 1]:
        if (found := TITLE_LABEL.match(line.text)) and line.link * 2 < len(line.text):
            return found[1].strip()
    near = [
        mark
        for mark in layout.marks
        if start - 15 <= mark.line <= min(start, len(layout.lines) - 1)
        and 5 <= len(mark.text) <= 80
        and mark.text == layout.lines[mark.line].text
        and not SITE_WORDS.search(mark.text)
        and not TRAIL.search(mark.text)
        and not STAMP.search(mark.text)
    ]
    heads = [mark.text for mark in near if mark.tag in HEADINGS]
    heads = [mark.text for mark in near if _called_title(mark.name)][-1:] or heads
    if heads:
        return heads[-1].rstrip(" -–—_|丨")
    above = [
        line.text
        for line in layout.lines[max(0, start - 6) : start]
        if 6 <= len(line.text) <= 60
        and line.link * 2 < len(line.text)
        and not STAMP.search(line.text)
        and not TRAIL.search(line.text)
        and not NO_HEADLINE.search(line.text)
        and not SITE_WORDS.search(line.text)
    ]
    return max(above, key=len, default=None)
