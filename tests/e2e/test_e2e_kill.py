"""kill -9 at any point of ingest, watch or brief; run again; the same result as an undisturbed run."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from minyin.database import open_database, reading, tables
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


def state_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """What must not depend on when the machine died."""
    engine = open_database(f"sqlite:///{home / 'minyin.db'}")
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


@pytest.fixture(scope="module")
def homes(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two homes that hold nothing but the demo's inbox and key."""
    made = []
    for name in ("calm", "killed"):
        home = tmp_path_factory.mktemp(name)
        shutil.copytree(demo.home / "inbox", home / "inbox")
        shutil.copy(demo.home / "author.key", home / "author.key")
        made.append(home)
    return made[0], made[1]


def test_kills_change_nothing(demo: Demo, homes: tuple[Path, Path]) -> None:
    calm, killed = homes
    env = environment(demo)
    dice = random.Random(7)
    interrupted = 0
    for step in STEPS:
        started = time.monotonic()
        assert minyin("--home", str(calm), *step, env=env).returncode == 0
        whole = time.monotonic() - started
        for share in (dice.uniform(0.3, 0.5), dice.uniform(0.5, 0.7), dice.uniform(0.7, 0.95)):
            interrupted += run_killed(killed, step, whole * share, env)
        last = minyin("--home", str(killed), *step, env=env)
        assert last.returncode == 0, last.stdout + last.stderr
    assert interrupted >= 3
    assert state_of(killed) == state_of(calm)
    frozen = Path("briefs") / "2026-10" / "frozen.json"
    assert (killed / frozen).read_bytes() == (calm / frozen).read_bytes()
