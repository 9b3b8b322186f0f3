"""What a crawl does with each answer: archive, extract, append, remember; one outcome for every scheduled URL.

Knows nothing of Scrapy. Order of safety: evidence on the disk, then the segment sealed, then the pages marked.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawlers.archive.evidence import EvidenceStore
from crawlers.archive.inbox import Postbox
from crawlers.archive.wordings import note_unnoted, version_row
from crawlers.engine.articles import Maker, content_digest, page_digest
from crawlers.engine.errand import Errand, Fetched, Given, Span
from crawlers.engine.joining import JOINED, Held, Joiner, archived, next_of_thread
from crawlers.engine.keytable import KeyTable
from crawlers.engine.ledger import Ledger, PageRecord
from crawlers.engine.pages import Page, read_answer
from crawlers.engine.quarantine import keep_for_a_person
from minyin.accounting import Tally
from minyin.errors import Rejected
from minyin.model import Article
from minyin.source import Source

log = logging.getLogger(__name__)

# Segments among which a killed crawl's last one is, sealed and not noted; others may have been sealed beside it
LOOK_BACK = 8
# Outcomes after which the lists that led there must be read again in full
AGAIN = ("failed/timeout", "failed/unreachable", "failed/cut_body", "failed/429", "failed/5", "quarantined", "skipped/stopped", "skipped/host_busy", "skipped/site_down", "skipped/put_off", "skipped/outside_hours", "skipped/over_limit", "skipped/out_of_range")  # fmt: skip


class Collector:
    """The state of one crawl run."""

    def __init__(
        self,
        inbox: Postbox,
        evidence: EvidenceStore,
        ledger: Ledger,
        maker: Maker,
        quarantine: Path,
    ) -> None:
        self.inbox, self.evidence, self.ledger, self.maker = inbox, evidence, ledger, maker
        self.quarantine = quarantine
        self.span = Span()
        self.tally = Tally()
        self.by_source: dict[str, Counter[str]] = defaultdict(Counter)
        self.filled: dict[str, Counter[str]] = defaultdict(Counter)
        self.complete = False
        self.joiner = Joiner()
        self._sources: dict[str, int] = {}
        self._asked, self._asked_too, self._emitted = KeyTable(), KeyTable(), KeyTable()
        # as JSON: a value takes five times the memory, and a large site has thousands of lists
        self._lists: list[str] = []
        # noted before anything else is sealed: after any number of kills only the last one's is ever missing
        self._already = note_unnoted(ledger.engine, _newest(inbox), maker.key)

    # --- accounting -----------------------------------------------------------------------------------------

    def take(self, errand: Errand) -> bool:
        """Whether this address is to be asked for now; then it is an input of the run.

        The source that asks first has the address; another source's asking is an input of its own, skipped.
        """
        source = self._sources.setdefault(errand.source_id, len(self._sources))
        if errand.key not in self._asked:
            self._asked.setdefault(errand.key, source)
            self.tally.take()
            return True
        too = f"{errand.key} {errand.source_id}"
        if self._asked.setdefault(errand.key) != source and too not in self._asked_too:
            self._asked_too.setdefault(too)
            self.tally.take()
            self.settle(errand, "skipped/other_source")
        return False

    def settle(
        self, errand: Errand, outcome: str, answer: Fetched | None = None, digest: str | None = None
    ) -> None:
        """Give the errand its one outcome, and remember it for the next crawl."""
        self.tally.give(outcome)
        self.by_source[errand.source_id][outcome] += 1
        if errand.part_of:
            # read only by way of the first page, and as often as that
            if outcome != JOINED:
                self._release(self.joiner.take(errand.part_of), cut=True)
            return
        if outcome.startswith("skipped"):
            return
        record = self._record(errand, outcome, answer, digest)
        if errand.role == "list":
            self._lists.append(record.model_dump_json())
        else:
            self.ledger.note(record)

    def surplus(self, source_id: str, number: int) -> None:
        """So many links of a page are inputs that will not even be looked at."""
        if number:
            self.tally.take(number)
            self.tally.give("skipped/over_limit", number)
            self.by_source[source_id]["skipped/over_limit"] += number

    def _record(
        self, errand: Errand, outcome: str, answer: Fetched | None, digest: str | None
    ) -> PageRecord:
        before = self.ledger.get(errand.key)
        # a page that leads onward is always read in full: a 304 would hide the way to what follows
        asked = answer if not errand.leads_on else None
        if outcome.startswith(("failed", "quarantined")):
            asked = None
        same = before if outcome == "unchanged" and answer and answer.status == 304 else None
        return PageRecord(
            url_key=errand.key,
            source_id=errand.source_id,
            url=errand.url,
            etag=(same.etag if same else asked.header("ETag")) if asked else None,
            last_modified=(same.last_modified if same else asked.header("Last-Modified"))
            if asked
            else None,
            payload_digest=digest or (before.payload_digest if before else None),
            fetched_at=self.maker.clock(),
            outcome=outcome,
        )

    # --- pages ----------------------------------------------------------------------------------------------

    def item(
        self, source: Source, errand: Errand, answer: Fetched, read: Page | None = None
    ) -> Errand | None:
        """Take an article's or thread's page; the errand for the thread's next page where there is one.

        `read`: what the page holds, where it has been read already.
        """
        if answer.status != 200:
            same = answer.status == 304
            self.settle(errand, "unchanged" if same else f"failed/{answer.status}", answer)
            return None
        page = read or read_answer(
            source, answer, self.maker.clock(), continued=errand.thread is not None
        )
        if errand.part_of:
            return self._part(errand, answer, page)
        if following := self.joiner.begin(source, errand, answer, page):
            return following
        onward = page.extraction.thread and page.extraction.next_url is not None
        articles = self._take_in(
            source, errand.but(leads_on=onward or errand.leads_on), answer, page
        )
        following = next_of_thread(errand, page.extraction, articles, answer.url)
        return following if following and following.number <= source.max_pages else None

    def _part(self, errand: Errand, answer: Fetched, page: Page) -> Errand | None:
        """A later page of an article; the errand for the page after it."""
        following = self.joiner.add(errand, answer, page)
        if following is None:
            self.surplus(errand.source_id, self.joiner.beyond(errand, answer, page))
            self._release(self.joiner.take(errand.part_of))
        self.settle(errand, JOINED, answer)
        return following

    def _release(self, held: Held | None, *, cut: bool = False) -> None:
        """Take in an article of several pages, its first page settled now; one cut short is asked for again."""
        if held is None:
            return
        answer, page = held.whole()
        try:
            self._take_in(held.source, held.errand, answer, page)
        except Rejected as refusal:
            self.settle(held.errand, f"rejected/{refusal.reason}", answer)
        record = self.ledger.get(held.errand.key)
        if cut and record:
            self.ledger.note(_unfinished(record))

    def given(self, source: Source, errand: Errand, answer: Fetched, item: Given) -> None:
        """Take an article that a list carries whole; the list's answer is its evidence."""
        # the list's validators say nothing of the item
        page = Page(item.extraction, item.url, page_digest(item.extraction))
        self._take_in(source, errand.but(leads_on=True), answer, page)

    def _take_in(
        self, source: Source, errand: Errand, answer: Fetched, page: Page
    ) -> list[Article]:
        before = self.ledger.get(errand.key)
        digest = page.digest
        articles = self.maker.articles(source, page.extraction, errand, page.url, None)
        if not any(self.span.holds(article.published_at) for article in articles):
            self.settle(errand, "skipped/out_of_range", answer)
            return []
        outcome = "unchanged"
        if before is None or before.payload_digest != digest:
            known = before is not None and before.payload_digest is not None
            unmet = errand.key if self.ledger.unmet(errand.key) else ""
            outcome = self._append(articles, answer, "updated" if known else "stored", unmet)
        self.settle(errand, outcome, answer, digest)
        return articles

    def _append(
        self, articles: Iterable[Article], answer: Fetched, outcome: str, unmet: str
    ) -> str:
        """Append what is new in this wording; 'unchanged' when another address gave all of it.

        The article of id `unmet` is known to be new, which saves looking it up.
        """
        new = [article for article in articles if article.id not in self._emitted]
        digests = {article.id: content_digest(article, self.maker.key) for article in new}
        unseen = [
            a
            for a in new
            if a.id == unmet
            or self._already.get(a.id) == digests[a.id]
            or not self.ledger.has_version(a.id, digests[a.id])
        ]
        fresh = [a for a in unseen if self._already.get(a.id) != digests[a.id]]
        if fresh:
            evidence = archived(self.evidence, answer)
            for article in fresh:
                kept = article.but(evidence=evidence)
                self.inbox.append(kept)
                self.ledger.version(version_row(kept, digests[article.id]))
                self._fill(kept)
        for article in new:
            self._emitted.setdefault(article.id)
        return outcome if unseen else "unchanged"

    def _fill(self, article: Article) -> None:
        """Count which fields the source's articles have: a layout that changed shows here first."""
        counts = self.filled[article.source_id]
        counts["articles"] += 1
        counts["title"] += article.title is not None
        counts["author"] += article.author_hash is not None
        counts["outlet"] += article.outlet is not None

    def quarantined(self, errand: Errand, answer: Fetched, error: Exception) -> None:
        """Something broke on this page: keep it for a person, go on."""
        log.exception("quarantined %s of %s", errand.key, errand.source_id)
        keep_for_a_person(self.quarantine, errand, answer, error)
        self.settle(errand, f"quarantined/{type(error).__name__}", answer)

    # --- durability -----------------------------------------------------------------------------------------

    def seal(self) -> None:
        self.evidence.sync()
        self.inbox.seal()
        self.ledger.commit()

    def finish(self) -> None:
        """The crawl came to its end: list pages are marked now; those whose pages must be retried, as unfinished."""
        for held in self.joiner.take_all():
            self._release(held, cut=True)
        for record in map(PageRecord.model_validate_json, self._lists):
            again = any(name.startswith(AGAIN) for name in self.by_source[record.source_id])
            self.ledger.note(_unfinished(record) if again else record)
        self.seal()
        self.evidence.close()


class Sealer:
    """Seals every so many articles or seconds, whichever comes first."""

    def __init__(self, collector: Collector, articles: int, seconds: float) -> None:
        self.collector, self.articles, self.seconds = collector, articles, seconds
        self.last = time.monotonic()

    def after_page(self) -> None:
        due = time.monotonic() - self.last >= self.seconds
        if self.collector.inbox.count >= self.articles or due:
            self.collector.seal()
            self.last = time.monotonic()


def _unfinished(record: PageRecord) -> PageRecord:
    """Without validators and not settled: the next crawl reads the list and what follows it in full."""
    if record.outcome.startswith("failed"):
        return record
    return record.but(etag=None, last_modified=None, outcome="listed/again")


def _newest(inbox: Postbox) -> Iterator[Article]:
    """Among them what a killed run left in the inbox."""
    for path in dict.fromkeys([*inbox.recovered, *inbox.sealed()[-LOOK_BACK:]]):
        yield from inbox.read(path)
