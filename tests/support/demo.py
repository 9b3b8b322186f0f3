"""Running the real command, and a finished demo to look at."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from flows.bootstrap import House, open_house
from flows.demo import demo_settings
from minyin.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]


def free_block(size: int) -> int:
    """The first port of a block of free ports on loopback; each test process looks in a range of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for base in range(18600 + 2000 * (worker % 4), 28000, 20):
        if all(_is_free(base + offset) for offset in range(size)):
            return base
    raise RuntimeError("no free block of ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def minyin(
    *arguments: str, env: dict[str, str] | None = None, timeout: int = 400
) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "console.cli", *arguments],
        cwd=ROOT,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass(frozen=True)
class Demo:
    """A finished demo: its home, its ports and what it printed."""

    home: Path
    sites_port: int
    prefect_port: int
    output: str
    run: Callable[[], subprocess.CompletedProcess[str]]

    @property
    def house(self) -> House:
        return open_house(demo_settings(load_settings(home=self.home), sites_port=self.sites_port))

    @property
    def engine(self) -> Engine:
        return self.house.engine
