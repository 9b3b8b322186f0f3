"""The 38 real pages, served from localhost and crawled like any unknown site: a list, no selectors."""

import functools
import json
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.archive.evidence import EvidenceStore
from minyin.clock import local
from minyin.county import Assessment, Selectors, Source

DATA = Path(os.environ.get("MINYIN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """No access log among the test's output."""


@pytest.fixture
def pages() -> Iterator[str]:
    folder = DATA / "pages" / "html"
    if not folder.is_dir():
        pytest.skip(f"no research data at {folder} (MINYIN_DATA)")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.data
def test_real_pages_are_crawled_without_selectors(pages: str, settings, run, collected) -> None:
    source = Source(
        id="real",
        name="真实网页",
        kind="listing",
        channel="news",
        tier=3,
        start_urls=(pages,),
        selectors=Selectors(item="li a"),
        per_second=100,
        assessment=Assessment(by="测试", on="2026-11-01", impact="本机", robots="无"),
    )
    report = run(source)
    assert report.outcomes == {"listed": 1, "stored": 38}
    found = {article.external_id: article for article in collected()}
    same_day = 0
    for path in sorted((DATA / "pages" / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        article = found[gold["id"]]
        same_day += local(article.published_at).isoformat()[:10] == gold["published_at"][:10]
        assert (
            EvidenceStore(settings.evidence).read(article.evidence).body
            == (DATA / "pages" / gold["html"]).read_bytes()
        )
    print(f"published on the day that a reader found: {same_day} of {len(found)}")
    assert same_day >= 37
