"""What of many articles is new: each against the newest wording in which it was met before (table `versions`).

For articles that come in bulk and are not crawled; a crawl asks its ledger page by page.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, select

from crawlers.engine.articles import content_digest
from minyin.database import reading, tables
from minyin.database.values import upsert
from minyin.model import Article

AT_ONCE = 500


class Wordings:
    """The wordings known of `articles` when it was made, and those noted since."""

    def __init__(self, engine: Engine, articles: Sequence[Article], key: bytes) -> None:
        self.engine, self.key = engine, key
        self._newest = newest_digests(engine, [article.id for article in articles])
        self._noted: list[dict[str, object]] = []

    def verdict(self, article: Article) -> str:
        """stored, updated or unchanged."""
        before = self._newest.get(article.id)
        if before is None:
            return "stored"
        return "unchanged" if before == content_digest(article, self.key) else "updated"

    def note(self, article: Article) -> None:
        """The article, with its evidence, lies in the inbox in this wording."""
        digest = content_digest(article, self.key)
        self._newest[article.id] = digest
        self._noted.append(version_row(article, digest))

    def commit(self) -> None:
        """Only once what was noted lies in a sealed segment: what a killed import left open comes in again."""
        with self.engine.begin() as connection:
            for start in range(0, len(self._noted), AT_ONCE):
                upsert(connection, tables.versions, self._noted[start : start + AT_ONCE])
        self._noted.clear()


def version_row(article: Article, digest: str) -> dict[str, object]:
    """The row of table `versions` for an article in this wording."""
    return {
        "article_id": article.id,
        "digest": digest,
        "source_id": article.source_id,
        "collected_at": article.collected_at,
        "evidence": article.evidence.model_dump() if article.evidence else {},
    }


def note_unnoted(engine: Engine, articles: Iterable[Article], key: bytes) -> dict[str, str]:
    """Note the wordings of articles in the inbox that a killed run sealed and did not live to note; id and digest of each."""
    digests = [(article, content_digest(article, key)) for article in articles]
    known: set[tuple[str, str]] = set()
    v = tables.versions.c
    with reading(engine) as connection:
        for start in range(0, len(digests), AT_ONCE):
            part = [article.id for article, _ in digests[start : start + AT_ONCE]]
            rows = select(v.article_id, v.digest).where(v.article_id.in_(part))
            known |= {(row.article_id, row.digest) for row in connection.execute(rows)}
    missing = [pair for pair in digests if (pair[0].id, pair[1]) not in known]
    with engine.begin() as connection:
        upsert(connection, tables.versions, [version_row(*pair) for pair in missing])
    return {article.id: digest for article, digest in missing}


def newest_digests(engine: Engine, ids: Iterable[str]) -> dict[str, str]:
    """The digest of each article's newest wording; without those never met."""
    wanted, found = list(dict.fromkeys(ids)), {}
    v = tables.versions.c
    with reading(engine) as connection:
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            rows = select(v.article_id, v.digest).where(v.article_id.in_(part))
            # as `Ledger.has_version` orders them, the newest last
            for row in connection.execute(rows.order_by(v.collected_at, v.digest.desc())):
                found[row.article_id] = row.digest
    return found
