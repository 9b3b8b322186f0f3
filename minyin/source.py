"""A monitored site or intake as the registry describes it: where it is, how it is read, how gently, and who answers for it.

Values only: `minyin.county` reads them from sources.yaml, `crawlers` obeys them. A source needs no code: selectors, paging,
JSON mappings and clean-ups are written here, every one optional where the crawler has a fallback of its own.
"""

import re
from typing import Annotated, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field

from minyin.model import Channel, Value

Kind = Literal["feed", "sitemap", "listing", "thread_listing", "api", "table", "folder", "warc"]
LOCAL_KINDS = ("table", "folder", "warc")
HOURS = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"正则写法有误：{error}") from error
    return pattern


def _jmespath(path: str) -> str:
    try:
        jmespath.compile(path)
    except JMESPathError as error:
        raise ValueError(f"JMESPath 写法有误：{error}") from error
    return path


Regex = Annotated[str, AfterValidator(_regex)]
JsonPath = Annotated[str, AfterValidator(_jmespath)]


class Selectors(Value):
    """Where things stand on a source's pages; CSS, or XPath where it begins with / ./ or (; each optional."""

    item: str | None = Field(None, description="links to articles on a list page")
    next_page: str | None = Field(
        None, description="link to the next list page, or the next page of a thread"
    )
    title: str | None = None
    body: str | None = None
    author: str | None = None
    outlet: str | None = None
    published_at: str | None = None
    views: str | None = None
    likes: str | None = None
    post: str | None = Field(
        None, description="one block per post; the first is the thread or the question"
    )
    post_id: str | None = Field(None, description="inside a post: ::attr(...) naming it")
    post_kind: str | None = Field(
        None, description="inside a post: text or attribute; 'official' marks an official reply"
    )


class CleanUp(Value):
    """What is cut out of a field after extraction: every match of `pattern` becomes `replace`."""

    field: Literal["title", "text", "author", "outlet"]
    pattern: Regex
    replace: str = ""


class Paging(Value):
    """List pages reached by number: {page} in `url` is `first`, `first + step`, …; an offset is a page with a step."""

    url: str = Field(pattern=r"\{page\}")
    first: int = Field(2, ge=0)
    step: int = Field(1, ge=1)


class JsonReplies(Value):
    """Answers inside an item of a JSON list; paths are relative to the answer."""

    items: JsonPath
    text: JsonPath
    author: JsonPath | None = None
    published_at: JsonPath | None = None
    external_id: JsonPath | None = None
    official: JsonPath = Field("`false`", description="`true` where every reply is the office's")


class JsonMap(Value):
    """JMESPath from a JSON answer to articles: with `text` they are made from the answer, without it `url` is fetched."""

    items: JsonPath | None = None
    html: JsonPath | None = Field(None, description="a piece of a list page inside the answer")
    url: JsonPath | None = None
    title: JsonPath | None = None
    text: JsonPath | None = None
    author: JsonPath | None = None
    outlet: JsonPath | None = None
    published_at: JsonPath | None = None
    changed_at: JsonPath | None = None
    external_id: JsonPath | None = None
    next: JsonPath | None = Field(None, description="address of the next page, or its {page}")
    replies: JsonReplies | None = None


class Assessment(Value):
    """网络数据安全管理条例 Art. 18: the impact on the service was assessed before anything is fetched."""

    by: str
    on: str
    impact: str
    robots: str = Field(description="what robots.txt said on that day, in words")
    robots_text: str | None = Field(None, description="robots.txt itself as it was on that day")
    authorisation: str | None = Field(
        None, description="id of a written permission that goes beyond robots.txt"
    )


class Source(Value):
    """A monitored site or intake. No entry, no request."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    name: str
    kind: Kind
    channel: Channel
    tier: int = Field(ge=1, le=5)
    home_region: str | None = None
    start_urls: tuple[str, ...] = ()
    folder: str | None = Field(None, description="folder and warc: where the files are dropped")
    selectors: Selectors = Selectors()
    paging: Paging | None = None
    api: JsonMap | None = None
    clean: tuple[CleanUp, ...] = ()
    date_formats: tuple[str, ...] = Field(
        (), description="strptime forms of what selectors.published_at finds, tried first"
    )
    outlets: dict[str, int] = Field(
        default_factory=dict, description="tier of each outlet a page may name as 来源"
    )
    rendered: bool = Field(
        False, description="pages are shown by scripts: fetched with a browser (extra `browser`)"
    )
    per_second: float = Field(1.0, gt=0, description="rate cap, requests per second and site")
    concurrency: int = Field(2, ge=1, le=16, description="requests of a site on their way at once")
    every_minutes: int = Field(60, ge=1)
    hours: str | None = Field(
        None, pattern=HOURS, description="fetched in these hours only, like 22:00-06:00"
    )
    max_pages: int = Field(50, ge=1, description="list pages per crawl and start address")
    max_items: int = Field(5000, ge=1, description="article pages asked for per crawl")
    contact: str | None = Field(None, description="who answers for the site, should it suffer")
    assessment: Assessment | None = None
    columns: dict[str, str] = Field(
        default_factory=dict, description="tables: article field → column heading"
    )
    enabled: bool = True

    @property
    def of_threads(self) -> bool:
        """Its pages are threads or questions, whose posts are articles of their own."""
        return self.kind == "thread_listing" or self.channel in (Channel.FORUM, Channel.BOARD)

    @property
    def fetched(self) -> bool:
        """Read over the network; tables, dropped files and WARC replays are not."""
        return self.kind not in LOCAL_KINDS
