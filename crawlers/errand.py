"""What a request is for, and what came back: the values that pass between the spider and the collector."""

from typing import Literal

from pydantic import AwareDatetime, Field

from minyin.county import Source
from minyin.model import Value


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


class Errand(Value):
    """One scheduled URL."""

    source_id: str
    url: str
    role: Literal["list", "item"]
    number: int = 1
    hint: Hint = Hint()
    thread: ThreadPlace | None = None
    leads_on: bool = False


class Fetched(Value):
    """An answer, whatever its status; `url` is where redirects ended."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    request_headers: dict[str, str] = Field(default_factory=dict)

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), None)


class Job(Value):
    """All that the crawl's child process is told; the key of the author hashes comes on its stdin."""

    sources: tuple[Source, ...]
    county_code: str
    now: AwareDatetime | None = None
    database_url: str
    inbox: str
    evidence: str
    quarantine: str
    user_agent: str
    timeout_seconds: float
    max_page_mb: float
    segment_articles: int
    segment_seconds: float
