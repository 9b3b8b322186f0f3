"""One site, one process at a time; stop marks that act during a crawl; hours; shards; what robots.txt may ask for."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import Plan, control_folder
from crawlers.engine.errand import Span
from crawlers.engine.politeness import slots
from crawlers.engine.robots import product_token, read_rules
from crawlers.engine.sites import ALL, SiteLocks, StopMarks, home_of, shard
from minyin.errors import InputError
from minyin.source import Source
from support.hostile import Site

AT = datetime(2026, 11, 1, tzinfo=UTC)
CRAWL = """
import sys
from pathlib import Path
from crawlers.crawl import crawl
from minyin.settings import Settings
from minyin.source import Source
settings = Settings.model_validate_json(Path(sys.argv[1]).read_text())
source = Source.model_validate_json(Path(sys.argv[2]).read_text())
print(crawl([source], settings=settings, county_code="320382").outcomes)
"""


def test_two_processes_never_fetch_one_site_at_the_same_time(
    site, settings, tmp_path: Path, collected
) -> None:
    site.get("/_set?pages=30&delay=0.02")
    patient = settings.model_copy(
        update={"crawl": settings.crawl.model_copy(update={"busy_seconds": 90})}
    )
    (tmp_path / "settings.json").write_text(patient.model_dump_json(exclude_none=True))
    workers = []
    for name in ("one", "two"):
        source = site.source("/many/list-1.html", id=name)
        (tmp_path / f"{name}.json").write_text(source.model_dump_json())
        command = [
            sys.executable,
            "-c",
            CRAWL,
            tmp_path / "settings.json",
            tmp_path / f"{name}.json",
        ]
        workers.append(
            subprocess.Popen(
                command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
            )
        )
    said = [worker.communicate(timeout=120)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    # robots.txt marks the beginning of a crawl: the second begins after the first has fetched its last page
    paths = [entry["path"] for entry in site.log()]
    second = len(paths) - 1 - paths[::-1].index("/robots.txt")
    assert paths.count("/robots.txt") == 2
    assert {f"/many/{n}.html" for n in range(1, 31)} <= set(paths[:second])
    assert not [path for path in paths[second:] if path.startswith("/many/") and "list" not in path]
    # who came second found every address taken by the other source
    assert sorted("other_source': 30" in line for line in said) == [False, True]
    assert len(collected()) == 30


def test_a_lock_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from crawlers.engine.sites import SiteLocks\n"
        "l = SiteLocks(Path(sys.argv[1])); print(l.take('pz.cn'), flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    locks = SiteLocks(tmp_path)
    assert (locks.take("pz.cn"), locks.take("xz.cn")) == (False, True)
    other.kill()
    other.communicate()
    assert locks.take("pz.cn")
    locks.give_back("pz.cn")
    locks.give_back("xz.cn")


def test_a_site_that_another_process_keeps_is_left_for_later(site, settings, run) -> None:
    source = site.source("/many/list-1.html")
    locks = SiteLocks(control_folder(settings))
    assert locks.take(home_of(source))
    report = run(source)
    assert report.outcomes == {"skipped/host_busy": 1}
    assert site.log() == []
    locks.give_back(home_of(source))


def stopping(
    settings: Any, mark: str, after: int
) -> tuple[Callable[[str, int], None], list[float]]:
    """A progress callback that sets a stop mark once so many pages are done, and when it did."""
    at: list[float] = []

    def progress(_source: str, done: int) -> None:
        if done >= after and not at:
            StopMarks(control_folder(settings)).set(mark, AT, "测试")
            at.append(time.time())

    return progress, at


def test_the_kill_switch_stops_a_running_crawl_within_a_second(
    site, neighbour, settings, run, collected
) -> None:
    site.get("/_set?delay=0.05&pages=160")
    neighbour.get("/_set?delay=0.02&pages=30")
    progress, at = stopping(settings, "hostile", after=5)
    report = run(
        site.source("/many/list-1.html", per_second=40),
        neighbour.source("/many/list-1.html", id="other"),
        progress=progress,
    )
    assert report.balanced
    assert report.outcomes["skipped/stopped"] >= 1
    # no more than the forty of a second, however slow the machine
    assert sum(float(entry["at"]) > at[0] for entry in site.log()) <= 40
    assert sum(article.source_id == "other" for article in collected()) == 30

    before = len(site.log())
    assert run(site.source("/many/list-1.html")).outcomes == {"skipped/stopped": 1}
    assert len(site.log()) == before


def test_stopping_everything_does_not_wait_for_a_stalled_site(site, settings, run) -> None:
    progress, _at = stopping(settings, ALL, after=1)
    report = run(site.source("/stall/list.html"), progress=progress)
    # the answers on their way would have been failures after five seconds, and followed by others
    assert report.outcomes == {"listed": 1, "skipped/stopped": 40}
    assert sum(entry["path"] != "/stall/list.html" for entry in site.log()) <= 1 + 8


def test_a_back_fill_asks_for_the_days_named_and_reads_on_past_what_is_known(
    site, run, collected
) -> None:
    source = site.source("/many/list-1.html", max_pages=10)
    site.get("/_set?pages=20")
    run(source)
    site.get("/_set?pages=40")  # older pages appear behind the known ones
    june = Span(since=datetime(2026, 6, 1, tzinfo=UTC), until=datetime(2026, 7, 1, tzinfo=UTC))
    none = run(source, plan=Plan(span=june))
    assert none.outcomes == {"listed": 4, "skipped": 20, "skipped/out_of_range": 20}
    august = Span(since=datetime(2026, 7, 31, tzinfo=UTC), until=datetime(2026, 9, 1, tzinfo=UTC))
    found = run(source, plan=Plan(span=august))
    assert found.outcomes == {"listed": 4, "skipped": 20, "stored": 20}
    assert len(collected()) == 40


def test_shards_are_whole_sites_and_together_all_sources() -> None:
    sources = [
        Source(
            id=f"s{n}",
            name="某",
            kind="feed",
            channel="news",
            tier=1,
            start_urls=(f"http://a{n % 7}.cn/{n}",),
        )
        for n in range(20)
    ]
    parts = [shard(sources, f"{k}/3") for k in (1, 2, 3)]
    assert sorted(s.id for part in parts for s in part) == sorted(s.id for s in sources)
    homes = [{home_of(s) for s in part} for part in parts]
    assert not homes[0] & homes[1]
    assert not homes[1] & homes[2]
    with pytest.raises(InputError, match="应写作 1/3"):
        shard(sources, "4/3")


@pytest.mark.parametrize(
    ("status", "body", "path", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /private/", "/private/x", False),
        (200, b"User-agent: *\nDisallow: /private/", "/public", True),
        (200, b"User-agent: minyinbot\nAllow: /\n\nUser-agent: *\nDisallow: /", "/x", True),
        (200, b"User-agent: MinyinBot\nDisallow: /x\n\nUser-agent: *\nAllow: /", "/x", False),
        (200, b"User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),  # the longest match wins
        (200, b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        (200, b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /x", "/x", False),
        (200, b"User-agent: *\nDisallow:", "/x", True),
        (200, b"\xff\xfe\x00garbage", "/x", True),
        (200, "User-agent: *\nDisallow: /通知/".encode(), "/%E9%80%9A%E7%9F%A5/1", False),
        (200, b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /", "/x", True),  # behind what is read
        (404, b"User-agent: *\nDisallow: /", "/x", True),
        (403, b"", "/x", True),
        (429, b"", "/x", False),
        (503, b"", "/x", False),
    ],
)  # fmt: skip
def test_robots_txt_after_rfc_9309(status: int, body: bytes, path: str, allowed: bool) -> None:
    rules = read_rules(status, body, "MinyinBot/0.1 (+x)")
    assert rules.allows(f"http://www.pz.cn{path}") is allowed


def test_a_crawl_delay_is_kept_up_to_a_minute(site, run) -> None:
    assert product_token("MinyinBot/0.1") == "MinyinBot"
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 900", "MinyinBot/1").delay == 60.0
    assert read_rules(200, b"User-agent: *\nRequest-rate: 1/5", "MinyinBot/1").delay == 5.0
    site.get("/_set?rules=Crawl-delay:%200.2&pages=5")
    run(site.source("/many/list-1.html"))
    assert pace(site) > 0.17


def pace(site: Site) -> float:
    """Mean seconds between two requests for pages."""
    times = [float(entry["at"]) for entry in site.log() if entry["path"].startswith("/many")]
    return (times[-1] - times[0]) / (len(times) - 1)


def test_a_site_is_asked_for_so_many_pages_at_once_and_no_more(site, neighbour, run) -> None:
    for one in (site, neighbour):
        one.get("/_set?pages=24&delay=0.2")
    run(
        site.source("/many/list-1.html", id="eight", concurrency=8),
        neighbour.source("/many/list-1.html", id="two", concurrency=2),
    )
    # the two hundredths that robots.txt takes are no pace for a site of one's own
    assert 3 <= most_together(site) <= 8
    assert most_together(neighbour) <= 2


def most_together(site: Site) -> int:
    return int(site.get("/_most"))


def test_two_sources_of_one_site_keep_the_gentler_pace() -> None:
    fast = Source(
        id="fast", name="某", kind="feed", channel="news", tier=1, start_urls=("http://a.pz.cn/1",),
        per_second=200, concurrency=8,
    )  # fmt: skip
    slow = fast.but(id="slow", start_urls=("http://b.pz.cn/2",), per_second=0.5, concurrency=2)
    assert slots((fast,))["pz.cn"] == {"delay": 0.0, "concurrency": 8, "jitter": 0.0}
    assert slots((fast, slow)) == slots((slow, fast))
    assert slots((fast, slow))["pz.cn"] == {"delay": 2.0, "concurrency": 2, "jitter": 0.0}


def test_a_source_is_asked_in_its_hours_only(site, run) -> None:
    site.get("/_set?pages=3")  # the crawl's clock stands at half past nine
    report = run(
        site.source("/many/list-1.html", id="day", hours="08:00-18:00"),
        site.source("/list.html", id="night", hours="22:00-06:00"),
    )
    assert report.outcomes == {"listed": 1, "stored": 3, "skipped/outside_hours": 1}
    assert "/list.html" not in {entry["path"] for entry in site.log()}


def test_a_site_that_answers_slowly_is_asked_more_slowly_than_it_allows(site, run) -> None:
    """AutoThrottle: with two at once and four tenths of a second an answer, not ten a second but two and a half."""
    site.get("/_set?pages=8&delay=0.4")
    run(site.source("/many/list-1.html", per_second=10, concurrency=2))
    assert pace(site) > 0.2
