"""Upkeep: what is kept too long is removed, the database is copied, and what is wrong with the house is said.

Retention is DOMAIN §6.2's: unmasked raw pages and segments soonest. Briefs, tickets, alerts and audit are never removed
here. Health reads only; a monitor that is blind must say so.
"""

import shutil
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select

from flows.bootstrap import House
from minyin.accounting import Tally
from minyin.clock import local
from minyin.database import reading, save, tables
from minyin.model import RunReport, Value
from minyin.workdays import load_calendar

SILENT_HOURS = 6
LOW_DISK = 0.1


class Finding(Value):
    """One thing that a person should know of; `grave` ones make `minyin health` exit 1."""

    what: str
    grave: bool = False


def retention(house: House) -> RunReport:
    """Remove what has outlived its time; inputs are the things that had, outcomes what was done."""
    started = house.clock()
    tally = Tally()
    limits = house.settings.retention
    raw_before = started - timedelta(days=limits.raw_days)
    for path in _older(house.settings.evidence.rglob("*.warc.gz"), raw_before):
        _remove(path, tally, "removed/evidence")
    for path in _older(_done_segments(house), raw_before):
        _remove(path, tally, "removed/segment")
    mail_before = started - timedelta(days=limits.mail_days)
    for path in _older(house.settings.outbox.rglob("*.eml"), mail_before):
        _remove(path, tally, "removed/mail")
    _forget_articles(house, started, tally)
    _backup(house, started)
    report = tally.report(
        id=f"retention-{local(started):%Y%m%d%H%M%S}",
        flow="retention",
        started_at=started,
        finished_at=house.clock(),
    )
    with house.engine.begin() as connection:
        save(connection, tables.runs, [report])
    return report


def _older(paths: Iterable[Path], before: datetime) -> list[Path]:
    return [p for p in sorted(paths) if datetime.fromtimestamp(p.stat().st_mtime, UTC) < before]


def _done_segments(house: House) -> list[Path]:
    with reading(house.engine) as connection:
        names = connection.execute(
            select(tables.segments.c.name).where(tables.segments.c.done_at.is_not(None))
        ).scalars()
        paths = [house.settings.inbox / name for name in names]
    return [path for path in paths if path.exists()]


def _remove(path: Path, tally: Tally, outcome: str) -> None:
    tally.take()
    path.unlink()
    tally.give(outcome)


def _forget_articles(house: House, now: datetime, tally: Tally) -> None:
    """Irrelevant articles after a week, masked ones after two years; those of an event stay with it."""
    limits = house.settings.retention
    columns = tables.articles.c
    irrelevant = columns.collected_at < now - timedelta(days=limits.irrelevant_days)
    aged = columns.published_at < now - timedelta(days=limits.masked_days)
    for outcome, due in (
        ("removed/irrelevant", irrelevant & columns.relevant.is_(False) & columns.event_id.is_(None)),
        ("removed/aged", aged & columns.event_id.is_(None)),
    ):
        with reading(house.engine) as connection:
            ids = list(connection.execute(select(columns.id).where(due)).scalars())
        tally.take(len(ids))
        house.store.delete(ids)
        with house.engine.begin() as connection:
            for table, column in (
                (tables.bands, tables.bands.c.article_id),
                (tables.signatures, tables.signatures.c.article_id),
                (tables.articles, columns.id),
            ):
                for start in range(0, len(ids), 500):
                    connection.execute(delete(table).where(column.in_(ids[start : start + 500])))
        tally.give(outcome, len(ids))


def _backup(house: House, now: datetime) -> None:
    """One copy of the SQLite database a day; a PostgreSQL has its own tools."""
    keep = house.settings.retention.backups
    if keep == 0 or house.engine.dialect.name != "sqlite":
        return
    folder = house.settings.home / "backup"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"minyin-{local(now):%Y%m%d}.db"
    part = target.with_suffix(".part")
    source = sqlite3.connect(str(house.engine.url.database))
    copy = sqlite3.connect(part)
    with copy:
        source.backup(copy)
    copy.close()
    source.close()
    part.replace(target)
    for old in sorted(folder.glob("minyin-*.db"))[:-keep]:
        old.unlink()


def health(house: House) -> list[Finding]:
    """Everything that is wrong or soon will be, gravest first; empty when all is well."""
    findings = [
        *_silent_sources(house),
        *_backlog(house),
        *_mail(house),
        *_calendar(house),
        *_disk(house),
    ]
    return sorted(findings, key=lambda finding: not finding.grave)


def _silent_sources(house: House) -> list[Finding]:
    """Sources that are due and bring nothing: 无新数据 > 6 h (DOMAIN §7.6), or never crawled."""
    now = house.clock()
    with reading(house.engine) as connection:
        rows = {row.source_id: row for row in connection.execute(select(tables.source_health))}
    findings = []
    for source in house.county.sources:
        if not source.enabled or source.kind == "table":
            continue
        row = rows.get(source.id)
        if row is None or row.crawled_at is None:
            findings.append(Finding(what=f"来源“{source.name}”还没有采集过", grave=True))
        elif now - row.crawled_at > timedelta(minutes=2 * source.every_minutes):
            findings.append(Finding(what=f"来源“{source.name}”上次采集在 {local(row.crawled_at):%m月%d日%H:%M}，已过采集周期", grave=True))
        elif row.new_at is not None and now - row.new_at > timedelta(hours=SILENT_HOURS):
            findings.append(Finding(what=f"来源“{source.name}”自 {local(row.new_at):%m月%d日%H:%M} 起没有新内容"))
    return findings


def _backlog(house: House) -> list[Finding]:
    with reading(house.engine) as connection:
        waiting = connection.execute(
            select(func.count()).select_from(tables.articles).where(tables.articles.c.indexed.is_(False))
        ).scalar()
    return [Finding(what=f"有 {waiting} 篇文章尚未写入索引", grave=True)] if waiting else []


def _mail(house: House) -> list[Finding]:
    with reading(house.engine) as connection:
        failed = connection.execute(
            select(func.count()).select_from(tables.mails).where(tables.mails.c.last_error.is_not(None), tables.mails.c.sent_at.is_(None))
        ).scalar()
    return [Finding(what=f"有 {failed} 封邮件未能发出，将继续重试（见发件箱）", grave=True)] if failed else []


def _calendar(house: House) -> list[Finding]:
    left = load_calendar(house.county.folder).days_left(house.clock())
    return [Finding(what=f"工作日历只到 {left} 天后，请更新 chinesecalendar 或补充 workdays.csv")] if left < 60 else []


def _disk(house: House) -> list[Finding]:
    usage = shutil.disk_usage(house.settings.home)
    free = usage.free / usage.total
    return [Finding(what=f"数据盘剩余 {free:.0%}", grave=True)] if free < LOW_DISK else []
