"""Segments: sealed whole, recovered after a crash, never torn, never stolen from a living writer."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.archive.inbox import Inbox
from minyin.clock import fixed_clock
from minyin.errors import InputError
from minyin.model import Article, Channel

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
CLOCK = fixed_clock(NOW)
DIE = """
import os, sys
from pathlib import Path
from crawlers.archive.inbox import Inbox
from minyin.model import Article
inbox = Inbox(Path(sys.argv[1]))
for line in sys.stdin:
    inbox.append(Article.model_validate_json(line))
inbox._file.write(b'{"id": "torn')
inbox._file.flush()
print("written", flush=True)
os.kill(os.getpid(), 9)
"""


def article(number: int) -> Article:
    return Article(
        id=f"a{number}", source_id="s", url=f"http://x/{number}", channel=Channel.NEWS, tier=4, text="正文\n第二段",
        published_at=NOW, collected_at=NOW,
    )  # fmt: skip


def test_articles_read_back_in_order(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, CLOCK)
    assert inbox.seal() is None
    for number in range(3):
        inbox.append(article(number))
    assert inbox.sealed() == []
    first = inbox.seal()
    inbox.append(article(3))
    second = inbox.seal()
    assert inbox.sealed() == [first, second]
    assert [a.id for p in inbox.sealed() for a in inbox.read(p)] == ["a0", "a1", "a2", "a3"]
    assert first is not None
    assert first.name == "20261101T013000-000001.jsonl"


def test_a_killed_writers_segment_is_recovered_without_its_torn_line(tmp_path: Path) -> None:
    lines = "".join(article(n).model_dump_json() + "\n" for n in range(5))
    died = subprocess.run(
        [sys.executable, "-c", DIE, str(tmp_path)],
        input=lines,
        text=True,
        capture_output=True,
        check=False,
    )
    assert died.returncode == -9, died.stderr
    assert len(list(tmp_path.glob("*.part"))) == 1
    inbox = Inbox(tmp_path, CLOCK)
    assert inbox.recovered == tuple(inbox.sealed())
    assert [a.id for a in inbox.read(inbox.sealed()[0])] == ["a0", "a1", "a2", "a3", "a4"]
    assert not list(tmp_path.glob("*.part"))


def test_a_living_writers_segment_is_left_alone_and_names_differ(tmp_path: Path) -> None:
    one = Inbox(tmp_path, CLOCK)
    one.append(article(1))
    two = Inbox(tmp_path, CLOCK)
    assert two.recovered == ()
    two.append(article(2))
    sealed = [one.seal(), two.seal()]
    assert len(set(sealed)) == 2
    assert len(two.sealed()) == 2


def test_a_damaged_segment_is_named_with_its_line(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, CLOCK)
    inbox.append(article(1))
    path = inbox.seal()
    assert path is not None
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(InputError, match="第 2 行"):
        list(inbox.read(path))
