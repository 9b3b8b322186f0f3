"""What a list page leads to: its items, the lists it names, the page that follows, and when to read on no further.

Left to others: reading the page (`crawlers.listing.links`) and asking for what it leads to (`crawlers.engine.spiders`).
"""

import logging
from collections import Counter

from crawlers.engine.collector import Collector
from crawlers.engine.errand import Errand, Fetched, Given, Link, ListPage
from crawlers.engine.suspects import Hand, Trial
from crawlers.listing.links import read_list
from minyin.errors import Rejected
from minyin.source import Source

log = logging.getLogger(__name__)


class Lists:
    """`asked` counts what the run has asked for, by source and role."""

    def __init__(self, collector: Collector, asked: Counter[tuple[str, str]], hand: Hand) -> None:
        self.collector, self.asked, self.hand = collector, asked, hand

    def read(self, source: Source, errand: Errand, answer: Fetched) -> list[Errand]:
        """Give the list its outcome; the errands it leads to. Raises Rejected."""
        if answer.status != 200:
            same = answer.status == 304
            self.collector.settle(
                errand, "unchanged" if same else f"failed/{answer.status}", answer
            )
            return []
        page = self._page(source, errand, answer)
        if not (page.links or page.lists or page.given):
            # an empty first page is a fault, an empty later one is the end
            if errand.number == 1:
                raise Rejected("no_items", "a list page without any item: check the selectors")
            self.collector.settle(errand, "listed", answer)
            return []
        self.collector.surplus(source.id, page.surplus)
        items = [
            Errand(source_id=source.id, url=link.url, role="item", hint=link.hint)
            for link in page.links
        ]
        self.collector.ledger.know(item.key for item in items)
        fresh = self._take_given(source, answer, page.given)
        fresh = fresh or any(self._unknown(item) for item in items)
        onward = self._onward(source, errand, page, fresh=fresh)
        leads = bool(onward) or source.kind == "thread_listing"
        self.collector.settle(errand.but(leads_on=leads), "listed", answer)
        return [*onward, *items]

    def _page(self, source: Source, errand: Errand, answer: Fetched) -> ListPage:
        """After a trial where an earlier crawl ended over this page."""
        if self.hand.accused(errand):
            self.hand.try_apart(Trial(source, errand, answer, self.collector.maker.clock()))
        with self.hand.holding(errand):
            return read_list(source, errand, answer)

    def _take_given(self, source: Source, answer: Fetched, given: tuple[Given, ...]) -> bool:
        """Take what the list carries whole; whether any of it was new."""
        fresh = False
        for one in given:
            errand = Errand(source_id=source.id, url=one.url, role="item", hint=one.hint)
            if not self.collector.take(errand):
                continue
            fresh = fresh or self._unknown(errand)
            try:
                self.collector.given(source, errand, answer, one)
            except Rejected as refusal:
                self.collector.settle(errand, f"rejected/{refusal.reason}")
        return fresh

    def _unknown(self, item: Errand) -> bool:
        known = self.collector.ledger.get(item.key)
        return known is None or not known.settled

    def _onward(
        self, source: Source, errand: Errand, page: ListPage, *, fresh: bool
    ) -> list[Errand]:
        links = [link for link in page.lists if self._changed(source, link)]
        if page.next_url and not self._enough(source, errand, page, fresh=fresh):
            links.append(Link(url=page.next_url))
        number = errand.number + 1
        room = source.max_pages * len(source.start_urls) - self.asked[source.id, "list"]
        if number > source.max_pages:
            room = 0
        if links[room:]:
            most, left = source.max_pages, len(links) - max(0, room)
            log.warning("source %s: max_pages %d reached, %d lists not read", source.id, most, left)
        return [_list(source, link, number) for link in links[: max(0, room)]]

    def _enough(self, source: Source, errand: Errand, page: ListPage, *, fresh: bool) -> bool:
        """Whether reading on finds nothing: too old, or all known here and the list was read to its end before."""
        span = self.collector.span
        if span.since:
            times = [link.hint.published_at for link in page.links]
            return bool(times) and all(span.before(at) for at in times)
        known = self.collector.ledger.get(errand.key)
        complete = known is not None and known.outcome in ("listed", "unchanged")
        return source.kind != "thread_listing" and complete and not fresh

    def _changed(self, source: Source, link: Link) -> bool:
        """Whether a list that an index names may hold anything unseen."""
        if self.collector.span.before(link.hint.changed_at):
            return False
        known = self.collector.ledger.get(_list(source, link, 1).key)
        changed = link.hint.changed_at
        return not (known and known.settled and changed and changed <= known.fetched_at)


def _list(source: Source, link: Link, number: int) -> Errand:
    return Errand(source_id=source.id, url=link.url, role="list", number=number)
