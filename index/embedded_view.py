"""What one process sees of the index at this moment: follows other processes' commits and a swap of the folder."""

import threading
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Query, Searcher

from index.ast import Node, Term
from index.embedded_folder import META, POINTER, Shelf, opened, shelf_of
from index.embedded_query import Compiler
from index.text import Cut
from minyin.errors import OperatorError
from minyin.model import Polarity

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of one index, where it lies, and how to ask it."""

    data: Path
    index: tantivy.Index
    searcher: Searcher
    compiler: Compiler

    def query(self, node: Node) -> Query:
        """Raises OperatorError for a field that an index waiting for `minyin index migrate` has not yet."""
        try:
            return self.compiler.query(node)
        except ValueError as error:
            if "is not defined in the schema" not in str(error):
                raise
            raise OperatorError(
                "检索库还是旧版本，没有检索式用到的字段；请运行 minyin index migrate 后再查"
            ) from error

    @property
    def negative(self) -> Query:
        return self.compiler.query(Term("polarity", Polarity.NEGATIVE.value))

    def with_ids(self, ids: list[str]) -> Query:
        return Query.term_set_query(self.index.schema, "id", ids)


class View:
    """The index of a folder, opened when first looked at; `fixed`: this one, whatever version.json says."""

    def __init__(self, folder: Path, cut: Cut, fixed: Shelf | None = None) -> None:
        self._folder = folder
        self._fixed = fixed
        self._cut = cut
        self._lock = threading.Lock()
        self._pointer: Stamp | None = None
        self._meta: Stamp | None = None
        self.shelf: Shelf
        self._index: tantivy.Index
        self._snapshot: Snapshot

    def now(self) -> Snapshot:
        """What is committed now, by whatever process: two looks at files, no more, when nothing has changed."""
        with self._lock:
            try:
                return self._now()
            except FileNotFoundError:  # swapped away or rebuilt between two looks
                self._pointer = None
                return self._now()

    def _now(self) -> Snapshot:
        pointer = self._folder / POINTER
        if self._pointer is None or (not self._fixed and _stamp(pointer) != self._pointer):
            self._open()
        meta = _stamp(self.shelf.data / META)
        if meta != self._meta:
            self._index.reload()
            self._meta = meta
            searcher = self._index.searcher()
            compiler = Compiler(self._index.schema, self._cut, searcher)
            self._snapshot = Snapshot(self.shelf.data, self._index, searcher, compiler)
        return self._snapshot

    def _open(self) -> None:
        pointer = self._folder / POINTER
        if not pointer.exists():
            shelf_of(self._folder)
        self._pointer = _stamp(
            pointer
        )  # before it is read: replaced in between, it is read once more
        self.shelf = self._fixed or shelf_of(self._folder)
        self._index = opened(self.shelf)
        self._meta = None


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_ino
