"""The outlet (来源) that a page names: by its label, in a meta, or as the one name beside the time.

Left to others: who wrote it (`crawlers.page.bylines`), the time itself (`crawlers.page.fields`).
"""

import re
from collections.abc import Iterator

from crawlers.page.blocks import Layout, Line
from crawlers.page.fields import Place, squeeze
from crawlers.page.persons import institution, is_person
from crawlers.page.times import find_times, undated
from crawlers.page.titles import SITE

OUTLET_METAS = (
    "contentsource",
    "og:article:source",
    "article:source",
    "source",
    "mediaid",
    "media",
    "docsource",
    "weibo:article:source",
)
OUTLET_WORDS = r"(?:(?:信息|文章|新闻|稿件|内容|资料|消息)?来\s*源(?:于|自)?|稿\s*源|出\s*处|摘\s*自|转\s*自|來\s*源|发布(?:机构|单位|部门)|供\s*稿(?:单位|部门)?|来稿单位|发文(?:机关|机构|单位))"
OUTLET = re.compile(
    OUTLET_WORDS
    + r"\s*[:：]\s*[【\[]?\s*([^\s|丨/<>，,；;\]】》《]{0,20}《[^》\s]{2,20}》|《?[^\s|丨/<>，,；;\]】》]{2,36})"
)
# the next field of the same line, where nothing separates them but its label
NEXT_LABEL = re.compile(
    r"(?:发布|发表|更新|创建|录入|上传)?(?:时间|日期)|浏览|阅读|点击|访问|人气|作者|编辑|责编|责任|字体|字号|【|\[|分享|打印|关闭|收藏|评论|记者|通讯员|审核|校对|摄影|来源|出自|摘自|参与|我要|手机|纠错|进入|相关|繁體|简体|订阅|关注|举报|投稿|\d{4}[-年/.]"
)
# Between bars a label needs no colon: 2014-08-24 21:30| 来源CSDN| 0 条评论
BARRED = re.compile(r"(?:^|[|丨])\s*来源\s?([^\s|丨:：]{2,20})\s*(?:[|丨]|$)")
# What else stands in the line of the time
PERSONS_OF = re.compile(
    r"(?:作者|[记記]者|编辑|責任?編輯|责任?编辑|责编|通讯员|校对|审核)[\s:：]*\S+"
)
PARTED = re.compile(r"[\s|丨()（）\[\]【】〔〕:：/／,，·]+")
DULL = re.compile(
    r"\S*(?:阅读|浏览|点击|评论|人气|查看|访问|参与|跟帖|字[号体]|时间|時間|日期)\S*|[AaTtＴ][-+]?|IP属地\S*|来自\S*|只看\S*|[倒正]序\S*|回复\S*|举报|楼主|登录|注册|(?:国内|国际|社会|本地|地方|时政|财经|娱乐|体育|图片|综合|热点|工作|政务|行业|媒体|视频|滚动|民生|科技|教育|公司|学校|校园|最新)(?:新闻|要闻|动态|资讯)|原创|转载|分享到?|打印|收藏|关闭|默认|[大中小]|更新|发[布表]于?|発布|[-+—]|[\d,.]+\D?"
)
# What stands where an outlet would, and is none
NO_OUTLET = re.compile(
    r"^(?:.*[=\"<>].*|未知|网络|互联网|本站|(?:网络)?转载(?:文章|稿件|内容|稿)?|网络整理|不详|无|暂无|其他|其它|原创|转载|佚名|点击|查看|打印|关闭|\d+|.*(?:时间|日期).*|https?:.*|www\..*)$"
)
SOURCE_NAME = re.compile(
    r"source|laiyuan|(?<![a-z])ly(?![a-z])|media[-_]?(?:name|source|info)|(?<![a-z_-])media(?![a-z_-])|account|js_name|nick-?name|from(?!at)|origin|author-?name|user-?name|mp-?name|profile_nickname"
)
NOT_SOURCE_NAME = re.compile(
    r"list|comment|reply|recommend|hot|side|foot|nav|menu|search|share|resource|login|multimedia|social"
)


def find_outlet(layout: Layout, place: Place, declared: list[str]) -> str | None:
    """`declared`: outlets of JSON states."""
    near = [*lines_near(layout, place)]
    for text in near:
        if found := _labelled_outlet(text):
            return found
    for name in OUTLET_METAS:
        if (value := layout.metas.get(name)) and (found := _clean_outlet(value)):
            return found
    for mark in layout.marks:
        if (
            SOURCE_NAME.search(mark.name)
            and not NOT_SOURCE_NAME.search(mark.name)
            and stands_beside(place, mark.line)
        ):
            words = re.sub(rf"^{OUTLET_WORDS}\s*[:：]?\s*", "", mark.text)
            if (
                2 <= len(words) <= 20
                and not re.search(r"\d{2}|[:：。！？]|关注|订阅|更多", words)
                and (found := _clean_outlet(words))
            ):
                return found
    told = (found for value in declared if (found := _clean_outlet(value)))
    return _paired(near) or next(told, None) or _own_name(layout, place) or _timed(layout, place)


def _paired(near: list[str]) -> str | None:
    """The paper of `石佳/中国青年报` or `上報快訊／范姜佳鈺`."""
    for text in near:
        if len(text) > 60 or ("/" not in text and "／" not in text):
            continue
        one, slash, other = undated(text, " ").strip().replace("／", "/").partition("/")
        pair = (one.strip(), other.strip())
        for paper, name in (pair, pair[::-1]):
            if slash and len(paper) <= 16 and institution(paper) and is_person(name):
                return paper
    return None


def _timed(layout: Layout, place: Place) -> str | None:
    """The only name in the line by the headline that shows the time; names of columns are links on the same page."""
    start = place.article[0] if place.article else place.last + 4
    for number in range(max(0, place.last + 1), min(start, place.last + 8, len(layout.lines))):
        text = layout.lines[number].text
        if place.last < 0 or len(text) > 60 or not any(find_times(text)):
            continue
        rest = PERSONS_OF.sub(" ", undated(text, " "))
        words = [word for word in PARTED.split(rest) if word and not DULL.fullmatch(word)]
        if (
            len(words) == 1
            and _is_name(words[0])
            and not _is_column(layout.lines[: place.first], words[0])
        ):
            return words[0]
    return None


def _is_name(word: str) -> bool:
    return (
        3 <= len(word) <= 16
        and re.search(r"[\u4e00-\u9fff]{2}", word) is not None
        and not is_person(word)
        and not NO_OUTLET.match(word)
        and not re.search(
            r"[。！？!?]|关注|订阅|更多|今天|昨天|星期|周[一二三四五六日]|前$|后$|本文|来自|于$",
            word,
        )
    )


def _is_column(above: list[Line], word: str) -> bool:
    """Whether the page's head links to it; accounts and papers are linked too, but not there."""
    return not institution(word) and any(line.link and word in line.text for line in above)


def _own_name(layout: Layout, place: Place) -> str | None:
    """The site's own name, as the document's title ends, where it stands in the line that shows the time."""
    if place.first < 0:
        return None
    headline = layout.lines[place.first].text
    names = [name.strip() for name in SITE.split(layout.title) if name.strip() not in headline]
    start = place.article[0] if place.article else place.last + 4
    for number in range(place.last + 1, min(start + 1, len(layout.lines))):
        text = layout.lines[number].text
        if len(text) <= 60 and any(find_times(text)):
            for word in re.split(r"[\s|丨]+", text):
                if any(len(name) >= 3 and word.startswith(name) for name in names):
                    return word
    return None


def stands_beside(place: Place, line: int) -> bool:
    """Whether a line stands by the headline or ends the article."""
    start = place.article[0] if place.article else place.last + 8
    return (place.first < 0 and line <= start + 2) or place.first - 6 <= line <= max(
        start, place.last
    ) + 2


def lines_near(layout: Layout, place: Place) -> Iterator[str]:
    """The lines between headline and text, before the headline, then after the text and at its end."""
    lines = layout.lines
    start = place.article[0] if place.article else min(len(lines), place.last + 8)
    end = place.article[-1] if place.article else start
    order = [
        *range(max(0, place.last), max(start, place.last + 1) + 1),
        *range(place.first - 1, max(-1, place.first - 5), -1),
        *range(max(0, start - 8), start),
    ]
    order += [
        *range(start, min(start + 6, end)),
        *range(max(start, end - 4), min(len(lines), end + 9)),
    ]
    for number in dict.fromkeys(order):
        if 0 <= number < len(lines) and len(text := layout.said(number)) <= 200:
            yield text


def _labelled_outlet(text: str) -> str | None:
    """
    >>> _labelled_outlet("来源：某县融媒体中心 作者：王某 浏览：15")
    '某县融媒体中心'
    >>> _labelled_outlet("2026-08-01 08:16信息来源：县应急管理局发布时间：2026-08-01")
    '县应急管理局'
    """
    found = OUTLET.search(text) or BARRED.search(text)
    if found and not re.match(r"^[▲△图]|图片|视频|数据", text):
        return _clean_outlet(found.group(1))
    return None


def _clean_outlet(value: str) -> str | None:
    value = squeeze(value)
    cut = NEXT_LABEL.search(value, 2)
    value = (value[: cut.start()] if cut else value).strip(" :：|丨-—/·，,。;；【】[]“”\"'")
    if value.count("《") != value.count("》") or (value[:1] == "《" and value[-1:] == "》"):
        value = value.strip("《》")
    if value.count("(") + value.count("（") > value.count(")") + value.count("）"):
        value = re.split(r"[（(]", value)[0]
    value = value.rstrip(")）") if "(" not in value and "（" not in value else value
    return value if 2 <= len(value) <= 36 and not NO_OUTLET.match(value) else None
