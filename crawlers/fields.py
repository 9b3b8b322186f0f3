"""Title, time, outlet, author of a page: from metas and scripts, then from the words around the title.

Left to others: selectors (they come first, `crawlers.extract`) and the article's text (`crawlers.body`).
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from parsel import Selector

from crawlers.html import SPACES
from crawlers.times import find_times, parse_time

TITLE_METAS = ("ArticleTitle", "og:title", "twitter:title")
TIME_METAS = (
    "PubDate", "article:published_time", "og:published_time", "publishdate", "pubdate", "datePublished", "og:release_date",
    "weibo: article:create_at", "weibo:article:create_at", "bytedance:published_time", "publish-date", "apub:time",
    "_pubtime", "dcterms.created", "release_date", "og:time",
)  # fmt: skip
OUTLET_METAS = ("ContentSource", "mediaid", "og:article:source", "source")
AUTHOR_METAS = ("Author", "article:author", "og:article:author")
TIME_SCRIPTS = (
    r"\bct\s*=\s*[\"'](1\d{9})[\"']",
    r"\bpublish_?time[\"']?\s*[:=]\s*[\"']([^\"']{8,30})[\"']",
    r"\bpub_?(?:date|time)[\"']?\s*[:=]\s*[\"']([^\"']{8,30})[\"']",
    r"\"(?:datePublished|ptime|publishTime|createTime)\"\s*:\s*\"?([\dT:. +-]{8,30})",
)
OUTLET_WORDS = r"(?:来\s*源|稿\s*源|出\s*处|信息来源|文章来源)\s*[:：]\s*"
OUTLET = re.compile(OUTLET_WORDS + r"([^\s|丨/<>，,；;（(]{2,30}(?:[（(][^）)]{1,8}[）)])?)")
AUTHOR = re.compile(
    r"(?:作\s*者|发布者|楼\s*主|发帖人|撰\s*文)\s*[:：]\s*([^\s|丨/<>，,；;：:]{2,20})"
)
REPORTER = re.compile(
    r"[（(\s](?:本报|本网)?(?:见习|实习|首席)?(?:记者|通讯员)\s*([\u4e00-\u9fff· ]{2,12})[)）]"
)
PUBLISHED = re.compile(r"(?:发布|发表|发文|成文|更新|创建|刊登|上传)?(?:时间|日期|于)\s*[:：]?\s*$")
SITE = re.compile(r"\s*(?:[-_|–—丨]{1,2}|\s[·])\s*")


def squeeze(text: str) -> str:
    return SPACES.sub(" ", text.replace("\n", " ")).strip()


def metas(page: Selector) -> dict[str, str]:
    """Every meta by lower-cased name; the first of a name counts."""
    found: dict[str, str] = {}
    for meta in page.xpath("//meta[@content]"):
        for key in ("name", "property", "itemprop", "http-equiv"):
            name = (meta.attrib.get(key) or "").lower()
            value = squeeze(meta.attrib["content"])
            if name and value:
                found.setdefault(name, value)
    return found


def _first(page_metas: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((page_metas[name.lower()] for name in names if name.lower() in page_metas), None)


def find_title(page: Selector) -> str | None:
    """The headline that the document's title begins with; else that title without the site's name."""
    whole = squeeze("".join(page.xpath("//title[1]//text()").getall()))
    page_metas = metas(page)
    meta = _first(page_metas, TITLE_METAS)
    heads = [
        squeeze("".join(h.xpath(".//text()").getall()))
        for h in page.css("h1, h2, h3, [class*=title], [id*=title]")
    ]
    heads = [head for head in heads if 4 <= len(head) <= 100]
    same = [head for head in heads if _key(head) and _key(whole).startswith(_key(head))]
    if same:
        return max(same, key=len)
    stem = _without_site(whole)
    if meta and (not whole or _key(meta) in _key(whole)):
        return _without_site(meta)
    h1 = page.xpath("//h1")
    only = squeeze("".join(h1[0].xpath(".//text()").getall())) if len(h1) == 1 else ""
    if len(only) >= 6 and (_key(only) in _key(whole) or len(stem) < 6 or meta is None):
        return only
    return (meta and _without_site(meta)) or stem or only or None


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _without_site(title: str) -> str:
    """
    >>> _without_site("东湖街道今日停水_邳州论坛 - 邳州网")
    '东湖街道今日停水'
    """
    parts = SITE.split(title)
    if len(parts) < 2 or len(parts[0]) < 6:
        return title if len(parts) < 2 else max(parts, key=len)
    kept = parts[0]
    # "棱镜|数据业大整顿" keeps both; a site's name is short or says what it is
    for part in parts[1:]:
        if len(part) <= 12 or re.search(r"(网|频道|日报|晚报|论坛|新闻|客户端|门户)$", part):
            break
        kept = title[: title.index(part) + len(part)]
    return kept


def find_time(page: Selector, lines: list[str], title: str | None) -> datetime | None:
    """From metas, then what is shown near the title, then scripts; a clock reading beats a bare day."""
    shown = _shown_time(lines, title)
    declared = _declared_time(page)
    if declared and shown and shown[1] and abs((declared - shown[0]).total_seconds()) > 60:
        # sites fill metas with the time of the last save; what readers see is what counts
        return shown[0]
    if declared and not (_is_midnight(declared) and shown and shown[1]):
        return declared
    scripted = _scripted_time(page)
    if shown and shown[1]:
        return shown[0]
    if scripted:
        return scripted
    return declared or (shown[0] if shown else None)


def _is_midnight(at: datetime) -> bool:
    return at.hour == at.minute == at.second == 0


def _declared_time(page: Selector) -> datetime | None:
    page_metas = metas(page)
    for name in TIME_METAS:
        if (value := page_metas.get(name.lower())) and (at := parse_time(value)):
            return at
    for value in _json_ld(page, "datePublished"):
        if at := parse_time(str(value)):
            return at
    return None


def _json_ld(page: Selector, key: str) -> Iterator[Any]:
    for script in page.xpath("//script[@type='application/ld+json']/text()").getall():
        try:
            data = json.loads(script)
        except ValueError:
            continue
        items = data if isinstance(data, list) else [data]
        yield from (item[key] for item in items if isinstance(item, dict) and item.get(key))
    value = page.xpath(f"//*[@itemprop='{key}']/@datetime").get()
    if value:
        yield value


def _scripted_time(page: Selector) -> datetime | None:
    scripts = "\n".join(page.xpath("//script/text()").getall())
    for pattern in TIME_SCRIPTS:
        for value in re.findall(pattern, scripts):
            if at := parse_time(value):
                return at
    return None


def _shown_time(lines: list[str], title: str | None) -> tuple[datetime, bool] | None:
    """The time in the lines around the headline; with a clock reading if any line there has one."""
    dated: tuple[datetime, bool] | None = None
    for line in _around(lines, title):
        if len(line) > 200:
            continue
        for at, clear in find_times(line):
            if clear:
                return at, True
            dated = dated or (at, False)
    return dated


def _around(lines: list[str], title: str | None) -> list[str]:
    """The lines after the last headline within the first half, then the two before it; all when there is none."""
    key = _key(title or "")
    places = [
        n
        for n, line in enumerate(lines)
        if key and _key(line) and (_key(line) == key or key in _key(line))
    ]
    if not places:
        return lines[:60]
    found: list[str] = []
    for place in places[:3]:
        found += lines[place : place + 9]
    for place in places[:3]:
        found += lines[max(0, place - 3) : place]
    return found


def find_outlet(page: Selector, lines: list[str], title: str | None) -> str | None:
    value = _first(metas(page), OUTLET_METAS)
    if value and not value.startswith("http"):
        return value
    for line in [*_around(lines, title), *lines[-30:]]:
        if len(line) < 200 and (found := OUTLET.search(line)):
            return found.group(1).strip("：:")
    return page.xpath("string(//*[@id='js_name'])").get(default="").strip() or None


def find_author(page: Selector, lines: list[str], title: str | None) -> str | None:
    for line in _around(lines, title):
        if len(line) < 200 and (found := AUTHOR.search(line)):
            return found.group(1)
    value = _first(metas(page), AUTHOR_METAS)
    if value and len(value) <= 30 and not value.startswith("http"):
        return value
    for line in lines:
        if found := REPORTER.search(line[:120] if len(line) > 240 else line):
            return squeeze(found.group(1))
    return None
