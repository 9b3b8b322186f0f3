"""Scrapy components that keep the crawl within what the registry allows: hosts, rate, robots, patient retries.

Left to others: what is asked for (`crawlers.spiders`) and the numbers (source registry, settings).
"""

import asyncio
import logging
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from minyin.county import Source

log = logging.getLogger(__name__)

# From this rate on a source is a local one, and throttling by latency would only cost time
FAST_PER_SECOND = 50
BACKOFF_SECONDS = 0.5


class RefusedByRobots(IgnoreRequest):
    """robots.txt says no."""


class Unregistered(IgnoreRequest):
    """The address, or where it redirects to, is on a host that the source's registry entry does not name."""


def slot_of(source: Source) -> str:
    """All of a source's hosts share one slot, so that the rate cap holds for the source."""
    return urlsplit(source.start_urls[0]).netloc if source.start_urls else source.id


def slots(sources: tuple[Source, ...]) -> dict[str, dict[str, Any]]:
    """Scrapy's DOWNLOAD_SLOTS; two sources on one host keep the slower one's pace."""
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        fast = source.per_second >= FAST_PER_SECOND
        delay = 0.0 if fast else 1 / source.per_second
        before = found.get(slot_of(source), {}).get("delay", 0.0)
        if slot_of(source) not in found or delay > before:
            found[slot_of(source)] = {
                "delay": delay,
                "concurrency": 8 if fast else 2,
                "jitter": 0.0,
            }
    return found


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


class Registered:
    """Refuses what the registry does not name, at first and after every redirect; puts the rest in its slot."""

    def process_request(self, request: Request) -> None:
        source = request.meta.get("source")
        if source is None:
            return
        if not on_registered_host(request.url, source):
            raise Unregistered(request.url)
        request.meta["download_slot"] = slot_of(source)
        request.meta["autothrottle_dont_adjust_delay"] = source.per_second >= FAST_PER_SECOND


class Robots(RobotsTxtMiddleware):
    """Scrapy's, with every refusal logged and nothing set aside without a written authorisation's id."""

    def process_request_2(self, rp: Any, request: Request) -> None:
        source = request.meta.get("source")
        permit = source.assessment.authorisation if source and source.assessment else None
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            if permit:
                log.info("robots.txt refuses %s, allowed by authorisation %s", request.url, permit)
                return
            log.info("robots.txt refuses %s (source %s)", request.url, source.id if source else "-")
            raise RefusedByRobots(request.url) from error


class Backoff:
    """Scrapy's retries, each after a longer pause."""

    def __init__(self, retry: RetryMiddleware) -> None:
        self._retry = retry

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(RetryMiddleware.from_crawler(crawler))

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        result = self._retry.process_response(request, response)
        if isinstance(result, Request):
            await _pause(result)
        return result

    async def process_exception(
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        result = self._retry.process_exception(request, exception)
        if isinstance(result, Request):
            await _pause(result)
        return result


async def _pause(request: Request) -> None:
    await asyncio.sleep(BACKOFF_SECONDS * 2 ** (request.meta.get("retry_times", 1) - 1))


class Throttle(AutoThrottle):
    """AutoThrottle whose lower bound is each source's own rate cap."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._floors = {
            name: slot["delay"] for name, slot in crawler.settings.getdict("DOWNLOAD_SLOTS").items()
        }

    def _get_slot(self, request: Request, spider: Any) -> Any:
        key, slot = super()._get_slot(request, spider)
        # read by _adjust_delay, which is called next for this very slot
        self.mindelay = self._floors.get(key, 0.0)
        return key, slot
