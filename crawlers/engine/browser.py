"""Whether pages can be rendered here, and what Scrapy is told when they are: the extra `browser` and a Chromium.

Left to others: the rendering (`crawlers.engine.rendering`).
"""

import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from minyin.source import Source

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing(sources: Iterable[Source], browser: Path | None) -> list[str]:
    """Why sources that want a browser have none, one line each."""
    wanted = [source for source in sources if source.rendered]
    if not wanted:
        return []
    if find_spec("scrapy_playwright") is None:
        why = "须另装浏览器组件：pip install 'minyin[browser]'"
    elif program(browser) is None:
        why = "找不到 Chromium：请安装 chromium（Debian：apt install chromium），或用设置 crawl.browser 写明它的路径"
    else:
        return []
    return [
        f"sources.yaml:1: 来源 {s.id}（{s.name}）写了 rendered: true，{why}；或改为 rendered: false"
        for s in wanted
    ]


def program(browser: Path | None) -> str | None:
    """The browser's program: the one that is set, or the first that is installed."""
    if browser is not None:
        return str(browser) if browser.is_file() else None
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def browser_settings(
    sources: Iterable[Source], browser: str | None, timeout_seconds: float
) -> dict[str, Any]:
    """Scrapy's settings for a crawl with sources that want a browser; none for any other."""
    if not any(source.rendered for source in sources):
        return {}
    handler = "crawlers.engine.rendering.RenderingHandler"
    context = {"service_workers": "block", "accept_downloads": False}
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": program(Path(browser) if browser else None),
            # in a container there is neither a sandbox nor shared memory to speak of
            "args": ["--no-sandbox", "--disable-dev-shm-usage"],
        },
        "PLAYWRIGHT_CONTEXTS": {"default": context},
        # two pages at once would share their cookies
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": timeout_seconds * 1000,
    }


def browser_meta(source: Source) -> dict[str, Any]:
    """What a request's meta says where its page is to be rendered."""
    if not source.rendered:
        return {}
    from scrapy_playwright.page import PageMethod

    from crawlers.engine.rendering import forget, settle

    return {
        "playwright": True,
        "playwright_page_init_callback": forget,
        "playwright_page_methods": [PageMethod(settle)],
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
    }
