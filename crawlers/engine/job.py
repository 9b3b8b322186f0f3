"""The child process of a crawl: `python -m crawlers.engine.job JOB.json`, the key of the author hashes on stdin.

A process of its own because Twisted's reactor starts once in a process's life. Progress and the final account go to
stdout as JSON lines, logs to stderr. Left to others: runs and source health in the database (`crawlers.crawl`).
"""

import json
import logging
import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.crawler import CrawlerProcess

from crawlers.archive.evidence import EvidenceStore
from crawlers.archive.inbox import inbox_at
from crawlers.engine.articles import Maker
from crawlers.engine.browser import browser_settings
from crawlers.engine.collector import Collector, Sealer
from crawlers.engine.errand import INBOX_OPTIONS, Job, Span
from crawlers.engine.frontier import OPEN_SITES
from crawlers.engine.ledger import Ledger
from crawlers.engine.politeness import slots
from crawlers.engine.readers import Readers
from crawlers.engine.sites import SiteLocks, StopMarks
from crawlers.engine.spiders import CountySpider, Crew
from crawlers.engine.suspects import Hand
from crawlers.engine.watchman import Watchman
from minyin.clock import fixed_clock, system_clock
from minyin.database import open_database

# A line of progress per source at most this often
EVERY_SECONDS = 0.2


# What holds for every crawl; with its reason where it is not plain
FIXED: dict[str, Any] = {
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "INFO",
    "LOGSTATS_INTERVAL": 0,
    # the frontier gives Scrapy so many of each site, so that no site waits behind another
    "CONCURRENT_REQUESTS": 0,
    "DOWNLOADER": "crawlers.engine.politeness.StrictDownloader",
    "DOWNLOAD_DELAY": 0,
    # a dead resolver holds a thread for each site that waits for it; with Scrapy's ten, the eleventh site waits too
    "REACTOR_THREADPOOL_MAXSIZE": 2 * OPEN_SITES,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "AUTOTHROTTLE_ENABLED": True,
    # slots begin at their source's cap, not at five seconds
    "AUTOTHROTTLE_START_DELAY": 0,
    "REDIRECT_MAX_TIMES": 5,
    # the frontier retries, because a busy site needs its whole lane paused and not one request
    "RETRY_ENABLED": False,
    # robots.txt is obeyed by our own component
    "ROBOTSTXT_OBEY": False,
    # the account counts by errands, and nobody reads Scrapy's counters
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        "crawlers.engine.politeness.Registered": 50,
        "crawlers.engine.politeness.Robots": 100,
    },
    # of Scrapy's own extensions and spider middlewares none is needed, and some take long to import
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "EXTENSIONS": {"crawlers.engine.politeness.Throttle": 0},
}


def scrapy_settings(job: Job) -> dict[str, Any]:
    """Scrapy's settings for this job."""
    download_slots = slots(job.sources)
    slowest = max((slot["delay"] for slot in download_slots.values()), default=0.0)
    return FIXED | {
        "USER_AGENT": agent(job.user_agent, job.contact),
        "DOWNLOAD_SLOTS": download_slots,
        "DOWNLOAD_TIMEOUT": job.timeout_seconds,
        "DOWNLOAD_MAXSIZE": int(job.max_page_mb * 1024 * 1024),
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, slowest),
        **browser_settings(job.sources, job.browser, job.timeout_seconds),
    }


def agent(name: str, contact: str) -> str:
    """
    >>> agent("MinyinBot/0.1", "0516-86000000")
    'MinyinBot/0.1 (contact: 0516-86000000)'
    """
    return f"{name} (contact: {contact})" if contact else name


class Reporter:
    """Tells the parent how far each source is; without a parent there is nobody to crawl for."""

    def __init__(self) -> None:
        self.done: dict[str, int] = {}
        self._told: dict[str, float] = {}

    def page(self, source_id: str) -> None:
        self.done[source_id] = self.done.get(source_id, 0) + 1
        if time.monotonic() - self._told.get(source_id, 0.0) >= EVERY_SECONDS:
            self._told[source_id] = time.monotonic()
            self.tell({"source": source_id, "done": self.done[source_id]})

    @staticmethod
    def tell(message: dict[str, Any]) -> None:
        try:
            print(json.dumps(message, ensure_ascii=False), flush=True)
        except BrokenPipeError:
            os._exit(1)


def run(job: Job, key: bytes, name: str) -> dict[str, Any]:
    """Crawl, and give the account: started, finished, inputs, outcomes by source; `name`: of the run."""
    clock = fixed_clock(job.now) if job.now else system_clock
    started: datetime = clock()
    engine = open_database(job.database_url)
    collector = Collector(
        inbox_at(job.inbox, json.loads(os.environ.get(INBOX_OPTIONS, "{}")), clock),
        EvidenceStore(Path(job.evidence), clock),
        Ledger(engine),
        Maker(county_code=job.county_code, key=key, clock=clock),
        Path(job.quarantine),
    )
    collector.span = job.span or Span()
    reporter = Reporter()
    control = Path(job.control)
    watchman = Watchman(SiteLocks(control), StopMarks(control), clock, job.busy_seconds)
    sealer = Sealer(collector, job.segment_articles, job.segment_seconds)
    hand = Hand(control, name, collector.ledger)
    readers = Readers({source.id: source for source in job.sources}, clock, hand)
    spider = _crawl(job, Crew(collector, sealer, watchman, readers, reporter.page))
    if not collector.complete:
        # interrupted, or the disk or database failed: what is sealed stays, what is not marked is fetched again
        raise SystemExit(3)
    collector.finish()
    hand.close()
    engine.dispose()
    for source_id, done in reporter.done.items():
        reporter.tell({"source": source_id, "done": done})
    now = clock()
    return {
        "started_at": started.isoformat(),
        "finished_at": now.isoformat(),
        "inputs": collector.tally.inputs,
        "outcomes": {name: dict(counts) for name, counts in collector.by_source.items()},
        "filled": {name: dict(counts) for name, counts in collector.filled.items()},
        "retry_at": {
            name: (now + timedelta(seconds=wait)).isoformat()
            for name, wait in spider.retry_at.items()
        },
    }


def _crawl(job: Job, crew: Crew) -> CountySpider:
    """Run Scrapy until the spider is done or told to stop."""
    process = CrawlerProcess(scrapy_settings(job))
    logging.getLogger("scrapy.middleware").setLevel(logging.WARNING)
    crawler = process.create_crawler(CountySpider)
    process.crawl(crawler, job=job, crew=crew)
    process.start()
    assert isinstance(crawler.spider, CountySpider)
    return crawler.spider


def main() -> None:
    # a job of a background shell inherits an ignored SIGINT, and Scrapy would leave it so
    signal.signal(signal.SIGINT, signal.default_int_handler)
    path = Path(sys.argv[1])
    job = Job.model_validate_json(path.read_bytes())
    key = bytes.fromhex(sys.stdin.readline().strip())
    Reporter.tell({"report": run(job, key, path.stem)})


if __name__ == "__main__":
    main()
