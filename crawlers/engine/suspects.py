"""The page in hand: what a crawl was reading when its process ended is tried apart by the next, before it is read.

A page may end the process that reads it (a fault in the parser's C code, a pattern that takes for ever). The first pages
of a crawl, and all lists, are read in its own process; without this such a page would end every crawl anew. A file
names the page in hand, under a lock that ends with the process. Left to others: pages read by processes of their own
(`crawlers.engine.readers`), and what becomes of a page that cannot be read (`crawlers.engine.quarantine`).
"""

import fcntl
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from crawlers.engine.errand import Errand, Fetched
from crawlers.engine.ledger import Ledger
from crawlers.engine.pages import read_answer
from crawlers.engine.reader import LONGEST_SECONDS
from crawlers.listing.links import read_list
from minyin.errors import MinyinError
from minyin.source import Source

log = logging.getLogger(__name__)

FOLDER = "hand"


class ReaderDied(MinyinError):
    """The process that read the page ended, or was ended, over it."""


KILLED = f"quarantined/{ReaderDied.__name__}"
# A page that no list names any more is forgotten
FORGOTTEN_SECONDS = 60 * 24 * 3600


class Trial(NamedTuple):
    """A page to be read by a process that may end over it."""

    source: Source
    errand: Errand
    answer: Fetched
    seen_at: datetime


class Hand:
    """The file of one crawl, `name`, among those of others in the folder; and what dead crawls had in hand."""

    def __init__(self, control: Path, name: str, ledger: Ledger) -> None:
        folder = control / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self._ledger = ledger
        self._tried: set[str] = set()
        self._path = folder / name
        self._file: BinaryIO = self._path.open("wb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._left = _left_behind(folder, self._path)

    def accused(self, errand: Errand) -> bool:
        """Whether a crawl, or a reader, ended over this page."""
        known = self._ledger.get(errand.key)
        return errand.key in self._left or (known is not None and known.outcome == KILLED)

    @contextmanager
    def holding(self, errand: Errand) -> Iterator[None]:
        """The page is being read in this process; one that takes a minute ends it, as it would take for ever."""
        os.pwrite(self._file.fileno(), f"{errand.key}\n{errand.url}\n".encode(), 0)
        signal.alarm(LONGEST_SECONDS)
        try:
            yield
        finally:
            signal.alarm(0)
            self._file.truncate(0)

    def try_apart(self, trial: Trial) -> None:
        """Raises ReaderDied where a process of its own ends over the page as well."""
        self._tried.add(trial.errand.key)
        process = subprocess.run(
            [sys.executable, "-m", "crawlers.engine.suspects"],
            input=pickle.dumps(trial),
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if process.returncode:
            log.warning("%s ended what tried it (%d)", trial.errand.url, process.returncode)
            raise ReaderDied(f"exit status {process.returncode}")

    def close(self) -> None:
        """The crawl came to its end and its pages are marked: what was tried is judged by that from now on."""
        for key in self._tried:
            for path in self._left.get(key, ()):
                path.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        self._file.close()


def in_hand(control: Path, name: str) -> str | None:
    """The address that a crawl was reading when it ended."""
    path = control / FOLDER / name
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return lines[1] if len(lines) > 1 else None


def _left_behind(folder: Path, own: Path) -> dict[str, list[Path]]:
    """Keys of the pages that dead crawls had in hand, with the files that say so."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path == own or not _is_dead(path):
            continue
        key = path.read_text(encoding="utf-8").split("\n")[0]
        if key and time.time() - path.stat().st_mtime < FORGOTTEN_SECONDS:
            found.setdefault(key, []).append(path)
        else:
            path.unlink(missing_ok=True)
    return found


def _is_dead(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def main() -> None:
    trial: Trial = pickle.load(sys.stdin.buffer)
    # the default deed of this signal ends the process, whatever it is in the midst of
    signal.alarm(LONGEST_SECONDS)
    try:
        if trial.errand.role == "list":
            read_list(trial.source, trial.errand, trial.answer)
        else:
            read_answer(
                trial.source, trial.answer, trial.seen_at, continued=trial.errand.thread is not None
            )
    except Exception as error:
        log.info("%s: %r", trial.errand.url, error)


if __name__ == "__main__":
    main()
