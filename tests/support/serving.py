"""A site of a few pages given as a table, on a port of its own; what is changed in the table changes on the site."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def serving(pages: Mapping[str, str], asked: list[tuple[str, str]] | None = None) -> Iterator[str]:
    """The site's address. `asked` gathers (path, cookies) of every request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append((self.path, self.headers.get("Cookie", "")))
            body = pages.get(self.path)
            kind = "text/html" if "<" in (body or "<") else "text/plain"
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
