"""A page that ends the process that reads it: the crawl is lost once, the page each time, nothing else ever."""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from crawlers.engine.errand import Errand, Fetched
from crawlers.engine.ledger import Ledger
from crawlers.engine.suspects import FOLDER, Hand, ReaderDied, Trial, in_hand
from minyin.clock import system_clock
from minyin.database import open_database
from minyin.errors import DependencyError
from minyin.identity import article_id
from support.hostile_lists import article
from support.serving import serving

TESTS = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.usefixtures("deadly")


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = (TESTS / "support" / "deadly_pages", TESTS.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))


def pages(deadly_one: int) -> dict[str, str]:
    found = {
        f"/a/{n}.html": article(str(n), word="DEADLY" if n == deadly_one else "") for n in range(6)
    }
    listed = "".join(
        f"<li><a class='item' href='/a/{n}.html'>标题很长的新闻 {n}</a></li>" for n in range(6)
    )
    return found | {"/robots.txt": "", "/list.html": f"<html><body><ul>{listed}</ul></body></html>"}


def test_a_page_that_ends_the_crawl_is_tried_apart_by_the_next(
    site, settings, run, collected
) -> None:
    with serving(pages(3)) as base:
        source = site.source("/list.html", start_urls=(f"{base}/list.html",))
        with pytest.raises(DependencyError, match=rf"在读 {base}/a/3\.html"):
            run(source)
        report = run(source)
        assert report.outcomes == {"listed": 1, "quarantined/ReaderDied": 1, "stored": 5}
        assert report.balanced
    assert len(collected()) == 5
    assert (settings.quarantine / f"{article_id(f'{base}/a/3.html')}.body").is_file()
    # nothing is in hand any more, and what the page did is remembered
    control, ledger = settings.home / "crawl", Ledger(open_database(settings.database))
    assert not list((control / FOLDER).iterdir())
    with closing(Hand(control, "next", ledger)) as hand:
        items = [Errand(source_id=source.id, url=f"{base}/a/{n}.html", role="item") for n in (3, 4)]
        assert [hand.accused(one) for one in items] == [True, False]
    ledger.engine.dispose()


def test_what_a_dead_crawl_had_in_hand_is_accused_until_it_was_tried(site, tmp_path) -> None:
    source = site.source("/list.html")
    errands = [
        Errand(source_id=source.id, url=f"{site.url}/{n}.html", role=role)
        for n, role in enumerate(("list", "list", "item"))
    ]
    ledger = Ledger(open_database(f"sqlite:///{tmp_path / 'x.db'}"))
    for errand in errands[:2]:
        child = os.fork()
        if child == 0:
            with Hand(tmp_path, f"dead-{errand.key}", ledger).holding(errand):
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
    assert in_hand(tmp_path, f"dead-{errands[0].key}") == errands[0].url

    with closing(Hand(tmp_path, "alive", ledger)) as alive, alive.holding(errands[2]):
        hand = Hand(tmp_path, "next", ledger)
    assert [hand.accused(errand) for errand in errands] == [True, True, False]
    listed = "<html><body><ul><li><a class='item' href='/a/1.html'>标题很长的新闻</a></li></ul></body></html>"
    innocent, guilty = (
        Trial(
            source,
            errand,
            Fetched(url=errand.url, status=200, headers={}, body=body.encode()),
            system_clock(),
        )
        for errand, body in zip(errands, (listed, listed + "DEADLY"), strict=False)
    )
    hand.try_apart(innocent)
    with pytest.raises(ReaderDied):
        hand.try_apart(guilty)
    hand.close()
    with closing(Hand(tmp_path, "later", ledger)) as later:
        assert not any(later.accused(errand) for errand in errands)
    ledger.engine.dispose()
