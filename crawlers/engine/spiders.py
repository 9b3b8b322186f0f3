"""The spider: lists, feeds, sitemaps, JSON and threads of every source of the job, one errand per address.

It decides what is asked for; in which order and how many at once is the frontier's, what is done with an answer the
collector's, whether and how fast the politeness components'. When to stop is looked at in `crawlers.engine.watchman`.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from sqlalchemy.exc import SQLAlchemyError

from crawlers.engine.browser import browser_meta
from crawlers.engine.collector import Collector, Sealer
from crawlers.engine.errand import Errand, Fetched, Job
from crawlers.engine.frontier import Frontier
from crawlers.engine.outcomes import BUSY, PASSING, TRIES, fetched, outcome_of
from crawlers.engine.politeness import (
    BACKOFF_SECONDS,
    LONGEST_PAUSE,
    Recalled,
    on_registered_host,
    retry_after,
    sites_of,
    windows,
)
from crawlers.engine.readers import Readers, Reading
from crawlers.engine.watchman import Watchman
from crawlers.listing.lists import Lists
from minyin.errors import Rejected
from minyin.source import Source

log = logging.getLogger(__name__)

# Statuses that come to us; redirects stay with Scrapy
ANSWERS = [304, *range(400, 600)]
# Bytes of pages that wait to be read, of all sites together, from which nothing more is asked for
MOST_UNREAD = 5_000_000


class Crew(NamedTuple):
    """What the spider works with."""

    collector: Collector
    sealer: Sealer
    watchman: Watchman
    readers: Readers
    progress: Callable[[str], None]


class CountySpider(Spider):
    """One spider for all sources: one process, one frontier, one lane and one slot per site."""

    name = "county"

    def __init__(self, job: Job, crew: Crew) -> None:
        super().__init__()
        self.job, self.crew, self.collector = job, crew, crew.collector
        self.sources = {source.id: source for source in job.sources}
        self.frontier = Frontier(windows(job.sources), self._drop)
        self.flying: dict[str, Errand] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self.lists = Lists(crew.collector, self.asked, crew.readers.hand)
        self.retry_at: dict[str, float] = {}
        self.unread = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> AsyncIterator[Request]:
        for source in self.sources.values():
            for url in source.start_urls:
                self._add(Errand(source_id=source.id, url=url, role="list"))
        with storage():
            async for _ in self.crew.watchman.watch(self):
                self._launch()
        # Scrapy wants a generator; nothing goes by way of its scheduler
        nothing: list[Request] = []
        for request in nothing:
            yield request

    def _launch(self) -> None:
        """Ask for what may be asked for now, each in a task of its own: Scrapy's way from the spider through its middlewares
        and scheduler and back takes half as long as the download (`docs/decisions.md`)."""
        if self.unread > MOST_UNREAD or self.crawler.engine.needs_backout():
            return
        for errand in self.frontier.ready(time.monotonic()):
            self.flying[errand.key] = errand
            task = asyncio.ensure_future(self._run(errand))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _run(self, errand: Errand) -> None:
        """One errand from its request to its outcome."""
        engine = self.crawler.engine
        try:
            try:
                response = await engine.download_async(self._request(errand))
            except Exception as error:
                self.failed(errand, error)
            else:
                await self.answered(errand, response)
        except CloseSpider as end:
            await engine.close_spider_async(reason=end.reason)
        except Exception:
            log.exception("errand %s of %s broke", errand.key, errand.source_id)

    def _request(self, errand: Errand) -> Request:
        source = self.sources[errand.source_id]
        known = self.collector.ledger.get(errand.key)
        own = known is not None and known.source_id == source.id
        return Request(
            errand.url,
            # a browser that was told "not modified" would have nothing to show
            headers=known.conditions()
            if known and own and not (self.job.span or source.rendered)
            else {},
            dont_filter=True,
            meta={"errand": errand, "source": source, "handle_httpstatus_list": ANSWERS}
            | browser_meta(source),
        )

    # --- what is asked for ----------------------------------------------------------------------------------

    def _add(self, errand: Errand) -> None:
        """Take an address as an input of this run, and queue it or give it its outcome at once."""
        if not self.collector.take(errand):
            return
        if refusal := self._refusal(errand):
            self._drop(errand, refusal)
            return
        self.asked[errand.source_id, errand.role] += 1
        self.frontier.add(errand)

    def _refusal(self, errand: Errand) -> str | None:
        source = self.sources[errand.source_id]
        if not on_registered_host(errand.url, source):
            return "rejected/offsite"
        if reason := self.crew.watchman.closed(source):
            return reason
        if errand.role == "list":
            return None
        if not self.collector.span.holds(errand.hint.published_at):
            return "skipped/out_of_range"
        if refusal := self._known(source, errand):
            return refusal
        most = min(source.max_items, self.job.limit or source.max_items)
        return "skipped/over_limit" if self.asked[source.id, "item"] >= most else None

    def _known(self, source: Source, errand: Errand) -> str | None:
        """Why an article's page need not be read again; None when it must."""
        known = self.collector.ledger.get(errand.key)
        if known is None:
            return None
        if known.source_id != source.id and known.settled:
            return "skipped/other_source"
        lasting = source.kind != "thread_listing" and not source.selectors.post
        changed = errand.hint.changed_at
        if lasting and known.settled and not (changed and changed > known.fetched_at):
            return "skipped"
        return None

    def _drop(self, errand: Errand, outcome: str) -> None:
        self.collector.settle(errand, outcome)

    # --- answers --------------------------------------------------------------------------------------------

    async def answered(self, errand: Errand, response: Response) -> None:
        if self.crew.watchman.halted:
            return
        answer = fetched(response)
        read = await self._read(errand, answer)
        if self.crew.watchman.halted:
            return
        self.flying.pop(errand.key, None)
        if answer.status not in BUSY or not self._later(errand, answer):
            with storage():
                for following in self._taken(errand, answer, read):
                    self._add(following)
                self._after(errand)
        self._launch()

    async def _read(self, errand: Errand, answer: Fetched) -> Reading | None:
        """What an article's page holds; the site goes on answering meanwhile."""
        to_read = errand.role == "item" and answer.status == 200
        self.frontier.landed(errand, to_read=to_read)
        if not to_read:
            return None
        self.unread += len(answer.body)
        self._launch()
        read = await self.crew.readers.read(errand, answer)
        self.unread -= len(answer.body)
        self.frontier.read(errand)
        return read

    def _taken(self, errand: Errand, answer: Fetched, read: Reading | None) -> list[Errand]:
        """Give the errand its outcome; what it leads to."""
        source = self.sources[errand.source_id]
        following: list[Errand] = []
        try:
            if isinstance(read, Exception):
                raise read
            if errand.role == "list":
                following = self.lists.read(source, errand, answer)
            elif onward := self.collector.item(source, errand, answer, read):
                following = [onward]
            self._judge(errand, f"failed/{answer.status}" if answer.status in BUSY else "")
        except Rejected as refusal:
            log.info("rejected %s: %s", errand.url, refusal)
            self.collector.settle(errand, f"rejected/{refusal.reason}", answer)
        except (OSError, SQLAlchemyError):
            raise
        except Exception as error:
            self.collector.quarantined(errand, answer, error)
        self.collector.ledger.know(one.key for one in following)
        return following

    def failed(self, errand: Errand, error: Exception) -> None:
        if self.crew.watchman.halted:
            return
        self.frontier.landed(errand)
        self.flying.pop(errand.key, None)
        if isinstance(error, Recalled):
            self.frontier.again(errand)
        elif isinstance(error, PASSING) and errand.tries + 1 < TRIES:
            self._pause(errand, BACKOFF_SECONDS * 2**errand.tries)
            self.frontier.again(errand.but(tries=errand.tries + 1))
        else:
            outcome = outcome_of(error)
            log.info("%s: %s (%s)", outcome, errand.url, error)
            with storage():
                self.collector.settle(errand, outcome)
                self._judge(errand, outcome)
                self._after(errand)
        self._launch()

    def _later(self, errand: Errand, answer: Fetched) -> bool:
        """Whether an errand that met a busy site is asked again; the whole site rests as long as it wishes."""
        asked = retry_after(answer.headers, self.collector.maker.clock())
        wait = asked if asked is not None else BACKOFF_SECONDS * 2**errand.tries
        if wait > LONGEST_PAUSE:
            for source in self.sources.values():
                if errand.site in sites_of(source):
                    self.retry_at[source.id] = wait
            self.frontier.shut(errand.site, "skipped/put_off")
            self._recall(errand.site)
            return False
        if errand.tries + 1 >= TRIES:
            return False
        self._pause(errand, wait)
        self.frontier.again(errand.but(tries=errand.tries + 1))
        return True

    def _judge(self, errand: Errand, outcome: str) -> None:
        if self.frontier.judge(errand, outcome):
            self._recall(errand.site)

    def _pause(self, errand: Errand, seconds: float) -> None:
        self.frontier.pause(errand.site, time.monotonic() + seconds)
        self._recall(errand.site)

    def _recall(self, site: str) -> None:
        self.crew.watchman.recall(self, lambda other: other.site == site)

    # --- the end --------------------------------------------------------------------------------------------

    def _after(self, errand: Errand) -> None:
        self.crew.sealer.after_page()
        self.crew.progress(errand.source_id)

    def abandon(self, outcome: str) -> None:
        """Settle all that is not settled: answers on their way will not be waited for."""
        self.frontier.clear(outcome)
        for errand in list(self.flying.values()):
            self._drop(errand, outcome)
        self.flying.clear()
        self.collector.complete = True

    def closed(self, reason: str) -> None:
        self.crew.readers.close()
        self.collector.complete = self.collector.complete or reason == "finished"


@contextmanager
def storage() -> Iterator[None]:
    """Disk or database fail: the crawl must not go on as if it had kept what it read."""
    try:
        yield
    except (OSError, SQLAlchemyError) as error:
        log.error("storage failed: %r", error)
        raise CloseSpider("storage") from error
