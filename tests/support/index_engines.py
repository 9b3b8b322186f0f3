"""One engine, filled once: the store as the program uses it, and every id that a tree finds, without the documents.

The ids come straight from the engine with the project's own compiler: thousands of documents a question would be read
for nothing otherwise.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tantivy import Order

from index.ast import All, Node
from index.elastic_query import Compiler as ElasticCompiler
from index.embedded_folder import open_index
from index.embedded_query import Compiler as EmbeddedCompiler
from index.port import ArticleStore
from index.record import TIME_KEY
from index.text import Cut

MOST = 10_000


class Engine(NamedTuple):
    """`ids`: of a tree, newest first; `scores`: of a tree, id → score of the best `MOST`."""

    name: str
    store: ArticleStore
    ids: Callable[[Node], list[str]]
    scores: Callable[[Node], dict[str, float]]


def embedded_engine(store: ArticleStore, folder: Path, cut: Cut) -> Engine:
    index = open_index(folder)
    searcher = index.searcher()
    compiler = EmbeddedCompiler(index.schema, cut, searcher)
    everything = compiler.query(All())
    place = {
        (at.segment_ord, at.doc): str(searcher.doc(at).get_first("id"))
        for _, at in searcher.search(everything, limit=MOST).hits
    }

    def ids(node: Node) -> list[str]:
        found = searcher.search(
            compiler.query(node), limit=MOST, order_by_field=TIME_KEY, order=Order.Desc
        )
        keyed = [(key, place[at.segment_ord, at.doc]) for key, at in found.hits]
        return [id for _, id in sorted(keyed, reverse=True)]

    def scores(node: Node) -> dict[str, float]:
        found = searcher.search(compiler.query(node), limit=MOST)
        return {place[at.segment_ord, at.doc]: float(score) for score, at in found.hits}

    return Engine("embedded", store, ids, scores)


def elastic_engine(store: ArticleStore, client: Any, alias: str, cut: Cut) -> Engine:
    compiler = ElasticCompiler(cut)

    def ids(node: Node) -> list[str]:
        return elastic_ids(client, alias, compiler.query(node))

    def scores(node: Node) -> dict[str, float]:
        answer = client.search(
            index=alias,
            query=compiler.query(node),
            size=MOST,
            source=False,
            search_type="dfs_query_then_fetch",
        )
        return {hit["_id"]: float(hit["_score"]) for hit in answer["hits"]["hits"]}

    return Engine("elasticsearch", store, ids, scores)


def elastic_ids(client: Any, alias: str, query: dict[str, Any]) -> list[str]:
    """Newest first; the ids are the sort keys, so that no document is fetched at all."""
    answer = client.search(
        index=alias,
        query=query,
        size=MOST,
        sort=[{TIME_KEY: "desc"}, {"id": "desc"}],
        stored_fields="_none_",
        filter_path=["hits.hits.sort"],
    )
    return [hit["sort"][1] for hit in answer.get("hits", {}).get("hits", [])]
