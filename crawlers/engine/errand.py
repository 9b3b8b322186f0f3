"""What a request is for, and what came back: the values that pass between the spider and the collector."""

from datetime import datetime
from functools import cached_property
from typing import Literal

from pydantic import AwareDatetime, Field

from crawlers.page.extract import Extraction
from minyin.identity import article_id, site_of
from minyin.model import Value
from minyin.source import Source

# The environment variable that tells the child process how to reach an inbox that is no folder
INBOX_OPTIONS = "MINYIN_INBOX_OPTIONS"


class Hint(Value):
    """What the page that led here said of an article: used only where the article's own page is silent."""

    title: str | None = None
    published_at: AwareDatetime | None = None
    author: str | None = None
    external_id: str | None = None
    changed_at: AwareDatetime | None = None


class ThreadPlace(Value):
    """Where in a thread a page stands; ids of posts hang on the thread's first page, wherever they are shown."""

    url: str
    number: int = 1
    root_id: str | None = None


class Link(Value):
    """An address found on a list page, in a feed or in a sitemap."""

    url: str
    hint: Hint = Hint()


class Given(Value):
    """An article that a JSON list carries whole; `url` names it, and nothing more is fetched."""

    url: str
    hint: Hint = Hint()
    extraction: Extraction


class ListPage(Value):
    """Where a list leads; `lists` are further lists at any place, `next_url` is the one that follows."""

    links: tuple[Link, ...] = ()
    given: tuple[Given, ...] = ()
    next_url: str | None = None
    lists: tuple[Link, ...] = ()
    surplus: int = Field(
        0, description="links beyond what one page may lead to, counted and not read"
    )


class Errand(Value):
    """One scheduled URL."""

    source_id: str
    url: str
    role: Literal["list", "item"]
    number: int = 1
    tries: int = 0
    hint: Hint = Hint()
    thread: ThreadPlace | None = None
    part_of: str | None = Field(
        None, description="a later page of the article that began at the errand of this key"
    )
    leads_on: bool = False

    @cached_property
    def key(self) -> str:
        """The page's key in the ledger; a list is one for each source that reads it."""
        return article_id(self.url, part=f"list:{self.source_id}" if self.role == "list" else "")

    @cached_property
    def site(self) -> str:
        return site_of(self.url)


class Fetched(Value):
    """An answer, whatever its status; `url` is where redirects ended."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    request_headers: dict[str, str] = Field(default_factory=dict)
    rendered: bool = Field(False, description="the page as a browser's scripts made it")
    rest: tuple["Fetched", ...] = Field((), description="the later pages of the same article")

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), None)

    @property
    def content_type(self) -> str:
        return self.header("Content-Type") or ""


class Span(Value):
    """A back-fill: articles published in [since, until), lists read on past what is known."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def holds(self, at: datetime | None) -> bool:
        """Whether an article of that time is wanted; one without a time may be."""
        if at is None:
            return True
        early = self.since is not None and at < self.since
        return not early and not (self.until is not None and at >= self.until)

    def before(self, at: datetime | None) -> bool:
        return at is not None and self.since is not None and at < self.since


class Job(Value):
    """All that the crawl's child process is told; the key of the author hashes comes on its stdin."""

    sources: tuple[Source, ...]
    county_code: str
    now: AwareDatetime | None = None
    database_url: str
    inbox: str
    evidence: str
    quarantine: str
    control: str = Field(description="folder of the site locks and of the stop marks")
    span: Span | None = None
    limit: int | None = Field(None, description="a probe: so many articles of each source")
    user_agent: str
    contact: str = ""
    timeout_seconds: float
    max_page_mb: float
    segment_articles: int
    segment_seconds: float
    busy_seconds: float
    browser: str | None = None
