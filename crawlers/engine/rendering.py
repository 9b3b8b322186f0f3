"""Pages that only a browser shows: Scrapy's handler for sources with `rendered: true`, by way of scrapy-playwright.

Loaded by Scrapy, and only where such a source is crawled, since it needs the extra `browser`. A page's own requests obey
what every request obeys: the registered site only, robots.txt, no pictures, no more than a page's worth; nothing is
remembered from one page to the next. Left to others: which browser (`browser_settings`), pace and locks (as ever).
"""

from typing import Any
from weakref import WeakKeyDictionary

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import TimeoutError as BrowserTimeout
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawlers.engine.politeness import Robots, on_registered_host

# What a page needs to show its words
NEEDED = frozenset({"document", "script", "xhr", "fetch", "stylesheet"})
MOST_REQUESTS = 80
# A page that is never quiet is taken as it is after this long
QUIET_MS = 5000


async def settle(page: Page) -> None:
    """Wait until the page's scripts have brought what they bring."""
    try:
        await page.wait_for_load_state("networkidle", timeout=QUIET_MS)
    except BrowserTimeout:
        return


async def forget(page: Page, _: Request) -> None:
    """Before a page is asked for: what an earlier one left, whether it went well or not, is gone."""
    await page.context.clear_cookies()


class RenderingHandler(ScrapyPlaywrightDownloadHandler):
    """The handler that Scrapy uses for http and https; what has no `playwright` in its meta goes the usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.minyin = crawler
        self.abort_request = self._refuses
        self._asked: WeakKeyDictionary[Page, int] = WeakKeyDictionary()

    async def _download_request(self, request: Request, spider: Any = None) -> Response:
        """As the handler does, with the browser's errors as Scrapy's own."""
        try:
            response: Response = await super()._download_request(request, spider)
        except BrowserTimeout as error:
            raise DownloadTimeoutError(str(error)) from error
        except BrowserError as error:
            raise DownloadFailedError(str(error)) from error
        if len(response.body) > self.minyin.settings.getint("DOWNLOAD_MAXSIZE"):
            raise DownloadCancelledError(f"{len(response.body)} bytes as rendered")
        return response

    async def _refuses(self, request: BrowserRequest) -> bool:
        """Whether a request that a page makes is not made."""
        if request.resource_type not in NEEDED or not request.url.startswith("http"):
            return True
        page = request.frame.page
        self._asked[page] = self._asked.get(page, 0) + 1
        if self._asked[page] > MOST_REQUESTS:
            return True
        spider: Any = self.minyin.spider
        sources = [s for s in spider.sources.values() if s.rendered]
        own = [s for s in sources if on_registered_host(request.url, s)]
        if not own:
            return True
        return not await self._allowed(request.url, own)

    async def _allowed(self, url: str, sources: list[Any]) -> bool:
        if any(s.assessment and s.assessment.authorisation for s in sources):
            return True
        robots = next(
            one
            for one in self.minyin.engine.downloader.middleware.middlewares
            if isinstance(one, Robots)
        )
        try:
            rules = await robots.rules(Request(url))
        except IgnoreRequest:
            return False
        return bool(rules.allows(url))
