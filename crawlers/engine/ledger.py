"""The page ledger: what was fetched, with which validators, and how it ended (table `pages`), and every wording met.

A page is written here only after its articles lie in a sealed segment: a crawl killed in between fetches it again.
Records are looked up as they are needed, so that the ledger's size costs no memory.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Engine, select

from crawlers.archive.wordings import newest_digests
from minyin.database import reading, tables
from minyin.database.values import upsert
from minyin.model import Value

# Records kept at hand; more than a list page leads to, few enough to forget
AT_HAND = 5_000
# What asking again may change: failures, and robots decisions
UNSETTLED = ("failed", "quarantined", "rejected/robots", "rejected/offsite", "listed/again")


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
        """Nothing is gained by asking again."""
        return not self.outcome.startswith(UNSETTLED)

    def conditions(self) -> dict[str, str]:
        """Headers of a conditional request."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


class Ledger:
    """The records looked at lately, and those waiting for their segment to be sealed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._at_hand: dict[str, PageRecord | None] = {}
        self._met: set[str] = set()
        self._pending: dict[str, PageRecord] = {}
        self._versions: dict[tuple[str, str], dict[str, Any]] = {}
        self._newest: dict[str, str] = {}

    def know(self, keys: Iterable[str]) -> None:
        """Look up many records at once: all that a list page leads to."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._at_hand]
        if not wanted:
            return
        if len(self._at_hand) > AT_HAND:
            self._at_hand, self._met = dict(self._pending), set()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            self._at_hand.update(dict.fromkeys(part))
            rows = select(tables.pages).where(tables.pages.c.url_key.in_(part))
            with reading(self.engine) as connection:
                for row in connection.execute(rows):
                    self._at_hand[row.url_key] = PageRecord.model_validate(dict(row._mapping))
            new = [key for key in part if self._at_hand[key] is None]
            self._met.update(newest_digests(self.engine, new))

    def unmet(self, key: str) -> bool:
        """Whether neither the page nor its article was ever met; a killed run may have noted the article alone."""
        return self.get(key) is None and key not in self._met

    def get(self, key: str) -> PageRecord | None:
        if key not in self._at_hand:
            self.know([key])
        return self._at_hand[key]

    def note(self, record: PageRecord) -> None:
        self._at_hand[record.url_key] = record
        self._pending[record.url_key] = record

    def version(self, row: dict[str, Any]) -> None:
        """An article in this wording was appended to the inbox."""
        self._versions[row["article_id"], row["digest"]] = row
        self._newest[row["article_id"]] = row["digest"]

    def has_version(self, article_id: str, digest: str) -> bool:
        """Whether the article's newest wording is this one."""
        v = tables.versions.c
        newest = select(v.digest).where(v.article_id == article_id)
        if article_id in self._newest:
            return self._newest[article_id] == digest
        with reading(self.engine) as connection:
            found = connection.execute(
                newest.order_by(v.collected_at.desc(), v.digest).limit(1)
            ).scalar()
        return found == digest

    def commit(self) -> None:
        if not (self._pending or self._versions):
            return
        with self.engine.begin() as connection:
            upsert(connection, tables.versions, list(self._versions.values()))
            upsert(connection, tables.pages, [dict(record) for record in self._pending.values()])
        for key in self._pending:
            self._at_hand.pop(key, None)
        self._pending.clear()
        self._versions.clear()
        self._newest.clear()
