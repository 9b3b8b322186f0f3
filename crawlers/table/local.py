"""Sources that need no network: a folder where tables are dropped, and WARC files replayed.

A file is taken once, known by its digest, whatever it is called; one that cannot be read is told of at every crawl until
somebody removes or mends it. Files are left where they are.
"""

import csv
import logging
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.archive.evidence import EvidenceStore
from crawlers.archive.inbox import open_inbox
from crawlers.engine.articles import Maker
from crawlers.engine.collector import Collector
from crawlers.engine.errand import Errand, Fetched
from crawlers.engine.ledger import Ledger, PageRecord
from crawlers.table.tablefiles import file_digest
from crawlers.table.tables import ImportReport, import_table
from minyin.errors import InputError, Rejected
from minyin.identity import article_id, row_url
from minyin.settings import Settings
from minyin.source import Source

log = logging.getLogger(__name__)

TABLES = (".xlsx", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
ARCHIVES = (".warc", ".warc.gz")
# A file written to this lately may still be on its way
SETTLING_SECONDS = 3.0


def take_local(
    source: Source, *, settings: Settings, county_code: str, engine: Engine
) -> dict[str, int]:
    """The outcomes of every file of the source and of what is in them."""
    ledger = Ledger(engine)
    outcomes: Counter[str] = Counter()
    for path in _files(source, settings):
        if time.time() - path.stat().st_mtime < SETTLING_SECONDS:
            outcomes["skipped/settling"] += 1
            continue
        key = article_id(row_url(source.id, f"file:{file_digest(path)}"))
        if ledger.get(key) is not None:
            outcomes["skipped"] += 1
            continue
        try:
            if source.kind == "folder":
                found = _table(path, source, settings, county_code)
            else:
                found = _replay(path, source, settings, county_code, engine)
        except InputError as fault:
            log.warning("source %s: %s", source.id, fault)
            outcomes["rejected/bad_file"] += 1
            continue
        outcomes += Counter({"listed": 1, **found})
        ledger.note(_taken(source, path, key, settings.clock()))
        ledger.commit()
    return dict(outcomes)


def _files(source: Source, settings: Settings) -> Iterator[Path]:
    """Relative folders lie in the home folder. Raises InputError when there is no such folder."""
    folder = settings.home / (source.folder or "")
    if not folder.is_dir():
        raise InputError(f"来源 {source.id} 的投放文件夹 {str(folder)!r} 不存在，请新建或改 folder")
    endings = TABLES if source.kind == "folder" else ARCHIVES
    for path in sorted(folder.rglob("*")):
        hidden = path.name.startswith((".", "~$"))
        if path.is_file() and not hidden and path.name.lower().endswith(endings):
            yield path


def _taken(source: Source, path: Path, key: str, at: datetime) -> PageRecord:
    url = row_url(source.id, f"file:{path.name}")
    return PageRecord(url_key=key, source_id=source.id, url=url, fetched_at=at, outcome="listed")


def _table(path: Path, source: Source, settings: Settings, county_code: str) -> dict[str, int]:
    """Raises InputError for a file that is no table or has not the columns."""
    found = import_table(
        path, source, settings=settings, clock=settings.clock, county_code=county_code
    )
    if found.bad_rows:
        write_bad_rows(settings.home / "crawl" / f"{source.id}-{path.stem}-问题行.csv", found)
    return found.run.outcomes


def write_bad_rows(path: Path, found: ImportReport) -> None:
    """The rows that were not taken, for whoever sent the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["行号", "原因"])
        writer.writerows([bad.number, bad.reason] for bad in found.bad_rows)


def _replay(
    path: Path, source: Source, settings: Settings, county_code: str, engine: Engine
) -> dict[str, int]:
    """Every page of a WARC file through the same hands as a page that was just fetched."""
    collector = Collector(
        open_inbox(settings),
        EvidenceStore(settings.evidence, settings.clock),
        Ledger(engine),
        Maker(county_code=county_code, key=settings.key(), clock=settings.clock),
        settings.quarantine,
    )
    for answer in read_warc(path):
        errand = Errand(source_id=source.id, url=answer.url, role="item")
        if not collector.take(errand):
            continue
        try:
            collector.item(source, errand, answer)
        except Rejected as refusal:
            collector.settle(errand, f"rejected/{refusal.reason}", answer)
        except Exception as error:
            collector.quarantined(errand, answer, error)
        if collector.inbox.count >= settings.crawl.segment_articles:
            collector.seal()
    collector.finish()
    return dict(collector.tally.outcomes)


def read_warc(path: Path) -> Iterator[Fetched]:
    """The HTTP answers of a WARC file. Raises InputError where the file is broken."""
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                if not url.startswith("http"):
                    continue
                if record.rec_type == "resource":  # what a browser made of a page
                    kind = record.rec_headers.get_header("Content-Type") or ""
                    body = record.content_stream().read()
                    yield Fetched(
                        url=url,
                        status=200,
                        headers={"Content-Type": kind},
                        body=body,
                        rendered=True,
                    )
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                yield Fetched(
                    url=url,
                    status=int(record.http_headers.get_statuscode()),
                    headers=dict(record.http_headers.headers),
                    body=record.content_stream().read(),
                )
    except (ArchiveLoadFailed, EOFError, ValueError, OSError) as error:
        raise InputError(f"{path.name}：WARC 文件读不下去（{error}），可能不完整") from error
