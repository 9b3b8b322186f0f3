"""The news site of three outlets: 邳州融媒 is announced by a news sitemap, the two papers by an RSS feed.

Human readers have column pages for all three. Each article is announced in one way only, so that it is the same
source's article in every run.
"""

from typing import Any

from minyin.clock import local
from samples.planted import Item
from samples.rendering import (
    Pages,
    forbidden,
    html,
    latest,
    neighbours,
    newest_first,
    robots,
    slices,
    xml,
)

OUTLETS = {"ptrm": "邳州融媒", "pcrb": "彭城日报", "jhsb": "江淮时报"}
IN_SITEMAP = ("ptrm",)
PER_PAGE = 20
HIDDEN = "/preview/"


def outlet_of(item: Item) -> str:
    for key, name in OUTLETS.items():
        if item.source and item.source.startswith(name):
            return key
    raise ValueError(f"{item.id}: no outlet called {item.source!r}")


def path_of(item: Item) -> str:
    return f"/{outlet_of(item)}/{local(item.published_at):%Y%m/%d}/{item.id}.html"


def pages(items: list[Item], base: str) -> Pages:
    everything = newest_first(items)
    paths = {item.id: path_of(item) for item in everything}
    shown: dict[str, Any] = {"outlets": OUTLETS, "paths": paths}
    found: Pages = {
        "/robots.txt": robots(HIDDEN, sitemap=f"{base}/sitemap_index.xml"),
        f"{HIDDEN}xiaoyang.html": forbidden("稿件小样"),
    }
    for part in slices(everything, PER_PAGE, "/list_{n}.html", "/"):
        found[part.path] = html(
            "news/list.html",
            latest(everything),
            **shown,
            heading="滚动新闻",
            part=part,
            others=everything[:8],
        )
    for key, name in OUTLETS.items():
        held = [item for item in everything if outlet_of(item) == key]
        for part in slices(held, PER_PAGE, f"/{key}/list_{{n}}.html"):
            found[part.path] = html(
                "news/list.html", latest(held), **shown, heading=name, part=part, others=held[:8]
            )
    for item in everything:
        found[paths[item.id]] = html(
            "news/article.html",
            item.published_at,
            **shown,
            item=item,
            others=neighbours(everything, item, 8),
        )
    return found | _feeds(everything, paths, base)


def _feeds(items: list[Item], paths: dict[str, str], base: str) -> Pages:
    """RSS for the papers, and a sitemap index with one news sitemap per month."""
    papers = [item for item in items if outlet_of(item) not in IN_SITEMAP]
    months: dict[str, list[Item]] = {}
    for item in items:
        if outlet_of(item) in IN_SITEMAP:
            name = f"sitemap-news-{local(item.published_at):%Y-%m}.xml"
            months.setdefault(name, []).append(item)
    found = {
        "/rss/news.xml": xml(
            "news/rss.xml",
            latest(papers),
            "application/rss+xml; charset=utf-8",
            base=base,
            items=papers,
            paths=paths,
        ),
        "/sitemap_index.xml": xml(
            "news/sitemap_index.xml",
            latest(items),
            "application/xml",
            base=base,
            parts={name: latest(held) for name, held in months.items()},
        ),
    }
    for number, (name, held) in enumerate(months.items()):
        hidden = f"{HIDDEN}xiaoyang.html" if number == 0 else None
        found[f"/{name}"] = xml(
            "news/sitemap.xml",
            latest(held),
            "application/xml",
            base=base,
            items=held,
            paths=paths,
            hidden=hidden,
        )
    return found
