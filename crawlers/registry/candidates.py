"""What on a site a source could be read from: feeds, sitemaps, interfaces, lists of articles, of threads, of questions.

Left to others: the requests, and what is proposed (`crawlers.registry.scout`).
"""

import json
import re
from collections.abc import Iterator
from typing import Literal, Protocol
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from pydantic import Field

from crawlers.engine.errand import Fetched, ListPage
from crawlers.engine.robots import Rules
from crawlers.forum.discussion import Place, nature_of
from crawlers.listing.api import looks_like_json
from crawlers.listing.feeds import absolute, feed_page, sitemap_page
from crawlers.listing.jsonguess import guess_mapping, guess_paging
from crawlers.listing.links import list_fragment
from crawlers.page.charset import decode
from crawlers.page.fields import squeeze
from crawlers.page.html import parse, source_of
from crawlers.page.reading import read
from minyin.errors import Rejected
from minyin.identity import same_site
from minyin.model import Channel, Value
from minyin.source import JsonMap, Paging, Selectors

FEED_WORDS = re.compile(r"rss|feed|atom|订阅", re.IGNORECASE)
LIST_PATH = re.compile(
    r"/(?:index|list|col|channel|node|column|news|more|forum|board|bbs|section|letter|mail)[^/]*$|/$",
    re.IGNORECASE,
)
GUESSES = ("/rss.xml", "/feed", "/sitemap.xml")
MOST_LISTS = 4
FEWEST: dict[str, int] = {"feed": 1, "listing": 3, "thread_listing": 3, "sitemap": 1}
Found = Literal["feed", "sitemap", "listing", "thread_listing", "api"]
RANKS: dict[str, int] = {"feed": 2, "api": 2, "listing": 1, "thread_listing": 1, "sitemap": 0}
# A page with less to read than this, and a script, waits for its script to fill it
SHELL_TEXT = 60


class Candidate(Value):
    """A list that a source could be read from."""

    kind: Found
    url: str
    links: int
    dated: int
    title: str = ""
    first: str | None = Field(None, description="one of the pages that it leads to")
    channel: Channel | None = Field(None, description="what that page shows the site to be")
    api: JsonMap | None = None
    paging: Paging | None = None
    rendered: bool = False

    @property
    def worth(self) -> tuple[int, int]:
        """Feeds and interfaces are made for machines and change least; among equals the one that leads to more."""
        return RANKS[self.kind], self.links + self.dated


class Getter(Protocol):
    """What fetches a page, or finds that it may not."""

    def get(self, url: str) -> Fetched | None: ...


def candidates_of(front: Fetched, rules: Rules, visitor: Getter) -> Iterator[Candidate]:
    own = _read("listing", front) or _read("thread_listing", front)
    machine = _read("feed", front) or _read("sitemap", front) or _interface(front)
    if machine:
        yield machine
        return
    if own:
        yield own
    page = parsed(front)
    seen = {front.url}
    feeds = [*_feeds(page, front.url), *(urljoin(front.url, guess) for guess in GUESSES[:2])]
    maps = [*rules.parser.sitemaps, urljoin(front.url, GUESSES[2])]
    wanted: list[tuple[Found, str]] = [("feed", u) for u in feeds] + [("sitemap", u) for u in maps]
    wanted += [("listing", u) for u in _lists(page, front.url)[:MOST_LISTS]]
    for kind, url in wanted:
        if url in seen or not same_site(url, front.url):
            continue
        seen.add(url)
        answer = visitor.get(url)
        if answer is None:
            continue
        candidate = _read(kind, answer)
        if candidate is None and kind == "listing":
            candidate = _read("thread_listing", answer)
        if candidate:
            yield candidate


def _interface(answer: Fetched) -> Candidate | None:
    """A JSON answer whose list of articles can be told."""
    if not looks_like_json(answer.body):
        return None
    try:
        guess = guess_mapping(json.loads(decode(answer.body, "application/json").text))
    except (ValueError, RecursionError):
        return None
    if guess is None:
        return None
    return Candidate(
        kind="api",
        url=answer.url,
        links=guess.items,
        dated=guess.dated,
        api=guess.mapping,
        paging=guess_paging(answer.url),
        channel=Channel.BOARD if guess.mapping.replies else None,
    )


def known(candidate: Candidate, visitor: Getter) -> Candidate:
    """A list, after a look at one of its pages: whether they are threads or questions."""
    if candidate.kind not in ("listing", "thread_listing") or candidate.first is None:
        return candidate
    answer = visitor.get(candidate.first)
    try:
        source = source_of(answer.body, answer.content_type) if answer else ""
    except Rejected:
        source = ""
    nature = nature_of(source, read(source), Place(candidate.first, None)) if source else None
    if nature is None:
        return candidate
    return candidate.but(kind="thread_listing", channel=nature)


def is_shell(front: Fetched) -> bool:
    """Whether a page shows next to nothing before its scripts have run."""
    page = parsed(front)
    shown = "".join(
        page.xpath(
            "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
        ).getall()
    )
    return (
        len(shown.split()) < SHELL_TEXT // 4
        and len(squeeze(shown)) < SHELL_TEXT
        and bool(page.css("script"))
    )


def _read(kind: Found, answer: Fetched) -> Candidate | None:
    """The answer as a list of that kind; None when it is none."""
    try:
        page = _list_of(kind, answer)
    except Rejected:
        return None
    dated = sum(link.hint.published_at is not None for link in page.links)
    links = len(page.links) or len(page.lists)
    if links < FEWEST[kind]:
        return None
    first = page.links[0].url if page.links else None
    return Candidate(kind=kind, url=answer.url, links=links, dated=dated, first=first)


def _list_of(kind: Found, answer: Fetched) -> ListPage:
    if kind == "feed":
        return feed_page(answer.body, answer.content_type, answer.url)
    if kind == "sitemap":
        return sitemap_page(answer.body, answer.content_type, answer.url)
    page = parse(answer.body, answer.content_type)
    return list_fragment(page, answer.url, Selectors(), threads=kind == "thread_listing")


def parsed(front: Fetched) -> Selector:
    try:
        return parse(front.body, front.content_type)
    except Rejected:
        return Selector(text="<html></html>")


def _feeds(page: Selector, base: str) -> list[str]:
    declared = page.css(
        "link[rel=alternate][type*=rss], link[rel=alternate][type*=atom], link[rel=alternate][type*=json]"
    )
    hrefs = [node.attrib.get("href", "") for node in declared]
    hrefs += [
        a.attrib["href"]
        for a in page.css("a[href]")
        if FEED_WORDS.search(a.attrib["href"].rpartition("/")[2])
    ]
    return list(dict.fromkeys(u for href in hrefs if (u := absolute(base, href))))[:3]


def _lists(page: Selector, base: str) -> list[str]:
    """Links of the site's menu: a short name, an address that ends like a column's."""
    found = []
    for a in page.css("a[href]"):
        words = squeeze("".join(a.xpath(".//text()").getall()))
        url = absolute(base, a.attrib["href"])
        if url and 2 <= len(words) <= 8 and LIST_PATH.search(urlsplit(url).path) and url != base:
            found.append(url)
    return list(dict.fromkeys(found))
