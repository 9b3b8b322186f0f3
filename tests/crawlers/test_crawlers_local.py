"""Dropped tables, replayed WARC files, the evidence of both, and articles that change."""

import csv
import os
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from crawlers.archive.evidence import ArchivedPage, EvidenceStore
from crawlers.archive.inbox import Inbox
from minyin.clock import fixed_clock
from minyin.database import open_database, reading, tables
from minyin.errors import InputError, ProfileError
from minyin.identity import article_id
from minyin.settings import Settings
from minyin.source import Source
from support.hostile_lists import article

HEAD = ["工单编号", "来电时间", "诉求内容"]
COLUMNS = {"external_id": "工单编号", "published_at": "来电时间", "text": "诉求内容"}


def hotline(**more: object) -> Source:
    fields = {
        "id": "hotline", "name": "12345热线", "kind": "folder", "channel": "hotline", "tier": 5, "folder": "投放", "columns": COLUMNS,
    }  # fmt: skip
    return Source.model_validate(fields | more)


def drop(path: Path, rows: list[list[str]]) -> Path:
    """A CSV file that was put there a while ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    os.utime(path, (time.time() - 60,) * 2)
    return path


def test_dropped_tables_are_taken_once_and_their_rows_can_be_shown(
    settings, run, collected
) -> None:
    folder = settings.home / "投放"
    drop(folder / "八月.csv", [["A-1", "2026-8-1 08:16", "井盖松动"], ["A-2", "", "路灯不亮"]])
    (folder / "坏.xlsx").write_bytes(b"not a workbook")
    os.utime(folder / "坏.xlsx", (time.time() - 60,) * 2)
    (folder / "正在拷贝.csv").write_bytes(b"")

    first = run(hotline())
    assert first.outcomes == {
        "listed": 1, "rejected/bad_file": 1, "rejected/no_time": 1, "skipped/settling": 1, "stored": 1,
    }  # fmt: skip
    bad = (settings.home / "crawl" / "hotline-八月-问题行.csv").read_text(encoding="utf-8-sig")
    assert "3,“来电时间”为空" in bad

    found = collected()[0]
    shown = EvidenceStore(settings.evidence).read(found.evidence)
    assert '"诉求内容": "井盖松动"' in shown.body.decode()
    assert shown.url.endswith("#row=2")

    os.rename(folder / "八月.csv", folder / "八月（副本）.csv")
    again = run(hotline())
    assert again.outcomes == {"rejected/bad_file": 1, "skipped": 1, "skipped/settling": 1}
    kept = settings.evidence / found.evidence.file
    kept.write_bytes(kept.read_bytes().replace("井".encode("gb18030"), "锅".encode("gb18030")))
    with pytest.raises(InputError, match="证据已被改动"):
        EvidenceStore(settings.evidence).read(found.evidence)
    kept.unlink()
    with pytest.raises(InputError, match="找不到原始表格"):
        EvidenceStore(settings.evidence).read(found.evidence)


def test_a_folder_that_is_not_there_is_told(run) -> None:
    with pytest.raises(InputError, match="投放文件夹"):
        run(hotline())
    with pytest.raises(ProfileError, match="没有写投放文件夹"):
        run(hotline(folder=None))


def archive(folder: Path, settings: Settings) -> None:
    store = EvidenceStore(folder, fixed_clock(settings.clock()))
    for number in (1, 2):
        page = article(str(number)).encode()
        headers = {"Content-Type": "text/html; charset=utf-8"}
        store.write(
            ArchivedPage(
                url=f"http://www.pz.cn/{number}.html", status=200, headers=headers, body=page
            )
        )
    store.write(
        ArchivedPage(url="http://www.pz.cn/gone.html", status=404, headers={}, body=b"gone")
    )
    store.close()
    for path in folder.rglob("*.warc.gz"):
        os.utime(path, (time.time() - 60,) * 2)


def test_a_warc_file_is_replayed_into_articles_with_evidence_of_their_own(
    settings, run, collected
) -> None:
    archive(settings.home / "旧档", settings)
    replay = hotline(id="old", kind="warc", folder="旧档", channel="news", columns={})
    assert run(replay).outcomes == {"failed/404": 1, "listed": 1, "stored": 2}
    assert {a.id for a in collected()} == {article_id(f"http://www.pz.cn/{n}.html") for n in (1, 2)}
    for one in collected():
        assert EvidenceStore(settings.evidence).read(one.evidence).url == one.url
    assert run(replay).outcomes == {"skipped": 1}


def test_an_article_that_changes_keeps_every_wording(site, settings, run, collected) -> None:
    site.get("/_set?pages=3")
    source = site.source("/many/list-1.html", kind="thread_listing")
    run(source)
    site.get("/_set?word=" + quote("已恢复供水"))
    second = run(source)
    assert second.outcomes == {"listed": 1, "updated": 3}
    wanted = article_id(f"{site.url}/many/1.html")
    engine = open_database(settings.database)
    with reading(engine) as connection:
        rows = connection.execute(select(tables.versions)).all()
    engine.dispose()
    mine = [row for row in rows if row.article_id == wanted]
    assert len({row.digest for row in mine}) == 2
    words = [a.text for a in collected() if a.id == wanted]
    assert ["已恢复供水" in text for text in words] == [False, True]
    assert len(list(Inbox(settings.inbox).sealed())) >= 2


def test_two_sources_that_list_one_page_share_it(site, run, collected) -> None:
    site.get("/_set?pages=10")
    one = site.source("/many/list-1.html", id="one")
    two = site.source("/many/list-1.html", id="two")
    assert run(one).outcomes == {"listed": 1, "stored": 10}
    assert run(two).outcomes == {"listed": 1, "skipped/other_source": 10}
    assert {article.source_id for article in collected()} == {"one"}
