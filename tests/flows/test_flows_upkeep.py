"""Retention, the weekly bulletin, health and rebuild on a real house; and every flow of the design is there."""

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows.bootstrap import House, open_house
from flows.health import findings
from flows.ingest import index_pending
from flows.products import model_statement, weekly
from flows.rebuild import rebuild
from flows.upkeep import retention
from minyin.database import reading, save, tables
from minyin.database.values import upsert
from minyin.settings import load_settings
from support.index_documents import documents

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(load_settings(home=tmp_path / "home", now=NOW))


def aged(path: Path, days: int) -> Path:
    """A file last written so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def test_retention_removes_what_is_due_and_nothing_else(house: House) -> None:
    home = house.settings
    old, young = aged(home.evidence / "a.warc.gz", 31), aged(home.evidence / "b.warc.gz", 29)
    done, waiting = aged(home.inbox / "1.jsonl", 40), aged(home.inbox / "2.jsonl", 40)
    letter = aged(home.outbox / "x.eml", 366)
    base = documents(1)[0].but(
        event_id=None, collected_at=NOW - timedelta(days=8), published_at=NOW
    )
    articles = [
        base.but(id="elsewhere", relevant=False),
        base.but(id="ours", relevant=True),
        base.but(id="kept-by-event", relevant=False, event_id="PZ-E-20261101-001"),
    ]
    with house.engine.begin() as connection:
        upsert(connection, tables.segments, [{"name": "1.jsonl", "articles": 1, "done_at": NOW}])
        save(connection, tables.articles, articles, content_digest="", indexed=False)
    index_pending(house)

    report = retention(house)

    assert report.outcomes == {
        "removed/evidence": 1,
        "removed/irrelevant": 1,
        "removed/aged": 0,
        "removed/mail": 1,
        "removed/segment": 1,
    }
    assert [p.exists() for p in (old, young, done, waiting, letter)] == [
        False,
        True,
        False,
        True,
        False,
    ]
    with reading(house.engine) as connection:
        left = set(connection.execute(select(tables.articles.c.id)).scalars())
    assert left == {"ours", "kept-by-event"}
    assert {d.id for d in house.store.scan()} == left
    copy = sqlite3.connect(home.home / "backup" / "minyin-20261102.db")
    assert copy.execute("select count(*) from articles").fetchone() == (2,)
    copy.close()
    assert retention(house).inputs == 0


def test_the_weekly_bulletin_is_queued_once(house: House) -> None:
    first, second = weekly(house), weekly(house)
    assert first.id == second.id
    with reading(house.engine) as connection:
        assert connection.execute(select(func.count()).select_from(tables.mails)).scalar() == 1
    assert set(first.to) == {c for duty in house.county.profile.duties for c in duty.contacts}


def test_a_house_that_sees_nothing_says_so(house: House) -> None:
    assert any("来源" in line for line in findings(house))


def test_the_index_can_be_made_again_from_the_database(house: House) -> None:
    articles = [one.but(event_id=None) for one in documents(20)]
    with house.engine.begin() as connection:
        save(connection, tables.articles, articles, content_digest="", indexed=False)
    index_pending(house)
    before = [d.id for d in house.store.scan()]
    house.store.delete(before[:5])
    again = open_house.__wrapped__(house.settings)
    assert rebuild(again) == 20
    assert sorted(d.id for d in again.store.scan()) == sorted(before)


def test_the_brief_states_the_accuracy_that_the_card_states() -> None:
    for polarity in ("cascade", "linear"):
        assert "宏平均 F1 为 0." in model_statement(polarity)
    assert "自备" in model_statement("/srv/model")


def test_every_flow_of_the_design_is_served() -> None:
    from flows import served

    names = [
        "crawl",
        "ingest",
        "watch",
        "deliver",
        "supervise",
        "weekly_bulletin",
        "monthly_brief",
        "retention",
        "health",
    ]
    assert [getattr(served, name).name for name in names] == names
