"""kill -9 at any moment: the next crawl completes with the same articles, none twice."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.articles import Maker
from crawlers.collector import Collector
from crawlers.errand import Errand, Fetched
from crawlers.evidence import EvidenceStore
from crawlers.inbox import Inbox
from crawlers.ledger import Ledger
from minyin.clock import fixed_clock
from minyin.database import open_database
from minyin.errors import DependencyError
from minyin.identity import article_id
from minyin.settings import Settings

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")


def end_child_after(pages: int, how: signal.Signals) -> Callable[[str, int], None]:
    """A progress callback that ends the crawl's own process once so many pages are done."""
    killed: list[int] = []

    def progress(_source: str, done: int) -> None:
        if done >= pages and not killed:
            for child in (
                Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            ):
                if b"crawlers.job" in Path(f"/proc/{child}/cmdline").read_bytes():
                    killed.append(int(child))
                    os.kill(int(child), how)

    return progress


@pytest.mark.parametrize(("pages", "how"), [(20, signal.SIGKILL), (12, signal.SIGINT)])
def test_a_crawl_killed_or_interrupted_is_completed_by_the_next(
    site, settings, run, collected, pages: int, how: signal.Signals
) -> None:
    site.get("/_set?delay=0.1")
    source = site.source("/many/list-1.html")
    with pytest.raises(DependencyError, match="采集进程中断"):
        run(source, progress=end_child_after(pages, how))
    partial = len(collected())
    assert partial < 60

    report = run(source)

    undisturbed = {article_id(f"{site.url}/many/{number}.html") for number in range(1, 61)}
    counts = Counter(article.id for article in collected())
    assert set(counts) == undisturbed
    assert set(counts.values()) == {1}
    assert report.balanced
    assert not list(settings.inbox.glob("*.part"))
    store = EvidenceStore(settings.evidence)
    for article in collected():
        assert store.read(article.evidence).url == article.url


def collector(settings: Settings) -> Collector:
    clock = fixed_clock(NOW)
    ledger = Ledger(open_database(settings.database))
    maker = Maker(county_code="320382", key=b"k", clock=clock)
    return Collector(
        Inbox(settings.inbox, clock),
        EvidenceStore(settings.evidence, clock),
        ledger,
        maker,
        settings.quarantine,
    )


def test_a_segment_sealed_without_its_pages_marked_is_not_written_twice(site, settings) -> None:
    source = site.source("/list.html")
    errand = Errand(source_id=source.id, url=f"{site.url}/a/1.html", role="item")
    answer = Fetched(
        url=errand.url,
        status=200,
        headers={"Content-Type": "text/html"},
        body=site.get("/a/1.html"),
    )
    first = collector(settings)
    first.take(errand)
    first.item(source, errand, answer)
    first.evidence.sync()
    first.inbox.seal()  # killed here: the ledger was not committed
    first.evidence.close()
    first.ledger.engine.dispose()

    second = collector(settings)
    second.take(errand)
    second.item(source, errand, answer)
    second.finish()
    second.ledger.engine.dispose()

    assert second.tally.outcomes == {"stored": 1}
    inbox = Inbox(settings.inbox)
    assert [a.id for path in inbox.sealed() for a in inbox.read(path)] == [article_id(errand.url)]


def test_a_page_that_breaks_extraction_is_kept_for_a_person(site, settings) -> None:
    source = site.source("/list.html")
    broken = source.but(selectors=source.selectors.but(body="p:::("))
    errand = Errand(source_id=source.id, url=f"{site.url}/a/1.html", role="item")
    answer = Fetched(url=errand.url, status=200, headers={}, body=site.get("/a/1.html"))
    one = collector(settings)
    one.take(errand)
    try:
        one.item(broken, errand, answer)
    except Exception as error:
        one.quarantined(errand, answer, error)
    one.finish()
    one.ledger.engine.dispose()
    assert one.tally.report(id="x", flow="crawl", started_at=NOW, finished_at=NOW).balanced
    assert next(iter(one.tally.outcomes)).startswith("quarantined/")
    assert (settings.quarantine / f"{article_id(errand.url)}.body").read_bytes() == answer.body
