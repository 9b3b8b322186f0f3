"""Who wrote a page, told apart from those who edited it, took its pictures or read its proofs.

Precision before recall: a name that nothing calls an author is nobody's. Left to others: the hashing of names
(`crawlers.engine.articles`), the outlet (`crawlers.page.outlets`), what a name is (`crawlers.page.persons`).
"""

import re
from itertools import takewhile

from crawlers.page.blocks import Layout
from crawlers.page.fields import Place, squeeze
from crawlers.page.outlets import NEXT_LABEL, lines_near, stands_beside
from crawlers.page.persons import NAME, NAMES, first_person, institution, is_person
from crawlers.page.times import STAMP
from crawlers.page.titles import key

AUTHOR_METAS = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "bytedance:author",
    "weibo:article:author",
)
AUTHOR = re.compile(
    r"(?:(?<![的该原])(?:本文|文章|原文|特约|撰稿)?作\s*者(?=\s*[:：])|(?:^|[\s|丨（(【\[：，。/>])(?:作\s*者(?!单位|简介|[系为是：:]*(?:单位|简介))|撰\s*文|撰\s*稿(?:人)?|文字|采写|执笔|楼\s*主|发帖人|发布人|供稿人?|文|文/图|图/文))\s*[:：/丨|／︱]\s*"
    r"((?:[^\s|丨/<>，,；;：:（）()\]】]{1,20})(?:[\s、]+[\u4e00-\u9fff]{2,4}?(?=返回|查看|编辑|责编|责任|[^\u4e00-\u9fff：:]|$))*)"
)
# Between bars or alone, a label needs no colon: | 0 条评论| 作者魏星
BARRED = re.compile(rf"(?:^|[|丨])\s*作者\s?({NAME})\s*(?:[|丨]|$)")
REPORTER = re.compile(
    rf"(?:^|[（(【〔\s：])(?:[\u4e00-\u9fffA-Za-z·《》]{{0,14}}?)(?:见习|实习|首席|特约|全媒体|融媒体?|驻[\u4e00-\u9fff]{{2,4}}|本报|本网|本刊)*(?:[记記]者|作者)[\s：:丨|]*({NAMES})\s*(?=$|[）)】〕]|通讯员|摄影|摄|报道|報導|/|／|编辑|实习|文/|[一-龥]{{0,2}}[:：])"
)
CORRESPONDENT = re.compile(
    rf"[（(【\s](?:职工|特约)?通讯员[\s：:]*({NAMES})\s*(?=[）)】]|$|摄影|报道|/|文/)"
)
DATELINE = re.compile(
    rf"(?:[）)】讯电電日]|^|报道|消息)\s*[（(【〔](?:[\u4e00-\u9fff]{{0,10}}?)?[记記]者[\s：:]*({NAMES})\s*(?:[/／][\u4e00-\u9fff]{{0,8}})?(?:通讯员[\s：:]*{NAMES})?[)）】〕]"
)
# 中央社記者溫貴香台北21日電: the place follows the name
WIRE = re.compile(
    rf"[（(]\S{{0,8}}[记記]者({NAME})[\u4e00-\u9fff]{{2,3}}(?:\d{{1,2}}月)?\d{{1,2}}日[电電]"
)
SIGNED = re.compile(
    rf"[（(]\s*(?:(?:文/图|图/文|文图|文|供稿|通讯员|评论员|作者|[记記]者|本报记者)[\s/：:]*)*({NAMES})\s*(?:报道|供稿|文|/文)?\s*[)）]\s*$"
)
# 赵　培: a name of two characters spread to the width of three
SPACED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]) ([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
# What stands right after names and says what their bearers did
DEEDS = frozenset(
    ["报道", "報導", "摄影", "供稿", "文图", "整合", "整理", "编译", "综合", "文", "采写", "撰文"]
)
# Names of those who did something else
OTHER_DEED = re.compile(r"\s*[/／、]?\s*(?:摄|图|供图|编辑|校对|制图|漫画)")
OTHER_ROLE = re.compile(r"编辑|校对|摄影|审核|責任編輯|责编|监制|制图")
NO_AUTHOR = re.compile(
    r"^(?:未知|佚名|网络|本站|不详|无|暂无|匿名|admin|administrator|root|系统管理员|管理员|编辑|责编|记者|原创|转载|小编|http.*|.*\d{4}.*|.*[=\"<>].*|.*(?:编辑|时间|日期|来源|简介|单位).*|\d+)$",
    re.IGNORECASE,
)
LONGEST_NAME = 10
TITLED = re.compile(r"^\S{0,12}?(?:[记記]者|通讯员|评论员|专栏作者|(?<=.)作者)[\s：:]*(?=\S)")
SIGNED_NAME = re.compile(r"author|writer|byline|meta_text")
AUTHOR_LABEL = re.compile(r"^(?:作\s*者|文|撰文|记者)\s*[:：/|]\s*")
AUTHOR_NAME = re.compile(r"(?<![a-z])author(?!ity)|writer|byline")


def find_author(
    layout: Layout, place: Place, outlet: str | None, declared: list[str]
) -> str | None:
    """`declared`: authors of JSON states; they and metas count when the page shows the name."""
    near = list(lines_near(layout, place))
    for text in near:
        if found := _named(AUTHOR, text, persons=False) or _named(BARRED, text, persons=True):
            return found
    for text in near:
        if len(text) <= 40 and (found := _reporter(text) or _paired(text)):
            return found
    return (
        _shown_name(layout, place, outlet, declared)
        or _marked_person(layout, place)
        or _signature(layout, place)
    )


def _reporter(text: str) -> str | None:
    found = REPORTER.search(text)
    if not found or OTHER_ROLE.search(text[: found.start(1)]):
        return None
    return None if OTHER_DEED.match(text, found.end(1)) else _named(REPORTER, text, persons=True)


def _paired(text: str) -> str | None:
    """The person of `石佳/中国青年报` or `上報快訊／范姜佳鈺`."""
    if "/" not in text and "／" not in text:
        return None
    one, slash, other = STAMP.sub("", text).replace("／", "/").partition("/")
    pair = (one.strip(), other.strip().split(" ")[0])
    for name, paper in (pair, pair[::-1]):
        if slash and is_person(name) and institution(paper):
            return name
    return None


def _marked_person(layout: Layout, place: Place) -> str | None:
    """A person's name in an element that is called the author's, beside the headline; accounts have other names."""
    for mark in layout.marks:
        if AUTHOR_NAME.search(mark.name) and place.first >= 0 and stands_beside(place, mark.line):
            name = TITLED.sub("", AUTHOR_LABEL.sub("", mark.text)).strip()
            if is_person(name):
                return name
    return None


def _named(pattern: re.Pattern[str], text: str, *, persons: bool) -> str | None:
    found = pattern.search(text)
    if not found:
        return None
    several = persons or re.search(r"[\s、，,]", found.group(1).strip())
    names = re.sub(r"[\s、，,&＆]+" if several else r"\s+", " ", found.group(1)).strip(" ·/")
    names = SPACED.sub(r"\1\2", names)
    names = TITLED.sub("", names)
    cut = NEXT_LABEL.search(names, 1)
    words = [w for w in (names[: cut.start()] if cut else names).split() if w not in DEEDS]
    if persons:
        words = list(takewhile(is_person, words))
    elif institution(" ".join(words)):
        return None
    elif len(words) == 1:
        words = [first_person(words[0]) or words[0]]
    names = " ".join(words)
    if not words or NO_AUTHOR.match(names) or max(map(len, words)) > LONGEST_NAME:
        return None
    return names


def _shown_name(
    layout: Layout, place: Place, outlet: str | None, declared: list[str]
) -> str | None:
    """A meta's author, if it stands by the headline too and is not the outlet; a site's own name is no author."""
    metas = [layout.metas[name] for name in AUTHOR_METAS if name in layout.metas]
    title, site = key(layout.title), key(layout.metas.get("og:site_name", ""))
    headed = range(max(0, place.first - 2), min(len(layout.lines), place.last + 8))
    near = [layout.lines[n].text for n in headed] if place.first >= 0 else []
    for value in [*metas, *declared]:
        name = squeeze(value)
        if (
            not 2 <= len(name) <= 16
            or NO_AUTHOR.match(name)
            or institution(name)
            or key(name) in (key(outlet or ""), site)
            or name in layout.title
        ):
            continue
        marked = any(mark.text == name and SIGNED_NAME.search(mark.name) for mark in layout.marks)
        shown = [text for text in near if name in text]
        signed = any(not OTHER_ROLE.search(text.partition(name)[0][-8:]) for text in shown)
        if signed and key(name) not in title and (marked or name in shown or is_person(name)):
            return name
    return None


def _signature(layout: Layout, place: Place) -> str | None:
    """The reporter of the dateline, or the names in brackets that end the article."""
    texts = [layout.lines[n].text for n in place.article]
    for text in texts[:4]:
        head = text[:70]
        if found := _wired(head) or _certain(head):
            return found
        for pattern in (DATELINE, CORRESPONDENT):
            if found := _named(pattern, head, persons=True):
                return found
    after = place.article[-1] + 1 if place.article else 0
    below = [line.text for line in layout.lines[after : after + 1] if len(line.text) <= 16]
    for text in texts[-2:] + below:
        if found := _named(SIGNED, text[-40:], persons=True):
            return found
    return None


def _wired(text: str) -> str | None:
    found = WIRE.search(text)
    names = (found.group(1)[:size] for size in (3, 2)) if found else ()
    return next(filter(is_person, names), None)


def _certain(text: str) -> str | None:
    """All that stands in a dateline's bracket after 记者, be it such a name as Han Chinese bear or not."""
    found = DATELINE.search(text)
    words = [] if not found else re.split(r"[\s、，,]+", found.group(1).strip())
    sure = [w for w in words if 2 <= len(w) <= 12 and w not in DEEDS and not institution(w)]
    foreign = len(sure) == len(words) == 1 and len(sure[0]) >= 4
    return sure[0] if foreign and not re.search(r"报道|整理|摄|综合", sure[0]) else None
