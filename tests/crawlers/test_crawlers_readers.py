"""Pages read beside the crawl: the same as read here; a page that kills its reader is one page lost; readers end."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.engine.errand import Errand, Fetched
from crawlers.engine.keytable import KeyTable
from crawlers.engine.ledger import Ledger
from crawlers.engine.pages import Page, read_answer
from crawlers.engine.readers import BEHIND, Reader, Readers, Reading
from crawlers.engine.suspects import Hand, ReaderDied
from minyin.clock import fixed_clock
from minyin.database import open_database
from minyin.errors import Rejected
from minyin.source import CleanUp, Source
from support.hostile_lists import article

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
PLAIN = Source(
    id="plain", name="某", kind="listing", channel="gov", tier=4, start_urls=("http://a.cn/",)
)
# a regex that takes for ever on a page of many a's
ENDLESS = PLAIN.but(id="endless", clean=(CleanUp(field="text", pattern="(a+)+$", replace=""),))


def page(number: int, source: Source = PLAIN, word: str = "") -> tuple[Errand, Fetched]:
    errand = Errand(source_id=source.id, url=f"http://a.cn/2026/{number}.html", role="item")
    headers = {"Content-Type": "text/html; charset=utf-8"}
    body = article(str(number), word=word).encode()
    return errand, Fetched(url=errand.url, status=200, headers=headers, body=body)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    ledger = Ledger(open_database(f"sqlite:///{tmp_path / 'x.db'}"))
    with closing(Hand(tmp_path, "run", ledger)) as one:
        yield one
    ledger.engine.dispose()


def readers(hand: Hand, after: int = 0, most: int = 1) -> Readers:
    sources = {source.id: source for source in (PLAIN, ENDLESS)}
    return Readers(sources, fixed_clock(NOW), hand, after=after, most=most)


def pid_of(reader: Reader) -> int:
    assert reader.process is not None
    return reader.process.pid


async def started(crew: Readers) -> Reader:
    reader = crew.readers[0]
    if not reader.begun:
        reader.start()
    while not reader.up:
        await asyncio.sleep(0.01)
    return reader


def test_pages_read_apart_are_as_pages_read_here(hand: Hand) -> None:
    async def go() -> list[Reading]:
        crew = readers(hand, after=2)
        pages = [page(number) for number in range(1, 7)]
        empty = Fetched(url="http://a.cn/e", status=200, headers={}, body=b"<html></html>")
        pages.append((pages[0][0], empty))
        found = [
            await crew.read(*one) for one in pages[:3]
        ]  # the third is read before the reader is up
        assert crew.readers[0].process is None
        await started(crew)
        found += await asyncio.gather(*(crew.read(*one) for one in pages[3:]))
        pid = pid_of(crew.readers[0])
        crew.close()
        assert not Path(f"/proc/{pid}").exists()
        return found

    found = asyncio.run(go())
    expected = [read_answer(PLAIN, page(n)[1], NOW, continued=False) for n in range(1, 7)]
    assert found[:-1] == expected
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason == "empty"


def test_a_page_that_kills_its_reader_is_one_page_lost(hand: Hand) -> None:
    async def go() -> list[Reading]:
        crew = readers(hand)
        first = pid_of(await started(crew))
        deadly = page(1, ENDLESS, word="\n</p><p>" + "a" * 60 + "!</p><p>")
        waiting = [asyncio.ensure_future(crew.read(*deadly))]
        waiting += [asyncio.ensure_future(crew.read(*page(number))) for number in (2, 3, 4)]
        await asyncio.sleep(0)
        os.kill(first, signal.SIGKILL)
        found = await asyncio.gather(*waiting)
        assert pid_of(crew.readers[0]) != first
        crew.close()
        return found

    found = asyncio.run(go())
    assert isinstance(found[0], ReaderDied)
    assert all(isinstance(one, Page) for one in found[1:])


def test_one_more_reader_is_started_where_one_does_not_keep_up(hand: Hand) -> None:
    async def go() -> list[bool]:
        crew = readers(hand, most=2)
        await started(crew)
        few = [asyncio.ensure_future(crew.read(*page(n))) for n in range(1, BEHIND)]
        await asyncio.gather(*few)
        begun = [crew.readers[1].begun]
        many = [asyncio.ensure_future(crew.read(*page(n))) for n in range(1, BEHIND + 2)]
        await asyncio.gather(*many)
        begun.append(crew.readers[1].begun)
        crew.close()
        return begun

    assert asyncio.run(go()) == [False, True]


def test_a_table_of_keys_forgets_nothing_and_confuses_nothing() -> None:
    table = KeyTable()
    for number in range(20_000):
        assert table.setdefault(f"key {number}", number % 9) == number % 9
    assert len(table) == 20_000
    assert all(table.setdefault(f"key {n}", 77) == n % 9 for n in range(20_000))
    assert not any(f"other {n}" in table for n in range(20_000))
