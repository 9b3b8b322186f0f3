"""What a crawl does with each answer: archive, extract, append, remember; one outcome for every scheduled URL.

Knows nothing of Scrapy. Order of safety: evidence on the disk, then the segment sealed, then the pages marked.
"""

import json
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from crawlers.articles import Maker, content_digest, page_digest
from crawlers.errand import Errand, Fetched, ThreadPlace
from crawlers.evidence import ArchivedPage, EvidenceStore
from crawlers.extract import Extraction, extract
from crawlers.inbox import Inbox
from crawlers.ledger import Ledger, PageRecord
from minyin.accounting import Tally
from minyin.county import Source
from minyin.identity import article_id
from minyin.model import Article

log = logging.getLogger(__name__)

# Segments that a killed crawl may have sealed without marking their pages
LOOK_BACK = 2


class Collector:
    """The state of one crawl run."""

    def __init__(
        self, inbox: Inbox, evidence: EvidenceStore, ledger: Ledger, maker: Maker, quarantine: Path
    ) -> None:
        self.inbox, self.evidence, self.ledger, self.maker = inbox, evidence, ledger, maker
        self.quarantine = quarantine
        self.tally = Tally()
        self.by_source: dict[str, Counter[str]] = defaultdict(Counter)
        self.asked: set[str] = set()
        self._emitted: set[str] = set()
        self._lists: list[PageRecord] = []
        self._already = _articles_of(inbox)

    # --- accounting -----------------------------------------------------------------------------------------

    def take(self, url: str) -> bool:
        """Whether this address is new to the run; only then is it an input."""
        key = article_id(url)
        if key in self.asked:
            return False
        self.asked.add(key)
        self.tally.take()
        return True

    def settle(
        self, errand: Errand, outcome: str, answer: Fetched | None = None, digest: str | None = None
    ) -> None:
        """Give the errand its one outcome, and remember it for the next crawl."""
        self.tally.give(outcome)
        self.by_source[errand.source_id][outcome] += 1
        if outcome == "skipped":
            return
        record = self._record(errand, outcome, answer, digest)
        if errand.role == "list":
            self._lists.append(record)
        else:
            self.ledger.note(record)

    def _record(
        self, errand: Errand, outcome: str, answer: Fetched | None, digest: str | None
    ) -> PageRecord:
        before = self.ledger.get(errand.url)
        # a page that leads onward is always read in full: a 304 would hide the way to what follows
        validators = (
            answer is not None
            and not errand.leads_on
            and not outcome.startswith(("failed", "quarantined"))
        )
        kept = (
            before
            if outcome == "unchanged" and answer is not None and answer.status == 304
            else None
        )
        return PageRecord(
            url_key=article_id(errand.url),
            source_id=errand.source_id,
            url=errand.url,
            etag=(kept.etag if kept else answer.header("ETag")) if validators and answer else None,
            last_modified=(kept.last_modified if kept else answer.header("Last-Modified"))
            if validators and answer
            else None,
            payload_digest=digest or (before.payload_digest if before else None),
            fetched_at=self.maker.collected_at,
            outcome=outcome,
        )

    # --- pages ----------------------------------------------------------------------------------------------

    def item(self, source: Source, errand: Errand, answer: Fetched) -> Errand | None:
        """Take an article's or thread's page; the errand for the thread's next page where there is one."""
        if answer.status == 304:
            self.settle(errand, "unchanged", answer)
            return None
        if answer.status != 200:
            self.settle(errand, f"failed/{answer.status}", answer)
            return None
        extraction = extract(
            answer.body,
            url=answer.url,
            content_type=answer.header("Content-Type") or "",
            selectors=source.selectors,
        )
        errand = errand.but(leads_on=extraction.next_url is not None)
        before = self.ledger.get(errand.url)
        digest = page_digest(extraction)
        articles = self.maker.articles(source, extraction, errand, answer.url, None)
        if before is not None and before.payload_digest == digest:
            self.settle(errand, "unchanged", answer, digest)
        else:
            kept = self._append(articles, answer)
            outcome = (
                ("updated" if before and before.payload_digest else "stored") if kept else "skipped"
            )
            self.settle(errand, outcome, answer, digest)
        return _onward(errand, extraction, articles, answer.url)

    def _append(self, articles: Iterable[Article], answer: Fetched) -> bool:
        """Append what this run has not seen; False when another address of the run gave all of it."""
        new = [article for article in articles if article.id not in self._emitted]
        fresh = [
            article for article in new if self._already.get(article.id) != content_digest(article)
        ]
        if fresh:
            evidence = self.evidence.write(
                ArchivedPage(
                    url=answer.url, status=answer.status, headers=answer.headers, body=answer.body
                ),
                answer.request_headers,
            )
            for article in fresh:
                self.inbox.append(article.but(evidence=evidence))
        self._emitted.update(article.id for article in new)
        return bool(new)

    def quarantined(self, errand: Errand, answer: Fetched, error: Exception) -> None:
        """Something broke on this page: keep it for a person, go on."""
        name = type(error).__name__
        log.exception("quarantined %s of %s", article_id(errand.url), errand.source_id)
        self.quarantine.mkdir(parents=True, exist_ok=True)
        stem = self.quarantine / article_id(errand.url)
        stem.with_suffix(".body").write_bytes(answer.body)
        about = {
            "url": errand.url,
            "source_id": errand.source_id,
            "headers": answer.headers,
            "error": repr(error),
        }
        stem.with_suffix(".json").write_text(
            json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        self.settle(errand, f"quarantined/{name}", answer)

    # --- durability -----------------------------------------------------------------------------------------

    def seal(self) -> None:
        self.evidence.sync()
        self.inbox.seal()
        self.ledger.commit()

    def finish(self) -> None:
        """The crawl came to its end: list pages may be marked now, unless something they led to must be retried."""
        for record in self._lists:
            retry = any(
                name.startswith(("failed", "quarantined"))
                for name in self.by_source[record.source_id]
            )
            self.ledger.note(
                PageRecord(**{**dict(record), "etag": None, "last_modified": None})
                if retry
                else record
            )
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


def _articles_of(inbox: Inbox) -> dict[str, str]:
    """What a killed run may have left in the inbox without marking its page."""
    newest = [*inbox.recovered, *inbox.sealed()[-LOOK_BACK:]]
    return {
        article.id: content_digest(article)
        for path in dict.fromkeys(newest)
        for article in inbox.read(path)
    }


def _onward(
    errand: Errand, extraction: Extraction, articles: list[Article], url: str
) -> Errand | None:
    if extraction.next_url is None or not articles:
        return None
    place = errand.thread or ThreadPlace(url=url)
    following = ThreadPlace(
        url=place.url, number=place.number + 1, root_id=place.root_id or articles[0].id
    )
    return Errand(
        source_id=errand.source_id,
        url=extraction.next_url,
        role="item",
        hint=errand.hint,
        thread=following,
    )
