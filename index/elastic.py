"""The article store of many machines: Elasticsearch 8 or 9, or OpenSearch 2 or 3, through the official client.

Monthly indices behind one alias (`index.elastic_generations`), written by bulk (`index.elastic_writing`). Answers are
those of the embedded store (tests/contract). Failures of the cluster are DependencyError (`index.elastic_access`); how
often to try again is left to flows. Nothing is asked of the cluster before it is needed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from index.ast import Node
from index.elastic_access import Asking, client_of
from index.elastic_generations import Generations
from index.elastic_migration import Migration
from index.elastic_paging import pages
from index.elastic_query import Compiler, Dsl
from index.elastic_schema import document_of
from index.elastic_standing import ClusterStanding
from index.elastic_totals import asked, read
from index.elastic_writing import Patience, Writer, chunks
from index.groups import grouped
from index.highlight import highlights, needles
from index.names import Names
from index.paging import key_of_page, offset_of
from index.port import Hit, SearchRequest, SearchResult
from index.query import parse
from index.record import HEAT_KEY, TIME_KEY
from index.text import Cut
from minyin.clock import Clock, system_clock
from minyin.model import Document
from minyin.settings import IndexSettings

# ids asked for at once
IDS = 1_000

T = TypeVar("T")


class ElasticStore:
    """`index.port.ArticleStore` on Elasticsearch."""

    def __init__(
        self,
        settings: IndexSettings,
        cut: Cut,
        *,
        clock: Clock = system_clock,
        names: Names | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._alias = settings.name
        self._client = client_of(settings)
        self._cut = cut
        self._clock = clock
        self._names = names
        self._compiler = Compiler(cut, self._explained)
        self._ask = Asking(settings)
        self._generations = Generations(self._client, settings.name, clock)
        self._writer = Writer(
            self._client, self._generations, self._ask, cut, patience or Patience()
        )

    def write(self, documents: Iterable[Document]) -> int:
        """Raises DocumentsRefused when all but some are written, DependencyError, OperatorError."""
        return self._ask(lambda: self._writer.write(documents))

    def delete(self, ids: Sequence[str]) -> int:
        return self._ask(lambda: self._writer.delete(ids)) if ids else 0

    def get(self, ids: Sequence[str]) -> list[Document]:
        """In the order asked for; ids that are not there are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Document] = {}
        for some in chunks(wanted, IDS):
            query = {"ids": {"values": some}}
            answer = self._asked(
                lambda query=query: self._client.search(  # type: ignore[misc]
                    index=self._alias, query=query, size=IDS, allow_partial_search_results=False
                )
            )
            found |= {hit["_id"]: document_of(hit["_source"]) for hit in answer["hits"]["hits"]}
        return [found[id] for id in wanted if id in found]

    def count(self, query: str = "") -> int:
        return self.counts([query])[0]

    def counts(self, queries: Sequence[str]) -> list[int]:
        if not queries:
            return []
        filters = {str(n): self._compiler.query(self._parsed(q)) for n, q in enumerate(queries)}
        body: Dsl = {
            "size": 0,
            "aggs": {"counts": {"filters": {"filters": filters}}},
            "allow_partial_search_results": False,
        }
        answer = self._asked(lambda: self._client.search(index=self._alias, **body))
        found = answer["aggregations"]["counts"]["buckets"]
        return [int(found[str(number)]["doc_count"]) for number in range(len(queries))]

    def search(self, request: SearchRequest) -> SearchResult:
        return self._find(self._parsed(request.query), request)

    def _find(self, node: Node, request: SearchRequest) -> SearchResult:
        answer = self._search(self._compiler.query(node), request)
        wanted = needles(node, self._cut) if request.highlight else ()
        hits = []
        for number, raw in enumerate(answer["hits"]["hits"][: request.limit], 1):
            document = document_of(raw["_source"])
            title, text = highlights(document, wanted) if wanted else ((), ())
            key = tuple(str(part) for part in raw.get("sort", ()))
            if request.sort == "relevance":
                key = (str(offset_of(request) + number),)
            score = float(raw["_score"] or 0.0)
            hits.append(
                Hit(
                    document=document,
                    title_spans=title,
                    text_spans=text,
                    score=score,
                    sort_key=key,
                )
            )
        more = len(answer["hits"]["hits"]) > request.limit > 0
        counted = read(answer, request)
        return SearchResult(
            total=answer["hits"]["total"]["value"],
            hits=tuple(hits),
            facets=counted.facets,
            histogram=counted.histogram,
            distinct=counted.distinct,
            significant=counted.significant,
            groups=grouped(self._find, node, request, counted.grouping),
            after=hits[-1].sort_key if more else None,
        )

    def scan(self, query: str = "") -> Iterator[Document]:
        """Everything found, oldest first, as it was when the scan began."""
        dsl = self._compiler.query(self._parsed(query))
        sort = [{TIME_KEY: "asc"}, {"id": "asc"}]
        found = pages(self._client, self._alias, query=dsl, sort=sort)
        while hits := self._asked(lambda: next(found, None)):
            yield from (document_of(hit["_source"]) for hit in hits)

    def standing(
        self, questions: Mapping[str, Node], how: Literal["auto", "percolator"] = "auto"
    ) -> ClusterStanding:
        """Asks nothing yet."""
        return ClusterStanding(
            questions, self._cut, client=self._client, alias=self._alias, ask=self._ask, how=how
        )

    def migrate(self, report: Callable[[int], None]) -> int:
        """Bring the store to the present mapping version while search stays up; documents moved, 0 if current."""
        migration = Migration(self._client, self._generations, self._writer, self._cut)
        return self._ask(lambda: migration.run(report))

    def clear(self) -> None:
        """Away with every document, whatever mapping version they were written under."""
        self._ask(self._generations.clear)

    def close(self) -> None:
        self._client.close()

    def _parsed(self, query: str) -> Any:
        return parse(query, clock=self._clock, names=self._names)

    def _search(self, dsl: Dsl, request: SearchRequest) -> Any:
        """One more hit than asked for, to know whether a page follows."""
        body: dict[str, Any] = {
            "query": dsl,
            "size": request.limit + 1 if request.limit > 0 else 0,
            "aggs": asked(request),
            "track_total_hits": True,
            # an index that is away must be an error, not a smaller answer
            "allow_partial_search_results": False,
        }
        if request.sort == "relevance":
            # a word is as rare as it is in all months together, not in each
            body["search_type"] = "dfs_query_then_fetch"
            body["from_"] = offset_of(request)
            body["size"] = min(body["size"], 10_000 - body["from_"])
        elif request.limit > 0:
            key = TIME_KEY if request.sort == "time" else HEAT_KEY
            order = "asc" if request.ascending else "desc"
            body["sort"] = [{key: order}, {"id": order}]
            body["search_after"] = key_of_page(request)
        return self._asked(lambda: self._client.search(index=self._alias, **body))

    def _explained(self, query: Dsl) -> list[str]:
        answer = self._asked(
            lambda: self._client.indices.validate_query(
                index=self._alias, query=query, rewrite=True, all_shards=True
            )
        )
        return [one.get("explanation", "") for one in answer.get("explanations", ())]

    def _asked(self, ask: Callable[[], T]) -> T:
        """The answer to a question, once there is something to ask."""
        self._ask(self._generations.for_reading)
        return self._ask(ask)
