"""A web site with every bad habit, in a process of its own: `python tests/support/hostile_site.py` prints its port.

Good pages under /a/ and /many/, a forum under /t/, and one page for each fault. `GET /_log` gives the requests so far
as JSON, `GET /_set?name=value` changes the site's mood (`pages`: how many of /many/, `delay`: seconds per page,
`extra`: a reply more on the last page of the thread).
"""

import json
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

STATE: dict[str, str] = {"pages": "60", "delay": "0", "extra": "0"}
LOG: list[dict[str, str]] = []
SEEN: Counter[str] = Counter()
FAULTS = (
    "/loop/1 /503.html /flaky.html /slow.html /cut.html /cut-chunked.html /huge.html /huge-chunked.html /binary.html "
    "/private/x.html /gone.html /empty.html /away.html /notime.html"
).split()  # fmt: skip


def article(number: str, *, charset: str = "utf-8", title: str = "", time_line: str = "2026年8月1日 8:16") -> str:
    name = title or f"第{number}号通知：朱镕喆小区停水"
    return (
        f'<html><head><meta charset="{charset}"><title>{name}_某县网</title></head><body><nav><a href="/">首页</a></nav>'
        f'<h1>{name}</h1><div class="info">来源：某县融媒 作者：张三 {time_line}</div><div class="text"><p>正文{number}，'
        f"因管网抢修，朱镕喆小区今日停水八小时，请居民提前储水。</p><p>恢复时间另行通知，如有疑问请到社区咨询。</p></div></body></html>"
    )


def thread(page: int) -> str:
    posts = {1: ["p1", "p2", "p3"], 2: ["p4", "p5"] + (["p6"] if STATE["extra"] == "1" else [])}[page]
    blocks = "".join(
        f'<div class="post" id="post_{pid}" data-id="{pid}" data-kind="{"official" if pid == "p3" else "user"}">'
        f'<span class="who">网友{pid}</span><span class="when">2026-8-{pid[1]} 08:16</span><div class="said">{pid}说：路灯不亮</div></div>'
        for pid in posts
    )
    onward = '<a class="nxt" href="/t/1-2.html">下一页</a>' if page == 1 else ""
    return f'<html><head><meta charset="utf-8"></head><body><h1>路灯坏了</h1><i class="read">浏览 {time.time_ns()}</i>{blocks}{onward}</body></html>'


def listing(urls: list[str], onward: str = "") -> str:
    items = "".join(f'<li><a class="item" href="{url}">一条标题很长的新闻 {url}</a></li>' for url in urls)
    more = f'<a class="next" href="{onward}">下一页</a>' if onward else ""
    return f'<html><head><meta charset="utf-8"></head><body><ul>{items}</ul>{more}</body></html>'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/_log":
            return self.page(json.dumps(LOG), kind="application/json")
        if parts.path == "/_set":
            STATE.update(parse_qsl(parts.query))
            return self.page("ok")
        SEEN[parts.path] += 1
        LOG.append({"path": parts.path, "if_none_match": self.headers.get("If-None-Match", ""), "agent": self.headers.get("User-Agent", "")})
        fault = getattr(self, "fault_" + parts.path.strip("/").partition(".")[0].replace("-", "_").replace("/", "_"), None)
        return fault() if fault else self.good(parts.path)

    def good(self, path: str) -> None:
        if path == "/robots.txt":
            return self.page("User-agent: *\nDisallow: /private/\n", kind="text/plain")
        if path == "/list.html":
            return self.page(listing([f"/a/{n}.html" for n in range(1, 6)] + ["/a/gbk.html", "/a/lying.html", *FAULTS]), etag=True)
        if path.startswith("/many/list-"):
            number, last = int(path[11:-5]), (int(STATE["pages"]) + 9) // 10
            first = (number - 1) * 10 + 1
            urls = [f"/many/{n}.html" for n in range(first, min(first + 10, int(STATE["pages"]) + 1))]
            return self.page(listing(urls, f"/many/list-{number + 1}.html" if number < last else ""), etag=True)
        if path == "/t/list.html":
            return self.page(listing(["/t/1-1.html"]), etag=True)
        if path.startswith("/t/1-"):
            return self.page(thread(int(path[5])), etag=path[5] == "2")
        if path == "/a/gbk.html":
            return self.page(article("GBK", charset="gb2312"), encoding="gb18030", kind="text/html")
        if path == "/a/lying.html":
            return self.page(article("L", charset="utf-8"), encoding="gb18030")
        if path.startswith(("/a/", "/many/")):
            time.sleep(float(STATE["delay"]))
            return self.page(article(path.rpartition("/")[2][:-5]), etag=True)
        return self.page("<h1>404</h1>", status=404)

    def page(self, text: str, *, status: int = 200, encoding: str = "utf-8", kind: str = "text/html; charset=utf-8", etag: bool = False) -> None:
        body = text.encode(encoding)
        tag = f'"{hash(body) & 0xFFFFFFFF:x}"'
        if etag and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.send_response(status)
        self.send_header("Content-Type", kind)
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
        self.page(article("flaky") if SEEN["/flaky.html"] > 1 else "busy", status=200 if SEEN["/flaky.html"] > 1 else 503)

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
        self.page('<html><head><title>应用</title><script src="/app.js"></script></head><body><div id="app"></div></body></html>')

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
