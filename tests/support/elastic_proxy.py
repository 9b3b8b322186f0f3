"""A real server before a real node of Elasticsearch or OpenSearch, that fails the way clusters and networks do.

It passes everything on unless told to be busy (429) or to drop the line, and can ask for TLS and credentials, which
the nodes of the tests have not.
"""

import http.client
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

BUSY = (
    b'{"error":{"type":"es_rejected_execution_exception","reason":"rejected execution of coordinating'
    b' operation"},"status":429}'
)
POINTS = ("/_pit", "/_search/point_in_time")
UNKNOWN = b'{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}'


class Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, node: str, *, authorization: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.node = urlsplit(node).netloc
        self.authorization = authorization
        self.busy = 0  # bulk requests still to be refused
        self.down = False
        self.product: str | None = None  # as the node last named itself
        self.paths: list[str] = []
        self.points: list[str] = []  # points in time that the node opened
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that turns away from our certificate is what a test wants to see."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _pass(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.paths.append(f"{self.command} {self.path}")
        if server.down:
            self.close_connection = True
            return
        if server.authorization and self.headers.get("Authorization") != server.authorization:
            self._answer(401, UNKNOWN, "application/json")
            return
        if server.busy and "/_bulk" in self.path:
            server.busy -= 1
            self._answer(429, BUSY, "application/json")
            return
        line = http.client.HTTPConnection(server.node, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        line.request(self.command, self.path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        if self.command == "POST" and self.path.split("?")[0].endswith(POINTS):
            opened = json.loads(content)
            server.points.append(opened.get("id") or opened["pit_id"])
        server.product = answer.getheader("X-Elastic-Product")
        self._answer(answer.status, content, answer.getheader("Content-Type") or "text/plain")
        line.close()

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if self.server.product:
            self.send_header("X-Elastic-Product", self.server.product)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def proxy_of(
    node: str, *, authorization: str | None = None, certificate: Path | None = None
) -> Iterator[Proxy]:
    """A proxy in a thread; with `certificate` (PEM, key and certificate in one file) it speaks TLS."""
    server = Proxy(node, authorization=authorization)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, key and certificate in one PEM file."""
    key = path.with_suffix(".key")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(path)], check=True, capture_output=True
    )
    path.write_text(path.read_text() + key.read_text(), encoding="ascii")
    return path
