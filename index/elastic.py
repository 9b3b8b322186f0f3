"""The article store of many machines: Elasticsearch 8 or 9 through the official client.

One index behind an alias, made from a template on first use. Answers are those of the embedded store
(tests/contract). Failures of the cluster are DependencyError; how often to try again is left to flows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import BulkIndexError, streaming_bulk

from index.ast import Node
from index.elastic_query import Compiler, Dsl
from index.elastic_schema import document_of, elastic_document, template
from index.elastic_totals import asked, read
from index.groups import grouped
from index.highlight import highlights, needles
from index.mapping import VERSION
from index.names import Names
from index.paging import key_of_page, offset_of
from index.port import Hit, SearchRequest, SearchResult
from index.query import parse
from index.record import HEAT_KEY, TIME_KEY
from index.text import Cut
from minyin.clock import Clock, system_clock
from minyin.errors import DependencyError, OperatorError
from minyin.model import Document
from minyin.settings import IndexSettings

CHUNK = 500
CHUNK_BYTES = 10_000_000
SCAN_PAGE = 1_000

T = TypeVar("T")


def client_of(settings: IndexSettings) -> Elasticsearch:
    """A client with the hosts, certificates and credentials of the settings."""
    access: dict[str, Any] = {}
    if settings.user and settings.password:
        access["basic_auth"] = (settings.user, settings.password.get_secret_value())
    if settings.api_key:
        access["api_key"] = settings.api_key.get_secret_value()
    if settings.ca_certs:
        access["ca_certs"] = str(settings.ca_certs)
    return Elasticsearch(
        list(settings.hosts),
        **access,
        request_timeout=30,
        max_retries=2,
        retry_on_timeout=True,
    )


class ElasticStore:
    """`index.port.ArticleStore` on Elasticsearch."""

    def __init__(
        self,
        settings: IndexSettings,
        cut: Cut,
        *,
        clock: Clock = system_clock,
        names: Names | None = None,
    ) -> None:
        self._hosts = "、".join(settings.hosts)
        self._alias = settings.name
        self._client = client_of(settings)
        self._cut = cut
        self._clock = clock
        self._names = names
        self._compiler = Compiler(cut)
        self._asked(self._ensure)

    def write(self, documents: Iterable[Document]) -> int:
        return self._asked(lambda: self._bulk(documents))

    def delete(self, ids: Sequence[str]) -> int:
        def deleted() -> int:
            query = {"ids": {"values": list(ids)}}
            answer = self._client.delete_by_query(
                index=self._alias, query=query, refresh=True, conflicts="proceed"
            )
            return int(answer["deleted"])

        return self._asked(deleted) if ids else 0

    def get(self, ids: Sequence[str]) -> list[Document]:
        """In the order asked for; ids that are not there are left out."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        answer = self._asked(lambda: self._client.mget(index=self._alias, ids=wanted))
        return [document_of(doc["_source"]) for doc in answer["docs"] if doc.get("found")]

    def count(self, query: str = "") -> int:
        return self.counts([query])[0]

    def counts(self, queries: Sequence[str]) -> list[int]:
        if not queries:
            return []
        asked = {str(n): self._compiler.query(self._parsed(q)) for n, q in enumerate(queries)}
        aggs = {"counts": {"filters": {"filters": asked}}}
        answer = self._asked(lambda: self._client.search(index=self._alias, size=0, aggs=aggs))
        found = answer["aggregations"]["counts"]["buckets"]
        return [int(found[str(number)]["doc_count"]) for number in range(len(queries))]

    def search(self, request: SearchRequest) -> SearchResult:
        return self._find(self._parsed(request.query), request)

    def migrate(self, report: Callable[[int], None]) -> int:
        """Always current: an index of another version is refused when the store opens."""
        report(0)
        return 0

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
        """Everything found, oldest first."""
        request = SearchRequest(query=query, ascending=True, limit=SCAN_PAGE, highlight=False)
        while True:
            result = self.search(request)
            yield from (hit.document for hit in result.hits)
            if result.after is None:
                return
            request = request.but(after=result.after)

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
        }
        if request.sort == "relevance":
            body["from_"] = offset_of(request)
            body["size"] = min(body["size"], 10_000 - body["from_"])
        else:
            key = TIME_KEY if request.sort == "time" else HEAT_KEY
            order = "asc" if request.ascending else "desc"
            body["sort"] = [{key: order}, {"id": order}]
            body["search_after"] = key_of_page(request)
        return self._asked(lambda: self._client.search(index=self._alias, **body))

    def _bulk(self, documents: Iterable[Document]) -> int:
        actions = (
            {"_index": self._alias, "_id": d.id, "_source": elastic_document(d, self._cut)}
            for d in documents
        )
        outcomes = streaming_bulk(
            self._client,
            actions,
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            max_retries=5,
            initial_backoff=1,
            max_backoff=30,
            raise_on_error=False,
        )
        written, refused = 0, []
        for fine, outcome in outcomes:
            written += fine
            if not fine:
                refused.append(outcome["index"])
        self._client.indices.refresh(index=self._alias)
        if refused:
            first = refused[0]
            why = first.get("error", {})
            reason = why.get("reason", why) if isinstance(why, dict) else why
            raise DependencyError(
                f"Elasticsearch 拒收 {len(refused)} 篇文章，第一篇 {first['_id']}：{reason}"
            )
        return written

    def _ensure(self) -> None:
        """The template, the first index and the alias, if they are not there; refuses another mapping's."""
        indices = self._client.indices
        if indices.exists_alias(name=self._alias):
            self._check()
            return
        indices.put_index_template(name=self._alias, **template(self._alias))
        first = f"{self._alias}-v{VERSION}-000001"
        if not indices.exists(index=first):
            indices.create(index=first, aliases={self._alias: {"is_write_index": True}})

    def _check(self) -> None:
        mappings = self._client.indices.get_mapping(index=self._alias)
        for name, index in mappings.items():
            found = index["mappings"].get("_meta", {}).get("minyin_mapping", "未知")
            if found != VERSION:
                raise OperatorError(
                    f"Elasticsearch 索引 {name} 的版本是 {found}，本程序需要版本 {VERSION}；请运行 minyin rebuild 重建"
                )

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except BulkIndexError as error:
            raise DependencyError(f"Elasticsearch 拒收文章：{error}") from error
        except ApiError as error:
            reason = error.message
            raise DependencyError(
                f"Elasticsearch（{self._hosts}）拒绝了请求：{error.status_code} {reason}"
            ) from error
        except TransportError as error:
            raise DependencyError(
                f"连不上 Elasticsearch（{self._hosts}）：{error.message}；请检查服务是否启动、地址和证书是否正确"
            ) from error
