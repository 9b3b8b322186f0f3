"""Who a page says it comes from: the outlet (来源) and the author, told apart from reporters' editors and photographers.

Precision before recall: a name that nothing calls an author is nobody's. Left to others: the hashing of names
(`crawlers.articles`), the time (`crawlers.fields`).
"""

import re
from collections.abc import Iterator

from crawlers.blocks import Layout
from crawlers.fields import Place, squeeze
from crawlers.times import find_times
from crawlers.titles import SITE, key

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
AUTHOR_METAS = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "bytedance:author",
    "weibo:article:author",
)
OUTLET_WORDS = r"(?:(?:信息|文章|新闻|稿件|内容|资料|消息)?来\s*源(?:于|自)?|稿\s*源|出\s*处|摘\s*自|转\s*自|來\s*源|发布(?:机构|单位|部门)|供\s*稿(?:单位|部门)?|来稿单位)"
OUTLET = re.compile(OUTLET_WORDS + r"\s*[:：]\s*[【\[《]?\s*([^\s|丨/<>，,；;\]】》]{2,36})")
# the next field of the same line, where nothing separates them but its label
NEXT_LABEL = re.compile(
    r"(?:发布|发表|更新|创建|录入|上传)?(?:时间|日期)|浏览|阅读|点击|访问|人气|作者|编辑|责编|责任|字体|字号|【|\[|分享|打印|关闭|收藏|评论|记者|通讯员|审核|校对|摄影|来源|参与|我要|手机|纠错|进入|相关|繁體|简体|订阅|关注|举报|投稿|\d{4}[-年/.]"
)
# What stands where an outlet would, and is none
NO_OUTLET = re.compile(
    r"^(?:未知|网络|互联网|本站|不详|无|暂无|其他|其它|原创|转载|佚名|点击|查看|打印|关闭|\d+|.*(?:时间|日期).*|https?:.*|www\..*)$"
)
AUTHOR = re.compile(
    r"(?:(?<![的该原])(?:本文|文章|原文|特约|撰稿)?作\s*者(?=\s*[:：])|(?:^|[\s|丨（(【\[：，。/>])(?:作\s*者(?!单位|简介|[系为是：:]*(?:单位|简介))|撰\s*文|撰\s*稿(?:人)?|文字|采写|执笔|楼\s*主|发帖人|发布人|供稿人?|文|文/图|图/文))\s*[:：/丨|／]\s*"
    r"((?:[^\s|丨/<>，,；;：:（）()\]】]{1,20})(?:[\s、]+[\u4e00-\u9fff]{2,4}?(?=返回|查看|编辑|责编|责任|[^\u4e00-\u9fff：:]|$))*)"
)
NAME = r"[\u4e00-\u9fff]{1,4}(?:·[\u4e00-\u9fff]{1,6})?"
NAMES = rf"{NAME}(?:[\s、，,]+{NAME})*"
REPORTER = re.compile(
    rf"(?:^|[（(【\s：])(?:[\u4e00-\u9fffA-Za-z·《》]{{0,14}}?)(?:见习|实习|首席|特约|全媒体|融媒体?|驻[\u4e00-\u9fff]{{2,4}}|本报|本网|本刊)*(?:记者|作者)[\s：:丨|]*({NAMES})\s*(?=$|[）)】]|通讯员|摄影|摄|报道|/|编辑|实习|文/|[一-龥]{{0,2}}[:：])"
)
CORRESPONDENT = re.compile(
    rf"[（(【\s](?:职工|特约)?通讯员[\s：:]*({NAMES})\s*(?=[）)】]|$|摄影|报道|/|文/)"
)
DATELINE = re.compile(
    rf"(?:[）)】讯电日]|^|报道|消息)\s*[（(【](?:[\u4e00-\u9fff]{{0,10}}?)?记者[\s：:]*({NAMES})\s*(?:通讯员[\s：:]*{NAMES})?[)）】]"
)
SIGNED = re.compile(
    rf"[（(]\s*(?:(?:文|图|文/图|图/文|文图|供稿|通讯员|作者|记者|本报记者)[\s/：:]*)*({NAMES})\s*(?:报道|供稿|文|/文)?\s*[)）]\s*$"
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁"
    "冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢"
)
COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "皇甫",
    "尉迟",
    "司徒",
    "夏侯",
    "慕容",
    "令狐",
    "端木",
    "东方",
)
NO_AUTHOR = re.compile(
    r"^(?:未知|佚名|网络|本站|不详|无|暂无|匿名|admin|administrator|root|系统管理员|管理员|编辑|责编|记者|原创|转载|小编|http.*|.*(?:编辑|时间|日期|来源|简介|单位).*|\d+)$",
    re.IGNORECASE,
)
LONGEST_NAME = 10
TITLED = re.compile(r"^\S{0,8}?(?:记者|通讯员|评论员)[\s：:]*(?=\S)")
INSTITUTION = re.compile(
    r"(?:[网網报報社台局厅委办院]|频道|中心|公司|客户端|发布|编辑部|政府|融媒)$"
)
SOURCE_NAME = re.compile(
    r"source|laiyuan|(?<![a-z])ly(?![a-z])|media[-_]?(?:name|source|info)|(?<![a-z_-])media(?![a-z_-])|account|js_name|nick-?name|from(?!at)|origin|author-?name|user-?name|mp-?name|profile_nickname"
)
NOT_SOURCE_NAME = re.compile(
    r"list|comment|reply|recommend|hot|side|foot|nav|menu|search|share|resource|login|multimedia|social"
)
SIGNED_NAME = re.compile(r"author|writer|byline|meta_text")
AUTHOR_LABEL = re.compile(r"^(?:作\s*者|文|撰文|记者)\s*[:：/|]\s*")
AUTHOR_NAME = re.compile(r"(?<![a-z])author(?!ity)|writer|byline")


def find_outlet(layout: Layout, place: Place, declared: list[str]) -> str | None:
    """`declared`: outlets of JSON states."""
    near = [*_near(layout, place)]
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
            and _beside(place, mark.line)
        ):
            words = re.sub(rf"^{OUTLET_WORDS}\s*[:：]?\s*", "", mark.text)
            if (
                2 <= len(words) <= 20
                and not re.search(r"\d{2}|[:：。！？]|关注|订阅|更多", words)
                and (found := _clean_outlet(words))
            ):
                return found
    told = (found for value in declared if (found := _clean_outlet(value)))
    return next(told, None) or _own_name(layout, place)


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


def _beside(place: Place, line: int) -> bool:
    """Whether a line stands by the headline or ends the article."""
    start = place.article[0] if place.article else place.last + 8
    return (place.first < 0 and line <= start + 2) or place.first - 6 <= line <= max(
        start, place.last
    ) + 2


def _near(layout: Layout, place: Place) -> Iterator[str]:
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
    found = OUTLET.search(text)
    if found and not re.match(r"^[▲△图]|图片|视频|数据", text):
        return _clean_outlet(found.group(1))
    return None


def _clean_outlet(value: str) -> str | None:
    value = squeeze(value)
    cut = NEXT_LABEL.search(value, 2)
    value = (value[: cut.start()] if cut else value).strip(" :：|丨-—/·，,。;；《》【】[]“”\"'")
    if value.count("(") + value.count("（") > value.count(")") + value.count("）"):
        value = re.split(r"[（(]", value)[0]
    value = value.rstrip(")）") if "(" not in value and "（" not in value else value
    return value if 2 <= len(value) <= 36 and not NO_OUTLET.match(value) else None


def find_author(
    layout: Layout, place: Place, outlet: str | None, declared: list[str]
) -> str | None:
    """`declared`: authors of JSON states; they and metas count when the page shows the name."""
    near = list(_near(layout, place))
    for text in near:
        if found := _named(AUTHOR, text, persons=False):
            return found
    for text in near:
        if (
            len(text) <= 40
            and (found := _named(REPORTER, text, persons=True))
            and not re.search(r"摄|图|供图|编辑|校对", text)
        ):
            return found
    return (
        _shown_name(layout, place, outlet, declared)
        or _marked_person(layout, place)
        or _signature(layout, place)
    )


def _marked_person(layout: Layout, place: Place) -> str | None:
    """A person's name in an element that is called the author's, beside the headline; accounts have other names."""
    for mark in layout.marks:
        if AUTHOR_NAME.search(mark.name) and place.first >= 0 and _beside(place, mark.line):
            name = TITLED.sub("", AUTHOR_LABEL.sub("", mark.text)).strip()
            if _is_person(name):
                return name
    return None


def _named(pattern: re.Pattern[str], text: str, *, persons: bool) -> str | None:
    found = pattern.search(text)
    if not found:
        return None
    names = re.sub(r"[\s、，,]+", " ", found.group(1)).strip(" ·/")
    names = TITLED.sub("", names)
    cut = NEXT_LABEL.search(names, 1)
    names = names[: cut.start()].strip() if cut else names
    words = [word for word in names.split() if word not in ("报道", "摄影", "供稿", "文图")]
    names = " ".join(words)
    if not words or NO_AUTHOR.match(names) or max(map(len, words)) > LONGEST_NAME:
        return None
    return names if not persons or all(map(_is_person, words)) else None


def _is_person(name: str) -> bool:
    """
    >>> _is_person("裴剑飞"), _is_person("报道组"), _is_person("完")
    (True, False, False)
    """
    if "·" in name:
        return True
    return (
        2 <= len(name) <= 4
        and (name[0] in SURNAMES or name[:2] in COMPOUND)
        and not re.search(r"[网报社台局组部站摄图编者]$", name)
        and not (len(name) == 4 and name[:2] not in COMPOUND)
    )


def _shown_name(
    layout: Layout, place: Place, outlet: str | None, declared: list[str]
) -> str | None:
    """A meta's author, if it stands by the headline too and is not the outlet; a site's own name is no author."""
    metas = [layout.metas[name] for name in AUTHOR_METAS if name in layout.metas]
    title, site = key(layout.title), key(layout.metas.get("og:site_name", ""))
    near = (
        "\n".join(
            layout.lines[n].text
            for n in range(max(0, place.first - 2), min(len(layout.lines), place.last + 8))
        )
        if place.first >= 0
        else ""
    )
    for value in [*metas, *declared]:
        name = squeeze(value)
        if (
            not 2 <= len(name) <= 16
            or NO_AUTHOR.match(name)
            or INSTITUTION.search(name)
            or key(name) in (key(outlet or ""), site)
            or name in layout.title
        ):
            continue
        marked = any(mark.text == name and SIGNED_NAME.search(mark.name) for mark in layout.marks)
        if name in near and key(name) not in title and (marked or _is_person(name)):
            return name
    return None


def _signature(layout: Layout, place: Place) -> str | None:
    """The reporter of the dateline, or the names in brackets that end the article."""
    texts = [layout.lines[n].text for n in place.article]
    for text in texts[:3]:
        head = text[:70]
        for pattern in (DATELINE, CORRESPONDENT):
            if found := _named(pattern, head, persons=True):
                return found
    for text in texts[-2:]:
        if found := _named(SIGNED, text[-40:], persons=True):
            return found
    return None
