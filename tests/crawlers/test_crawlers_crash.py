"""kill -9 at any moment: the next crawl completes with the same articles, none twice."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.archive.evidence import EvidenceStore
from crawlers.archive.inbox import Inbox
from crawlers.engine.articles import Maker
from crawlers.engine.collector import Collector, Sealer
from crawlers.engine.errand import Errand, Fetched
from crawlers.engine.ledger import Ledger
from crawlers.engine.readers import AFTER, MOST
from minyin.clock import fixed_clock
from minyin.database import open_database
from minyin.errors import DependencyError
from minyin.identity import article_id
from minyin.settings import Settings
from minyin.source import Source
from support.hostile_lists import article

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def end_child_after(
    pages: int, how: signal.Signals
) -> tuple[Callable[[str, int], None], list[int]]:
    """A progress callback that ends the crawl's own process once so many pages are done; the readers it had."""
    killed: list[int] = []
    readers: list[int] = []

    def progress(_source: str, done: int) -> None:
        if done >= pages and not killed:
            for child in children_of(os.getpid()):
                if b"crawlers.engine.job" in Path(f"/proc/{child}/cmdline").read_bytes():
                    readers.extend(children_of(child))
                    killed.append(child)
                    os.kill(child, how)

    return progress, readers


# with its readers at work, and before it has any
@pytest.mark.parametrize("case", [(150, 120, signal.SIGKILL), (60, 12, signal.SIGINT)])
def test_a_crawl_killed_or_interrupted_is_completed_by_the_next(
    site, settings, run, collected, case: tuple[int, int, signal.Signals]
) -> None:
    whole, pages, how = case
    site.get(f"/_set?delay=0.1&pages={whole}")
    source = site.source("/many/list-1.html")
    progress, readers = end_child_after(pages, how)
    with pytest.raises(DependencyError, match="采集进程中断"):
        run(source, progress=progress)
    partial = len(collected())
    assert partial < whole
    asked = sum("/many/" in one["path"] for one in site.log())
    assert asked < whole, "a crawl that was told to end asked on"
    assert len(readers) == (1 if pages > AFTER and MOST else 0)
    for reader in readers:  # a reader that finds its crawl gone ends
        while Path(f"/proc/{reader}").exists():
            time.sleep(0.05)

    site.get("/_set?delay=0")
    report = run(source)

    undisturbed = {article_id(f"{site.url}/many/{number}.html") for number in range(1, whole + 1)}
    counts = Counter(article.id for article in collected())
    assert set(counts) == undisturbed
    assert set(counts.values()) == {1}
    assert report.balanced
    assert not list(settings.inbox.glob("*.part"))
    store = EvidenceStore(settings.evidence)
    for one in collected():
        assert store.read(one.evidence).url == one.url


def collect(settings: Settings, source: Source, pages: list[tuple[Errand, Fetched]]) -> None:
    """As the spider does, with a segment of seven articles, and a kill between any two lines of it."""
    one = collector(settings)
    sealer = Sealer(one, articles=7, seconds=60)
    for errand, answer in pages:
        known = one.ledger.get(errand.key)
        if one.take(errand) and not (known and known.settled):
            one.item(source, errand, answer)
            sealer.after_page()
    one.finish()


def test_kill_nine_at_any_moment_loses_no_article_and_doubles_none(site, settings) -> None:
    source = site.source("/list.html")
    headers = {"Content-Type": "text/html; charset=utf-8"}
    pages = []
    for number in range(45):
        errand = Errand(source_id=source.id, url=f"{site.url}/a/{number}.html", role="item")
        body = article(str(number)).encode()
        pages.append((errand, Fetched(url=errand.url, status=200, headers=headers, body=body)))
    collector(settings).ledger.engine.dispose()  # the tables are there
    chance = random.Random(9)
    ended = killed = lives = 0
    while not ended:
        lives += 1
        child = os.fork()
        if child == 0:
            collect(settings, source, pages)
            os._exit(0)
        time.sleep(chance.uniform(0, 0.1 * lives))  # longer each time, so that it comes to an end
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        ended, killed = ended + (status == 0), killed + (status != 0)
    inbox = Inbox(settings.inbox)
    found = [one for path in inbox.sealed() for one in inbox.read(path)]
    assert killed
    assert sorted(one.id for one in found) == sorted(errand.key for errand, _ in pages)
    store = EvidenceStore(settings.evidence)
    assert all(store.read(one.evidence).url == one.url for one in found)


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
