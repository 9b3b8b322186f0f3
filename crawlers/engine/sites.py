"""One site, one pace, one worker: the lock of a site in the home folder, and the marks that stop a source or everything.

A lock is an flock on a file, so it ends with the process that holds it, however that process ends. A mark is a file whose
presence means stop; whoever crawls looks at the folder several times a second.
"""

import fcntl
import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from minyin.clock import local
from minyin.errors import InputError
from minyin.source import Source

ALL = "all"


class SiteLocks:
    """The sites that this process may fetch from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sites"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._held: dict[str, BinaryIO] = {}

    def take(self, site: str) -> bool:
        """Whether the site is ours now; False while another process has it."""
        if site in self._held:
            return True
        file = (self.folder / f"{_file_name(site)}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held[site] = file
        return True

    def give_back(self, site: str) -> None:
        file = self._held.pop(site, None)
        if file is not None:
            file.close()


class StopMarks:
    """The kill switch: one mark for everything, one for each source."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "stop"

    def set(self, name: str, at: datetime, actor: str) -> None:
        """Stop the source of that id, or ALL; saying so twice is saying it once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(f"{local(at):%Y-%m-%d %H:%M} {actor}\n", encoding="utf-8")

    def clear(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def found(self) -> frozenset[str]:
        """The marks there are now."""
        try:
            return frozenset(path.name for path in self.folder.iterdir())
        except FileNotFoundError:
            return frozenset()

    def note(self, name: str) -> str:
        """Who stopped it and when; empty where nobody did."""
        try:
            return (self.folder / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""


def stopped(source_id: str, marks: Collection[str]) -> bool:
    return ALL in marks or source_id in marks


def open_now(source: Source, at: datetime) -> bool:
    """Whether the source's hours, where it has any, hold this moment.

    >>> from datetime import UTC
    >>> night = Source(id="a", name="a", kind="feed", channel="news", tier=1, hours="22:00-06:00")
    >>> [open_now(night, datetime(2026, 8, 1, h, tzinfo=UTC)) for h in (13, 14, 21, 22)]
    [False, True, True, False]
    """
    if source.hours is None:
        return True
    begin, _, end = source.hours.partition("-")
    clock = f"{local(at):%H:%M}"
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def shard(sources: Collection[Source], part: str) -> list[Source]:
    """The sources of part 'k/n' of all sites: a site is in one part only, so that one worker keeps its pace.

    Raises InputError for a part that is not k/n with 1 ≤ k ≤ n.
    """
    found = re.fullmatch(r"(\d+)/(\d+)", part)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of:
        raise InputError(f"分片 {part!r} 读不懂，应写作 1/3（三片中的第一片）")
    return [source for source in sources if _hash(home_of(source)) % of == number - 1]


def home_of(source: Source) -> str:
    """The site of its first address; a source without one is its own."""
    from minyin.identity import site_of

    return site_of(source.start_urls[0]) if source.start_urls else source.id


def _hash(text: str) -> int:
    import zlib

    return zlib.crc32(text.encode())


def _file_name(site: str) -> str:
    return re.sub(r"[^a-z0-9._-]", "_", site)
