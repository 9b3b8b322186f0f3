"""Writing to tantivy: one writer at a time, whatever the process; a batch is committed as a whole or not at all."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import tantivy

from index.embedded_memory import lean, trim
from index.embedded_schema import tantivy_document
from index.embedded_view import Snapshot
from index.text import Cut
from minyin.errors import DependencyError
from minyin.model import Document

HEAP = 128_000_000
# Indexing a document takes tantivy twice the time that making it takes Python (0.4 and 0.17 ms on a busy core), so two
# threads for a bulk; a small batch in two segments would only have to be merged.
BULK, THREADS = 5_000, 2


@contextmanager
def writing(now: Snapshot, patience: float, documents: int = 0) -> Iterator[tantivy.IndexWriter]:
    """Commits at the end; an error in between leaves the index as it was. `documents`: how many are to be expected.

    Raises DependencyError after `patience` seconds.
    """
    bulk = documents >= BULK
    writer = _locked(now.index, patience, THREADS if bulk else 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        _given_up(writer)
        raise
    with lean(now.index, now.data):
        writer.wait_merging_threads()  # frees the lock; merges of a dropped writer would be lost
    if bulk:
        trim()


def put(writer: tantivy.IndexWriter, documents: Sequence[Document], cut: Cut) -> None:
    for document in documents:
        writer.delete_documents_by_term("id", document.id)
        writer.add_document(tantivy_document(document, cut))


def _given_up(writer: tantivy.IndexWriter) -> None:
    """Frees the lock; a writer whose disk is full cannot even do this, and frees it when it is dropped."""
    for step in (writer.rollback, writer.wait_merging_threads):
        try:
            step()
        except ValueError:
            return


def _locked(index: tantivy.Index, patience: float, threads: int) -> tantivy.IndexWriter:
    deadline = time.monotonic() + patience
    pause = 0.01
    while True:
        try:
            return index.writer(HEAP, threads)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise DependencyError(
                    f"检索库正被另一个程序写入，等了 {patience:g} 秒仍未空出；"
                    "请确认没有卡住的 minyin 进程后重试"
                ) from error
        time.sleep(pause)
        pause = min(pause * 2, 0.5)


Report = Callable[[int], None]
