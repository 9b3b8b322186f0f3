"""The same result whatever happens: kill -9 at any point of ingest, watch or brief; SQLite or PostgreSQL."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from minyin.database import open_database, reading, tables
from support.databases import empty_postgresql
from support.demo import ROOT, Demo, minyin

STEPS = (("ingest",), ("watch",), ("brief", "build", "2026-10"))


def environment(demo: Demo) -> dict[str, str]:
    return {
        "MINYIN_NOW": "2026-11-01T09:30:00+08:00",
        "MINYIN_EXTRA_SOURCES": str(demo.home / "demo" / "sources.yaml"),
    }


def run_killed(home: Path, step: tuple[str, ...], after: float, env: dict[str, str]) -> bool:
    """Start the step and kill it -9 after so many seconds; True if it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "console.cli", "--home", str(home), *step],
        cwd=ROOT,
        env=os.environ | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


def state_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    """What must not depend on when the machine died, nor on where the records lie."""
    engine = open_database(url)
    a, e, w = tables.articles.c, tables.events.c, tables.alerts.c
    with reading(engine) as connection:
        state = {
            "articles": connection.execute(
                select(a.id, a.event_id, a.repost_of, a.polarity, a.street, a.text).order_by(a.id)
            ).all(),
            "events": connection.execute(
                select(e.id, e.title, e.level, e.first_at, e.last_at).order_by(e.id)
            ).all(),
            "alerts": connection.execute(
                select(w.id, w.event_id, w.level, w.kind, w.raised_at).order_by(w.id)
            ).all(),
        }
    engine.dispose()
    return {name: [tuple(row) for row in rows] for name, rows in state.items()}


def sqlite_url(home: Path) -> str:
    return f"sqlite:///{home / 'minyin.db'}"


def frozen_of(home: Path) -> bytes:
    return (home / "briefs" / "2026-10" / "frozen.json").read_bytes()


def new_home(demo: Demo, home: Path) -> Path:
    """A home that holds nothing but the demo's inbox and key."""
    shutil.copytree(demo.home / "inbox", home / "inbox")
    shutil.copy(demo.home / "author.key", home / "author.key")
    return home


@dataclass(frozen=True)
class Calm:
    """An undisturbed run: its home and how many seconds each step took."""

    home: Path
    seconds: dict[tuple[str, ...], float]


@pytest.fixture(scope="module")
def calm(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    home, seconds = new_home(demo, tmp_path_factory.mktemp("calm")), {}
    for step in STEPS:
        started = time.monotonic()
        assert minyin("--home", str(home), *step, env=environment(demo)).returncode == 0
        seconds[step] = time.monotonic() - started
    return Calm(home, seconds)


def test_kills_change_nothing(demo: Demo, calm: Calm, tmp_path: Path) -> None:
    killed = new_home(demo, tmp_path)
    env = environment(demo)
    dice = random.Random(7)
    interrupted = 0
    for step, whole in calm.seconds.items():
        for share in (dice.uniform(0.3, 0.5), dice.uniform(0.5, 0.7), dice.uniform(0.7, 0.95)):
            interrupted += run_killed(killed, step, whole * share, env)
        last = minyin("--home", str(killed), *step, env=env)
        assert last.returncode == 0, last.stdout + last.stderr
    assert interrupted >= 3
    assert state_of(sqlite_url(killed)) == state_of(sqlite_url(calm.home))
    assert frozen_of(killed) == frozen_of(calm.home)


@pytest.mark.service
def test_postgresql_gives_the_same(
    demo: Demo, calm: Calm, tmp_path: Path, postgresql_url: str
) -> None:
    home = new_home(demo, tmp_path)
    with empty_postgresql(postgresql_url) as url:
        for step in STEPS:
            run = minyin(
                "--home", str(home), *step, env=environment(demo) | {"MINYIN_DATABASE_URL": url}
            )
            assert run.returncode == 0, run.stdout + run.stderr
        assert state_of(url) == state_of(sqlite_url(calm.home))
    assert frozen_of(home) == frozen_of(calm.home)
