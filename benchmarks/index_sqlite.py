"""SQLite FTS5 as it would be used instead: single characters in FTS5, the fields in a table with the obvious indices.

Characters, not words, so that it is asked for, and finds, the same as our stores do.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from benchmarks.index_documents import Question
from index.dates import milliseconds
from index.record import as_json
from index.text import gram_texts
from minyin.model import Document

FIELDS = ("channel", "polarity", "street")
DAY, OFFSET = 86_400_000, 28_800_000


class SqliteStore:
    """Writes and answers what the benchmark asks of a store."""

    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / "articles.db", isolation_level=None)
        self.connection.executescript(
            """
            pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -200000;
            create table if not exists a (id text unique, published_at integer, severity integer, channel text,
                polarity text, street text, negative integer, document text);
            create table if not exists topics (article integer, topic text, negative integer);
            create virtual table if not exists f using fts5 (title, text, content = '', tokenize = 'unicode61');
            create index if not exists by_time on a (published_at);
            create index if not exists by_street on a (street, severity);
            create index if not exists by_polarity on a (polarity, published_at);
            """
        )

    def write(self, documents: Sequence[Document]) -> int:
        """New documents only: a contentless table cannot replace."""
        run = self.connection.execute
        run("begin")
        for one in documents:
            values = (
                one.id,
                milliseconds(one.published_at),
                one.severity,
                one.channel,
                one.polarity,
                one.street,
                one.negative,
                as_json(one),
            )
            row = run("insert into a values (?, ?, ?, ?, ?, ?, ?, ?)", values).lastrowid
            grams = " ".join(gram_texts(one.title or "")), " ".join(gram_texts(one.text))
            run("insert into f (rowid, title, text) values (?, ?, ?)", (row, *grams))
            for topic in one.topics:
                run("insert into topics values (?, ?, ?)", (row, topic, one.negative))
        run("commit")
        return len(documents)

    def search(self, asked: Question) -> int:
        """How many are found; the first 20 are fetched."""
        texts = "f match" in asked.sql and "not in" not in asked.sql
        source = "f join a on a.rowid = f.rowid" if texts else "a"
        best = texts and asked.request.sort == "relevance"
        order = "f.rank" if best else "a.published_at desc"
        count = f"select count(*) from {source} where {asked.sql}"
        first = f"select a.document from {source} where {asked.sql} order by {order} limit 20"
        found: int = self.connection.execute(count, asked.given).fetchone()[0]
        for (document,) in self.connection.execute(first, asked.given).fetchall():
            Document.model_validate_json(document)
        return found

    def dashboard(self) -> None:
        run = self.connection.execute
        day = f"(published_at + {OFFSET}) / {DAY}"
        run(f"select {day}, count(*), sum(negative) from a group by 1").fetchall()
        for field in FIELDS:
            run(f"select {field}, count(*), sum(negative) from a group by 1").fetchall()
        run("select topic, count(*), sum(negative) from topics group by 1").fetchall()
        for (document,) in run("select document from a order by published_at desc limit 50"):
            Document.model_validate_json(document)
