"""From an old generation of indices to the present one while search stays up.

The old indices are closed to writers (what comes in waits in the database), every document that the new ones lack is
written there, and one request moves the alias and drops the old indices. Killed on the way, it goes on where it was:
the old indices are frozen, so a document that is in the new ones is done. A full copy on the client is needed because
words and characters are not kept in `_source` and may be cut otherwise today.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from index.elastic_generations import Generations
from index.elastic_paging import pages
from index.elastic_schema import document_of, version_of
from index.elastic_writing import Copy, Outcomes, Writer, indexing
from index.mapping import VERSION
from index.text import Cut
from minyin.errors import DependencyError
from minyin.model import Document

SORT = [{"published_at": "asc"}, {"id": "asc"}]


class Migration:
    """One move; made anew for each call."""

    def __init__(
        self, client: Elasticsearch, generations: Generations, writer: Writer, cut: Cut
    ) -> None:
        self._client = client
        self._generations = generations
        self._writer = writer
        self._cut = cut
        self._opened: set[str] = set()

    def run(self, report: Callable[[int], None]) -> int:
        """Documents moved by this call; `report` hears how many are done. Raises OperatorError, DependencyError."""
        old = self._generations.old(self._generations.live())
        if not old:
            return 0
        for index in old:
            self._client.indices.add_block(index=index, block="write")
        self._client.indices.refresh(index=old)
        self._generations.put_template(live=False)
        self._open([self._generations.begin_index()])
        moved = done = 0
        for hits in pages(self._client, ",".join(old), query={"match_all": {}}, sort=SORT):
            moved += self._move([document_of(hit["_source"]) for hit in hits])
            done += len(hits)
            report(done)
        self._check(old)
        self._flip(old)
        return moved

    def _move(self, documents: Sequence[Document]) -> int:
        """Those of a page that are not there yet."""
        places = {d.id: self._generations.index_of(d.published_at) for d in documents}
        self._open(places.values())
        wanted = [{"_index": index, "_id": id, "_source": False} for id, index in places.items()]
        answer = self._client.mget(docs=wanted)
        there = {doc["_id"] for doc in answer["docs"] if doc.get("found")}
        missing = [d for d in documents if d.id not in there]
        outcomes = Outcomes()
        self._writer.bulk(
            (indexing(d, Copy(places[d.id], version_of(d)), self._cut) for d in missing), outcomes
        )
        if outcomes.refused:
            id, reason = next(iter(outcomes.refused.items()))
            raise DependencyError(
                f"升级索引时 {len(outcomes.refused)} 篇写不进，第一篇 {id}：{reason}；原索引没有动，请运行 minyin rebuild 重建"
            )
        return len(missing)

    def _open(self, indices: Iterable[str]) -> None:
        for index in sorted(set(indices) - self._opened):
            self._generations.open(index, live=False)
            self._opened.add(index)

    def _check(self, old: Sequence[str]) -> None:
        new = sorted(self._opened)
        self._client.indices.refresh(index=new)
        before, after = (int(self._client.count(index=i)["count"]) for i in (old, new))
        if before != after:
            raise DependencyError(
                f"升级索引时数目不符：原有 {before} 篇，新索引 {after} 篇；原索引没有动，请运行 minyin rebuild 重建"
            )

    def _flip(self, old: Sequence[str]) -> None:
        """One change of the cluster's state: whoever searches sees the old indices or the new ones."""
        self._generations.put_template(live=True)
        actions: list[dict[str, Any]] = [
            {"add": {"index": index, "alias": self._generations.name}}
            for index in sorted(self._opened)
        ]
        actions += [{"remove_index": {"index": index}} for index in old]
        self._client.indices.update_aliases(actions=actions)
        self._drop_templates()

    def _drop_templates(self) -> None:
        name = self._generations.name
        found = self._client.indices.get_index_template(name=f"{name}*")["index_templates"]
        for template in found:
            own = template["name"] == name or template["name"].startswith(f"{name}-v")
            if own and template["index_template"].get("_meta", {}).get("minyin_mapping") not in (
                None,
                VERSION,
            ):
                self._client.indices.delete_index_template(name=template["name"])
