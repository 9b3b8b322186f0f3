"""How fast articles are indexed and found: `python benchmarks/index.py [--documents N] [--elasticsearch URL]`.

Documents of 200 to 400 characters are recombined from sentences of real complaints (MINYIN_DATA), with every field of
the mapping filled. Words are segmented before the clock starts, since ingest brings them along.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rjieba

from index.embedded import EmbeddedStore
from index.port import ArticleStore, SearchRequest
from minyin.clock import fixed_clock
from minyin.model import Document
from minyin.settings import IndexSettings
from tests.support.index_documents import NOW, document

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
CHUNK = 20_000
DASHBOARD = SearchRequest(
    facets=("channel", "polarity", "street", "topics"), histogram="day", limit=50
)


def sentences() -> list[tuple[str, str]]:
    """(sentence, its words joined by spaces)"""
    path = DATA / "civic_messages" / "complaints_2019.jsonl"
    if not path.exists():
        raise SystemExit(f"no {path}: set MINYIN_DATA to the research data")
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    whole = "。".join(texts).replace("\n", "").replace("！", "。").replace("？", "。")
    found = [part.strip() + "。" for part in whole.split("。") if 8 <= len(part.strip()) <= 80]
    return [(part, " ".join(rjieba.cut(part))) for part in dict.fromkeys(found)]


def made(number: int, pool: list[tuple[str, str]]) -> Iterator[Document]:
    dice = random.Random(11)
    shapes = [document(dice, serial) for serial in range(2_000)]
    for serial in range(number):
        chosen, length = [], 0
        wanted = dice.randint(200, 400)
        while length < wanted:
            chosen.append(dice.choice(pool))
            length += len(chosen[-1][0])
        title = dice.choice(pool)
        yield shapes[serial % len(shapes)].model_copy(
            update={
                "id": f"{serial:026}",
                "title": title[0],
                "words_title": title[1],
                "text": "".join(part[0] for part in chosen),
                "words_text": " ".join(part[1] for part in chosen),
                "published_at": NOW - timedelta(seconds=dice.randrange(400 * 86_400)),
            }
        )


def questions(pool: list[tuple[str, str]]) -> list[SearchRequest]:
    """200 mixed: words, pairs, phrases, filters and ranges; by time and by relevance."""
    dice = random.Random(5)
    words = [w for _, line in pool for w in line.split() if 2 <= len(w) <= 4]
    asked = []
    for number in range(200):
        first, second = dice.choice(words), dice.choice(words)
        whole = dice.choice(pool)[0]
        start = dice.randrange(max(1, len(whole) - 5))
        query = (
            (
                f'"{first}"',
                f'"{first}" and "{second}"',
                f'"{whole[start : start + 4]}"',
                f'"{first}" and 情感:负面 and 时间>=now-{dice.randint(7, 300)}d/d',
                f'镇街:320382001 and 等级>=2 and not "{first}"',
            )[number % 5]
            .replace("“", "")
            .replace("”", "")
        )
        asked.append(SearchRequest(query=query, sort="relevance" if number % 3 == 0 else "time"))
    return asked


def timed(call: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def measure(name: str, store: ArticleStore, number: int, pool: list[tuple[str, str]]) -> None:
    source, seconds, written = made(number, pool), 0.0, 0
    while chunk := [d for _, d in zip(range(CHUNK), source, strict=False)]:
        seconds += timed(lambda chunk=chunk: store.write(chunk)) / 1000
        written += len(chunk)
    asked = questions(pool)
    for request in asked[:20]:
        store.search(request)
    times = [timed(lambda request=request: store.search(request)) for request in asked]
    boards = [timed(lambda: store.search(DASHBOARD)) for _ in range(7)]
    live = [timed(lambda: store.write([next(made(1, pool))])) for _ in range(5)]
    cut = statistics.quantiles(times, n=20)
    print(
        f"{name}: {written} documents, {written / seconds:,.0f} docs/s; 200 queries p50 {statistics.median(times):.1f} ms, "
        f"p95 {cut[18]:.1f} ms; dashboard {statistics.median(boards):.0f} ms; one live write {statistics.median(live):.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--elasticsearch", help="URL of a node to measure beside it")
    given = parser.parse_args()
    pool = sentences()
    folder = Path(tempfile.mkdtemp(prefix="minyin-bench-"))
    try:
        store = EmbeddedStore(folder, rjieba.cut, clock=fixed_clock(NOW))
        measure("embedded", store, given.documents, pool)
        size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"embedded: {size:.0f} MB on disk, text included; peak RSS {peak:.0f} MB")
    finally:
        shutil.rmtree(folder)
    if given.elasticsearch:
        from index.elastic import ElasticStore

        settings = IndexSettings(hosts=(given.elasticsearch,), name="minyin-bench")
        elastic = ElasticStore(settings, rjieba.cut, clock=fixed_clock(NOW))
        measure("elasticsearch", elastic, given.documents, pool)


if __name__ == "__main__":
    main()
