"""Standing queries answered by the cluster: questions are stored in an index, documents are sent to them (percolator).

    minyin-articles-standing-v2-1f0c…            the alias that is asked, one a mapping
    minyin-articles-standing-v2-1f0c…-questions  the index behind it, a document a question

A question's id is the digest of its compiled form, so a changed question, dictionary or rule of compiling is another
document, and who stores the same question twice, or in two processes at once, stores it once. The index is a cache
that anybody may delete at any time: every answer counts the questions that it was given by, and where one is missing
they are stored again. What was asked in relative time (`now-1d`) was worked out by the reader: a new question a run.
Left to others: who asked, and what happens where there is no percolator (`index.elastic_standing`).
"""

import hashlib
import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from index.ast import Node
from index.dates import instant
from index.elastic_access import Asking, cause
from index.elastic_query import Compiler, Dsl
from index.elastic_schema import index_settings, properties
from index.elastic_writing import CONFLICT, GONE, chunks
from index.mapping import FIELDS, VERSION
from index.record import PRESENT, present_of, texts_of, values_of
from index.text import Cut
from minyin.errors import DependencyError, QueryError
from minyin.model import Document

log = logging.getLogger(__name__)

QUERY, KEY = "query", "key"
DATES = tuple(field.name for field in FIELDS if field.kind == "date")
SLOTS = "_percolator_document_slot"
# of documents sent at once: the node reads them into memory
DOCUMENTS, CHARACTERS = 1_000, 1_000_000
# questions asked at once; a window of results is 10,000 (index.max_result_window)
QUESTIONS = 5_000
SENT = 500
# questions nobody asks any more are not asked, but they lie there; beyond this the index is begun anew
FORGOTTEN = 20_000
ROUNDS = 3
UNREADY = 503


class Lacking(Exception):
    """The cluster has no percolator."""


class _Incomplete(Exception):
    """The answer was not given by all questions: somebody deleted the index."""


class Percolator:
    """Saved questions by name. `left`: those that the cluster cannot be asked, complete after the first answer."""

    def __init__(
        self, client: Elasticsearch, alias: str, cut: Cut, questions: Mapping[str, Node]
    ) -> None:
        self._client = client
        self._cut = cut
        self._family = f"{alias}-standing-"
        self._alias = f"{self._family}v{VERSION}-{_digest(_mappings())[:12]}"
        self._dsl: dict[str, Dsl] = {}
        self._names: dict[str, list[str]] = defaultdict(list)
        self.left: set[str] = set()
        compiler = Compiler(cut)
        for name, node in questions.items():
            try:
                dsl = compiler.query(node)
            except QueryError:  # too much for a cluster
                self.left.add(name)
                continue
            key = _digest(dsl)
            self._dsl[key] = dsl
            self._names[key].append(name)

    def matches(self, documents: Sequence[Document], ask: Asking) -> dict[str, list[str]]:
        """For each question that finds something, the ids it finds. Raises Lacking, DependencyError, OperatorError."""
        found: dict[str, list[str]] = defaultdict(list)
        for batch in _batches(documents):
            records = [_record(document, self._cut) for document in batch]
            for key, slots in self._matches(records, ask).items():
                for name in self._names[key]:
                    found[name] += (batch[slot].id for slot in slots)
        return found

    def _matches(self, records: list[dict[str, Any]], ask: Asking) -> dict[str, list[int]]:
        """By key, the places of the records; stores the questions where they are not there."""
        for attempt in range(ROUNDS):
            try:
                if attempt:
                    ask(self._store)
                return ask(lambda: self._asked(records))
            except _Incomplete:
                log.debug("not all standing queries are there, round %d", attempt)
        raise DependencyError(
            f"常设检索存进 {self._alias} 后又不见了，试了 {ROUNDS} 遍；请查是谁在删这个索引"
        )

    def _asked(self, records: list[dict[str, Any]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for keys in chunks(self._dsl, QUESTIONS):
            mine = {"terms": {KEY: keys}}
            try:
                answer = self._client.options(retry_on_status=()).search(
                    index=self._alias,
                    query={"bool": {"filter": [mine, _percolate(records)]}},
                    aggs={"all": {"global": {}, "aggs": {"mine": {"filter": mine}}}},
                    size=len(keys),
                    source=False,
                    sort="_doc",
                    track_total_hits=False,
                    allow_partial_search_results=False,
                    filter_path=["hits.hits._id", f"hits.hits.fields.{SLOTS}", "aggregations"],
                )
            except ApiError as error:
                # 503: another process has just made it; storing waits until it is there
                if error.status_code in (GONE, UNREADY):
                    raise _Incomplete from None
                raise (Lacking() if _lacks(error) else error) from error
            if answer["aggregations"]["all"]["mine"]["doc_count"] != len(keys):
                raise _Incomplete
            hits = answer.get("hits", {}).get("hits", [])
            found |= {hit["_id"]: sorted(hit["fields"][SLOTS]) for hit in hits}
        return found

    def _store(self) -> None:
        """Every question into the index; what the cluster will not take is left."""
        try:
            self._fill()
        except NotFoundError:
            raise _Incomplete from None

    def _fill(self) -> None:
        if not self._client.indices.exists_alias(name=self._alias):
            self._open()
        for keys in chunks(list(self._dsl), SENT):
            self._send(keys)
        self._client.indices.refresh(index=self._alias)
        lying = int(self._client.count(index=self._alias)["count"])
        if lying - len(self._dsl) > FORGOTTEN:
            self._client.indices.delete(index=f"{self._alias}-questions")
            raise _Incomplete

    def _open(self) -> None:
        """Raises Lacking."""
        try:
            self._client.indices.create(
                index=f"{self._alias}-questions",
                aliases={self._alias: {}},
                mappings=_mappings(),
                settings=index_settings(),
            )
        except ApiError as error:
            if _lacks(error):
                raise Lacking from error
            if cause(error.body)[0] != "resource_already_exists_exception":  # by another process
                raise
        self._forget()

    def _forget(self) -> None:
        """Away with what earlier mappings left; a later version of the program keeps its own."""
        own = re.compile(rf"{re.escape(self._family)}v(\d+)-[0-9a-f]{{12}}-questions")
        for index in self._client.indices.get(index=f"{self._family}*"):
            named = own.fullmatch(index)
            if named and int(named[1]) <= VERSION and not index.startswith(self._alias):
                self._client.indices.delete(index=index, ignore_unavailable=True)

    def _send(self, keys: Sequence[str]) -> None:
        """What is there stays. By the alias only: an index deleted meanwhile must not come back with another mapping."""
        operations: list[dict[str, Any]] = []
        for key in keys:
            operations += [{"create": {"_id": key}}, {QUERY: self._dsl[key], KEY: key}]
        answer = self._client.bulk(index=self._alias, operations=operations, require_alias=True)
        for item in answer["items"]:
            result = item["create"]
            if result["status"] == 400:
                self._leave(result["_id"], cause(result)[1])
            elif result["status"] == GONE:
                raise _Incomplete
            elif result["status"] >= 300 and result["status"] != CONFLICT:
                kind, reason = cause(result)
                raise DependencyError(f"常设检索存不进 {self._alias}：{kind} {reason}")

    def _leave(self, key: str, reason: str) -> None:
        names = self._names[key]
        log.warning("standing queries the cluster will not take: %s: %s", ", ".join(names), reason)
        self.left.update(names)
        del self._dsl[key]


def _mappings() -> dict[str, Any]:
    """The fields as the articles have them, so that an answer is what a search would find."""
    stored = {QUERY: {"type": "percolator"}, KEY: {"type": "keyword"}}
    return {"dynamic": False, "properties": properties() | stored}


def _lacks(error: ApiError) -> bool:
    """Neither the query nor the type of field is known where the module is not there; nobody need be asked for modules."""
    reason = cause(error.body)[1]
    unknown = "unknown query [percolate]" in reason or "[percolator]" in reason
    return error.status_code == 400 and unknown


def _percolate(records: list[dict[str, Any]]) -> Dsl:
    return {"percolate": {"field": QUERY, "documents": records}}


def _record(document: Document, cut: Cut) -> dict[str, Any]:
    """What a question may ask about, and nothing else."""
    values, texts = values_of(document), texts_of(document, cut)
    dates = {name: instant(values[name]) for name in DATES if name in values}
    return values | dates | texts | {PRESENT: present_of(values, texts)}


def _batches(documents: Sequence[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    characters = 0
    for document in documents:
        if batch and (len(batch) == DOCUMENTS or characters > CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(document)
        characters += len(document.text)
    if batch:
        yield batch


def _digest(value: Any) -> str:
    """
    >>> _digest({"b": 1, "a": 2}) == _digest({"a": 2, "b": 1})
    True
    """
    said = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
