"""Scrapy components that keep the crawl within what the registry and the site allow: hosts, robots, rate, pauses.

Left to others: what is asked for (`crawlers.engine.spiders`), in which order (`crawlers.engine.frontier`), the rules' meaning (`robots`).
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import _schedule_coro

from crawlers.engine.robots import Rules, read_rules
from minyin.identity import site_of
from minyin.source import Source

log = logging.getLogger(__name__)

# From this rate on a source is a site of one's own, which is not asked at intervals, nor slower when it answers slowly
FAST_PER_SECOND = 50
# Pause of a site after a failure that is worth a retry; doubled each time
BACKOFF_SECONDS = 0.5
# A site that asks for a longer pause than this is put off to a later crawl
LONGEST_PAUSE = 60.0
ROBOTS_TRIES = 3


class RefusedByRobots(IgnoreRequest):
    """robots.txt says no."""


class RobotsUnread(IgnoreRequest):
    """robots.txt could not be fetched, so nothing may be; `cause` says why."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(repr(cause))
        self.cause = cause


class Unregistered(IgnoreRequest):
    """The address, or where it redirects to, is on a host that the source's registry entry does not name."""


class Recalled(IgnoreRequest):
    """Taken back before it was sent: the site is paused or the source stopped."""


def sites_of(source: Source) -> set[str]:
    return {site_of(url) for url in source.start_urls}


def slots(sources: tuple[Source, ...]) -> dict[str, dict[str, Any]]:
    """Scrapy's DOWNLOAD_SLOTS, one per site; two sources on one site keep the gentler one's pace."""
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        delay = 0.0 if source.per_second >= FAST_PER_SECOND else 1 / source.per_second
        for site in sites_of(source):
            slot = found.setdefault(
                site, {"delay": delay, "concurrency": source.concurrency, "jitter": 0.0}
            )
            slot["delay"] = max(slot["delay"], delay)
            slot["concurrency"] = min(slot["concurrency"], source.concurrency)
    return found


def windows(sources: tuple[Source, ...]) -> dict[str, int]:
    """How many requests of a site Scrapy is given at once: enough that its slot never runs dry."""
    return {
        site: slot["concurrency"] * (2 if slot["delay"] == 0 else 1)
        for site, slot in slots(sources).items()
    }


def on_registered_host(url: str, source: Source) -> bool:
    """
    >>> site = Source(id="a", name="a", kind="feed", channel="news", tier=1, start_urls=("http://www.pz.cn/rss",))
    >>> [on_registered_host(u, site) for u in ("http://bbs.pz.cn/1", "http://pz.cn/1", "http://notpz.cn/1")]
    [True, True, False]
    """
    there = urlsplit(url)
    for start in source.start_urls:
        here = urlsplit(start)
        base = (here.hostname or "").removeprefix("www.")
        numeric = base.replace(".", "").isdigit() or base == "localhost"
        if there.netloc == here.netloc:
            return True
        if not numeric and (
            (there.hostname or "") == base or (there.hostname or "").endswith("." + base)
        ):
            return True
    return False


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the site asks to be left alone (RFC 9110 §10.2.3: a number or a date).

    >>> noon = datetime(2026, 8, 1, 12, tzinfo=UTC)
    >>> retry_after({"retry-after": "30"}, noon), retry_after({"Retry-After": "Sat, 01 Aug 2026 12:02:00 GMT"}, noon)
    (30.0, 120.0)
    """
    said = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if said.isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


class Registered:
    """Refuses what the registry does not name, at first and after every redirect; puts the rest in its site's slot."""

    def process_request(self, request: Request) -> None:
        source = request.meta.get("source")
        if source is None:
            return
        if not on_registered_host(request.url, source):
            raise Unregistered(request.url)
        request.meta["download_slot"] = site_of(request.url)
        request.meta["autothrottle_dont_adjust_delay"] = source.per_second >= FAST_PER_SECOND


class Robots:
    """Obeys robots.txt, asked once per host and crawl; nothing is set aside without a written authorisation's id."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.user_agent = str(crawler.settings["USER_AGENT"])
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        source = request.meta.get("source")
        if source is None:
            return
        rules = await self.rules(request)
        if rules.allows(request.url):
            return
        permit = source.assessment.authorisation if source.assessment else None
        if permit:
            log.info("robots.txt refuses %s, allowed by authorisation %s", request.url, permit)
            return
        log.info("robots.txt refuses %s (source %s)", request.url, source.id)
        raise RefusedByRobots(request.url)

    async def rules(self, request: Request) -> Rules:
        """The rules of the request's host. Raises RobotsUnread."""
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = asyncio.ensure_future(self._fetch(host))
        return await self._rules[host]

    async def _fetch(self, host: str) -> Rules:
        """Raises RobotsUnread: rules that cannot be had are taken to forbid everything (RFC 9309 §2.3.1.4)."""
        site = site_of(host)
        meta: dict[str, Any] = {
            "download_slot": site,
            "handle_httpstatus_list": list(range(400, 600)),
        }
        # nothing of a site of one's own may set its pace: this one answer did, for the whole crawl
        meta["autothrottle_dont_adjust_delay"] = self._floor(site) == 0
        for attempt in range(ROBOTS_TRIES):
            request = Request(f"{host}/robots.txt", callback=NO_CALLBACK, meta=dict(meta))
            try:
                response = await self.crawler.engine.download_async(request)
            except IgnoreRequest:
                # §2.3.1.2: after five redirects the file counts as absent
                return read_rules(404, b"", self.user_agent)
            except Exception as error:
                if attempt + 1 == ROBOTS_TRIES:
                    log.info("robots.txt of %s cannot be had: %r", host, error)
                    raise RobotsUnread(error) from error
            else:
                rules = read_rules(response.status, response.body, self.user_agent)
                if response.status < 500 or attempt + 1 == ROBOTS_TRIES:
                    log.info("robots.txt of %s: status %d", host, response.status)
                    self._slow_down(site, rules.delay)
                    return rules
            await asyncio.sleep(BACKOFF_SECONDS * 2**attempt)
        raise AssertionError("the last try returns or raises")

    def _floor(self, site: str) -> float | None:
        """The delay that the registry sets the site."""
        floor: float | None = self.crawler.engine.downloader.per_slot_settings.get(site, {}).get(
            "delay"
        )
        return floor

    def _slow_down(self, site: str, delay: float) -> None:
        """Crawl-delay is obeyed like the registry's own cap, whichever is slower."""
        downloader = self.crawler.engine.downloader
        settings, slot = (
            downloader.per_slot_settings.setdefault(site, {}),
            downloader.slots.get(site),
        )
        if delay > settings.get("delay", 0.0):
            settings |= {"delay": delay, "concurrency": 1, "jitter": 0.0}
            if slot is not None:
                slot.delay, slot.concurrency = delay, 1


class StrictDownloader(Downloader):
    """Counts a request as on its way once its task is made. Scrapy 2.19 does so once the task has begun, and so starts a
    full queue in one turn of the loop: sixteen where eight were allowed (`tests/crawlers/test_crawlers_sites.py`)."""

    def _process_queue(self, slot: Slot) -> None:
        if slot.latercall or slot.download_delay():
            super()._process_queue(slot)
            return
        while slot.queue and slot.free_transfer_slots() > 0:
            slot.lastseen = time.monotonic()
            request, answered = slot.queue.popleft()
            slot.transferring.add(request)
            _schedule_coro(self._wait_for_download(slot, request, answered))


class Throttle(AutoThrottle):
    """AutoThrottle whose lower bound is each site's own rate cap, the registry's or robots.txt's, and which aims at half
    of the requests that the site allows at once."""

    def _get_slot(self, request: Request, spider: Any) -> Any:
        key, slot = super()._get_slot(request, spider)
        # read by _adjust_delay, which is called next for this very slot
        floors = self.crawler.engine.downloader.per_slot_settings
        self.mindelay = floors.get(key or "", {}).get("delay", 0.0)
        self.target_concurrency = max(1.0, slot.concurrency / 2) if slot else 1.0
        return key, slot
