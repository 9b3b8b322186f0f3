"""Processes that write to an embedded index and can be killed: forked from a server that has imported all there is."""

import os
import resource
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from index.embedded import EmbeddedStore
from minyin.errors import MinyinError
from tests.support.index_documents import cut, documents

EVERY = documents(900)  # made once, in the server, and there in every fork
_context = get_context("forkserver")
_context.set_forkserver_preload([__name__])


def started(job: Callable[..., None], *given: object) -> BaseProcess:
    process = _context.Process(target=job, args=given, daemon=True)
    process.start()
    return process


def write(folder: Path, log: Path, first: int, count: int, batch: int) -> None:
    """EVERY from `first` to `count` in batches; how many are written stands in `log`, a line per batch."""
    store = EmbeddedStore(folder, cut)
    with log.open("a", encoding="ascii") as lines:
        for start in range(first, count, batch):
            store.write(EVERY[start : start + batch])
            print(min(start + batch, count), file=lines, flush=True)


def written(log: Path) -> int:
    """What the writers have acknowledged."""
    lines = log.read_text(encoding="ascii").split("\n")[:-1] if log.exists() else []
    return max(map(int, lines), default=0)


def migrate(folder: Path, log: Path) -> None:
    """How many have been moved stands in `log`."""
    with log.open("a", encoding="ascii") as lines:
        EmbeddedStore(folder, cut).migrate(lambda done: print(done, file=lines, flush=True))


def write_small_files(folder: Path, said: Path) -> None:
    """A disk that is full: no file may grow beyond 100 kB. The error is said, then there is room again."""
    store = EmbeddedStore(folder, cut)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most))
    try:
        store.write(documents(3_000))
    except MinyinError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        said.write_text(f"{type(error).__name__} {store.count()} {error}", encoding="utf-8")
        store.write(documents(3_000))


def write_as_nobody(folder: Path, said: Path) -> None:
    """Root may write anywhere; another user is refused."""
    said.touch(mode=0o666)
    said.chmod(0o666)
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        EmbeddedStore(folder, cut).write(documents(3))
    except MinyinError as error:
        said.write_text(f"{type(error).__name__} {error}", encoding="utf-8")
