"""Pages of hits from tantivy, which sorts by one fast field and knows no search_after.

Time and heat are whole-number keys (`index.record`); documents that share a key are put in order by id here, so that
no page repeats or loses one. Relevance is paged by offset.
"""

from collections.abc import Sequence
from typing import NamedTuple

import tantivy
from tantivy import DocAddress, FieldType, Order, Query, Schema, Searcher

from index.embedded_query import both, number_of, total_of
from index.embedded_schema import document_of
from index.paging import by_key, key_of_page, offset_of
from index.port import SearchRequest
from index.record import HEAT_KEY, TIME_KEY
from minyin.model import Document

SortKey = tuple[float | str, ...]
Entry = tuple[int, str, tantivy.Document]


class Page(NamedTuple):
    total: int
    hits: Sequence[tuple[Document, float, SortKey]]
    after: SortKey | None


def load(searcher: Searcher, at: DocAddress) -> Document:
    return document_of(searcher.doc(at))


class Pager:
    """Pages of one question on one snapshot."""

    def __init__(self, searcher: Searcher, query: Query, schema: Schema) -> None:
        self.searcher = searcher
        self.query = query
        self.schema = schema

    def page(self, request: SearchRequest) -> Page:
        if request.limit <= 0:
            return Page(number_of(self.searcher, self.query), [], None)
        if request.sort == "relevance":
            return self.by_relevance(request)
        return self.by_key(request)

    def by_relevance(self, request: SearchRequest) -> Page:
        offset = offset_of(request)
        found = self.searcher.search(self.query, limit=request.limit, offset=offset)
        scored = [(load(self.searcher, at), float(score)) for score, at in found.hits]
        hits = [(doc, score, (str(offset + n),)) for n, (doc, score) in enumerate(scored, 1)]
        following = offset + len(hits)
        total = total_of(found)
        more = len(hits) == request.limit and following < total
        return Page(total, hits, (str(following),) if more else None)

    def by_key(self, request: SearchRequest) -> Page:
        key = TIME_KEY if request.sort == "time" else HEAT_KEY
        after = key_of_page(request)
        query = self.query
        wanted = request.limit
        if after:
            query = both(query, self.beyond(key, after[0], ascending=request.ascending))
            wanted += number_of(self.searcher, both(self.query, self.equal(key, after[0])))
        order = Order.Asc if request.ascending else Order.Desc
        found = self.searcher.search(
            query, limit=wanted + 1, order_by_field=key, order=order, count=not after
        )
        entries = self.settled(key, found.hits, wanted)
        rest = by_key(entries, after, ascending=request.ascending)
        chosen = rest[: request.limit]
        hits = [(document_of(stored), 0.0, (str(k), id)) for k, id, stored in chosen]
        total = number_of(self.searcher, self.query) if after else total_of(found)
        return Page(total, hits, hits[-1][2] if len(rest) > len(chosen) else None)

    def settled(self, key: str, hits: list[tuple[int, DocAddress]], wanted: int) -> list[Entry]:
        """Hits with their ids; where the page ends among documents of one key, all of that key instead of some."""
        if len(hits) <= wanted or hits[-1][0] != hits[-2][0]:
            return [self.entry(k, at) for k, at in hits]
        last = hits[-1][0]
        ties = both(self.query, self.equal(key, last))
        same = self.searcher.search(ties, limit=number_of(self.searcher, ties), count=False).hits
        entries = [self.entry(k, at) for k, at in hits if k != last]
        return entries + [self.entry(last, at) for _, at in same]

    def entry(self, key: int, at: DocAddress) -> Entry:
        """The stored document is read once: for its id now, as a whole if it is shown."""
        stored = self.searcher.doc(at)
        return key, str(stored.get_first("id")), stored

    def equal(self, key: str, value: int) -> Query:
        return Query.term_query(self.schema, key, value)

    def beyond(self, key: str, value: int, *, ascending: bool) -> Query:
        low, high = (value, None) if ascending else (None, value)
        return Query.range_query(self.schema, key, FieldType.Integer, low, high)
