"""Pages read beside the crawl, in processes of their own, so that the crawl's core goes on fetching meanwhile.

A small crawl reads its pages itself: it is over before another process has started; and so does a larger one until the
reader is up, rather than wait for it. A page that kills its reader, or keeps it for a minute, is one page lost to
quarantine: the others that waited are read by the next. A reader ends with the crawl, however that ends. The other
side of the socket is `crawlers.engine.reader`.
"""

import asyncio
import logging
import os
import pickle
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from crawlers.engine.errand import Errand, Fetched
from crawlers.engine.pages import Page, read_answer
from crawlers.engine.reader import SIZE_BYTES, Task, framed
from crawlers.engine.suspects import Hand, ReaderDied, Trial
from minyin.clock import Clock
from minyin.source import Source

log = logging.getLogger(__name__)

# To start a reader costs as much as to read so many pages
AFTER = 100
# With so many pages waiting for each reader it is the reading that is waited for, and one more is started: at the pace at
# which other people's sites are asked that never happens, and a reader holds 53 MB
BEHIND = 10
# A machine of one core gains nothing from processes beside the crawl
MOST = min(4, os.cpu_count() or 1) if (os.cpu_count() or 1) > 1 else 0

Reading = Page | Exception


class Waiting(NamedTuple):
    """A page given to a reader and not yet read."""

    frame: bytes
    reading: "asyncio.Future[Reading]"


class Readers:
    """All readers of one crawl; the first is started after so many pages, and with no `most` all are read here."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        clock: Clock,
        hand: Hand,
        *,
        after: int = AFTER,
        most: int = MOST,
    ) -> None:
        self.sources, self.clock, self.hand, self.after = sources, clock, hand, after
        self.readers = [Reader(sources) for _ in range(most)]
        self.count = 0

    async def read(self, errand: Errand, answer: Fetched) -> Reading:
        """What the page holds, or why it holds nothing."""
        self.count += 1
        seen_at = self.clock()
        if self.count > self.after:
            self._keep_up()
        up = [reader for reader in self.readers if reader.up]
        if not up:
            return await self._here(errand, answer, seen_at)
        reader = min(up, key=lambda one: len(one.waiting))
        continued = errand.thread is not None
        return await reader.read(Task(errand.source_id, answer, seen_at, continued))

    async def _here(self, errand: Errand, answer: Fetched, seen_at: datetime) -> Reading:
        """In the crawl's own process, after a trial where an earlier crawl ended over this page."""
        source = self.sources[errand.source_id]
        try:
            if self.hand.accused(errand):
                trial = Trial(source, errand, answer, seen_at)
                await asyncio.to_thread(self.hand.try_apart, trial)
            with self.hand.holding(errand):
                continued = errand.thread is not None
                return read_answer(source, answer, seen_at, continued=continued)
        except Exception as error:
            return error

    def _keep_up(self) -> None:
        """Start the first reader, or one more where those that there are do not keep up."""
        for reader in self.readers:
            if not reader.begun:
                reader.start()
                return
            if not reader.up or len(reader.waiting) < BEHIND:
                return

    def close(self) -> None:
        for reader in self.readers:
            reader.close()


class Reader:
    """One reader: pages go in and come out in order, so the first that waits is the one it has in hand.

    Once it is `up` it stays so, though its process may have to be started again: what killed it must not come here.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.waiting: deque[Waiting] = deque()
        self._sources = framed(dict(sources))
        self._writer: asyncio.StreamWriter | None = None
        self._life: asyncio.Task[None] | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.up = False
        self.begun = False

    def start(self) -> None:
        """Only once: where its process does not come up, nothing is given to it."""
        self.begun = True
        self._life = asyncio.ensure_future(self._live())

    async def read(self, task: Task) -> Reading:
        one = Waiting(framed(task), asyncio.get_running_loop().create_future())
        self.waiting.append(one)
        if self._writer is not None:
            self._writer.write(one.frame)
        elif self._life is None:
            self._life = asyncio.ensure_future(self._live())
        return await one.reading

    async def _live(self) -> None:
        """As many processes, one after the other, as it takes."""
        while self.waiting or not self.up:
            ours, theirs = socket.socketpair()
            with theirs:
                self.process = _started(theirs)
            answers, self._writer = await asyncio.open_connection(sock=ours)
            self._writer.writelines([self._sources, *(one.frame for one in self.waiting)])
            try:
                await _frame(answers)
                self.up = True
                while True:
                    self._give(await _frame(answers))
            except (asyncio.IncompleteReadError, OSError):
                self._end()
                log.warning("a reader died, %d pages waiting", len(self.waiting))
            if not self.up:
                break
            if self.waiting:
                self._give(ReaderDied("the process that read this page ended"))
        self._life = None

    def _give(self, reading: Reading) -> None:
        waited = self.waiting.popleft().reading
        if not waited.done():
            waited.set_result(reading)

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        if self._life is not None:
            self._life.cancel()
        self._end()


async def _frame(answers: asyncio.StreamReader) -> Any:
    size = int.from_bytes(await answers.readexactly(SIZE_BYTES), "big")
    return pickle.loads(await answers.readexactly(size))


def _started(theirs: socket.socket) -> subprocess.Popen[bytes]:
    """Its one descriptor besides stderr is the socket; the path to our code is the crawl's own."""
    return subprocess.Popen(
        [sys.executable, "-m", "crawlers.engine.reader", str(theirs.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
