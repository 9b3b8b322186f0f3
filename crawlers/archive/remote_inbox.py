"""The inbox on any store that fsspec reaches: S3 and its kin, WebDAV, FTP, … Nothing is assumed of renames or locks.

A segment is gathered in memory and put there whole under a name that holds its size and digest. Where a store shows
a file before it is all there (FTP, WebDAV), or a writer is killed half-way, the size does not fit, and the segment
is not there yet; what was in it comes again at the next crawl, since its pages were not marked. To put a segment twice
is to put it once. What cannot be reached is tried three times, then told.
"""

import hashlib
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, TypeVar

import fsspec

from crawlers.archive.inbox import articles_of
from minyin.clock import Clock, system_clock
from minyin.errors import DependencyError, InputError, SettingsError
from minyin.model import Article

NAME = re.compile(r"^(\d{8}T\d{6})-\d{6}-(\d+)-([0-9a-f]{16})\.jsonl$")
TRIES, PAUSE_SECONDS = 3, 1.0
EXTRAS = {
    "s3": "minyin[s3]",
    "s3a": "minyin[s3]",
    "webdav": "minyin[webdav]",
    "dav": "minyin[webdav]",
}
T = TypeVar("T")


class InboxFailed(DependencyError, OSError):
    """The store does not answer; an OSError, because a crawl must stop as if its disk had failed."""


class RemoteInbox:
    """One writer's view of the store; any number of processes may have one."""

    def __init__(self, url: str, options: Mapping[str, Any], clock: Clock = system_clock) -> None:
        self.url, self.options, self.clock = url, dict(options), clock
        self.count = 0
        self.recovered: tuple[Path, ...] = ()
        self._lines: list[bytes] = []
        self._segments = 0
        self._fs, self._root = self._reach()
        self._try("写", lambda: self._fs.makedirs(self._root, exist_ok=True))

    def append(self, article: Article) -> None:
        """Add an article to the open segment; it is safe only after `seal`."""
        self._lines.append(article.model_dump_json().encode() + b"\n")
        self.count += 1

    def seal(self) -> PurePath | None:
        """Put the open segment into the store; None when nothing was appended. Raises InboxFailed."""
        if not self._lines:
            return None
        body = b"".join(self._lines)
        self._segments += 1
        name = segment_name(self.clock(), self._segments, body)
        self._try("写", lambda: self._put(name, body))
        self._lines, self.count = [], 0
        return PurePosixPath(name)

    def _put(self, name: str, body: bytes) -> None:
        self._fs.pipe_file(f"{self._root}/{name}", body)
        size = self._fs.size(f"{self._root}/{name}")
        if size is not None and size != len(body):
            raise OSError(f"{name}: {size} bytes there, {len(body)} sent")

    def sealed(self) -> list[PurePath]:
        """Segments that are all there, oldest first. Raises InboxFailed."""
        return [
            PurePosixPath(name)
            for name, size in sorted(self._listed().items())
            if (found := NAME.match(name)) and size == int(found[2])
        ]

    def _listed(self) -> dict[str, int]:
        """Size of every file there is."""

        def look() -> dict[str, int]:
            self._fs.invalidate_cache()
            try:
                found = self._fs.ls(self._root, detail=True)
            except FileNotFoundError:  # an object store knows no folder in which nothing lies
                return {}
            return {
                PurePosixPath(one["name"].rstrip("/")).name: self._size(one)
                for one in found
                if one.get("type") != "directory"
            }

        return self._try("读", look)

    def _size(self, listed: Mapping[str, Any]) -> int:
        size = listed.get("size")
        return int(self._fs.size(listed["name"]) if size is None else size)

    def read(self, path: PurePath) -> Iterator[Article]:
        """The articles of a segment. Raises InputError when it is not what was put there, InboxFailed."""
        body = self._try("读", lambda: bytes(self._fs.cat_file(f"{self._root}/{path.name}")))
        found = NAME.match(path.name)
        if found is None or digest_of(body) != found[3]:
            raise InputError(
                f"收件分段 {path.name} 与写入时的摘要不一致，可能被改动过，请从备份恢复"
            )
        yield from articles_of(path.name, body.splitlines(keepends=True))

    def remove(self, names: Collection[str], before: datetime) -> int:
        """Remove those of the segments, and pieces of such, that were put there before then; how many there were."""
        old = []
        for name, size in self._listed().items():
            found = NAME.match(name)
            torn = found is not None and size != int(found[2])
            if found and (name in names or torn) and _time(found[1]) < before:
                old.append(name)
        for name in old:
            self._try("删", lambda name=name: self._fs.rm_file(f"{self._root}/{name}"))  # type: ignore[misc]
        return len(old)

    # --- the store ------------------------------------------------------------------------------------------

    def _reach(self) -> tuple[Any, str]:
        """The file system and the folder in it. Raises SettingsError."""
        scheme = self.url.partition("://")[0]
        try:
            fs, root = fsspec.core.url_to_fs(self.url, skip_instance_cache=True, **self.options)
        except ImportError as error:
            extra = EXTRAS.get(scheme, f"fsspec 所说的支持 {scheme} 的组件（{error}）")
            raise SettingsError(
                f"inbox_url：{scheme}:// 须另装组件，请运行 pip install {extra}"
            ) from error
        except (ValueError, TypeError) as error:
            raise SettingsError(
                f"inbox_url：{scheme}:// 用不了（{error}），应为 fsspec 认识的地址，参数写在 inbox_options"
            ) from error
        except Exception as error:
            raise InboxFailed(
                f"收件箱 {self._shown} 连不上（{error}），请核对地址、账号和网络"
            ) from error
        return fs, str(root).rstrip("/")

    def _try(self, deed: str, work: Callable[[], T]) -> T:
        """Three times, each after the first with a connection of its own."""
        for attempt in range(1, TRIES + 1):
            try:
                return work()
            except (InputError, SettingsError):
                raise
            except Exception as error:
                if attempt == TRIES:
                    raise InboxFailed(
                        f"收件箱 {self._shown} {deed}不了（{error!r}），请核对地址、权限和网络；没有写成的内容下次采集补上"
                    ) from error
                time.sleep(PAUSE_SECONDS * attempt)
                self._fs, self._root = self._reach()
        raise AssertionError("the last try returns or raises")

    @property
    def _shown(self) -> str:
        """The address without a password."""
        return re.sub(r"//[^/@]*@", "//", self.url)


def segment_name(at: datetime, number: int, body: bytes) -> str:
    """
    >>> segment_name(datetime(2026, 8, 1, tzinfo=UTC), 3, b"{}")
    '20260801T000000-000003-2-44136fa355b3678a.jsonl'
    """
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{number:06d}-{len(body)}-{digest_of(body)}.jsonl"


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def _time(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
