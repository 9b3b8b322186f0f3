"""`minyin extract` in a process of its own: files and addresses in, JSON Lines out, every input accounted for."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.pages_of_sites import P1, PAGES, TITLE


class Site(BaseHTTPRequestHandler):
    """Allows /a, forbids /private."""

    def do_GET(self) -> None:
        robots = self.path == "/robots.txt"
        body = b"User-agent: *\nDisallow: /private" if robots else PAGES["hanweb"].html.encode()
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Type", "text/plain" if robots else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """No access log among the test's output."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def extract(root: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console.cli", "extract", *map(str, arguments)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_good_files_are_read_and_bad_ones_named_at_the_end(root: Path, tmp_path: Path) -> None:
    for name in ("old tables", "list", "404 with 200"):
        (tmp_path / f"{name}.html").write_bytes(PAGES[name].html.encode(PAGES[name].charset))
    (tmp_path / "zero.html").touch()
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with (tmp_path / "huge.html").open("wb") as huge:
        huge.truncate(50_000_000)
    (tmp_path / "map.csv").write_text("id,url\nold tables,http://x.cn/1.html\n", encoding="utf-8")
    answer = extract(
        root,
        tmp_path / "none.html",
        *sorted(tmp_path.glob("*.html")),
        tmp_path,
        "--json",
        "--url-map",
        tmp_path / "map.csv",
    )
    records = {row["id"]: row for row in map(json.loads, answer.stdout.splitlines())}
    assert answer.returncode == 2
    assert {name: row["kind"] for name, row in records.items()} == {
        "old tables": "article", "list": "list", "404 with 200": "empty", "zero": "empty",
    }  # fmt: skip
    article = records["old tables"]
    assert set(article) == {"id", "title", "author", "source", "published_at", "text", "kind"}
    assert (article["title"], article["source"]) == (TITLE, "某县广播电视台")
    assert article["published_at"] == "2026-08-01T08:16:00+08:00"
    assert P1 in article["text"]
    lines = answer.stderr.strip().splitlines()
    assert "共 8 页：抽取（文章） 1，抽取（空页） 2，抽取（列表） 1，失败（读不出） 2" in lines[-2]
    assert "不予采用（不是网页） 1，不予采用（超过大小上限） 1" in lines[-2]
    assert lines[-1].startswith("错误：")
    assert "none.html" in lines[-1]
    assert "没有这个文件" in lines[-1]
    assert "这是文件夹" in lines[-1]
    assert "Traceback" not in answer.stderr


def test_addresses_are_visited_as_robots_txt_allows(root: Path, site: str) -> None:
    answer = extract(root, f"{site}/a", f"{site}/private", f"{site}/gone", "--json")
    records = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == 0
    assert [(row["id"], row["title"], row["source"]) for row in records] == [
        (f"{site}/a", TITLE, "县应急管理局")
    ]
    assert "不予采用（http_404） 1，不予采用（网站声明不许抓取） 1" in answer.stderr


def test_a_person_reads_it_as_well(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(PAGES["county media centre"].html.encode())
    answer = extract(root, path)
    assert answer.returncode == 0
    assert f"标题：{TITLE}\n作者：李晓东\n来源：某融媒\n" in answer.stdout
    assert "图注：工作人员在现场抽排积水" in answer.stdout
