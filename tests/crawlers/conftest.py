"""A hostile site in a subprocess, a home folder, and shortcuts to crawl and to read the inbox."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import crawl
from crawlers.inbox import Inbox
from minyin.county import Assessment, Selectors, Source
from minyin.model import Article, RunReport
from minyin.settings import CrawlSettings, Settings

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
SITE = Path(__file__).resolve().parent.parent / "support" / "hostile_site.py"
ASSESSED = Assessment(by="测试", on="2026-11-01", impact="本机", robots="遵守")
LIST = Selectors(item="a.item", next_page="a.next", body=".text")


class Site:
    """The running site."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            body: bytes = answer.read()
        return body

    def log(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self.get("/_log"))
        return found

    def source(
        self, start: str, *, kind: str = "listing", channel: str = "gov", **more: Any
    ) -> Source:
        fields: dict[str, Any] = {
            "id": "hostile",
            "name": "某县网",
            "kind": kind,
            "channel": channel,
            "tier": 4,
            "home_region": "320382",
            "start_urls": (self.url + start,),
            "selectors": LIST,
            "per_second": 200,
            "assessment": ASSESSED,
        }
        return Source(**(fields | more))


@contextmanager
def running_site() -> Iterator[Site]:
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(SITE.parent.parent)}
    process = subprocess.Popen(
        [sys.executable, str(SITE)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert process.stdout is not None
    try:
        yield Site(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def neighbour() -> Iterator[Site]:
    """A second site, on a port of its own."""
    with running_site() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        now=NOW,
        crawl=CrawlSettings(
            timeout_seconds=3,
            max_page_mb=4,
            segment_articles=7,
            segment_seconds=0.5,
            busy_seconds=1,
        ),
    )


Run = Callable[..., RunReport]


@pytest.fixture
def run(settings: Settings) -> Run:
    def go(*sources: Source, **more: Any) -> RunReport:
        return crawl(
            sources,
            settings=settings,
            county_code="320382",
            **more,
        )

    return go


def articles(settings: Settings) -> list[Article]:
    inbox = Inbox(settings.inbox)
    return [article for path in inbox.sealed() for article in inbox.read(path)]


@pytest.fixture
def collected(settings: Settings) -> Callable[[], list[Article]]:
    return lambda: articles(settings)
