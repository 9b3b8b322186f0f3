"""The article store of one machine: tantivy in a folder.

Any number of processes read while one writes; a write takes tantivy's lock only as long as it lasts and waits for its
turn. What is committed survives kill -9; what is not is gone as a whole, and writing it again is an upsert.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import tantivy
from tantivy import Query

from index.ast import Node
from index.embedded_folder import open_index
from index.embedded_pages import Page, Pager, load
from index.embedded_query import Compiler, number_of
from index.embedded_schema import tantivy_document
from index.embedded_totals import totals
from index.groups import grouped
from index.highlight import highlights, needles
from index.names import Names
from index.port import Hit, SearchRequest, SearchResult
from index.query import parse
from index.text import Cut
from minyin.clock import Clock, system_clock
from minyin.errors import DependencyError
from minyin.model import Document

# one indexing thread: Python feeds it, a second one made it slower (ENGINES §B)
THREADS = 1
HEAP = 128_000_000
# a commit costs ~100 ms; every 2,000 documents halved the bulk speed (ENGINES §B)
COMMIT_EVERY = 20_000
SCAN_PAGE = 1_000


class EmbeddedStore:
    """`index.port.ArticleStore` on tantivy. `patience`: seconds to wait for another writer."""

    def __init__(
        self,
        folder: Path,
        cut: Cut,
        *,
        clock: Clock = system_clock,
        names: Names | None = None,
        patience: float = 60.0,
    ) -> None:
        self._index = open_index(folder)
        self._meta = folder / "data" / "meta.json"
        self._seen: tuple[int, int] | None = None
        self._cut = cut
        self._clock = clock
        self._names = names
        self._patience = patience
        self._compiler = Compiler(self._index.schema, cut)

    def write(self, documents: Iterable[Document]) -> int:
        written = 0
        source = iter(documents)
        while batch := list(islice(source, COMMIT_EVERY)):
            with self._writer() as writer:
                for document in batch:
                    writer.delete_documents_by_term("id", document.id)
                    writer.add_document(tantivy_document(document, self._cut))
            written += len(batch)
        return written

    def delete(self, ids: Sequence[str]) -> int:
        known = self._with_ids(ids)
        number = number_of(self._searcher(), known)
        if number:
            with self._writer() as writer:
                writer.delete_documents_by_query(known)
        return number

    def get(self, ids: Sequence[str]) -> list[Document]:
        """In the order asked for; ids that are not there are left out."""
        if not ids:
            return []
        searcher = self._searcher()
        hits = searcher.search(self._with_ids(ids), limit=len(ids), count=False).hits
        found = {document.id: document for document in (load(searcher, at) for _, at in hits)}
        return [found[id] for id in dict.fromkeys(ids) if id in found]

    def count(self, query: str = "") -> int:
        return self.counts([query])[0]

    def counts(self, queries: Sequence[str]) -> list[int]:
        searcher = self._searcher()
        return [number_of(searcher, self._compiled(query)) for query in queries]

    def search(self, request: SearchRequest) -> SearchResult:
        return self._find(parse(request.query, clock=self._clock, names=self._names), request)

    def _find(self, node: Node, request: SearchRequest) -> SearchResult:
        searcher, query = self._searcher(), self._compiler.query(node)
        counted = totals(searcher, query, request)
        page = Pager(searcher, query, self._index.schema).page(request)
        wanted = needles(node, self._cut) if request.highlight else ()
        hits = []
        for document, score, key in page.hits:
            title, text = highlights(document, wanted) if wanted else ((), ())
            hits.append(
                Hit(
                    document=document, title_spans=title, text_spans=text, score=score, sort_key=key
                )
            )
        return SearchResult(
            total=page.total,
            hits=tuple(hits),
            facets=counted.facets,
            histogram=counted.histogram,
            distinct=counted.distinct,
            significant=counted.significant,
            groups=grouped(self._find, node, request, counted.grouping),
            after=page.after,
        )

    def scan(self, query: str = "") -> Iterator[Document]:
        """Everything found, oldest first, as it was when the scan began."""
        pager = Pager(self._searcher(), self._compiled(query), self._index.schema)
        request = SearchRequest(ascending=True, limit=SCAN_PAGE)
        while True:
            page: Page = pager.page(request)
            yield from (document for document, _, _ in page.hits)
            if page.after is None:
                return
            request = request.but(after=page.after)

    def migrate(self, report: Callable[[int], None]) -> int:
        """Always current: an index of another version is refused when the store opens."""
        report(0)
        return 0

    def close(self) -> None:
        """Nothing is held between calls."""

    def _compiled(self, query: str) -> Query:
        return self._compiler.query(parse(query, clock=self._clock, names=self._names))

    def _with_ids(self, ids: Sequence[str]) -> Query:
        return Query.term_set_query(self._index.schema, "id", list(ids))

    def _searcher(self) -> tantivy.Searcher:
        """What is committed now, by whatever process: meta.json is replaced at every commit."""
        stat = self._meta.stat()
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            self._index.reload()
            self._seen = seen
        return self._index.searcher()

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        """Commits at the end; an error in between leaves the index as it was."""
        writer = self._locked()
        try:
            yield writer
        except BaseException:
            writer.rollback()
            writer.wait_merging_threads()
            raise
        writer.commit()
        writer.wait_merging_threads()  # frees the lock; merges of a dropped writer would be lost

    def _locked(self) -> tantivy.IndexWriter:
        deadline = time.monotonic() + self._patience
        pause = 0.01
        while True:
            try:
                return self._index.writer(HEAP, THREADS)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise DependencyError(f"检索库打不开写入：{error}") from error
                if time.monotonic() > deadline:
                    raise DependencyError(
                        f"检索库正被另一个程序写入，等了 {self._patience:g} 秒仍未空出；"
                        "请确认没有卡住的 minyin 进程后重试"
                    ) from error
            time.sleep(pause)
            pause = min(pause * 2, 0.5)
