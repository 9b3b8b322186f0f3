"""Where a list page leads: its links with what the list says of each, the page that follows, and JSON that loads more.

Left to others: feeds and sitemaps (`crawlers.listing.feeds`), JSON mappings (`crawlers.listing.api`), what is fetched (`crawlers.engine.spiders`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from crawlers.engine.errand import Errand, Fetched, Hint, Link, ListPage
from crawlers.listing.api import json_page, looks_like_json
from crawlers.listing.feeds import absolute, feed_page, sitemap_page
from crawlers.listing.paging import ONWARD
from crawlers.page.fields import squeeze
from crawlers.page.html import parse
from crawlers.page.selecting import select, select_first
from crawlers.page.times import parse_time
from minyin.source import Selectors, Source

ARTICLE_PATH = re.compile(
    r"\d{3,}|/\d+\.\w{3,5}\?|/(?:article|detail|content|thread|view|show|post)s?[-_/?.]",
    re.IGNORECASE,
)

# Links of a board that lead to no thread: people, sections, tools, the last page of a thread
NO_THREAD = re.compile(
    r"(?:^|[/?&=_-])(?:uid|space|user|member|profile|login|register|search|goto|lastpost|redirect|rss|help|faq|download|attachment|forumdisplay|forum-\d)",
    re.IGNORECASE,
)
THREAD_PATH = re.compile(
    r"thread|topic|tid=|/t/|/p/|read|post|show|detail|view|letter|mail|question|article|content|/\d{3,}",
    re.IGNORECASE,
)
NO_TITLE = re.compile(r"^[\d\s:：./年月日-]*$")

# No page made for people lists more; reading a link farm to its end would keep every other site waiting
MOST_LINKS = 2000
MOST_BESIDE = 20


def read_list(source: Source, errand: Errand, answer: Fetched) -> ListPage:
    """The list page of any kind of source, with the page after it. Raises Rejected."""
    page = _read(source, answer)
    if source.paging and page.next_url is None and (page.links or page.given):
        number = source.paging.first + (errand.number - 1) * source.paging.step
        page = page.but(next_url=source.paging.url.replace("{page}", str(number)))
    return page


def _read(source: Source, answer: Fetched) -> ListPage:
    if source.kind == "feed":
        return feed_page(answer.body, answer.content_type, answer.url)
    if source.kind == "sitemap":
        return sitemap_page(answer.body, answer.content_type, answer.url)
    if source.api and (source.kind == "api" or looks_like_json(answer.body)):
        return json_page(source, answer, list_fragment)
    page = parse(answer.body, answer.content_type)
    return list_fragment(page, answer.url, source.selectors, threads=source.of_threads)


def list_page(body: bytes, content_type: str, url: str, selectors: Selectors) -> ListPage:
    """Raises Rejected: not_html, empty."""
    return list_fragment(parse(body, content_type), url, selectors)


def list_fragment(
    page: Selector, url: str, selectors: Selectors, *, threads: bool = False
) -> ListPage:
    """`threads`: without a selector the links of a board's threads are wanted, whose titles may be short."""
    base = urljoin(url, page.css("base::attr(href)").get() or "")
    found, number = select_first(page, selectors.item or "a[href]", MOST_LINKS)
    links = [link for node in found if (link := _link(node, base, url)) is not None]
    if not selectors.item:
        likely = _threads(links, url) if threads else []
        links = likely or [link for link in links if _looks_like_article(link, url)]
    unique = {link.url: link for link in reversed(links)}
    return ListPage(
        links=tuple(reversed(unique.values())),
        next_url=_onward(page, base, selectors),
        surplus=number - len(found),
    )


def _link(node: Selector, base: str, page_url: str) -> Link | None:
    if isinstance(node.root, str):
        href, words = node.root, ""
    else:
        anchor = node if node.root.tag == "a" else next(iter(node.css("a[href]")), None)
        href = anchor.attrib.get("href", "") if anchor is not None else ""
        words = squeeze("".join(anchor.xpath(".//text()").getall())) if anchor is not None else ""
    address = absolute(base, href)
    if address is None or address == page_url:
        return None
    return Link(url=address, hint=Hint(title=words or None, published_at=_time_beside(node)))


def _time_beside(node: Selector) -> Any:
    """Lists show the day of each entry; it serves where the article's page shows none."""
    if isinstance(node.root, str):
        return None
    box = node.root if node.root.tag != "a" else node.root.getparent()
    # a parent of many children is the list itself: reading it, or only counting it, for each link takes for ever
    if box is None or any(n == MOST_BESIDE for n, _ in enumerate(box.iterchildren())):
        return None
    words = squeeze(" ".join(box.itertext()))
    return parse_time(words) if len(words) < 200 else None


def _looks_like_article(link: Link, page_url: str) -> bool:
    parts = urlsplit(link.url)
    same = parts.netloc == urlsplit(page_url).netloc
    return (
        same
        and len(link.hint.title or "") >= 6
        and bool(ARTICLE_PATH.search(parts.path + "?" + parts.query))
    )


def _threads(links: list[Link], page_url: str) -> list[Link]:
    """The links of the one form that names most, by the length of their titles: threads, and not people or sections."""
    forms: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        parts = urlsplit(link.url)
        place = f"{parts.path}?{parts.query}"
        title = link.hint.title or ""
        if parts.netloc != urlsplit(page_url).netloc or len(title) < 2 or NO_TITLE.match(title):
            continue
        if THREAD_PATH.search(place) and not NO_THREAD.search(place) and re.search(r"\d", place):
            forms[re.sub(r"\d+", "#", place)].append(link)
    several = [found for found in forms.values() if len({link.url for link in found}) >= 2]
    return max(
        several, key=lambda found: sum(len(link.hint.title or "") for link in found), default=[]
    )


def _onward(page: Selector, base: str, selectors: Selectors) -> str | None:
    if selectors.next_page:
        nodes: Iterable[Selector] = select(page, selectors.next_page)
    else:
        nodes = [*page.css("a[rel=next], link[rel=next]"), *_named_next(page)]
    for node in nodes:
        href = (
            node.root
            if isinstance(node.root, str)
            else node.attrib.get("href") or node.css("a::attr(href)").get()
        )
        if href and (address := absolute(base, href)):
            return address
    return None


def _named_next(page: Selector) -> Iterator[Selector]:
    # narrowed by XPath first: a page may have a hundred thousand links
    words = page.xpath(
        "//a[@href][contains(., '下') or contains(., '后页') or contains(., 'ext') or contains(., 'EXT')]"
    )
    return (a for a in words if ONWARD.match("".join(a.xpath(".//text()").getall())))
