"""Evidence: every page that gave an article, as it was, in WARC/1.1 files with payload digests.

One file per crawl run (rotated by size), one gzip member per record, so that a torn tail harms nothing before it.
Who may look at evidence, and for how long it is kept, is left to the console and to retention.
"""

import os
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pydantic import Field
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.archive.naming import create_numbered
from crawlers.archive.warc import digest_of, message, record
from crawlers.table.tablefiles import is_row, read_row
from minyin.clock import Clock, system_clock
from minyin.errors import InputError
from minyin.model import Evidence, Value

JSON = "application/json; charset=utf-8"
ROTATE_BYTES = 100 * 1024 * 1024
# the body is archived as it was decoded from the wire; these headers would make readers decode it again
WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
NOTHING = digest_of(b"")


class ArchivedPage(Value):
    """A page as it was fetched."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    rendered: bool = Field(False, description="as a browser's scripts made it, and not as sent")


class Place(NamedTuple):
    """What the records of one page have in common, and their ids."""

    url: str
    date: str
    page_id: str
    request_id: str


class EvidenceStore:
    """Writes pages into this run's file and reads any page back."""

    def __init__(
        self, folder: Path, clock: Clock = system_clock, rotate: int = ROTATE_BYTES
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.rotate = rotate
        self._path: Path | None = None
        self._file: BinaryIO | None = None

    def write(
        self, page: ArchivedPage, request_headers: Mapping[str, str] | None = None
    ) -> Evidence:
        """Archive a page and its request. Durable only after `sync`."""
        file, path = self._open()
        offset, digest = file.tell(), digest_of(page.body)
        date = f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        names = (f"{page.url} {date} {digest} {offset}", f"{page.url} {date} request {offset}")
        place = Place(page.url, date, *map(_record_id, names))
        if page.rendered:
            file.write(_rendered(page, place, digest))
        else:
            file.write(_response(page, place, digest))
            file.write(_request(place, request_headers or {}))
        file.flush()
        return Evidence(file=path.relative_to(self.folder).as_posix(), offset=offset, digest=digest)

    def sync(self) -> None:
        """Everything written so far is on the disk when this returns."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            if self._file.tell() >= self.rotate:
                self.close()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self._path = None, None

    def read(self, evidence: Evidence) -> ArchivedPage:
        """The archived page, or the row of an imported table as JSON; its digest has been found to be right.

        Raises InputError when it is missing or is not what was archived.
        """
        if is_row(evidence):
            body = read_row(self.folder, evidence)
            name = f"{evidence.file}#row={evidence.offset}"
            return ArchivedPage(url=name, status=200, headers={"Content-Type": JSON}, body=body)
        path = self.folder / evidence.file
        if not path.resolve().is_relative_to(self.folder.resolve()) or not path.is_file():
            raise InputError(
                f"找不到证据文件 {evidence.file!r}，应在 {self.folder} 下；请从备份恢复"
            )
        where = f"证据文件 {evidence.file} 偏移 {evidence.offset}"
        try:
            with path.open("rb") as file:
                file.seek(evidence.offset)
                page = _first_response(file)
        except (ArchiveLoadFailed, EOFError, ValueError, OSError, AttributeError) as error:
            # the last is warcio's, where damage leaves a record without headers
            raise InputError(f"{where}：读不出网页，文件可能被截断或改动；请从备份恢复") from error
        if page is None:
            raise InputError(f"{where}：没有网页记录，文件可能被截断；请从备份恢复")
        if digest_of(page.body) != evidence.digest:
            raise InputError(
                f"{where}：内容与存档时的摘要 {evidence.digest} 不一致，证据已被改动，不能采用"
            )
        return page

    def read_all(self, evidence: Evidence) -> Iterator[ArchivedPage | InputError]:
        """Every page of an article as `read` gives it, or why one of them cannot be relied upon."""
        for one in evidence.pages:
            try:
                yield self.read(one)
            except InputError as fault:
                yield fault

    def _open(self) -> tuple[BinaryIO, Path]:
        if self._file is not None and self._file.tell() >= self.rotate:
            self.close()
        if self._file is None or self._path is None:
            folder = self.folder / f"{self.clock().astimezone(UTC):%Y-%m}"
            self._path, self._file = create_numbered(folder, self.clock(), ".warc.gz", ".warc.gz")
        return self._file, self._path


def _first_response(file: BinaryIO) -> ArchivedPage | None:
    for one in ArchiveIterator(file):
        if one.rec_type == "resource":
            kind = one.rec_headers.get_header("Content-Type") or ""
            return ArchivedPage(
                url=one.rec_headers.get_header("WARC-Target-URI"),
                status=200,
                headers={"Content-Type": kind},
                body=one.content_stream().read(),
                rendered=True,
            )
        if one.rec_type != "response":
            return None
        return ArchivedPage(
            url=one.rec_headers.get_header("WARC-Target-URI"),
            status=int(one.http_headers.get_statuscode()),
            headers=dict(one.http_headers.headers),
            body=one.content_stream().read(),
        )
    return None


def _record_id(name: str) -> str:
    """Derived from what is archived: the same crawl writes the same bytes."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


def _fields(place: Place, own_id: str, kind: str, digest: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Date", place.date),
        ("WARC-Record-ID", own_id),
        ("WARC-Type", kind),
        ("WARC-Target-URI", place.url),
        ("WARC-Payload-Digest", digest),
    ]


def _response(page: ArchivedPage, place: Place, digest: str) -> bytes:
    headers = [(k, v) for k, v in page.headers.items() if k.lower() not in WIRE_HEADERS]
    headers.append(("Content-Length", str(len(page.body))))
    block = message(f"HTTP/1.1 {page.status} {_reason(page.status)}", headers, page.body)
    fields = _fields(place, place.page_id, "response", digest)
    return record(fields, block, "application/http; msgtype=response")


def _request(place: Place, headers: Mapping[str, str]) -> bytes:
    fields = [
        *_fields(place, place.request_id, "request", NOTHING),
        ("WARC-Concurrent-To", place.page_id),
    ]
    block = message(f"GET {place.url} HTTP/1.1", headers.items())
    return record(fields, block, "application/http; msgtype=request")


def _rendered(page: ArchivedPage, place: Place, digest: str) -> bytes:
    """A `resource` record (WARC/1.1 §6.5): nobody sent these bytes, a browser made them of what was sent."""
    fields = _fields(place, place.page_id, "resource", digest)
    return record(fields, page.body, page.headers.get("Content-Type", "text/html"))


def _reason(status: int) -> str:
    return "OK" if status == 200 else "Status"
