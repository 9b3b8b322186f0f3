"""The inbox where there is no folder: memory and a real FTP server; writers killed, uploads torn, segments put twice."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawlers.archive.inbox import Inbox, inbox_at, open_inbox
from crawlers.archive.remote_inbox import InboxFailed, RemoteInbox
from flows.bootstrap import open_house
from flows.ingest import ingest
from flows.upkeep import retention
from minyin.clock import fixed_clock
from minyin.errors import InputError, SettingsError
from minyin.model import Article, Channel
from minyin.settings import Settings, load_settings
from support.ftp import ftp_server

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
CLOCK = fixed_clock(NOW)
WRITE = """
import sys
from crawlers.archive.inbox import inbox_at
from minyin.model import Article
inbox = inbox_at(sys.argv[1])
for line in sys.stdin:
    inbox.append(Article.model_validate_json(line))
print("sealing", flush=True)
print(inbox.seal(), flush=True)
"""


def article(number: int, size: int = 90) -> Article:
    return Article(
        id=f"a{number}", source_id="s", url=f"http://x/{number}", channel=Channel.NEWS, tier=4, text="正文\n第二段" * size,
        published_at=NOW, collected_at=NOW,
    )  # fmt: skip


def ids(url: str) -> list[str]:
    inbox = inbox_at(url)
    return [a.id for path in inbox.sealed() for a in inbox.read(path)]


def test_a_file_address_is_a_folder(tmp_path: Path) -> None:
    assert isinstance(inbox_at(f"file://{tmp_path}/收件"), Inbox)
    assert isinstance(inbox_at(str(tmp_path)), Inbox)
    assert (tmp_path / "收件").is_dir()


@pytest.mark.parametrize("kind", ["memory", "ftp"])
def test_articles_read_back_in_order_and_once(tmp_path: Path, kind: str) -> None:
    with ftp_server(tmp_path) as server:
        url = f"{server.url}/a/inbox" if kind == "ftp" else f"memory://{tmp_path.name}/inbox"
        one, two = inbox_at(url, clock=CLOCK), inbox_at(url, clock=CLOCK)
        assert one.seal() is None
        for number in (1, 2):
            one.append(article(number))
        two.append(article(3))
        assert (one.count, ids(url)) == (2, [])
        first, second = one.seal(), two.seal()
        assert first is not None
        one.append(article(4))
        one.seal()
        assert sorted(ids(url)) == ["a1", "a2", "a3", "a4"]
        # what is put there twice is there once
        two.append(article(3))
        again = RemoteInbox(url, {}, CLOCK)
        again.append(article(3))
        assert again.seal() == second
        assert sorted(ids(url)) == ["a1", "a2", "a3", "a4"]

        assert one.remove({first.name}, NOW) == 0
        assert one.remove({first.name}, NOW + timedelta(seconds=1)) == 1
        assert sorted(ids(url)) == ["a3", "a4"]


def test_a_writer_killed_while_it_uploads_leaves_nothing_that_counts(tmp_path: Path) -> None:
    # more than the buffers of a connection hold: what the kernel has would arrive after the kill
    lines = "".join(article(n, 15_000).model_dump_json() + "\n" for n in range(40))
    with ftp_server(tmp_path, slow=0.05) as server:
        url = f"{server.url}/inbox"
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(lines)
        writer.stdin.close()
        assert writer.stdout.readline() == "sealing\n"
        until = time.monotonic() + 20
        while not list((tmp_path / "inbox").glob("*.jsonl")) and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        (torn,) = (tmp_path / "inbox").glob("*.jsonl")
        assert torn.stat().st_size < len(lines.encode())
        assert ids(url) == []

        server.slow = 0.0
        time.sleep(
            1
        )  # the same segment put again within its second has the same name, and mends the torn one
        done = subprocess.run(
            [sys.executable, "-c", WRITE, url], input=lines, text=True, capture_output=True, check=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert ids(url) == [f"a{n}" for n in range(40)]
        assert done.stdout.split()[1].endswith(".jsonl")
        later = datetime.now(NOW.tzinfo) + timedelta(days=1)
        assert inbox_at(url).remove(set(), later) == 1
        assert not torn.exists()
        assert len(ids(url)) == 40


def test_what_was_changed_in_the_store_is_not_believed(tmp_path: Path) -> None:
    with ftp_server(tmp_path) as server:
        inbox = inbox_at(f"{server.url}/inbox", clock=CLOCK)
        inbox.append(article(1))
        inbox.seal()
        (path,) = (tmp_path / "inbox").glob("*.jsonl")
        path.write_bytes(path.read_bytes().replace("正文".encode(), "假话".encode()))
        with pytest.raises(InputError, match="摘要不一致"):
            ids(f"{server.url}/inbox")


def test_a_store_that_is_gone_or_unknown_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawlers.archive.remote_inbox.PAUSE_SECONDS", 0.01)
    with pytest.raises(InboxFailed, match=r"收件箱 ftp://.* 连不上"):
        inbox_at("ftp://127.0.0.1:9/x")
    with pytest.raises(SettingsError, match="应为 fsspec 认识的地址"):
        inbox_at("nosuch://x/y")
    with pytest.raises(SettingsError, match="地址里不写密码"):
        load_settings(inbox_url="ftp://me:secret@host/x")
    with pytest.raises(SettingsError, match="JSON 对象"):
        load_settings(inbox_options="[1]")


def test_a_crawl_writes_and_ingest_reads_by_way_of_the_store(site, settings, tmp_path) -> None:
    """Two processes that share no folder but the database: the crawl's child writes, ingest reads and tidies."""
    from crawlers.crawl import crawl

    site.get("/_set?pages=10")
    with ftp_server(tmp_path / "store") as server:
        apart = Settings.model_validate(
            settings.model_dump(exclude={"inbox_url"})
            | {
                "inbox_url": f"{server.url}/inbox",
                "inbox_options": json.dumps({"timeout": 10}),
                "nlp": {"polarity": "linear"},
            }
        )
        source = site.source("/many/list-1.html")
        report = crawl([source], settings=apart, county_code="320382")
        assert report.outcomes["stored"] == 10
        assert not list(settings.inbox.glob("*"))
        house = open_house.__wrapped__(apart)
        assert ingest(house).inputs == 10
        assert ingest(house).inputs == 0
        again = crawl([source], settings=apart, county_code="320382")
        assert again.outcomes == {"unchanged": 1}
        assert len(list(open_inbox(apart).sealed())) >= 1
        aged = apart.model_copy(update={"now": NOW + timedelta(days=31)})
        removed = retention(open_house.__wrapped__(aged)).outcomes["removed/segment"]
        assert removed >= 1
        assert open_inbox(apart).sealed() == []
