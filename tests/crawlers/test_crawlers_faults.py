"""Everything that can go wrong with a site: each fault is one counted outcome, and the good pages come through."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.engine.errand import Errand
from crawlers.engine.frontier import Frontier
from minyin.accounting import outcome_label
from minyin.clock import local
from minyin.database import open_database, reading, tables
from minyin.errors import ProfileError
from minyin.identity import article_id
from minyin.model import RunReport
from minyin.settings import Settings

DYING_DNS = Path(__file__).resolve().parents[1] / "support" / "dying_dns"
EXPECTED = {
    "listed": 1,
    # five plain pages, two charsets, invalid bytes, an ETag that always changes, and two that came after a retry
    "stored": 11,
    "failed/redirect_loop": 2,  # one of them a wall that wants a cookie
    "failed/503": 1,
    "failed/timeout": 1,
    "failed/cut_body": 2,
    "failed/404": 1,
    "rejected/too_large": 4,
    "rejected/not_html": 3,
    "rejected/robots": 1,
    "rejected/empty": 1,
    "rejected/offsite": 1,
    "rejected/no_time": 1,
}


def test_every_fault_is_one_outcome_and_the_crawl_goes_on(site, settings, run, collected) -> None:
    report: RunReport = run(site.source("/list.html"))

    assert report.outcomes == EXPECTED
    assert report.balanced
    assert report.inputs == 30
    found = {article.external_id: article for article in collected()}
    assert set(found) == {
        "1",
        "2",
        "3",
        "4",
        "5",
        "gbk",
        "lying",
        "flaky",
        "invalid",
        "etag",
        "again",
    }
    assert len({a.id for a in found.values()}) == 11
    for name in ("gbk", "lying"):
        assert "朱镕喆小区今日停水八小时" in found[name].text
        assert "朱镕喆小区停水" in str(found[name].title)
    one = found["1"]
    assert local(one.published_at).isoformat() == "2026-08-01T08:16:00+08:00"
    assert one.outlet == "某县融媒"
    assert one.id == article_id(one.url)
    assert one.author_hash is not None
    assert "张三" not in one.model_dump_json()
    paths = [entry["path"] for entry in site.log()]
    assert paths.count("/503.html") == 3  # two retries, no more
    assert paths.count("/cookies.html") in range(
        6, 13
    )  # five redirects, begun again when the site paused
    times = [float(entry["at"]) for entry in site.log() if entry["path"] == "/again.html"]
    assert times[1] - times[0] >= 1.0  # Retry-After
    assert "/private/x.html" not in paths
    assert all(entry["agent"].startswith("MinyinBot") for entry in site.log())
    _health_says_what_was_wrong(settings, report)
    _failed_pages_are_asked_again_and_good_ones_are_not(site, run, collected)


def _health_says_what_was_wrong(settings: Settings, report: RunReport) -> None:
    engine = open_database(settings.database)
    with engine.connect() as connection:
        health = connection.execute(select(tables.source_health)).one()
        run = connection.execute(select(tables.runs)).one()
    engine.dispose()
    assert (health.pages, health.failures) == (30, 7)
    assert health.new_at is not None
    assert "robots.txt 不允许 1 个" in health.note
    assert "内容没有传完 2 个" in health.note
    assert run.outcomes == report.outcomes


def _failed_pages_are_asked_again_and_good_ones_are_not(site, run, collected) -> None:
    before = len(site.log())
    second = run(site.source("/list.html"))

    assert (
        second.outcomes["skipped"] == 11 + 9
    )  # stored, and refused for good: too large, not a page, empty, no time
    assert not {"stored", "updated"} & set(second.outcomes)
    again = [entry["path"] for entry in site.log()[before:]]
    assert "/cut.html" in again
    assert "/a/1.html" not in again
    assert len(collected()) == 11


def test_a_site_that_is_down_is_unreachable_and_others_are_crawled_at_their_pace(site, run) -> None:
    site.get("/_set?pages=10")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    down = site.source(
        "/x", id="down", start_urls=(f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/")
    )
    report = run(down, site.source("/many/list-1.html", per_second=10))
    assert report.outcomes == {"failed/unreachable": 2, "listed": 1, "stored": 10}
    times = [float(entry["at"]) for entry in site.log() if entry["path"].startswith("/many")]
    assert (times[-1] - times[0]) / (
        len(times) - 1
    ) > 0.08  # ten a second, and the first may come late


def test_traps_end_and_no_other_site_waits_for_them(site, neighbour, settings, run) -> None:
    """A storm of 503, a stall, a site that says 'in an hour', a calendar without end, a link farm: one crawl."""
    neighbour.get("/_set?pages=40")
    stalled = site.url.replace("127.0.0.1", "localhost")
    far = neighbour.url.replace("127.0.0.1", "localhost")
    report = run(
        site.source("/storm/list.html", id="storm", max_items=40),
        site.source("", id="stall", start_urls=(f"{stalled}/stall/list.html",)),
        site.source("", id="dead", start_urls=("http://no-such-host.invalid/list.html",)),
        site.source("", id="calendar", start_urls=(f"{far}/calendar/1.html",), max_pages=5),
        site.source("", id="farm", start_urls=(f"{far}/farm.html",), max_items=7),
        neighbour.source("/many/list-1.html", id="good", max_items=40),
    )
    assert report.balanced
    found = outcomes_of(settings)
    assert found["good"] == {"listed": 4, "stored": 40}
    # ten failures in a row, and the two dozen on their way at most: the rest is left for the next crawl
    assert found["storm"]["failed/503"] + found["storm"]["skipped/site_down"] == 40
    assert found["storm"]["skipped/site_down"] >= 1
    assert found["storm"]["skipped/over_limit"] == 20
    assert found["stall"]["failed/timeout"] + found["stall"]["skipped/site_down"] == 40
    assert found["dead"] == {"failed/unreachable": 1}
    assert (found["calendar"]["listed"], sum(found["calendar"].values())) == (5, 10)
    assert (found["farm"]["skipped/over_limit"], sum(found["farm"].values())) == (99_993, 100_001)


def test_names_that_no_server_resolves_hold_up_no_other_site(
    neighbour, settings, run, monkeypatch, tmp_path: Path
) -> None:
    """Twelve that wait for a resolver that has died; it stays silent till a thirteenth has been resolved and fetched."""
    monkeypatch.setenv("PYTHONPATH", str(DYING_DNS))
    monkeypatch.setenv("DYING_DNS_UNTIL", str(tmp_path / "spoken"))
    neighbour.get("/_set?pages=10")
    named = neighbour.url.replace("127.0.0.1", "localhost")
    dead = [
        neighbour.source("", id=f"dead{n}", start_urls=(f"http://dead{n}.invalid/list.html",))
        for n in range(12)
    ]
    good = neighbour.source("", id="good", start_urls=(f"{named}/many/list-1.html",))

    def progress(source: str, _done: int) -> None:
        if source == "good":
            (tmp_path / "spoken").touch()

    assert run(*dead, good, progress=progress).balanced
    found = outcomes_of(settings)
    assert found.pop("good") == {"listed": 1, "stored": 10}
    # silent for longer than a request may take, or not
    names = {name for counts in found.values() for name in counts}
    assert names <= {"failed/unreachable", "failed/timeout"}
    assert sum(sum(counts.values()) for counts in found.values()) == 12


def errands(site_url: str, number: int) -> list[Errand]:
    return [Errand(source_id="s", url=f"{site_url}/{n}.html", role="item") for n in range(number)]


def test_a_site_that_does_not_answer_holds_its_own_lane_only() -> None:
    dropped: list[str] = []
    frontier = Frontier({"stall.cn": 2, "good.cn": 2}, lambda _, outcome: dropped.append(outcome))
    for errand in [*errands("http://stall.cn", 1000), *errands("http://good.cn", 30)]:
        frontier.add(errand)
    for site in ("stall.cn", "good.cn"):
        frontier.lane(site).open = True
    first = list(frontier.ready(0.0))
    assert [errand.site for errand in first] == ["stall.cn"] * 2 + ["good.cn"] * 2
    flying, done = [e for e in first if e.site == "good.cn"], 0
    while flying:  # the stalled site's two requests never come back
        frontier.landed(flying.pop())
        done += 1
        flying += frontier.ready(0.0)
    assert done == 30
    for errand in first[:2] * 5:
        frontier.judge(errand, "failed/timeout")
    assert dropped == ["skipped/site_down"] * 998
    frontier.add(errands("http://stall.cn", 1)[0])
    assert len(dropped) == 999
    assert not frontier.finished
    for errand in first[:2]:
        frontier.landed(errand)
    assert frontier.finished


def test_a_paused_lane_rests_and_lists_go_first() -> None:
    frontier = Frontier({}, lambda _errand, _outcome: None)
    for errand in errands("http://a.cn", 3):
        frontier.add(errand)
    frontier.add(Errand(source_id="s", url="http://a.cn/list", role="list"))
    frontier.lane("a.cn").open = True
    frontier.pause("a.cn", 5.0)
    assert list(frontier.ready(4.9)) == []
    assert [errand.role for errand in frontier.ready(5.0)] == ["list", "item"]


def test_a_site_that_says_when_to_come_back_is_left_alone_till_then(site, settings, run) -> None:
    report = run(site.source("/later/list.html", per_second=10))
    assert report.inputs == 6
    assert report.outcomes["skipped/put_off"] >= 3  # all but the two that were on their way
    with reading(open_database(settings.database)) as connection:
        health = connection.execute(select(tables.source_health)).one()
    assert health.retry_at - health.crawled_at == timedelta(hours=1)
    assert "网站要求稍后再来" in health.note


def outcomes_of(settings: Settings) -> dict[str, dict[str, int]]:
    """The outcomes of the latest crawl, by source."""
    engine = open_database(settings.database)
    with reading(engine) as connection:
        rows = connection.execute(select(tables.source_crawls)).all()
    engine.dispose()
    return {row.source_id: row.outcomes for row in rows}


def test_robots_rules_that_cannot_be_had_forbid_everything(site, run) -> None:
    site.get("/_set?robots=503")
    report = run(site.source("/many/list-1.html"))
    assert report.outcomes == {"rejected/robots": 1}
    assert {entry["path"] for entry in site.log()} == {"/robots.txt"}


def test_nothing_is_fetched_without_an_assessment(site, run) -> None:
    with pytest.raises(ProfileError, match="影响评估") as refusal:
        run(site.source("/list.html"), site.source("/list.html", id="wild", assessment=None))
    assert len(refusal.value.faults) == 1
    assert site.log() == []


def test_outcomes_have_names() -> None:
    assert outcome_label("listed") == "列表页"
    assert outcome_label("rejected/robots") == "不予采用（网站声明不许抓取）"
