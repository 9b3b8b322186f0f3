"""A Prefect server of our own, started when none is configured.

An ephemeral server will not do: it never fires schedules and often outlasts its start timeout. Analytics are off;
everything it stores lies under the home folder.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minyin.errors import DependencyError
from minyin.settings import Settings

START_SECONDS = 120


def quiet_environment(settings: Settings) -> dict[str, str]:
    """Prefect's own settings: no analytics, files under the home folder, nothing fetched."""
    folder = (settings.home / "prefect").resolve()
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_CLI_PROMPT": "false",
    }


@contextmanager
def prefect_server(settings: Settings) -> Iterator[str]:
    """The API address of a healthy server, in the environment too; one of our own is stopped at the end.

    Raises DependencyError when it does not come up within two minutes or the port is taken.
    """
    os.environ.update(quiet_environment(settings))
    if settings.prefect.api_url:
        os.environ["PREFECT_API_URL"] = settings.prefect.api_url
        yield settings.prefect.api_url
        return
    port = settings.prefect.port
    _refuse_taken(port)
    url = f"http://127.0.0.1:{port}/api"
    log = settings.home / "prefect" / "server.log"
    process = _start(port, log)
    try:
        _wait(process, url, log)
        os.environ["PREFECT_API_URL"] = url
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise DependencyError(
                f"端口 {port} 已被占用，Prefect 服务无法启动；请停掉占用的程序，或用 MINYIN_PREFECT__PORT 另选端口"
            )


def _start(port: int, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with log.open("ab") as file:
        return subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(START_SECONDS * 4):
        if process.poll() is not None:
            raise DependencyError(
                f"Prefect 服务启动失败（退出码 {process.returncode}），日志见 {log}"
            )
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise DependencyError(f"Prefect 服务 {START_SECONDS} 秒内没有就绪，日志见 {log}")
