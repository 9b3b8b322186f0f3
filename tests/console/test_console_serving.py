"""The console as its own process: it answers, and Ctrl-C ends it without a word of trouble."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from support.demo import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "console.cli", "--home", str(tmp_path / "home"), "console"],
        cwd=ROOT,
        env=os.environ | {"MINYIN_CONSOLE__PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for _ in range(300):
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 200
            break
        except httpx.TransportError:
            assert process.poll() is None
            time.sleep(0.1)
    for _ in range(2):  # people press it twice
        process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert f"http://127.0.0.1:{port}" in said
