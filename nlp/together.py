"""One kind of work on several cores: batches go out, results come back in order, this process works along.

Workers are started fresh (spawn), so threads and open databases of this process are no danger to them. Until they are
ready, and whenever their result is awaited, this process takes batches itself; a worker that dies loses nothing, its
batches are done here. Left to others: what the work is (`nlp.bulk`, `flows.ingest`).
"""

import gc
import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from typing import Any, Generic, Self, TypeVar

log = logging.getLogger(__name__)
B = TypeVar("B")
R = TypeVar("R")
AHEAD = 2
"""Batches that wait at each worker, so that it never waits for one."""
HELD = 32
"""Results held while the one before them is awaited: memory is bounded."""
SELDOM = 50_000
"""Objects between two searches for cycles; analysis makes none, and the search took a twelfth of the time."""


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # no Linux
        return os.cpu_count() or 1


class Together(Generic[B, R]):
    """`work` in this process and, made anew by `make`, in `workers - 1` others; `make` must be picklable."""

    def __init__(
        self, work: Callable[[B], R], make: Callable[[], Callable[[B], R]], workers: int
    ) -> None:
        self._work = work
        self._others = workers - 1
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Future[None] | None = None
        if self._others > 0:
            self._pool = ProcessPoolExecutor(
                self._others, get_context("spawn"), initializer=_begin, initargs=(make,)
            )
            with _deaf():
                self._ready = self._pool.submit(_nothing)

    def __enter__(self) -> Self:
        self._often = gc.get_threshold()
        gc.set_threshold(SELDOM, *self._often[1:])
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        gc.set_threshold(*self._often)
        if self._pool is not None:
            # Python waits for the workers at its end anyway; a pool left to that now and then prints a trace there
            self._pool.shutdown(wait=error is None, cancel_futures=True)

    def results(self, batches: Iterable[B]) -> Iterator[R]:
        """One result a batch, in order; what the work raises is raised here."""
        coming = iter(batches)
        waiting: deque[tuple[B, Future[R]]] = deque()
        while True:
            waiting.extend(
                (batch, self._sent(batch)) for batch in islice(coming, self._room(waiting))
            )
            if waiting and (waiting[0][1].done() or len(waiting) >= HELD):
                yield self._result(*waiting.popleft())
            elif own := list(islice(coming, 1)):
                waiting.append((own[0], _finished(self._work(own[0]))))
            elif waiting:
                yield self._result(*waiting.popleft())
            else:
                return

    def wait(self) -> None:
        """Until a worker is ready or known to be none, for whoever wants to measure."""
        futures.wait([self._ready] if self._ready else [])

    def _room(self, waiting: Iterable[tuple[B, Future[R]]]) -> int:
        """How many batches the workers can be sent."""
        if self._ready is None or not self._ready.done():
            return 0
        return max(0, AHEAD * self._others - sum(not future.done() for _, future in waiting))

    def _sent(self, batch: B) -> Future[R]:
        assert self._pool is not None
        try:
            return self._pool.submit(_do, batch)
        except BrokenExecutor:
            return _finished(self._work(batch))

    def _result(self, batch: B, future: Future[R]) -> R:
        try:
            return future.result()
        except BrokenExecutor:
            log.warning("分析用的进程中途退出，由本进程接着做；常见原因是内存不足")
            return self._work(batch)


def _finished(result: R) -> Future[R]:
    future: Future[R] = Future()
    future.set_result(result)
    return future


# --- in a worker ---------------------------------------------------------------------------------------------------

_WORK: list[Callable[[Any], Any]] = []


def _begin(make: Callable[[], Callable[[Any], Any]]) -> None:
    """Load everything once; Ctrl-C is the first process's affair, and its death is ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    _WORK.append(make())
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(SELDOM)


def _follow() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _nothing() -> None:
    """Done as soon as a worker is ready."""


def _do(batch: Any) -> Any:
    return _WORK[0](batch)


@contextmanager
def _deaf() -> Iterator[None]:
    """A process started now ignores Ctrl-C from its first moment, before it can say so itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
