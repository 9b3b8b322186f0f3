"""An article's page read: all that depends on nothing but the answer and the source's entry, wherever it is done.

Left to others: in which process (`crawlers.engine.readers`), and what becomes of it (`crawlers.engine.collector`).
"""

from datetime import datetime
from typing import NamedTuple

from crawlers.engine.articles import page_digest
from crawlers.engine.errand import Fetched
from crawlers.page.canonical import page_url
from crawlers.page.extract import Expected, Extraction, extract
from crawlers.page.tuning import tuned
from minyin.source import Source


class Page(NamedTuple):
    """What a page holds, the address that names it, and a digest of all that it says."""

    extraction: Extraction
    url: str
    digest: str


def read_answer(source: Source, answer: Fetched, seen_at: datetime, *, continued: bool) -> Page:
    """`continued`: a later page of a thread. Raises Rejected: not_html, empty; and whatever a page may break."""
    found = extract(
        answer.body,
        url=answer.url,
        content_type=answer.content_type,
        selectors=source.selectors,
        expected=_expected(source, continued=continued),
        seen_at=seen_at,
    )
    extraction = tuned(found, answer, source)
    url = answer.url if extraction.thread else page_url(answer.body, answer.url)
    return Page(extraction, url, page_digest(extraction))


def _expected(source: Source, *, continued: bool) -> Expected:
    if continued:
        return Expected.LATER
    return Expected.THREAD if source.of_threads else Expected.ARTICLE
