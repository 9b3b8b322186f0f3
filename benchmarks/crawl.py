"""Pages per second of a whole crawl against a bare Scrapy spider that only downloads, one after the other in one run.

    python -m benchmarks.crawl [--pages 10000] [--latency 50] [--rounds 1] [--heuristic]
    python -m benchmarks.crawl --pages 100000 --latency 0 --small --alone      # memory

A local site in a process of its own: list pages of a hundred links, articles of 9 KB in 750 elements, each answered after
`latency` milliseconds, as sites on the Internet do. Both crawlers keep eight requests of it at once and wait for nothing
between them: Scrapy's default, and what the registry's entry of a site of one's own may say. The bare spider follows
the lists by a regular expression and throws the pages away; Minyin asks robots.txt, extracts, archives, seals, keeps the
ledger. With --heuristic the source has no selectors. Floor 0.7, goal 0.9 of the bare spider.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

PER_LIST = 100
FILLER = "<li><a href=/c/{n}>栏目导航{n}</a><span>说明文字</span></li>"
SENTENCE = "据了解，第{n}号工程位于东湖街道，因管网抢修，周边小区今日停水八小时，请居民提前储水，恢复时间另行通知。"


@lru_cache(maxsize=1)
def menu() -> str:
    return "".join(FILLER.format(n=n) for n in range(120))


def article(number: int, *, small: bool = False) -> bytes:
    nav = "" if small else menu()
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


def page(path: str, options: argparse.Namespace) -> bytes | None:
    name = path.rpartition("/")[2].removesuffix(".html")
    if path.startswith("/a/"):
        return article(int(name), small=options.small)
    number = name.removeprefix("list-")
    return listing(int(number), options.pages) if path.startswith("/list-") else None


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, options: argparse.Namespace
) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = page(head.split(b" ", 2)[1].decode(), options)
            if options.latency:
                await asyncio.sleep(options.latency / 1000)
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


async def serve(options: argparse.Namespace) -> None:
    server = await asyncio.start_server(lambda r, w: answer(r, w, options), "127.0.0.1", 0)
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


def minyin(
    url: str, options: argparse.Namespace, home: Path, progress: Callable[[str, int], None]
) -> dict[str, int]:
    from crawlers.crawl import crawl
    from minyin.settings import Settings
    from minyin.source import Assessment, Selectors, Source

    selectors = Selectors(item="a.item", next_page="a.next")
    if not options.heuristic:
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
        max_pages=options.pages,
        max_items=options.pages,
        assessment=Assessment(by="量速", on="2026-11-28", impact="本机", robots="没有"),
    )
    settings = Settings(home=home)
    return crawl([source], settings=settings, county_code="320382", progress=progress).outcomes


class Memory:
    """Resident set, in MB, of the crawling child and of its readers whenever so many pages more are done."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.samples: list[tuple[int, float, float]] = []

    def __call__(self, _source: str, done: int) -> None:
        """The crawl's progress."""
        if done >= self.every * (len(self.samples) + 1):
            crawl = [pid for pid in _children(os.getpid()) if _runs(pid, b"crawlers.engine.job")]
            readers = [reader for pid in crawl for reader in _children(pid)]
            self.samples.append((done, sum(map(_resident, crawl)), sum(map(_resident, readers))))

    def __str__(self) -> str:
        return " ".join(
            f"{done}:{crawl:.0f}+{readers:.0f}" for done, crawl, readers in self.samples
        )


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _runs(pid: int, name: bytes) -> bool:
    with contextlib.suppress(OSError):
        return name in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError):
        return (
            int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
        )
    return 0.0


@contextlib.contextmanager
def site(options: argparse.Namespace) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.crawl",
        "--serve",
        "--pages",
        str(options.pages),
        "--latency",
        str(options.latency),
        *(["--small"] if options.small else []),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/list-1.html"
    finally:
        process.terminate()
        process.wait()


def compare(options: argparse.Namespace) -> None:
    pages, memory = options.pages, Memory(max(1, options.pages // 20))
    with site(options) as url, tempfile.TemporaryDirectory() as home:
        theirs = 0.0
        if not options.alone:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "benchmarks.crawl", "--bare", url], check=True)
            theirs = time.perf_counter() - start
        start = time.perf_counter()
        outcomes = minyin(url, options, Path(home), memory)
        ours = time.perf_counter() - start
    assert outcomes["stored"] == pages, outcomes
    against = f"bare Scrapy {pages / theirs:.0f}/s, ratio {theirs / ours:.2f}; " if theirs else ""
    print(f"{pages} pages at {options.latency} ms: minyin {pages / ours:.0f}/s, {against}", end="")
    print(f"MB of crawl+readers by pages done: {memory}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--latency", type=int, default=50, help="milliseconds")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--heuristic", action="store_true")
    parser.add_argument("--small", action="store_true", help="articles without their menus")
    parser.add_argument("--alone", action="store_true", help="without the bare spider")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--bare")
    options = parser.parse_args()
    if options.serve:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(options))
    elif options.bare:
        bare(options.bare)
    else:
        for _ in range(options.rounds):
            compare(options)


if __name__ == "__main__":
    main()
