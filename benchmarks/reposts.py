"""How fast reposts are found: `python benchmarks/reposts.py [--articles N] [--days D]`.

N articles of 300 characters, made of altered sentences of real complaints (MINYIN_DATA), over D days; every tenth
repeats one of the last thousand, cut or with a credit. Each is fingerprinted, looked up and remembered in a SQLite
database on disk, as ingest does it; the articles' own rows are written outside the timing. CPU seconds of one thread. Then the house is opened
anew: the time until the window is read back.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, insert

from benchmarks.nlp import AT, LENGTH, pool_of
from minyin.database import open_database, tables
from minyin.model import ArticleKind, Channel, Document
from nlp.reposts import PERMUTATIONS, RepostBook, forget, signature_of
from nlp.repostwindow import Window
from nlp.training.events import document

CHUNK, KEPT = 2000, 1000


def stream(number: int, days: float) -> Iterator[tuple[Document, str | None]]:
    """(article, the one it repeats)."""
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
    start = dice.randrange(8)
    return "".join(
        chr(dice.randrange(0x4E00, 0x9000)) if n % 8 == start else char
        for n, char in enumerate(sentence)
    )


def stored(connection: Connection, chunk: list[tuple[Document, str | None]]) -> None:
    """What `find` needs of the articles' rows."""
    names = set(tables.articles.columns.keys())
    rows = [
        {k: v for k, v in one.model_dump().items() if k in names}
        | {"topics": [], "places": [], "place_names": [], "contexts": [], "indexed": False}
        for one, _ in chunk
    ]
    connection.execute(insert(tables.articles), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--days", type=float, default=200.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments.articles, arguments.days)


def measure(folder: Path, number: int, days: float) -> None:
    engine = open_database(f"sqlite:///{folder}/minyin.db")
    window = Window(PERMUTATIONS)
    spent, found, right, wrong, known = 0.0, 0, 0, 0, 0
    chunk: list[tuple[Document, str | None]] = []
    for serial, pair in enumerate(stream(number, days), 1):
        chunk.append(pair)
        if len(chunk) < CHUNK and serial < number:
            continue
        with engine.begin() as connection:
            stored(connection, chunk)
            before = time.process_time()
            book = RepostBook(connection, window)
            for one, original in chunk:
                signature = signature_of(one.text)
                said = book.find(one, signature)
                book.add(one, signature)
                known += original is not None
                found += said is not None
                right += said is not None and said == original
                wrong += said is not None and original is None
            book.keep()
            spent += time.process_time() - before
            if serial % (10 * CHUNK) == 0:
                forget(connection, chunk[-1][0].published_at)
        chunk = []
        if serial % (10 * CHUNK) == 0 or serial == number:
            print(
                f"{serial:,} articles: {serial / spent:,.0f}/s, window {len(window):,} articles, "
                f"{window.bytes / 1e6:.0f} MB of tables, process {_memory():.0f} MB",
                flush=True,
            )
    print(
        f"repeats found {right / known:.3f}, strangers called repeats {wrong / (number - known):.5f}"
    )
    with engine.begin() as connection:
        rows = connection.exec_driver_sql(
            "SELECT count(*), sum(length(signature)) FROM signatures"
        ).one()
        print(f"signatures kept: {rows[0]:,}, {rows[1] / 1e6:.0f} MB")
        before = time.perf_counter()
        one = next(stream(1, 1.0))[0].but(published_at=AT + timedelta(days=days), id="z")
        RepostBook(connection).find(one, signature_of(one.text))
        print(f"read back after a restart: {time.perf_counter() - before:.2f} s")
    engine.dispose()


def _memory() -> float:
    with open(f"/proc/{os.getpid()}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
