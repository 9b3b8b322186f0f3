"""Writing to Elasticsearch: by bulk, with an outcome for every document, each in the index of its month.

The inbox, the database and the next run hold what is not written here, so a write may stop anywhere: written again,
everything is the same.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from index.elastic_access import BUSY, FORBIDDEN, Asking, cause
from index.elastic_generations import Generations
from index.elastic_schema import elastic_document, version_of
from index.text import Cut
from minyin.errors import DocumentsRefused
from minyin.model import Document

log = logging.getLogger(__name__)
T = TypeVar("T")

CHUNK = 500
CHUNK_BYTES = 10_000_000
# Copies are looked up by search, which sees what was refreshed; within one write they are also remembered, this many.
REMEMBERED = 100_000
CONFLICT, GONE = 409, 404


@dataclass(frozen=True)
class Patience:
    """How often a busy cluster (429) is asked again, and the pauses in seconds, doubled each time."""

    retries: int = 5
    first_pause: float = 1.0
    longest_pause: float = 30.0


class Copy(NamedTuple):
    """In which index a document is, and as which version."""

    place: str
    version: int


@dataclass
class Outcomes:
    """What became of the documents of one write."""

    refused: dict[str, str] = field(default_factory=dict)
    superseded: set[str] = field(default_factory=set)


class Writer:
    """Writes and deletes behind the alias."""

    def __init__(
        self,
        client: Elasticsearch,
        generations: Generations,
        asking: Asking,
        cut: Cut,
        patience: Patience,
    ) -> None:
        self._client = client
        self._generations = generations
        self._asking = asking
        self._cut = cut
        self._patience = patience

    def write(self, documents: Iterable[Document]) -> int:
        """How many were written or are there in a later form. Raises DocumentsRefused after writing the others."""
        live = self._generations.for_writing()
        written, outcomes = 0, Outcomes()
        placed: dict[str, Copy] = {}
        for chunk in chunks(documents, CHUNK):
            if len(placed) > REMEMBERED:
                self._refresh()
                placed.clear()
            self._chunk(chunk, live, placed, outcomes)
            written += sum(document.id not in outcomes.refused for document in chunk)
        self._refresh()
        if outcomes.superseded:
            log.info("%d documents are in the index in a later form", len(outcomes.superseded))
        if outcomes.refused:
            raise _refusal(outcomes.refused)
        return written

    def _chunk(
        self,
        chunk: Sequence[Document],
        live: set[str],
        placed: dict[str, Copy],
        outcomes: Outcomes,
    ) -> None:
        latest: dict[str, Document] = {}
        for document in chunk:
            known = latest.get(document.id)
            if known is None or version_of(known) <= version_of(document):
                latest[document.id] = document
        copies = self.copies(list(latest))
        actions: list[dict[str, Any]] = []
        for document in latest.values():
            there = copies.get(document.id, [])
            if document.id in placed:
                there = [*there, placed[document.id]]
            target = Copy(self._generations.index_of(document.published_at), version_of(document))
            if any(copy.version > target.version for copy in there):
                outcomes.superseded.add(document.id)
                continue
            placed[document.id] = target
            if target.place not in live:
                live.add(self._generations.open(target.place, live=True))
            actions += self._moved(document, target, there)
        self.bulk(actions, outcomes)

    def _moved(
        self, document: Document, target: Copy, there: Iterable[Copy]
    ) -> Iterator[dict[str, Any]]:
        """The document into its month, and out of the month where it was when its date changed."""
        yield indexing(document, target, self._cut)
        for copy in there:
            if copy.place != target.place:
                yield deletion(document.id, copy)

    def copies(self, ids: Sequence[str]) -> dict[str, list[Copy]]:
        """Where each of at most 5,000 documents is; what is nowhere is left out."""
        found: dict[str, list[Copy]] = defaultdict(list)
        answer = self._client.search(
            index=self._generations.name,
            query={"ids": {"values": list(ids)}},
            size=2 * len(ids),
            source=False,
            version=True,
            sort="_doc",
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        for hit in answer["hits"]["hits"]:
            found[hit["_id"]].append(Copy(hit["_index"], hit["_version"]))
        return found

    def bulk(self, actions: Iterable[dict[str, Any]], outcomes: Outcomes) -> None:
        """Sends actions; a busy cluster gets time. What fails with a document alone goes to its outcomes."""
        results = streaming_bulk(
            self._client,
            actions,
            chunk_size=2 * CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            max_retries=self._patience.retries,
            initial_backoff=self._patience.first_pause,
            max_backoff=self._patience.longest_pause,
            raise_on_error=False,
        )
        for fine, answer in results:
            if not fine:
                ((action, result),) = answer.items()
                self._unfine(action, result, outcomes)

    def _unfine(self, action: str, result: Mapping[str, Any], outcomes: Outcomes) -> None:
        status = int(result["status"])
        if status == CONFLICT:
            outcomes.superseded.add(result["_id"])
        elif action == "delete" and status == GONE:
            return
        else:
            kind, reason = cause(result)
            if status in (BUSY, FORBIDDEN) or status >= 500:
                raise self._asking.refusal(status, kind, reason)
            outcomes.refused[result["_id"]] = reason

    def delete(self, ids: Sequence[str]) -> int:
        """How many there were."""
        live = self._generations.for_writing()
        by_index: dict[str, dict[str, Copy]] = defaultdict(dict)
        for chunk in chunks(dict.fromkeys(ids), 1_000):
            for id, copies in self.copies(chunk).items():
                for copy in copies:
                    by_index[copy.place][id] = copy
        gone: set[str] = set()
        for index, copies_there in by_index.items():
            whole = len(live) > 1 and self._whole_month(index, len(copies_there))
            if not whole:
                self.bulk((deletion(id, copy) for id, copy in copies_there.items()), Outcomes())
            gone.update(copies_there)
        self._refresh()
        return len(gone)

    def _whole_month(self, index: str, number: int) -> bool:
        """Drop an index at one stroke where `number` documents are all that it holds and its month is over.

        The write block keeps a writer from slipping in between counting and dropping; it is refused and comes again.
        """
        if not self._generations.over(index) or self._count(index) != number:
            return False
        indices = self._client.indices
        indices.add_block(index=index, block="write")
        indices.refresh(index=index)
        if self._count(index) == number:
            indices.delete(index=index)
            return True
        indices.put_settings(index=index, settings={"index.blocks.write": None})
        return False

    def _count(self, index: str) -> int:
        return int(self._client.count(index=index)["count"])

    def _refresh(self) -> None:
        self._client.indices.refresh(index=self._generations.name)


def indexing(document: Document, target: Copy, cut: Cut) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_index": target.place,
        "_id": document.id,
        "version": target.version,
        "version_type": "external_gte",
        "_source": elastic_document(document, cut),
    }


def deletion(id: str, copy: Copy) -> dict[str, Any]:
    """Only that version: a later one that came meanwhile stays. The tombstone lets the same version come back."""
    return {
        "_op_type": "delete",
        "_index": copy.place,
        "_id": id,
        "version": copy.version,
        "version_type": "external_gte",
    }


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """
    >>> list(chunks("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


def _refusal(refused: Mapping[str, str]) -> DocumentsRefused:
    id, reason = next(iter(refused.items()))
    return DocumentsRefused(
        f"Elasticsearch 拒收 {len(refused)} 篇文章，第一篇 {id}：{reason}；其余已入索引；"
        "多因字段与索引的类型不合，请运行 minyin index migrate 或 minyin rebuild",
        ids=refused,
    )
