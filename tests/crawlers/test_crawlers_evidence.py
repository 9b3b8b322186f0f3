"""Evidence reads back as it was fetched, and anything else is refused."""

import gzip
import random
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.archive.evidence import ArchivedPage, EvidenceStore
from crawlers.archive.warc import digest_of
from minyin.clock import fixed_clock
from minyin.errors import InputError

CLOCK = fixed_clock(datetime.fromisoformat("2026-11-01T09:30:00+08:00"))


def page(number: int, size: int = 2000) -> ArchivedPage:
    headers = {
        "Content-Type": "text/html; charset=gb2312",
        "Content-Encoding": "gzip",
        "ETag": f'"{number}"',
    }
    return ArchivedPage(
        url=f"http://a.example.cn/{number}.html",
        status=200,
        headers=headers,
        body=f"第{number}页".encode("gb18030") * size,
    )


def test_pages_read_back_and_the_file_is_plain_warc(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, CLOCK)
    kept = [store.write(page(n), {"User-Agent": "MinyinBot"}) for n in range(3)]
    store.sync()
    for number, evidence in enumerate(kept):
        found = EvidenceStore(tmp_path).read(evidence)
        assert (found.url, found.body) == (page(number).url, page(number).body)
        assert found.headers["ETag"] == f'"{number}"'
        assert evidence.digest == digest_of(found.body)
    assert len({evidence.file for evidence in kept}) == 1
    with (tmp_path / kept[0].file).open("rb") as file:
        records = [
            (r.rec_type, r.rec_headers.get_header("WARC-Date"))
            for r in ArchiveIterator(file, check_digests="raise")
        ]
    assert (
        records == [("response", "2026-11-01T01:30:00Z"), ("request", "2026-11-01T01:30:00Z")] * 3
    )
    store.close()


def test_the_same_pages_make_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        store = EvidenceStore(tmp_path / name, CLOCK)
        files.append(tmp_path / name / store.write(page(1)).file)
        store.close()
    assert files[0].read_bytes() == files[1].read_bytes()


def test_tampering_truncation_and_absence_are_refused(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, CLOCK)
    first, second = store.write(page(1)), store.write(page(2))
    store.close()
    path = tmp_path / first.file
    whole = path.read_bytes()

    path.write_bytes(
        whole[: second.offset + 120]
    )  # the machine died while the second record was written
    assert store.read(first).body == page(1).body
    with pytest.raises(InputError, match="截断"):
        store.read(second)

    other = EvidenceStore(tmp_path / "other", CLOCK)
    forged = other.write(page(1).but(body="没有这回事".encode("gb18030")))
    other.close()
    path.write_bytes((tmp_path / "other" / forged.file).read_bytes())
    with pytest.raises(InputError, match="不一致，证据已被改动"):
        store.read(first)

    path.unlink()
    with pytest.raises(InputError, match="找不到证据文件"):
        store.read(first)
    with pytest.raises(InputError, match="找不到证据文件"):
        store.read(first.but(file="../../etc/passwd"))


def test_files_rotate_and_never_collide(tmp_path: Path) -> None:
    one = EvidenceStore(tmp_path, CLOCK, rotate=100)
    two = EvidenceStore(tmp_path, CLOCK)
    kept = [one.write(page(1)), two.write(page(2)), one.write(page(3))]
    one.close()
    two.close()
    assert len({evidence.file for evidence in kept}) == 3
    assert [one.read(evidence).url[-6] for evidence in kept] == ["1", "2", "3"]


def test_records_are_what_a_writer_of_warc_writes(tmp_path: Path) -> None:
    """warcio's own writer is the other hand; only the pressing of the bytes may differ."""
    body, url, headers = "停水".encode() * 900, "http://a.example.cn/1", [("ETag", '"1"')]
    store = EvidenceStore(tmp_path, CLOCK)
    archived = ArchivedPage(url=url, status=200, headers=dict(headers), body=body)
    kept = store.write(archived, {"User-Agent": "MinyinBot"})
    store.close()
    with gzip.open(tmp_path / kept.file) as file:
        ours = file.read()
    ids = [line for line in ours.decode().split("\r\n") if line.startswith("WARC-Record-ID")]
    common = {"WARC-Date": "2026-11-01T01:30:00Z"}
    names = [common | {"WARC-Record-ID": line.partition(": ")[2]} for line in ids]
    plain = BytesIO()
    writer = WARCWriter(plain, gzip=False, warc_version="1.1")
    shown = StatusAndHeaders("200 OK", [*headers, ("Content-Length", str(len(body)))], "HTTP/1.1")
    asked = StatusAndHeaders(f"GET {url} HTTP/1.1", [("User-Agent", "MinyinBot")])
    response = writer.create_warc_record(
        url, "response", BytesIO(body), len(body), http_headers=shown, warc_headers_dict=names[0]
    )
    request = writer.create_warc_record(
        url, "request", http_headers=asked, warc_headers_dict=names[1]
    )
    writer.write_request_response_pair(request, response)
    assert ours == plain.getvalue()


def test_whatever_is_damaged_the_page_is_read_or_the_damage_told(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, CLOCK)
    kept = [store.write(page(n, 200), {"User-Agent": "MinyinBot"}) for n in range(2)]
    store.close()
    path = tmp_path / kept[0].file
    whole, dice, told = path.read_bytes(), random.Random(3), 0
    for _ in range(2000):
        torn = bytearray(whole)
        at, length = dice.randrange(len(whole)), dice.choice([1, 4, 40])
        torn[at : at + length] = bytes(length) if dice.random() < 0.5 else dice.randbytes(length)
        path.write_bytes(torn)
        for number, evidence in enumerate(kept):
            try:
                assert store.read(evidence).body == page(number, 200).body
            except InputError:
                told += 1
    assert told > 500


@pytest.mark.parametrize(
    "head",
    [
        "WARC-Type: response",
        "WARC-Type: response\r\nContent-Type: application/http; msgtype=response",
        "WARC-Type: response\r\nWARC-Target-URI: http://a.cn/",
        "WARC-Type: response\r\nWARC-Target-URI: http://a.cn/\r\nContent-Length: 0",
        "WARC-Type: resource",
        "X: y",
    ],
)
def test_a_record_without_its_headers_is_told(tmp_path: Path, head: str) -> None:
    store = EvidenceStore(tmp_path, CLOCK)
    kept = store.write(page(1))
    store.close()
    (tmp_path / kept.file).write_bytes(gzip.compress(f"WARC/1.1\r\n{head}\r\n\r\n".encode()))
    with pytest.raises(InputError, match="证据文件"):
        store.read(kept)
