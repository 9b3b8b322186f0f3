"""The inbox: articles as JSON Lines in segments that are sealed by an atomic rename.

A segment being written is `<name>.part`; sealed it is `<name>.jsonl` and never changes again. What a killed writer
left behind is sealed by the next one to open the folder: whole lines stay, a torn last line goes. Which pages count
as done is the crawl's ledger (`crawlers.engine.ledger`); what becomes of a segment is ingest's.
"""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Protocol
from urllib.parse import unquote

from pydantic import ValidationError

from crawlers.archive.naming import create_numbered
from minyin.clock import Clock, system_clock
from minyin.errors import InputError
from minyin.model import Article
from minyin.settings import Settings


class Postbox(Protocol):
    """Where articles wait for ingest: a folder (`Inbox`), or any store that fsspec reaches (`crawlers.archive.remote_inbox`)."""

    count: int
    recovered: tuple[Path, ...]

    def append(self, article: Article) -> None: ...

    def seal(self) -> PurePath | None: ...

    def sealed(self) -> Sequence[PurePath]: ...

    def read(self, path: PurePath) -> Iterator[Article]: ...

    def remove(self, names: Collection[str], before: datetime) -> int: ...


def open_inbox(settings: Settings) -> Postbox:
    """The inbox of a house. Raises SettingsError for an address that nothing here can reach."""
    return inbox_at(settings.inbox_at, settings.inbox_options_given, settings.clock)


def inbox_at(
    where: str, options: Mapping[str, Any] | None = None, clock: Clock = system_clock
) -> Postbox:
    """A path or a file:// address is a folder; any other address is fsspec's to reach, with its `options`."""
    scheme, mark, rest = where.partition("://")
    if not mark:
        return Inbox(Path(where), clock)
    if scheme in ("file", "local"):
        return Inbox(Path(unquote(rest)), clock)
    from crawlers.archive.remote_inbox import RemoteInbox

    return RemoteInbox(where, options or {}, clock)


class Inbox:
    """One writer's view of the folder; any number of processes may have one."""

    def __init__(self, folder: Path, clock: Clock = system_clock) -> None:
        self.folder = folder
        self.clock = clock
        self.count = 0
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.recovered = tuple(self._recover())

    def append(self, article: Article) -> None:
        """Add an article to the open segment; it is safe only after `seal`."""
        if self._file is None:
            self._path, self._file = create_numbered(self.folder, self.clock(), ".part", ".jsonl")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.write(article.model_dump_json().encode() + b"\n")
        self.count += 1

    def seal(self) -> Path | None:
        """Make the open segment durable and visible; None when nothing was appended."""
        if self._file is None or self._path is None:
            return None
        sealed = _seal(self._file, self._path)
        self._file, self._path, self.count = None, None, 0
        return sealed

    def sealed(self) -> list[Path]:
        """Sealed segments, oldest first."""
        return sorted(self.folder.glob("*.jsonl"))

    def read(self, path: PurePath) -> Iterator[Article]:
        """The articles of a sealed segment. Raises InputError naming the line that is not an article."""
        with (self.folder / path.name).open("rb") as file:
            yield from articles_of(path.name, file)

    def remove(self, names: Collection[str], before: datetime) -> int:
        """Remove those of the segments that were sealed before then; how many there were."""
        old = [
            path
            for path in self.sealed()
            if path.name in names and path.stat().st_mtime < before.timestamp()
        ]
        for path in old:
            path.unlink()
        return len(old)

    def _recover(self) -> Iterator[Path]:
        for path in sorted(self.folder.glob("*.part")):
            try:
                file = path.open("r+b")
            except FileNotFoundError:
                continue
            try:
                # a living writer holds the lock: its segment is not ours
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                continue
            keep = _whole_length(file)
            if keep == 0 or not path.exists():
                path.unlink(missing_ok=True)
                file.close()
                continue
            file.truncate(keep)
            yield _seal(file, path)


def articles_of(name: str, lines: Iterable[bytes]) -> Iterator[Article]:
    """The articles of a segment's lines. Raises InputError naming the line that is not an article."""
    for number, line in enumerate(lines, start=1):
        try:
            yield Article.model_validate_json(line)
        except ValidationError as error:
            raise InputError(
                f"{name} 第 {number} 行不是一篇完整的文章，应为 JSON Lines；文件可能被改动过，请从备份恢复"
            ) from error


def _whole_length(file: BinaryIO) -> int:
    """Bytes up to the end of the last line that is a whole article."""
    length = 0
    for line in file:
        try:
            if not line.endswith(b"\n"):
                break
            Article.model_validate_json(line)
        except ValidationError:
            break
        length += len(line)
    return length


def _seal(file: BinaryIO, path: Path) -> Path:
    file.flush()
    os.fsync(file.fileno())
    sealed = path.with_suffix(".jsonl")
    path.rename(sealed)
    file.close()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return sealed
