"""A hostile site in a subprocess, a home folder, and shortcuts to crawl and to read the inbox."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.archive.inbox import Inbox
from crawlers.crawl import crawl
from minyin.county import Source
from minyin.model import Article, RunReport
from minyin.settings import CrawlSettings, Settings
from support.hostile import Site, running_site

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")


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
            timeout_seconds=5,
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
