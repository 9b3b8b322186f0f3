"""When a source's time has come, what blindness is told to whom, and the commands on sources, on a real site."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from console.cli import run
from flows.blindness import tell
from flows.bootstrap import House, open_house
from flows.collect import due, stop_marks
from flows.health import findings, source_states
from minyin.database import load_one, reading, tables
from minyin.database.values import upsert
from minyin.model import Document
from minyin.settings import load_settings
from minyin.source import Source
from reports.freeze_rows import sources_of
from support.hostile import ASSESSED, Site, running_site
from support.serving import serving

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def registry(path: Path, *sources: Source) -> Path:
    entries = [s.model_dump(mode="json", exclude_defaults=True) for s in sources]
    path.write_text(yaml.safe_dump({"sources": entries}, allow_unicode=True), encoding="utf-8")
    return path


def feed(id: str, **more: object) -> Source:
    fields = {
        "id": id, "name": f"某县{id}", "kind": "feed", "channel": "news", "tier": 4, "start_urls": (f"http://{id}.cn/rss",),
        "assessment": ASSESSED,
    }  # fmt: skip
    return Source.model_validate(fields | more)


def house_with(folder: Path, *sources: Source, now: datetime | None = NOW) -> House:
    path = registry(folder / "extra.yaml", *sources)
    return open_house.__wrapped__(load_settings(home=folder / "home", extra_sources=path, now=now))


def health(house: House, id: str, **more: object) -> None:
    row = {
        "source_id": id,
        "crawled_at": NOW,
        "new_at": NOW,
        "pages": 9,
        "failures": 0,
        "note": None,
        "retry_at": None,
    }
    with house.engine.begin() as connection:
        upsert(connection, tables.source_health, [row | more])


def test_sources_are_due_by_their_own_schedule(tmp_path: Path) -> None:
    sources = [
        feed("never"),
        feed("fresh"),
        feed("late"),
        feed("off"),
        feed("wild", assessment=None),
    ]
    house = house_with(tmp_path, *sources, feed("paused"), feed("busy", enabled=False), now=None)
    now = house.clock()
    health(house, "fresh", crawled_at=now - timedelta(minutes=30))
    health(house, "late", crawled_at=now - timedelta(minutes=60))
    health(house, "off", crawled_at=now - timedelta(hours=9), retry_at=now + timedelta(hours=1))
    stop_marks(house.settings).set("paused", now, "张三")
    assert [source.id for source in due(house)] == ["never", "late"]
    # under a fixed clock no time passes: whatever may be crawled is due
    fixed = house_with(tmp_path, *sources)
    health(fixed, "fresh")
    assert [source.id for source in due(fixed)] == ["never", "fresh", "late", "off"]


def test_blindness_is_told_once_a_day_with_its_evidence(tmp_path: Path) -> None:
    house = house_with(tmp_path, feed("quiet"), feed("paused"))
    health(house, "quiet", new_at=NOW - timedelta(days=3))
    crawls = [
        {
            "source_id": "quiet", "run_id": f"crawl-{n:06d}", "finished_at": NOW - timedelta(days=3 + n),
            "outcomes": {"listed": 1, "stored": 5}, "articles": 5, "filled": {"title": 5},
        }
        for n in range(20)
    ]  # fmt: skip
    with house.engine.begin() as connection:
        upsert(connection, tables.source_crawls, crawls)
    stop_marks(house.settings).set("paused", NOW, "张三")
    with reading(house.engine) as connection:
        states = {
            s.id: s.problem
            for s in source_states(connection, house.county, NOW, stop_marks(house.settings))
        }
    assert states["quiet"] == "已 3 天没有新数据（平常最多 24 小时）"
    assert states["paused"] == "已停止采集（2026-11-02 09:00 张三）"

    first, second = tell(house, findings(house)), tell(house, findings(house))
    assert first is not None
    assert first == second
    heads = [duty for duty in house.county.profile.duties if "中心" in duty.role]
    assert first.to == heads[0].contacts
    letter = (house.settings.outbox / first.body_path).read_bytes()
    assert b"Message-ID" in letter or b"Message-Id" in letter
    assert tell(house, []) is None


def test_a_brief_tells_of_the_crawl_before_its_cut_off(tmp_path: Path) -> None:
    house = house_with(tmp_path, feed("down"))
    health(house, "down", crawled_at=NOW)
    crawls = [
        {
            "source_id": "down", "run_id": f"crawl-{n:06d}", "finished_at": NOW - timedelta(hours=n),
            "outcomes": outcomes, "articles": 0, "filled": {},
        }
        for n, outcomes in ((0, {"listed": 1}), (2, {"failed/503": 1}), (9, {"listed": 1}))
    ]  # fmt: skip
    with house.engine.begin() as connection:
        upsert(connection, tables.source_crawls, crawls)
    with reading(house.engine) as connection:
        (row,) = [
            r
            for r in sources_of(connection, house.county, NOW - timedelta(hours=1))
            if r.id == "down"
        ]
    assert row.crawled_at == NOW - timedelta(hours=2)
    assert "采集失败 1 次" in str(row.note)


Minyin = Callable[..., tuple[int, str, str]]


@pytest.fixture
def minyin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Minyin:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINYIN_EXTRA_SOURCES", str(tmp_path / "extra.yaml"))

    def go(*arguments: str) -> tuple[int, str, str]:
        open_house.cache_clear()
        code = run(["--home", str(tmp_path / "home"), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


def test_a_site_is_added_tried_crawled_paused_and_its_evidence_shown(
    site: Site, tmp_path: Path, minyin: Minyin
) -> None:
    (tmp_path / "extra.yaml").write_text("sources: []\n", encoding="utf-8")
    look = (
        "source",
        "add",
        f"{site.url}/feed/rss2.xml",
        "--set",
        "id=pz",
        "--set",
        "per_second=200",
    )
    code, out, err = minyin(*look)
    assert code == 0
    assert "订阅源" in out
    assert "试采 2 篇；提取率：标题 100%" in out
    assert "没有登记" in err
    assert "sources: []" in (tmp_path / "extra.yaml").read_text(encoding="utf-8")
    code, out, _ = minyin(*look, "--by", "张三", "--impact", "本机，无影响")
    assert (code, "已登记 pz" in out) == (0, True)
    empty = ("source", "add", f"{site.url}/feed/empty.xml", "--set", "id=empty", "--impact", "无")
    code, _, err = minyin(*empty)
    assert (code, "不予登记" in err) == (2, True)

    assert minyin("crawl", "pz", "--since", "2026-08-01", "--until", "2026-08-31")[0] == 0
    assert minyin("crawl", "pz", "--since", "2026-8-1")[0] == 2
    assert minyin("ingest")[0] == 0
    code, out, _ = minyin("source", "list")
    assert "正常" in out
    assert minyin("source", "pause", "pz", "--by", "张三")[0] == 0
    code, out, _ = minyin("source", "list")
    assert "已停止采集" in out
    assert minyin("source", "resume", "pz", "--by", "张三")[0] == 0
    assert minyin("source", "pause", "nobody", "--by", "张三")[0] == 2


def test_the_row_behind_an_imported_article_is_shown(tmp_path: Path, minyin: Minyin) -> None:
    columns = {"external_id": "编号", "published_at": "时间", "text": "内容"}
    registry(
        tmp_path / "extra.yaml",
        Source(id="hot", name="热线", kind="table", channel="hotline", tier=5, columns=columns),
    )
    with (tmp_path / "来件.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [list(columns.values()), ["A-1", "2026-10-01 08:16", "路灯不亮，电话13800027350"]]
        )
    assert minyin("import", str(tmp_path / "来件.csv"), "--source", "hot")[0] == 0
    assert minyin("ingest")[0] == 0
    house = open_house(load_settings(home=tmp_path / "home"))
    with reading(house.engine) as connection:
        id = connection.execute(select(tables.articles.c.id)).scalar()
    code, out, _ = minyin("evidence", str(id), "--by", "张三")
    assert code == 0
    assert "第 2 行，sha256:" in out
    assert "路灯不亮，电话[电话]" in out
    assert "13800027350" not in out


def test_every_page_of_an_article_cut_into_pages_is_verified(
    tmp_path: Path, minyin: Minyin
) -> None:
    def part(number: int) -> str:
        onward = f'<a href="/a/7_{number + 1}.html">下一页</a>' if number < 3 else ""
        return (
            "<html><title>滨湖小区停水通知_某县网</title><h1>滨湖小区停水通知</h1><p>2026-08-01 08:16 来源：某县融媒</p>"
            f"<p>因管道检修，第 {number} 片区今日停水，恢复时间另行通知，请居民提前储水，不便之处敬请谅解。</p>{onward}</html>"
        )

    pages = {f"/a/7{f'_{n}' if n > 1 else ''}.html": part(n) for n in (1, 2, 3)}
    pages["/list.html"] = "<ul><li><a class='i' href='/a/7.html'>滨湖小区停水通知</a></li></ul>"
    with serving(pages | {"/robots.txt": ""}) as base:
        registry(
            tmp_path / "extra.yaml",
            feed(
                "parts",
                kind="listing",
                start_urls=(f"{base}/list.html",),
                selectors={"item": "a.i"},
                per_second=200,
            ),
        )
        code, out, err = minyin("crawl", "parts")
        assert code == 0, out + err
        assert minyin("ingest")[0] == 0
    house = open_house(load_settings(home=tmp_path / "home"))
    with reading(house.engine) as connection:
        id = connection.execute(select(tables.articles.c.id)).scalar_one()
        document = load_one(connection, Document, tables.articles, id)
    assert document.evidence is not None
    code, out, _ = minyin("evidence", document.id, "--by", "张三")
    assert code == 0
    for number, where in enumerate(document.evidence.pages, start=1):
        assert f"核验通过：第 {number} 页 {base}/a/7" in out
        assert where.digest in out
        assert f"存证文件 {where.file}，位置 {where.offset}" in out

    last = document.evidence.pages[-1]
    with (house.settings.evidence / last.file).open("r+b") as file:
        file.seek(last.offset + 40)
        file.write(b"\0" * 40)
    code, out, err = minyin("evidence", document.id, "--by", "张三")
    assert (code, out.count("核验通过")) == (2, 2)
    assert "共 3 页，第 3 页未通过核验" in err


def test_a_source_registered_meanwhile_is_seen_while_the_index_stays_open(tmp_path: Path) -> None:
    house = house_with(tmp_path, feed("one"))
    store = house.store
    registry(tmp_path / "extra.yaml", feed("one"), feed("two"))
    renewed = house.with_new_sources()
    assert {"one", "two"} <= set(renewed.county.source_by_id)
    assert "two" not in house.county.source_by_id
    assert renewed.store is store
