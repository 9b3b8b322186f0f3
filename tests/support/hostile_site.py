"""A web site with every bad habit, in a process of its own: `python tests/support/hostile_site.py` prints its port (with tests/ on PYTHONPATH).

Good pages under /a/ and /many/, a forum under /t/, and one page for each fault. `GET /_log` gives the requests so far
as JSON, `GET /_most` the most pages waited for at once, `GET /_set?name=value` changes the site's mood (`pages`: how many of /many/, `delay`: seconds per page,
`extra`: a reply more on the last page of the thread, `robots`: the status of robots.txt, `rules`: more of its lines, `word`: said in every article).
Feeds, sitemaps and JSON lists stand in `hostile_lists`, sites that would never let a crawler go in `hostile_traps`.
"""

import gzip
import json
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from support.hostile_lists import answer, article, listing
from support.hostile_traps import Traps

STATE: dict[str, str] = {
    "pages": "60",
    "delay": "0",
    "extra": "0",
    "robots": "200",
    "rules": "",
    "word": "",
}
LOG: list[dict[str, str]] = []
SEEN: Counter[str] = Counter()
# pages that are waited for, and the most there were at once
WAITING: list[str] = []
MOST: list[int] = [0]
FAULTS = ["/loop/1", "/503.html", "/flaky.html", "/slow.html", "/cut.html", "/cut-chunked.html", "/huge.html", "/huge-chunked.html", "/binary.html", "/private/x.html", "/gone.html", "/empty.html", "/away.html", "/notime.html", "/bomb.html", "/cookies.html", "/etag.html", "/invalid.html", "/image.html", "/pdf.html", "/5g.html", "/again.html"]  # fmt: skip


def thread(page: int) -> str:
    posts = {1: ["p1", "p2", "p3"], 2: ["p4", "p5"] + (["p6"] if STATE["extra"] == "1" else [])}[
        page
    ]
    blocks = "".join(
        f'<div class="post" id="post_{pid}" data-id="{pid}" data-kind="{"official" if pid == "p3" else "user"}">'
        f'<span class="who">网友{pid}</span><span class="when">2026-8-{pid[1]} 08:16</span><div class="said">{pid}说：路灯不亮</div></div>'
        for pid in posts
    )
    onward = '<a class="nxt" href="/t/1-2.html">下一页</a>' if page == 1 else ""
    return f'<html><head><meta charset="utf-8"></head><body><h1>路灯坏了</h1><i class="read">浏览 {time.time_ns()}</i>{blocks}{onward}</body></html>'


def many(number: int) -> str:
    """Page `number` of a list of STATE['pages'] articles, ten a page."""
    whole = int(STATE["pages"])
    first = (number - 1) * 10 + 1
    urls = [f"/many/{n}.html" for n in range(first, min(first + 10, whole + 1))]
    return listing(urls, f"/many/list-{number + 1}.html" if number * 10 < whole else "")


class Handler(Traps, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/_log":
            self.page(json.dumps(LOG), kind="application/json")
            return
        if parts.path == "/_most":
            self.page(str(MOST[0]))
            return
        if parts.path == "/_set":
            STATE.update(parse_qsl(parts.query))
            self.page("ok")
            return
        SEEN[parts.path] += 1
        LOG.append(
            {
                "path": parts.path,
                "at": str(time.time()),
                "if_none_match": self.headers.get("If-None-Match", ""),
                "agent": self.headers.get("User-Agent", ""),
            }
        )
        fault = getattr(
            self,
            "fault_" + parts.path.strip("/").partition(".")[0].replace("-", "_").replace("/", "_"),
            None,
        )
        if fault:
            fault()
        else:
            self.good(parts.path)

    def good(self, path: str) -> None:
        if path == "/list.html":
            pages = [f"/a/{n}.html" for n in range(1, 6)]
            self.page(listing([*pages, "/a/gbk.html", "/a/lying.html", *FAULTS]), etag=True)
        elif self.trapped(path):
            return
        elif (found := answer(path, parse_qsl(urlsplit(self.path).query))) is not None:
            self.page(found[1], kind=found[0], etag=True)
        elif path.startswith("/many/list-"):
            self.page(many(int(path[11:-5])), etag=True)
        elif path == "/t/list.html":
            self.page(listing(["/t/1-1.html"]), etag=True)
        elif path.startswith("/t/1-"):
            self.page(thread(int(path[5])), etag=path[5] == "2")
        elif path == "/a/gbk.html":
            self.page(article("GBK", charset="gb2312"), encoding="gb18030", kind="text/html")
        elif path == "/a/lying.html":
            self.page(article("L", charset="utf-8"), encoding="gb18030")
        elif path.startswith(("/a/", "/many/")):
            # over before the answer is sent: the next request may come before this thread goes on
            WAITING.append(path)
            MOST[0] = max(MOST[0], len(WAITING))
            time.sleep(float(STATE["delay"]))
            WAITING.remove(path)
            self.page(article(path.rpartition("/")[2][:-5], word=STATE["word"]), etag=True)
        else:
            self.page("<h1>404</h1>", status=404)

    def trap_robots(self, _name: str) -> None:
        rules = f"User-agent: *\nDisallow: /private/\n{STATE['rules']}\n"
        self.page(rules, kind="text/plain", status=int(STATE["robots"]))

    def page(
        self,
        text: str,
        *,
        status: int = 200,
        encoding: str = "utf-8",
        kind: str = "text/html; charset=utf-8",
        etag: bool = False,
        wait: str = "",
    ) -> None:
        body = text.encode(encoding)
        tag = f'"{hash(body) & 0xFFFFFFFF:x}"'
        if etag and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if wait:
            self.send_header("Retry-After", wait)
        if etag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def fault_loop_1(self) -> None:
        self.redirect("/loop/2")

    def fault_loop_2(self) -> None:
        self.redirect("/loop/1")

    def fault_away(self) -> None:
        self.redirect(f"http://localhost:{self.server.server_port}/a/1.html")  # type: ignore[attr-defined]

    def fault_503(self) -> None:
        self.page("busy", status=503)

    def fault_flaky(self) -> None:
        self.page(
            article("flaky") if SEEN["/flaky.html"] > 1 else "busy",
            status=200 if SEEN["/flaky.html"] > 1 else 503,
        )

    def fault_slow(self) -> None:
        time.sleep(20)
        self.page(article("slow"))

    def fault_cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", "50000")
        self.end_headers()
        self.wfile.write(article("cut").encode())
        self.close_connection = True

    def fault_cut_chunked(self) -> None:
        self.chunked(1, article("cut").encode(), ended=False)

    def fault_huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(50 * 1024 * 1024))
        self.end_headers()
        self.pour(b"x" * 65536, 800)

    def fault_huge_chunked(self) -> None:
        self.chunked(800, b"x" * 65536, ended=True)

    def chunked(self, times: int, block: bytes, *, ended: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.pour(f"{len(block):x}\r\n".encode() + block + b"\r\n", times)
        if ended:
            self.pour(b"0\r\n\r\n", 1)
        self.close_connection = True

    def pour(self, block: bytes, times: int) -> None:
        try:
            for _ in range(times):
                self.wfile.write(block)
        except OSError:
            self.close_connection = True  # the crawler has had enough

    def fault_binary(self) -> None:
        self.send_response(200)
        body = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fault_empty(self) -> None:
        self.page(
            '<html><head><title>应用</title><script src="/app.js"></script></head><body><div id="app"></div></body></html>'
        )

    def fault_bomb(self) -> None:
        body = gzip.compress(b"x" * 50 * 1024 * 1024)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.pour(body, 1)

    def fault_notime(self) -> None:
        self.page(article("notime", time_line=""))

    def log_message(self, format: str, *args: object) -> None:
        """The site keeps its own log."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
