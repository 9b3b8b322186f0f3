"""Upkeep: what is kept too long is removed, and the database is copied every night.

Retention is DOMAIN §6.2's: unmasked raw pages and segments soonest. Briefs, tickets, alerts and audit are never removed
here. What is wrong with the house is told by `console.health`.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from crawlers.archive.inbox import open_inbox
from flows.bootstrap import House
from flows.runs import keep
from minyin.accounting import Tally
from minyin.clock import local
from minyin.database import reading, tables
from minyin.model import RunReport
from nlp.repost.reposts import forget


def retention(house: House) -> RunReport:
    """Remove what has outlived its time; inputs are the things that had, outcomes what was done."""
    started = house.clock()
    tally = Tally()
    limits = house.settings.retention
    raw_before = started - timedelta(days=limits.raw_days)
    for path in _older(_files(house.settings.evidence), raw_before):
        _remove(path, tally, "removed/evidence")
    old = open_inbox(house.settings).remove(_done_segments(house), raw_before)
    tally.take(old)
    tally.give("removed/segment", old)
    mail_before = started - timedelta(days=limits.mail_days)
    for path in _older(house.settings.outbox.rglob("*.eml"), mail_before):
        _remove(path, tally, "removed/mail")
    _forget_articles(house, started, tally)
    with house.engine.begin() as connection:
        forget(connection, started)
    _backup(house, started)
    report = tally.report(
        id="retention", flow="retention", started_at=started, finished_at=house.clock()
    )
    return keep(house, report)


def _files(folder: Path) -> list[Path]:
    """Pages and imported tables alike: both are unmasked."""
    return [path for path in folder.rglob("*") if path.is_file()]


def _older(paths: Iterable[Path], before: datetime) -> list[Path]:
    return [p for p in sorted(paths) if datetime.fromtimestamp(p.stat().st_mtime, UTC) < before]


def _done_segments(house: House) -> set[str]:
    done = tables.segments.c.done_at.is_not(None)
    with reading(house.engine) as connection:
        return set(connection.execute(select(tables.segments.c.name).where(done)).scalars())


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
        (
            "removed/irrelevant",
            irrelevant & columns.relevant.is_(False) & columns.event_id.is_(None),
        ),
        ("removed/aged", aged & columns.event_id.is_(None)),
    ):
        with reading(house.engine) as connection:
            ids = list(connection.execute(select(columns.id).where(due)).scalars())
        tally.take(len(ids))
        house.store.delete(ids)
        with house.engine.begin() as connection:
            for table, column in (
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
