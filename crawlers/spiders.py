"""The spider: lists, feeds, sitemaps and threads of every source of the job, one errand per address.

It decides what is asked for and in which order; what is done with an answer is the collector's, how fast and whether
at all is `crawlers.politeness`.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawlers.collector import Collector, Sealer
from crawlers.errand import Errand, Fetched, Link
from crawlers.links import ListPage, feed_page, list_page, sitemap_page
from crawlers.politeness import RefusedByRobots, Unregistered
from minyin.county import Source
from minyin.errors import Rejected

log = logging.getLogger(__name__)

# Statuses that come to the callback; redirects stay with Scrapy
ANSWERS = [304, *range(400, 600)]
FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (RefusedByRobots, "rejected/robots"),
    (Unregistered, "rejected/offsite"),
    (
        IgnoreRequest,
        "failed/redirect_loop",
    ),  # what is left of Scrapy's own refusals: "max redirections reached"
    (DownloadTimeoutError, "failed/timeout"),
    (DownloadCancelledError, "rejected/too_large"),
    (ResponseDataLossError, "failed/cut_body"),
    (CannotResolveHostError, "failed/unreachable"),
    (DownloadConnectionRefusedError, "failed/unreachable"),
    (DownloadFailedError, "failed/unreachable"),
)


class CountySpider(Spider):
    """One spider for all sources: one process, one scheduler, one slot per source."""

    name = "county"

    def __init__(
        self,
        collector: Collector,
        sealer: Sealer,
        sources: tuple[Source, ...],
        progress: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.collector, self.sealer, self.progress = collector, sealer, progress
        self.sources = {source.id: source for source in sources}

    async def start(self) -> AsyncIterator[Request]:
        for source in self.sources.values():
            for url in source.start_urls:
                if request := self._request(Errand(source_id=source.id, url=url, role="list")):
                    yield request

    def _request(self, errand: Errand) -> Request | None:
        """None when the address is no longer asked for in this run, or need not be."""
        if not self.collector.take(errand.url):
            return None
        source = self.sources[errand.source_id]
        known = self.collector.ledger.get(errand.url)
        changed = errand.hint.changed_at
        lasting = (
            errand.role == "item" and source.kind != "thread_listing" and not source.selectors.post
        )
        if lasting and known and known.settled and not (changed and changed > known.fetched_at):
            self.collector.settle(errand, "skipped")
            return None
        return Request(
            errand.url,
            callback=self.answered,
            errback=self.failed,
            headers=known.conditions() if known else {},
            # list pages first: they lead to everything else, and the queue stays short
            priority=10 if errand.role == "list" else 0,
            dont_filter=True,
            meta={"errand": errand, "source": source, "handle_httpstatus_list": ANSWERS},
        )

    # --- answers --------------------------------------------------------------------------------------------

    def answered(self, response: Response) -> Iterator[Request]:
        errand: Errand = response.meta["errand"]
        source = self.sources[errand.source_id]
        answer = _fetched(response)
        following: list[Errand] = []
        try:
            if errand.role == "list":
                following = self._list(source, errand, answer)
            elif onward := self.collector.item(source, errand, answer):
                following = [onward]
        except Rejected as refusal:
            log.info("rejected %s: %s", errand.url, refusal)
            self.collector.settle(errand, f"rejected/{refusal.reason}", answer)
        except Exception as error:
            self.collector.quarantined(errand, answer, error)
        self._after(errand)
        yield from (request for errand in following if (request := self._request(errand)))

    def _list(self, source: Source, errand: Errand, answer: Fetched) -> list[Errand]:
        if answer.status != 200:
            self.collector.settle(
                errand, "unchanged" if answer.status == 304 else f"failed/{answer.status}", answer
            )
            return []
        page = _read_list(source, answer)
        if not page.links and not page.lists:
            raise Rejected("no_items", "a list page without any item: check the selectors")
        onward = self._next_lists(source, errand, page)
        self.collector.settle(
            errand.but(leads_on=bool(onward) or source.kind == "thread_listing"), "listed", answer
        )
        return [*onward, *(_item(source, link) for link in page.links)]

    def _next_lists(self, source: Source, errand: Errand, page: ListPage) -> list[Errand]:
        urls = [*page.lists, *([page.next_url] if page.next_url else [])]
        number = errand.number + 1
        known = self.collector.ledger.get(errand.url)
        complete = known is not None and known.outcome in ("listed", "unchanged")
        if (
            source.kind != "thread_listing"
            and complete
            and not page.lists
            and self._nothing_new(page.links)
        ):
            return []
        if urls and number > source.max_pages:
            log.warning(
                "source %s: max_pages %d reached, %s not read", source.id, source.max_pages, urls[0]
            )
            return []
        return [Errand(source_id=source.id, url=url, role="list", number=number) for url in urls]

    def _nothing_new(self, links: tuple[Link, ...]) -> bool:
        records = [self.collector.ledger.get(link.url) for link in links]
        return all(record is not None and record.settled for record in records)

    def failed(self, failure: Any) -> None:
        errand: Errand = failure.request.meta["errand"]
        outcome = next(
            (name for kind, name in FAILURES if isinstance(failure.value, kind)),
            f"failed/{type(failure.value).__name__}",
        )
        log.info("%s: %s (%s)", outcome, errand.url, failure.value)
        self.collector.settle(errand, outcome)
        self._after(errand)

    def _after(self, errand: Errand) -> None:
        self.sealer.after_page()
        self.progress(errand.source_id)


def _read_list(source: Source, answer: Fetched) -> ListPage:
    content_type = answer.header("Content-Type") or ""
    if source.kind == "feed":
        return feed_page(answer.body, content_type, answer.url)
    if source.kind == "sitemap":
        return sitemap_page(answer.body, content_type, answer.url)
    return list_page(answer.body, content_type, answer.url, source.selectors)


def _item(source: Source, link: Link) -> Errand:
    return Errand(source_id=source.id, url=link.url, role="item", hint=link.hint)


def _fetched(response: Response) -> Fetched:
    assert response.request is not None
    return Fetched(
        url=response.url,
        status=response.status,
        headers=_plain(response.headers),
        body=response.body,
        request_headers=_plain(response.request.headers),
    )


def _plain(headers: Any) -> dict[str, str]:
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in headers.items()
        if values
    }
