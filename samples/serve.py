"""The six sites on 127.0.0.1, in a process of their own: `python -m samples.serve --base-port 8611`.

Behaves as web servers do: ETag and Last-Modified with 304, gzip where asked, HEAD, 404. `serving()` starts it and
waits until every site answers. Left to `samples.sites`: what the pages say.
"""

import argparse
import gzip
import hashlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, NamedTuple

from minyin.errors import DependencyError, InputError
from samples.rendering import Page, Pages
from samples.sites import DEFAULT_BASE_PORT, HOST, KINDS, base_url, build_sites

READY_WITHIN_S = 60.0


class Sites(NamedTuple):
    """Where the running sites are."""

    base_port: int
    process_id: int

    def url(self, name: str, path: str = "/") -> str:
        return base_url(name, self.base_port) + path


class _Handler(BaseHTTPRequestHandler):
    """Answers for one site; `pages` is set on a subclass per site."""

    pages: ClassVar[Pages] = {}
    protocol_version = "HTTP/1.1"
    server_version = "nginx/1.20 (demo)"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        page = self.pages.get(self.path.partition("?")[0])
        if page is None:
            self._send(404, b"<h1>404 Not Found</h1>", {"Content-Type": "text/html"}, with_body)
            return
        headers = validators(page)
        if self._unchanged(page, headers["ETag"]):
            self._send(304, b"", headers, with_body)
            return
        headers["Content-Type"] = page.content_type
        body = page.body
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self._send(200, body, headers, with_body)

    def _unchanged(self, page: Page, etag: str) -> bool:
        """If-None-Match decides alone when it is given (RFC 9110 §13.2.2)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in [tag.strip() for tag in known.split(",")]
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and page.modified <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _send(self, status: int, body: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Access is not logged: the crawler keeps its own account."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # a second start on the same port must fail and say so
    allow_reuse_port = False

    def handle_error(self, _request: object, _client_address: object) -> None:
        """A crawler that hangs up early is no error of the site."""


def validators(page: Page) -> dict[str, str]:
    """ETag (of the bytes) and Last-Modified."""
    return {
        "ETag": f'"{hashlib.sha256(page.body).hexdigest()[:20]}"',
        "Last-Modified": format_datetime(page.modified.astimezone(UTC), usegmt=True),
    }


def open_servers(base_port: int) -> list[ThreadingHTTPServer]:
    """One bound server per site. Raises InputError when a port is taken."""
    servers: list[ThreadingHTTPServer] = []
    sites = build_sites(base_port)
    for number, kind in enumerate(KINDS):
        handler = type(f"{kind.name}Handler", (_Handler,), {"pages": sites[kind.name]})
        try:
            servers.append(_Server((HOST, base_port + number), handler))
        except (OSError, OverflowError) as error:
            for server in servers:
                server.server_close()
            raise InputError(
                f"示例站点起不来：{HOST}:{base_port + number}（{kind.label}）端口不可用（{error}）；"
                f"需要从 {base_port} 起连续 {len(KINDS)} 个空闲端口，请用 --base-port 换一段"
            ) from error
    return servers


def serve(base_port: int, ready_file: Path | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    servers = open_servers(base_port)
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    places = "  ".join(f"{kind.label} {base_url(kind.name, base_port)}" for kind in KINDS)
    print(f"示例站点已就绪（演示数据，纯属虚构）：{places}", flush=True)
    if ready_file:
        ready_file.write_text(f"{base_port}\n", encoding="utf-8")
    stop.wait()
    for server in servers:
        server.shutdown()
        server.server_close()


@contextmanager
def serving(base_port: int = DEFAULT_BASE_PORT) -> Iterator[Sites]:
    """The sites in a subprocess, ready; stopped on leaving.

    Raises InputError when a port is taken, DependencyError when the sites do not get ready.
    """
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        command = [sys.executable, "-m", "samples.serve"]
        command += ["--base-port", str(base_port), "--ready-file", str(ready)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).resolve().parent.parent,
        )
        try:
            _wait(process, ready)
            yield Sites(base_port, process.pid)
        finally:
            process.terminate()
            process.communicate(timeout=10)


def _wait(process: subprocess.Popen[str], ready: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while not ready.exists() or not ready.read_text(encoding="utf-8"):
        if process.poll() is not None:
            said = process.stderr.read().strip() if process.stderr else ""
            raise InputError(said or f"示例站点退出，退出码 {process.returncode}")
        if time.monotonic() > until:
            raise DependencyError(f"示例站点 {READY_WITHIN_S:.0f} 秒内没有就绪")
        time.sleep(0.05)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m samples.serve", description="在本机提供六个示例站点"
    )
    parser.add_argument("--base-port", type=int, default=DEFAULT_BASE_PORT, help="第一个端口")
    parser.add_argument("--ready-file", type=Path, help="就绪后写出的文件")
    chosen = parser.parse_args(arguments)
    try:
        serve(chosen.base_port, chosen.ready_file)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
