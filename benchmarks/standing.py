"""How fast 1,000 standing queries are asked of 1,000 new articles: `python benchmarks/standing.py [--elasticsearch URL]`.

Articles of 200 to 400 characters out of real complaints (MINYIN_DATA), already segmented, as ingest brings them. The
same questions are asked one by one of an engine that holds nothing but these articles: the best case of that way.
With the URL of a cluster that has the percolator (MINYIN_OPENSEARCH_URL) that is measured beside it.
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rjieba

from index.ast import Node
from index.embedded import EmbeddedStore
from index.port import ArticleStore
from index.query import parse
from index.standing import Standing
from minyin.clock import fixed_clock
from minyin.model import Document
from minyin.settings import IndexSettings
from tests.support.index_documents import NOW, document

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
CLOCK = fixed_clock(NOW)
T = TypeVar("T")


def articles(number: int) -> list[Document]:
    path = DATA / "civic_messages" / "complaints_2019.jsonl"
    if not path.exists():
        raise SystemExit(f"no {path}: set MINYIN_DATA to the research data")
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    long = [" ".join(text.split())[:400] for text in texts if len(text) >= 200]
    dice = random.Random(11)
    made = []
    for serial in range(number):
        text = dice.choice(long)
        title = text[:20]
        made.append(
            document(dice, serial).but(
                id=f"{serial:026}",
                title=title,
                text=text,
                masked=(),
                words_title=" ".join(rjieba.cut(title)),
                words_text=" ".join(rjieba.cut(text)),
            )
        )
    return made


def questions(number: int, given: list[Document]) -> list[str]:
    """Words, pairs, phrases, filters and ranges of time, all different."""
    dice = random.Random(5)
    words = sorted(
        {w for d in given for w in d.words_text.split() if 2 <= len(w) <= 4 and w.isalpha()}
    )
    asked: dict[str, None] = {}
    while len(asked) < number:
        a, b, c = dice.sample(words, 3)
        form = dice.choice(
            (
                f'"{a}"',
                f"{a} {b} {c}",
                f'"{a}" and "{b}"',
                f"{a}{b} or 标题:{c}",
                f'("{a}" or "{b}") and 情感:负面 and not 渠道:新闻网站',
                f'"{a}" and 时间>=now-{dice.randint(1, 90)}d/d',
                f"镇街:{dice.choice((320382001, 320382002, 320382105))} and 等级>={dice.randint(1, 3)} and {a}",
                f'主题:T{dice.randint(1, 28):02} and 诉求:是 and not "{a}"',
            )
        )
        asked[form] = None
    return list(asked)


def timed(call: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def one_by_one(store: ArticleStore, new: list[Document], asked: list[str]) -> str:
    writing, _ = timed(lambda: store.write(new))
    asking, found = timed(lambda: sum(store.count(query) for query in asked))
    return f"{asking:.2f} s beside {writing:.2f} s for writing, {found} matches"


def percolated(
    url: str, trees: Mapping[str, Node], new: list[Document], expected: Mapping[str, object]
) -> str:
    """The first asking stores the questions; sizes of batch as ingest and as the watch of alerts bring them."""
    from index.elastic import ElasticStore

    settings = IndexSettings(
        engine="elasticsearch", hosts=(url,), name="minyin-bench-standing", timeout_seconds=120
    )
    store = ElasticStore(settings, rjieba.cut, clock=CLOCK)
    standing = store.standing(trees, "percolator")
    storing, _ = timed(lambda: standing.matches(new[:1]))
    for _ in range(3):  # until the node has compiled itself
        standing.matches(new)
    runs = [timed(lambda: standing.matches(new)) for _ in range(5)]
    same = "the same answers" if runs[0][1] == expected else "OTHER ANSWERS"
    small = [timed(lambda: standing.matches(new[:10]))[0] for _ in range(5)]
    store.clear()
    store.close()
    return (
        f"{statistics.median(seconds for seconds, _ in runs):.2f} s (median of 5), {same}; "
        f"storing the questions {storing:.2f} s; ten articles {statistics.median(small) * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--elasticsearch", help="URL of a node to measure beside it")
    parser.add_argument("--percolator", default=os.environ.get("MINYIN_OPENSEARCH_URL"))
    given = parser.parse_args()
    new = articles(given.articles)
    asked = questions(given.queries, new)
    list(rjieba.cut("先把词典读进来"))
    parsing, trees = timed(lambda: {query: parse(query, clock=CLOCK) for query in asked})
    planning, standing = timed(lambda: Standing(trees, rjieba.cut))
    runs = [timed(lambda: standing.matches(new)) for _ in range(5)]
    pairs = sum(len(ids) for ids in runs[0][1].values())
    matching = statistics.median(seconds for seconds, _ in runs)
    processor = time.process_time()
    standing.matches(new)
    processor = time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(asked)} queries x {len(new)} articles: {pairs} matches; matching {matching:.2f} s (median of 5; {processor:.2f} s of processor); "
        f"reading the queries {parsing:.2f} s, planning {planning:.2f} s; together {parsing + planning + matching:.2f} s; "
        f"peak RSS {peak:.0f} MB"
    )
    small = statistics.median(timed(lambda: standing.matches(new[:10]))[0] for _ in range(5))
    print(f"of ten articles: {small * 1000:.0f} ms")
    if given.percolator:
        print(f"percolator: {percolated(given.percolator, trees, new, runs[0][1])}")
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(folder), rjieba.cut, clock=CLOCK)
        print(f"embedded engine, one query after the other: {one_by_one(store, new, asked)}")
        store.close()
    if given.elasticsearch:
        from index.elastic import ElasticStore

        settings = IndexSettings(hosts=(given.elasticsearch,), name="minyin-bench-standing")
        elastic = ElasticStore(settings, rjieba.cut, clock=CLOCK)
        print(f"Elasticsearch, one query after the other: {one_by_one(elastic, new, asked)}")
        elastic.clear()
        elastic.close()


if __name__ == "__main__":
    main()
