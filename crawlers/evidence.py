"""Evidence: every page that gave an article, as it was, in WARC/1.1 files with payload digests.

One file per crawl run (rotated by size), one gzip member per record, so that a torn tail harms nothing before it.
Who may look at evidence, and for how long it is kept, is left to the console and to retention.
"""

import base64
import hashlib
import os
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import Field
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.naming import create_numbered
from crawlers.tablefiles import is_row, read_row
from minyin.clock import Clock, system_clock
from minyin.errors import InputError
from minyin.model import Evidence, Value

JSON = "application/json; charset=utf-8"
ROTATE_BYTES = 100 * 1024 * 1024
# the body is archived as it was decoded from the wire; these headers would make readers decode it again
WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class ArchivedPage(Value):
    """A page as it was fetched."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    rendered: bool = Field(False, description="as a browser's scripts made it, and not as sent")


def payload_digest(body: bytes) -> str:
    """As WARC writes it: sha1 in base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


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
        self._writer: Any = None

    def write(
        self, page: ArchivedPage, request_headers: Mapping[str, str] | None = None
    ) -> Evidence:
        """Archive a page and its request. Durable only after `sync`."""
        file, path = self._open()
        offset = file.tell()
        digest = payload_digest(page.body)
        date = f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        if page.rendered:
            self._write_rendered(page, _warc_headers(f"{page.url} {date} {digest} {offset}", date))
            file.flush()
            return Evidence(
                file=path.relative_to(self.folder).as_posix(), offset=offset, digest=digest
            )
        headers = [(k, v) for k, v in page.headers.items() if k.lower() not in WIRE_HEADERS]
        headers.append(("Content-Length", str(len(page.body))))
        record = self._writer.create_warc_record(
            page.url,
            "response",
            payload=BytesIO(page.body),
            length=len(page.body),
            http_headers=StatusAndHeaders(
                f"{page.status} {_reason(page.status)}", headers, protocol="HTTP/1.1"
            ),
            warc_headers_dict=_warc_headers(f"{page.url} {date} {digest} {offset}", date),
        )
        request = self._writer.create_warc_record(
            page.url,
            "request",
            http_headers=StatusAndHeaders(
                f"GET {page.url} HTTP/1.1",
                list((request_headers or {}).items()),
                is_http_request=True,
            ),
            warc_headers_dict=_warc_headers(f"{page.url} {date} request {offset}", date),
        )
        self._writer.write_request_response_pair(request, record)
        file.flush()
        return Evidence(file=path.relative_to(self.folder).as_posix(), offset=offset, digest=digest)

    def _write_rendered(self, page: ArchivedPage, headers: dict[str, str]) -> None:
        """A `resource` record (WARC/1.1 §6.5): nobody sent these bytes, a browser made them of what was sent."""
        self._writer.write_record(
            self._writer.create_warc_record(
                page.url,
                "resource",
                payload=BytesIO(page.body),
                length=len(page.body),
                warc_content_type=page.headers.get("Content-Type", "text/html"),
                warc_headers_dict=headers,
            )
        )

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
            self._file, self._path, self._writer = None, None, None

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
        except (ArchiveLoadFailed, EOFError, ValueError, OSError) as error:
            raise InputError(f"{where}：读不出网页，文件可能被截断或改动；请从备份恢复") from error
        if page is None:
            raise InputError(f"{where}：没有网页记录，文件可能被截断；请从备份恢复")
        if payload_digest(page.body) != evidence.digest:
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
            self._writer = WARCWriter(self._file, gzip=True, warc_version="1.1")
        return self._file, self._path


def _first_response(file: BinaryIO) -> ArchivedPage | None:
    for record in ArchiveIterator(file):
        if record.rec_type == "resource":
            kind = record.rec_headers.get_header("Content-Type") or ""
            return ArchivedPage(
                url=record.rec_headers.get_header("WARC-Target-URI"),
                status=200,
                headers={"Content-Type": kind},
                body=record.content_stream().read(),
                rendered=True,
            )
        if record.rec_type != "response":
            return None
        return ArchivedPage(
            url=record.rec_headers.get_header("WARC-Target-URI"),
            status=int(record.http_headers.get_statuscode()),
            headers=dict(record.http_headers.headers),
            body=record.content_stream().read(),
        )
    return None


def _warc_headers(name: str, date: str) -> dict[str, str]:
    """Ids derived from what is archived: the same crawl writes the same bytes."""
    return {
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>",
    }


def _reason(status: int) -> str:
    return "OK" if status == 200 else "Status"
