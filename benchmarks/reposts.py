"""How fast reposts are found: `python -m benchmarks.reposts [--articles N] [--days D] [--workers N]`.

N articles of 300 characters, made of altered sentences of real complaints (MINYIN_DATA), over D days; every tenth
repeats one of the last thousand, cut or with a credit. Each is fingerprinted, looked up and remembered in a SQLite
database on disk, as ingest does it: fingerprints on all cores (`nlp.together`), the rest here. The articles and their
own rows are made outside the timing. Printed are articles per second by the clock, by the CPU seconds of the busiest
process (the two agree where nothing else runs), and by those of all processes together. Then the house is opened anew:
the time until the window is read back.
"""

import argparse
import os
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import active_children

from sqlalchemy import Connection, Engine, insert

from benchmarks.nlp import AT, LENGTH, busy, pool_of
from minyin.database import open_database, tables
from minyin.model import ArticleKind, Channel, Document
from nlp.repost.fingerprint import PERMUTATIONS, signature_of
from nlp.repost.reposts import RepostBook, forget
from nlp.repost.window import Window
from nlp.together import Together, cores
from nlp.training.events import document

CHUNK, KEPT = 2000, 1000
BLOCK = 10_000
"""Articles made, then timed; old fingerprints are dropped after each block, as the upkeep does every night."""
Pair = tuple[Document, str | None]
"""An article, and the id of the one it repeats."""


def stream(number: int, days: float) -> Iterator[Pair]:
    dice, pool = random.Random(11), pool_of()
    recent: list[tuple[str, str]] = []
    for serial in range(number):
        original = None
        if serial % 10 == 9:
            original, text = dice.choice(recent)
            text = text[: int(0.6 * len(text))] if serial % 20 == 9 else f"【转自邳州论坛】\n{text}"
        else:
            text = ""
            while len(text) < LENGTH:
                text += _altered(dice.choice(pool), dice)
            text = text[:LENGTH]
            recent.append((f"a{serial:08d}", text))
            del recent[:-KEPT]
        at = AT + timedelta(days=days * serial / number)
        yield document(
            id=f"a{serial:08d}", text=text, published_at=at, channel=Channel.NEWS,
            kind=ArticleKind.ARTICLE, polarity="neutral", appeal=False,
        ), original  # fmt: skip


def _altered(sentence: str, dice: random.Random) -> str:
    """Every eighth character another one: articles that have nothing to do with each other share no sentence."""
    signs = list(sentence)
    places = range(dice.randrange(8), len(signs), 8)
    signs[places.start :: 8] = (chr(dice.randrange(0x4E00, 0x9000)) for _ in places)
    return "".join(signs)


def stored(connection: Connection, block: Sequence[Pair]) -> None:
    """What `find` needs of the articles' rows."""
    names = set(tables.articles.columns.keys())
    rows = [
        {k: v for k, v in one.model_dump().items() if k in names}
        | {"topics": [], "places": [], "place_names": [], "contexts": [], "indexed": False}
        for one, _ in block
    ]
    connection.execute(insert(tables.articles), rows)


@dataclass
class Account:
    """What came out, and what it took: seconds by the clock, CPU seconds of each process."""

    articles: int = 0
    known: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    clock: float = 0.0
    cpu: Counter[str] = field(default_factory=Counter)

    def take(self, said: str | None, original: str | None) -> None:
        self.articles += 1
        self.known += original is not None
        self.found += said is not None
        self.right += said is not None and said == original
        self.wrong += said is not None and original is None

    @contextmanager
    def timed(self) -> Iterator[None]:
        processes = ["self", *(str(child.pid) for child in active_children())]
        before, started = {one: busy(one) for one in processes}, time.perf_counter()
        yield
        self.clock += time.perf_counter() - started
        for one in processes:
            self.cpu[one] += busy(one) - before[one]

    def __str__(self) -> str:
        paces = (
            self.articles / spent
            for spent in (self.clock, max(self.cpu.values()), self.cpu.total())
        )
        clock, busiest, all_ = (f"{pace:,.0f}" for pace in paces)
        return (
            f"{clock}/s by the clock, {busiest} by the busiest process, {all_} by all on one core"
        )


def fingerprints(texts: Sequence[str]) -> list[bytes]:
    return [signature_of(text) for text in texts]


def fingerprinter() -> Callable[[Sequence[str]], list[bytes]]:
    return fingerprints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--days", type=float, default=200.0)
    parser.add_argument("--workers", type=int, default=cores())
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Together(fingerprints, fingerprinter, given.workers) as together,
    ):
        together.wait()
        engine = open_database(f"sqlite:///{folder}/minyin.db")
        measure(engine, together, stream(given.articles, given.days))
        restarted(engine, AT + timedelta(days=given.days))
        engine.dispose()


def measure(
    engine: Engine, together: Together[Sequence[str], list[bytes]], pairs: Iterator[Pair]
) -> None:
    window, account = Window(PERMUTATIONS), Account()
    while block := list(islice(pairs, BLOCK)):
        with engine.begin() as connection:
            stored(connection, block)
        chunks = [block[start : start + CHUNK] for start in range(0, len(block), CHUNK)]
        with account.timed():
            made = together.results([[one.text for one, _ in chunk] for chunk in chunks])
            for chunk, signatures in zip(chunks, made, strict=True):
                with engine.begin() as connection:
                    look_up(RepostBook(connection, window), chunk, signatures, account)
        with engine.begin() as connection:
            forget(connection, block[-1][0].published_at)
        print(
            f"{account.articles:,} articles: {account}; window {len(window):,} articles, "
            f"{window.bytes / 1e6:.0f} MB of tables, process {_memory():.0f} MB",
            flush=True,
        )
    strangers = account.articles - account.known
    print(f"repeats found {account.right / account.known:.3f}, ", end="")
    print(f"strangers called repeats {account.wrong / strangers:.5f}")


def look_up(
    book: RepostBook, chunk: Sequence[Pair], signatures: Sequence[bytes], account: Account
) -> None:
    for (one, original), signature in zip(chunk, signatures, strict=True):
        account.take(book.find(one, signature), original)
        book.add(one, signature)
    book.keep()


def restarted(engine: Engine, at: datetime) -> None:
    """The first article after a restart has the window read back."""
    one = next(stream(1, 1.0))[0].but(published_at=at, id="z")
    with engine.begin() as connection:
        count = "SELECT count(*), sum(length(signature)) FROM signatures"
        rows, size = connection.exec_driver_sql(count).one()
        print(f"signatures kept: {rows:,}, {size / 1e6:.0f} MB")
        before, worked = time.perf_counter(), time.process_time()
        RepostBook(connection).find(one, signature_of(one.text))
        spent = time.perf_counter() - before
        print(f"read back after a restart: {spent:.2f} s, {time.process_time() - worked:.2f} CPU s")


def _memory() -> float:
    with open(f"/proc/{os.getpid()}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
