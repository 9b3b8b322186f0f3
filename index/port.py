"""What a search engine must do for Minyin: the port of the embedded store and of Elasticsearch.

Values in, values out; one contract suite (tests/contract) runs on every implementation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from pydantic import Field

from minyin.model import Document, Span, Value


class SearchRequest(Value):
    """A question, and what is to be counted over all that it finds. `query` is KQL (docs/search.md); empty is everything.

    `facets`: documents per value. `histogram`: documents per hour, day, week or month. `distinct`: how many different
    values a field has. `significant`: values more frequent here than in the whole store. `group`: a facet field; for
    each of its `group_size` most frequent values the first `group_hits` documents, in the order of `sort`.
    """

    query: str = ""
    sort: Literal["time", "relevance", "heat"] = "time"
    ascending: bool = False
    limit: int = 20
    after: tuple[float | str, ...] | None = None
    facets: tuple[str, ...] = ()
    facet_size: int = 30
    histogram: Literal["hour", "day", "week", "month"] | None = None
    distinct: tuple[str, ...] = ()
    significant: tuple[str, ...] = ()
    group: str | None = None
    group_size: int = 10
    group_hits: int = 3
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


class Significant(Value):
    """A value that is more frequent among the `count` documents found than among all `background` that have it.

    `score` is JLH, (f - b) * f / b for the shares f among those found and b among all.
    """

    key: str
    count: int
    background: int
    score: float


class Group(Value):
    """One value of the field that a search is grouped by, and the first of its documents."""

    key: str
    count: int
    hits: tuple[Hit, ...]


class SearchResult(Value):
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Bucket, ...]] = Field(default_factory=dict)
    histogram: tuple[Bucket, ...] = ()
    distinct: dict[str, int] = Field(default_factory=dict)
    significant: dict[str, tuple[Significant, ...]] = Field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    after: tuple[float | str, ...] | None = None


class FolderState(Value):
    """The index of one machine as it lies on the disk; `wanted` is the mapping version of this program."""

    version: int
    wanted: int
    segments: int
    deleted: int
    bytes: int
    free: int

    @property
    def current(self) -> bool:
        return self.version == self.wanted


class ArticleStore(Protocol):
    """Documents by id, searched. Writes are upserts; after `write` returns, `search` sees the documents."""

    def write(self, documents: Iterable[Document]) -> int: ...

    def delete(self, ids: Sequence[str]) -> int: ...

    def get(self, ids: Sequence[str]) -> list[Document]: ...

    def count(self, query: str = "") -> int: ...

    def counts(self, queries: Sequence[str]) -> list[int]:
        """`count` of each, in one go."""
        ...

    def search(self, request: SearchRequest) -> SearchResult: ...

    def scan(self, query: str = "") -> Iterator[Document]: ...

    def migrate(self, report: Callable[[int], None]) -> int:
        """Bring what is stored to the present mapping version while search stays up; 0 where it is current.

        Returns how many documents were moved; `report` hears the number so far. Killed and called again it goes on.
        """
        ...

    def close(self) -> None: ...


class StandingQueries(Protocol):
    """Saved questions by name, asked of batch after batch of new documents."""

    def matches(self, documents: Iterable[Document]) -> Mapping[str, Sequence[str]]:
        """For each question that finds something, the ids it finds, in the order of the documents."""
        ...
