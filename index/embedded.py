"""The article store of one machine: tantivy in a folder.

Any number of processes read while one writes; a write takes tantivy's lock only as long as it lasts and waits for its
turn. What is committed survives kill -9; what is not is gone as a whole, and writing it again is an upsert. An index of
an older mapping version is read as it is and written no more until it is migrated.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from index.ast import Node
from index.copying import batches, copy, prune
from index.embedded_faults import free, guarded
from index.embedded_folder import Shelf, deleted_in, made, others, pointed, swept
from index.embedded_pages import Page, Pager, load
from index.embedded_query import number_of
from index.embedded_totals import totals
from index.embedded_view import Snapshot, View
from index.embedded_writing import Report, put, writing
from index.groups import grouped
from index.highlight import highlights, needles
from index.mapping import VERSION
from index.names import Names
from index.port import FolderState, Hit, SearchRequest, SearchResult
from index.query import parse
from index.text import Cut
from minyin.clock import Clock, system_clock
from minyin.errors import DependencyError, OperatorError
from minyin.model import Document

# a commit costs ~100 ms; every 2,000 documents halved the bulk speed (ENGINES §B)
COMMIT_EVERY = 20_000
# a writer waits for the merges it caused, of up to a million documents now and then
PATIENCE = 180.0
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
        patience: float = PATIENCE,
        view: View | None = None,
    ) -> None:
        self._folder = folder
        self._cut = cut
        self._clock = clock
        self._names = names
        self._patience = patience
        self._view = view or View(folder, cut)
        self._now()

    def write(self, documents: Iterable[Document]) -> int:
        written = 0
        for batch in batches(documents, COMMIT_EVERY):
            with guarded(self._folder):
                now = self._writable()
                with writing(now, self._patience, len(batch)) as writer:
                    put(writer, batch, self._cut)
            written += len(batch)
        return written

    def delete(self, ids: Sequence[str]) -> int:
        with guarded(self._folder):
            now = self._writable()
            known = now.with_ids(list(ids))
            number = number_of(now.searcher, known)
            if number:
                with writing(now, self._patience) as writer:
                    writer.delete_documents_by_query(known)
        return number

    def get(self, ids: Sequence[str]) -> list[Document]:
        """In the order asked for; ids that are not there are left out."""
        if not ids:
            return []
        with guarded(self._folder):
            now = self._now()
            hits = now.searcher.search(now.with_ids(list(ids)), limit=len(ids), count=False).hits
            found = {
                document.id: document for document in (load(now.searcher, at) for _, at in hits)
            }
        return [found[id] for id in dict.fromkeys(ids) if id in found]

    def count(self, query: str = "") -> int:
        return self.counts([query])[0]

    def counts(self, queries: Sequence[str]) -> list[int]:
        nodes = [self._parsed(query) for query in queries]
        with guarded(self._folder):
            now = self._now()
            return [number_of(now.searcher, now.query(node)) for node in nodes]

    def search(self, request: SearchRequest) -> SearchResult:
        node = self._parsed(request.query)
        with guarded(self._folder):
            return self._find(node, request)

    def _find(self, node: Node, request: SearchRequest) -> SearchResult:
        now = self._now()
        query = now.query(node)
        if request.distinct and not self._view.shelf.current:
            raise OperatorError("检索库还是旧版本，不能统计不同的值；请运行 minyin index migrate")
        counted = totals(now.searcher, query, now.negative, request)
        page = Pager(now.searcher, query, now.index.schema).page(request)
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
        node = self._parsed(query)
        with guarded(self._folder):
            now = self._now()
            pager = Pager(now.searcher, now.query(node), now.index.schema)
        request = SearchRequest(ascending=True, limit=SCAN_PAGE)
        while True:
            with guarded(self._folder):
                page: Page = pager.page(request)
            yield from (document for document, _, _ in page.hits)
            if page.after is None:
                return
            request = request.but(after=page.after)

    def migrate(self, report: Report) -> int:
        """A new index is filled beside the old one, which is read meanwhile and not written; then it takes its place."""
        now = self._now()
        shelf = self._view.shelf
        if not shelf.current:
            return self.remake(report)
        if others(shelf):  # left by one that was killed at its very end
            with guarded(self._folder), writing(now, self._patience):
                swept(shelf)
        report(0)
        return 0

    def remake(self, report: Report) -> int:
        """Make the index anew from itself: what deleted documents took is free afterwards. Returns how many it holds."""
        with guarded(self._folder):
            old = self._now()
            name = f"v{VERSION}"
            taken = self._view.shelf.data.name == name
            fresh = Shelf(VERSION, self._folder / (f"{name}-again" if taken else name))
            with writing(old, self._patience):  # nobody writes to what is being left
                made(fresh.data)
                moved = self._moved(fresh, report)
                pointed(self._folder, fresh.data)
            swept(fresh)
        return moved

    def _moved(self, fresh: Shelf, report: Report) -> int:
        target = EmbeddedStore(
            self._folder,
            self._cut,
            clock=self._clock,
            patience=self._patience,
            view=View(self._folder, self._cut, fresh),
        )
        moved = copy(self, target, report).inputs
        prune(self, target)
        return moved

    def state(self) -> FolderState:
        with guarded(self._folder):
            now = self._now()
            shelf = self._view.shelf
            return FolderState(
                version=shelf.version,
                wanted=VERSION,
                segments=now.searcher.num_segments,
                deleted=deleted_in(shelf),
                bytes=sum(f.stat().st_size for f in self._folder.rglob("*") if f.is_file()),
                free=free(self._folder),
            )

    def close(self) -> None:
        """Nothing is held between calls."""

    def _parsed(self, query: str) -> Node:
        return parse(query, clock=self._clock, names=self._names)

    def _now(self) -> Snapshot:
        with guarded(self._folder):
            return self._view.now()

    def _writable(self) -> Snapshot:
        now = self._now()
        if not self._view.shelf.current:
            raise DependencyError(
                f"检索库 {self._folder} 还是旧版本 {self._view.shelf.version}，不能写入；"
                "请运行 minyin index migrate，未写入的文章会在此后自动续上"
            )
        return now
