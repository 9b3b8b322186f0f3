"""A first look at a site: its feeds, sitemaps and list pages, and a registry entry proposed for the best of them.

A handful of requests, one after the other, each asked of robots.txt first. The proposal is then tried by a real crawl
(`crawlers.probe`); nothing is registered here.
"""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from crawlers.errand import Fetched, ListPage
from crawlers.feeds import absolute, feed_page, sitemap_page
from crawlers.fields import squeeze
from crawlers.html import parse
from crawlers.links import list_page
from crawlers.robots import Rules, read_rules
from minyin.clock import local_day
from minyin.errors import InputError, Rejected
from minyin.identity import same_site, site_of
from minyin.model import Channel, Value
from minyin.settings import CrawlSettings
from minyin.source import Assessment, Selectors, Source

FEED_WORDS = re.compile(r"rss|feed|atom|订阅", re.IGNORECASE)
LIST_PATH = re.compile(r"/(?:index|list|col|channel|node|column|news|more)[^/]*$|/$", re.IGNORECASE)
GUESSES = ("/rss.xml", "/feed", "/sitemap.xml")
MOST_LISTS = 4
FEWEST: dict[str, int] = {"feed": 1, "listing": 3, "sitemap": 1}
Found = Literal["feed", "sitemap", "listing"]
# What a site's own address says about what it is
CHANNELS = (
    (re.compile(r"\.gov\.cn$|^www\.gov\."), Channel.GOV, 4),
    (re.compile(r"^(?:bbs|club|forum|tieba)\."), Channel.FORUM, 5),
    (re.compile(r"wenzheng|liuyan|^12345\."), Channel.BOARD, 4),
)


class Candidate(Value):
    """A list that a source could be read from."""

    kind: Found
    url: str
    links: int
    dated: int
    title: str = ""

    @property
    def worth(self) -> tuple[int, int]:
        """Feeds and sitemaps are made for us and change least; among equals the one that leads to more."""
        rank = {"feed": 2, "listing": 1, "sitemap": 0}[self.kind]
        return rank, self.links + self.dated


class Survey(Value):
    """What a look at a site found."""

    url: str
    name: str
    robots: str
    robots_text: str
    candidates: tuple[Candidate, ...]
    refused: tuple[str, ...] = ()


class Visitor:
    """Fetches politely: a second between requests, robots.txt asked first, a bounded body, no cookies."""

    def __init__(self, settings: CrawlSettings, user_agent: str, pause: float = 1.0) -> None:
        self.settings, self.user_agent, self.pause = settings, user_agent, pause
        self.refused: list[str] = []
        self._rules: dict[str, Rules] = {}
        self._last = 0.0

    def get(self, url: str) -> Fetched | None:
        """None when robots.txt refuses, or there is no page."""
        if not self.rules(url).allows(url):
            self.refused.append(url)
            return None
        answer = self._fetch(url)
        return answer if answer is not None and answer.status == 200 else None

    def rules(self, url: str) -> Rules:
        """The host's robots.txt. Raises InputError when the site cannot be reached at all."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            answer = self._fetch(f"{host}/robots.txt")
            if answer is None:
                raise InputError(f"连不上 {host}，请核对网址和网络")
            self._rules[host] = read_rules(answer.status, answer.body, self.user_agent)
        return self._rules[host]

    def _fetch(self, url: str) -> Fetched | None:
        time.sleep(max(0.0, self._last + self.pause - time.monotonic()))
        request = urllib.request.Request(url, headers={"User-Agent": self.user_agent})
        most = int(self.settings.max_page_mb * 1024 * 1024)
        try:
            with urllib.request.urlopen(request, timeout=self.settings.timeout_seconds) as answer:
                return Fetched(
                    url=answer.url,
                    status=answer.status,
                    headers=dict(answer.headers.items()),
                    body=answer.read(most),
                )
        except urllib.error.HTTPError as error:
            with error:
                return Fetched(url=url, status=error.code, headers={}, body=error.read(most))
        except (OSError, ValueError):
            return None
        finally:
            self._last = time.monotonic()


def survey(url: str, visitor: Visitor) -> Survey:
    """Look at a site from one of its addresses. Raises InputError when it cannot be read."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url!r} 不是网址，应写作 http://…… 或 https://……")
    rules = visitor.rules(url)
    front = visitor.get(url)
    if front is None:
        why = "robots.txt 不允许" if visitor.refused else "读不到这个网页"
        raise InputError(f"{url}：{why}，不能登记；请换一个网址，或先取得书面授权")
    found = list(_candidates(front, rules, visitor))
    return Survey(
        url=url,
        name=_name(front),
        robots=_robots_words(rules, url),
        robots_text=rules.text[:4000],
        candidates=tuple(sorted(found, key=lambda c: c.worth, reverse=True)),
        refused=tuple(visitor.refused),
    )


def _candidates(front: Fetched, rules: Rules, visitor: Visitor) -> Iterator[Candidate]:
    own = _read("listing", front)
    as_feed = _read("feed", front) or _read("sitemap", front)
    if as_feed:
        yield as_feed
        return
    if own:
        yield own
    page = _parsed(front)
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
        if answer is not None and (candidate := _read(kind, answer)):
            yield candidate


def _read(kind: Found, answer: Fetched) -> Candidate | None:
    """The answer as a list of that kind; None when it is none."""
    try:
        page = _list_of(kind, answer)
    except Rejected:
        return None
    dated = sum(link.hint.published_at is not None for link in page.links)
    links = len(page.links) or len(page.lists)
    enough = links >= FEWEST[kind]
    return Candidate(kind=kind, url=answer.url, links=links, dated=dated) if enough else None


def _list_of(kind: Found, answer: Fetched) -> ListPage:
    if kind == "feed":
        return feed_page(answer.body, answer.content_type, answer.url)
    if kind == "sitemap":
        return sitemap_page(answer.body, answer.content_type, answer.url)
    return list_page(answer.body, answer.content_type, answer.url, Selectors())


def _parsed(front: Fetched) -> Selector:
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


def _name(front: Fetched) -> str:
    title = squeeze(_parsed(front).css("title::text").get() or "")
    return re.split(r"[-_|—–]", title)[-1].strip()[:30] or site_of(front.url)


def _robots_words(rules: Rules, url: str) -> str:
    if rules.status >= 400:
        return f"没有 robots.txt（{rules.status}）"
    said = "允许采集起始页" if rules.allows(url) else "不允许采集起始页"
    return f"{said}；要求间隔 {rules.delay:g} 秒" if rules.delay else said


def proposal(found: Survey, candidate: Candidate, *, region: str, at: datetime) -> Source:
    """A registry entry for a candidate, with everything that can be known; who assessed it is still to be filled in."""
    host = (urlsplit(candidate.url).hostname or "").removeprefix("www.")
    channel, tier = next(
        ((channel, tier) for pattern, channel, tier in CHANNELS if pattern.search(host)),
        (Channel.NEWS, 4),
    )
    return Source(
        id=re.sub(r"[^a-z0-9]+", "-", f"{host}-{candidate.kind}".lower()).strip("-"),
        name=found.name,
        kind=candidate.kind,
        channel=channel,
        tier=tier,
        home_region=region,
        start_urls=(candidate.url,),
        per_second=0.5,
        assessment=Assessment(
            by="",
            on=f"{local_day(at):%Y-%m-%d}",
            impact="",
            robots=found.robots,
            robots_text=found.robots_text or None,
        ),
    )
