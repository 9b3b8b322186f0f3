"""Looks around while a crawl runs: which sites are ours, what was told to stop, whose hours are over, when all is done.

Stopping acts within a second: the marks are looked at every tick, what waits is dropped, and what Scrapy has not yet
sent is taken back.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from crawlers.engine.errand import Errand
from crawlers.engine.politeness import Recalled
from crawlers.engine.sites import ALL, SiteLocks, StopMarks, open_now, stopped
from minyin.clock import Clock
from minyin.source import Source

if TYPE_CHECKING:
    from crawlers.engine.spiders import CountySpider

log = logging.getLogger(__name__)

TICK = 0.05
# How often files are looked at: the stop marks, and the locks of sites that another process has
LOOK = 0.2


class Watchman:
    def __init__(
        self, locks: SiteLocks, marks: StopMarks, clock: Clock, busy_seconds: float
    ) -> None:
        self.locks, self.marks, self.clock, self.busy_seconds = locks, marks, clock, busy_seconds
        self.found: frozenset[str] = marks.found()
        self.halted = False
        self._looked = 0.0

    def closed(self, source: Source) -> str | None:
        """Why nothing may be asked of a source now."""
        if stopped(source.id, self.found):
            return "skipped/stopped"
        return None if open_now(source, self.clock()) else "skipped/outside_hours"

    async def watch(self, spider: "CountySpider") -> AsyncIterator[None]:
        """A beat whenever there may be something to send; ends when nothing is left or all was stopped."""
        while True:
            now = time.monotonic()
            if now - self._looked >= LOOK:
                self._looked = now
                self._look(spider)
            self._open(spider, now)
            yield
            self._close(spider)
            if spider.frontier.finished:
                return
            if ALL in self.found:
                self._halt(spider)
                return
            await asyncio.sleep(TICK)

    def recall(self, spider: "CountySpider", which: Callable[[Errand], bool]) -> None:
        """Take back what Scrapy has in its slots and has not sent."""
        for slot in list(_downloader(spider).slots.values()):
            for request, deferred in list(slot.queue):
                errand = request.meta.get("errand")
                if errand is not None and which(errand):
                    slot.queue.remove((request, deferred))
                    deferred.errback(Recalled(request.url))

    def _look(self, spider: "CountySpider") -> None:
        self.found = self.marks.found()
        for source in spider.sources.values():
            if reason := self.closed(source):
                which = partial(_of, source.id)
                spider.frontier.clear(reason, which=which)
                self.recall(spider, which)

    def _open(self, spider: "CountySpider", now: float) -> None:
        for lane in spider.frontier.closed():
            if self.locks.take(lane.site):
                lane.open, lane.waiting_since = True, None
                continue
            lane.waiting_since = lane.waiting_since or now
            if now - lane.waiting_since > self.busy_seconds:
                log.warning("site %s is being crawled by another process", lane.site)
                spider.frontier.shut(lane.site, "skipped/host_busy")

    def _close(self, spider: "CountySpider") -> None:
        for lane in list(spider.frontier.idle()):
            # what was read must be on the disk before another process may read the site
            spider.collector.seal()
            lane.open = False
            self.locks.give_back(lane.site)

    def _halt(self, spider: "CountySpider") -> None:
        """Stopped altogether: answers on their way are not waited for, a stalled site would take its time."""
        from twisted.internet import reactor

        spider.abandon("skipped/stopped")
        self.halted = True
        cast(Any, reactor).stop()


def _of(source_id: str, errand: Errand) -> bool:
    return errand.source_id == source_id


def _downloader(spider: "CountySpider") -> Any:
    return spider.crawler.engine.downloader
