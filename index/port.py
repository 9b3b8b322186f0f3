"""What a search engine must do for Minyin: the port of the embedded store and of Elasticsearch.

Values in, values out; one contract suite (tests/contract) runs on every implementation.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

from pydantic import Field

from minyin.model import Document, Span, Value


class SearchRequest(Value):
    """A question. `query` is KQL (docs/search.md); an empty query is everything."""

    query: str = ""
    sort: Literal["time", "relevance", "heat"] = "time"
    ascending: bool = False
    limit: int = 20
    after: tuple[float | str, ...] | None = None
    facets: tuple[str, ...] = ()
    facet_size: int = 30
    histogram: Literal["hour", "day", "week", "month"] | None = None
    highlight: bool = True


class Hit(Value):
    """A found document; highlights are spans in the document's own title and text."""

    document: Document
    title_spans: tuple[Span, ...] = ()
    text_spans: tuple[Span, ...] = ()
    score: float = 0.0
    sort_key: tuple[float | str, ...] = ()


class Bucket(Value):
    """One value of a facet, or one interval of a histogram (its start, ISO 8601 in local time)."""

    key: str
    count: int
    negative: int = 0


class SearchResult(Value):
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Bucket, ...]] = Field(default_factory=dict)
    histogram: tuple[Bucket, ...] = ()
    after: tuple[float | str, ...] | None = None


class ArticleStore(Protocol):
    """Documents by id, searched. Writes are upserts; after `write` returns, `search` sees the documents."""

    def write(self, documents: Iterable[Document]) -> int: ...

    def delete(self, ids: Sequence[str]) -> int: ...

    def get(self, ids: Sequence[str]) -> list[Document]: ...

    def count(self, query: str = "") -> int: ...

    def search(self, request: SearchRequest) -> SearchResult: ...

    def scan(self, query: str = "") -> Iterator[Document]: ...

    def close(self) -> None: ...
