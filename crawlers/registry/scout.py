"""A first look at a site: its feeds, sitemaps and list pages, and a registry entry proposed for the best of them.

A handful of requests, one after the other, each asked of robots.txt first. The proposal is then tried by a real crawl
(`crawlers.registry.probe`); nothing is registered here.
"""

import re
import time
import urllib.error
import urllib.request
from datetime import datetime
from urllib.parse import urlsplit

from crawlers.engine.errand import Fetched
from crawlers.engine.robots import Rules, read_rules
from crawlers.page.fields import squeeze
from crawlers.registry.candidates import Candidate, candidates_of, is_shell, known, parsed
from minyin.clock import local_day
from minyin.errors import InputError
from minyin.identity import site_of
from minyin.model import Channel, Value
from minyin.settings import CrawlSettings
from minyin.source import Assessment, Source

# What a site's own address says about what it is
CHANNELS = (
    (re.compile(r"\.gov\.cn$|^www\.gov\."), Channel.GOV, 4),
    (re.compile(r"^(?:bbs|club|forum|tieba)\."), Channel.FORUM, 5),
    (re.compile(r"wenzheng|liuyan|^12345\."), Channel.BOARD, 4),
)


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
    found = [known(one, visitor) for one in candidates_of(front, rules, visitor)]
    if not found and is_shell(front):
        found = [Candidate(kind="listing", url=front.url, links=0, dated=0, rendered=True)]
    return Survey(
        url=url,
        name=_name(front),
        robots=_robots_words(rules, url),
        robots_text=rules.text[:4000],
        candidates=tuple(sorted(found, key=lambda c: c.worth, reverse=True)),
        refused=tuple(visitor.refused),
    )


def _name(front: Fetched) -> str:
    title = squeeze(parsed(front).css("title::text").get() or "")
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
    if candidate.channel is not None:
        channel, tier = candidate.channel, 4 if candidate.channel is Channel.BOARD else 5
    return Source(
        id=re.sub(r"[^a-z0-9]+", "-", f"{host}-{candidate.kind}".lower()).strip("-"),
        name=found.name,
        kind=candidate.kind,
        channel=channel,
        tier=tier,
        home_region=region,
        start_urls=(candidate.url,),
        api=candidate.api,
        paging=candidate.paging,
        rendered=candidate.rendered,
        per_second=0.5,
        assessment=Assessment(
            by="",
            on=f"{local_day(at):%Y-%m-%d}",
            impact="",
            robots=found.robots,
            robots_text=found.robots_text or None,
        ),
    )
