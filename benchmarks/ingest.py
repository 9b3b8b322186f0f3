"""Articles per second for analyse + index, against jieba + SnowNLP + SQLite FTS5, interleaved in one run.

    python -m benchmarks.ingest [--articles 1000] [--rounds 3] [--data DIR]

Texts are the sample quarter's and, with --data, the real citizen messages of 2019. What Minyin does per article:
mask, segment, places, topics, contexts, opinion, repost signature, tantivy document. What the other side does: jieba
words, SnowNLP sentiment, an FTS5 row. Medians of the rounds are printed, CPU seconds of this process.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from flows.bootstrap import House, open_house
from flows.ingest import with_words
from minyin.identity import article_id, row_url
from minyin.model import Article, Channel
from minyin.settings import load_settings
from nlp.analyse import document_of
from nlp.repost.fingerprint import signature_of


def articles_of(texts: Iterable[str]) -> list[Article]:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    return [
        Article(
            id=article_id(row_url("bench", str(n))),
            source_id="bench",
            url=row_url("bench", str(n)),
            channel=Channel.FORUM,
            tier=5,
            text=text,
            published_at=at,
            collected_at=at,
        )
        for n, text in enumerate(texts)
    ]


def sample_texts() -> list[str]:
    path = Path(__file__).resolve().parent.parent / "samples" / "data" / "items.jsonl"
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def civic_texts(data: Path) -> list[str]:
    path = data / "civic_messages" / "complaints_2019.jsonl"
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def minyin_round(house: House, articles: list[Article]) -> None:
    documents = []
    for article in articles:
        document = document_of(article, house.analyser.analyse(article, None), "bench")
        signature_of(document.text)
        documents.append(with_words(house, document))
    house.store.write(documents)


def classic_round(articles: list[Article]) -> None:
    import jieba
    from snownlp import SnowNLP

    with tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(Path(folder) / "fts.db")
        base.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, body, sentiment UNINDEXED)"
        )
        rows = (
            (a.id, " ".join(jieba.cut(a.text)), SnowNLP(a.text).sentiments)
            for a in articles
            if a.text.strip()
        )
        base.executemany("INSERT INTO docs VALUES (?, ?, ?)", rows)
        base.commit()
        base.close()


def cpu(run: Callable[[], None]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    sets = {"sample": sample_texts()}
    if options.data:
        sets["civic_messages"] = civic_texts(options.data)
    with tempfile.TemporaryDirectory() as home:
        house = open_house(load_settings(home=Path(home)))
        minyin_round(house, articles_of(["预热"]))
        classic_round(articles_of(["预热一下分词词典"]))
        for name, texts in sets.items():
            compare(house, name, articles_of(texts[: options.articles]), options.rounds)


def compare(house: House, name: str, articles: list[Article], rounds: int) -> None:
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(len(articles) / cpu(lambda: minyin_round(house, articles)))
        theirs.append(len(articles) / cpu(lambda: classic_round(articles)))
    a, b = statistics.median(ours), statistics.median(theirs)
    print(
        f"{name}: {len(articles)} articles; minyin {a:.0f}/s, jieba+SnowNLP+FTS5 {b:.0f}/s per CPU; ratio {a / b:.1f}"
    )


if __name__ == "__main__":
    main()
