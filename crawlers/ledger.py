"""The page ledger: what was fetched, with which validators, and how it ended (table `pages`).

A page is written here only after its articles lie in a sealed segment: a crawl killed in between fetches it again.
"""

from pydantic import AwareDatetime
from sqlalchemy import Engine, select

from minyin.database import tables
from minyin.database.values import upsert
from minyin.identity import article_id
from minyin.model import Value


class PageRecord(Value):
    url_key: str
    source_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    payload_digest: str | None = None
    fetched_at: AwareDatetime
    outcome: str

    @property
    def settled(self) -> bool:
        """Nothing is gained by asking again; failures, and robots decisions, which may change, are not."""
        return not self.outcome.startswith(
            ("failed", "quarantined", "rejected/robots", "rejected/offsite")
        )

    def conditions(self) -> dict[str, str]:
        """Headers of a conditional request."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


class Ledger:
    """The records of the sources being crawled, and those waiting for their segment to be sealed."""

    def __init__(self, engine: Engine, source_ids: list[str]) -> None:
        self.engine = engine
        self._pending: dict[str, PageRecord] = {}
        statement = select(tables.pages).where(tables.pages.c.source_id.in_(source_ids))
        with engine.connect().execution_options(reading=True) as connection:
            rows = [
                PageRecord.model_validate(dict(row._mapping))
                for row in connection.execute(statement)
            ]
        self._records = {row.url_key: row for row in rows}

    def get(self, url: str) -> PageRecord | None:
        return self._records.get(article_id(url))

    def note(self, record: PageRecord) -> None:
        self._records[record.url_key] = record
        self._pending[record.url_key] = record

    def commit(self) -> None:
        if self._pending:
            with self.engine.begin() as connection:
                upsert(
                    connection, tables.pages, [dict(record) for record in self._pending.values()]
                )
            self._pending.clear()
