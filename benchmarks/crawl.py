"""Pages per second of a whole crawl against a bare Scrapy spider that only downloads, interleaved in one run.

    python -m benchmarks.crawl [--pages 10000] [--latency 50] [--rounds 1] [--heuristic]

A local site in a process of its own: list pages of a hundred links, articles of about 20 KB, each answered after
`latency` milliseconds, as sites on the Internet do. Both crawlers keep eight requests of it at once, which is the
registry's rule for a fast source and Scrapy's default. The bare spider follows the lists by a regular expression and
throws the pages away; Minyin asks robots.txt, extracts, archives, seals, keeps the ledger. With --heuristic the source
has no selectors. Floor 0.7, goal 0.9 of the bare spider. Memory is the crawling child's resident set over the run.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PER_LIST = 100
FILLER = "<li><a href=/c/{n}>栏目导航{n}</a><span>说明文字</span></li>"
SENTENCE = "据了解，第{n}号工程位于东湖街道，因管网抢修，周边小区今日停水八小时，请居民提前储水，恢复时间另行通知。"


def article(number: int) -> bytes:
    nav = "".join(FILLER.format(n=n) for n in range(120))
    text = "".join(f"<p>{SENTENCE.format(n=number * 31 + n)}</p>" for n in range(12))
    return (
        f'<html><head><meta charset="utf-8"><title>第{number}号通知_某县网</title></head><body><ul class=nav>{nav}</ul>'
        f"<h1>第{number}号通知：东湖街道停水</h1><div class=info>来源：某县融媒 作者：张三 2026年8月1日 8:16</div>"
        f"<div class=text>{text}</div><ul class=foot>{nav}</ul></body></html>"
    ).encode()


def listing(number: int, pages: int) -> bytes:
    first = (number - 1) * PER_LIST + 1
    last = min(first + PER_LIST, pages + 1)
    items = "".join(
        f'<li><a class="item" href="/a/{n}.html">第{n}号通知</a></li>' for n in range(first, last)
    )
    more = f'<a class="next" href="/list-{number + 1}.html">下一页</a>' if last <= pages else ""
    return f'<html><meta charset="utf-8"><body>{items}{more}</body></html>'.encode()


def page(path: str, pages: int) -> bytes | None:
    name = path.rpartition("/")[2].removesuffix(".html")
    if path.startswith("/a/"):
        return article(int(name))
    return listing(int(name.removeprefix("list-")), pages) if path.startswith("/list-") else None


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: int, latency: float
) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = page(head.split(b" ", 2)[1].decode(), pages)
            if latency:
                await asyncio.sleep(latency)
            status = b"200 OK" if body is not None else b"404 Not Found"
            length = str(len(body or b"")).encode()
            kind = b"Content-Type: text/html; charset=utf-8\r\n"
            writer.write(
                b"HTTP/1.1 "
                + status
                + b"\r\n"
                + kind
                + b"Content-Length: "
                + length
                + b"\r\n\r\n"
                + (body or b"")
            )
            await writer.drain()
    writer.close()


async def serve(pages: int, latency: float) -> None:
    server = await asyncio.start_server(lambda r, w: answer(r, w, pages, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def bare(url: str) -> None:
    """The other side: a spider that only downloads."""
    import re

    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Bare(scrapy.Spider):
        name = "bare"
        start_urls = [url]  # noqa: RUF012  Scrapy's own way

        def parse(self, response):  # type: ignore[no-untyped-def]
            for href in re.findall(rb'href="(/[al][^"]+)"', response.body):
                where = response.urljoin(href.decode())
                yield scrapy.Request(where, callback=self.parse if b"/list" in href else self.seen)

        def seen(self, response):  # type: ignore[no-untyped-def]
            """Downloaded, and that is all."""

    process = CrawlerProcess({"LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False})
    process.crawl(Bare)
    process.start()


def minyin(url: str, pages: int, home: Path, *, heuristic: bool) -> dict[str, int]:
    from crawlers.crawl import crawl
    from minyin.settings import Settings
    from minyin.source import Assessment, Selectors, Source

    selectors = Selectors(item="a.item", next_page="a.next")
    if not heuristic:
        selectors = Selectors(
            item="a.item", next_page="a.next", title="h1", body=".text", published_at=".info"
        )
    source = Source(
        id="bench",
        name="本机",
        kind="listing",
        channel="gov",  # type: ignore[arg-type]
        tier=4,
        start_urls=(url,),
        selectors=selectors,
        per_second=1000,
        concurrency=8,
        max_pages=pages,
        max_items=pages,
        assessment=Assessment(by="量速", on="2026-11-28", impact="本机", robots="没有"),
    )
    return crawl([source], settings=Settings(home=home), county_code="320382").outcomes


class Memory:
    """Resident set of the crawling child, in MB, sampled over its life."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        tasks = Path(f"/proc/{os.getpid()}/task")
        while not self._end.wait(0.5):
            for child in {c for t in tasks.iterdir() for c in (t / "children").read_text().split()}:
                with contextlib.suppress(OSError):
                    if b"crawlers.job" in Path(f"/proc/{child}/cmdline").read_bytes():
                        pages = int(Path(f"/proc/{child}/statm").read_text().split()[1])
                        self.samples.append(pages * 4096 / 1e6)

    def __str__(self) -> str:
        found = self.samples or [0.0]
        marks = [
            found[min(len(found) - 1, len(found) * part // 100)] for part in (20, 40, 60, 80, 100)
        ]
        return " → ".join(f"{mark:.0f}" for mark in marks) + f" MB, max {max(found):.0f}"


@contextlib.contextmanager
def site(pages: int, latency: int) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.crawl",
        "--serve",
        "--pages",
        str(pages),
        "--latency",
        str(latency),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/list-1.html"
    finally:
        process.terminate()
        process.wait()


def compare(pages: int, latency: int, *, heuristic: bool) -> float:
    with site(pages, latency) as url, tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "benchmarks.crawl", "--bare", url], check=True)
        theirs = time.perf_counter() - start
        start = time.perf_counter()
        with Memory() as memory:
            outcomes = minyin(url, pages, Path(home), heuristic=heuristic)
        ours = time.perf_counter() - start
    assert outcomes["stored"] == pages, outcomes
    ratio = theirs / ours
    print(
        f"{pages} pages at {latency} ms: minyin {pages / ours:.0f}/s, bare Scrapy {pages / theirs:.0f}/s; "
        f"ratio {ratio:.2f}; memory at 20, 40, 60, 80, 100 %: {memory}",
        flush=True,
    )
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--latency", type=int, default=50, help="milliseconds")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--heuristic", action="store_true")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--bare")
    options = parser.parse_args()
    if options.serve:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(options.pages, options.latency / 1000))
    elif options.bare:
        bare(options.bare)
    else:
        for _ in range(options.rounds):
            compare(options.pages, options.latency, heuristic=options.heuristic)


if __name__ == "__main__":
    main()
