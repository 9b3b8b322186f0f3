"""The local portal: reposts under changed titles among advertisements, slogans and recommended links."""

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
)

PER_PAGE = 12
HIDDEN = "/ads/"


def pages(items: list[Item], _base: str) -> Pages:
    everything = newest_first(items)
    found: Pages = {"/robots.txt": robots(HIDDEN), f"{HIDDEN}click.html": forbidden("推广活动")}
    for part in slices(everything, PER_PAGE, "/local_{n}.html"):
        found[part.path] = html(
            "portal/list.html", latest(everything), part=part, others=everything[:6]
        )
    found["/"] = found["/local_1.html"]
    for item in everything:
        found[f"/a/{local(item.published_at):%Y%m%d}/{item.id}.html"] = html(
            "portal/article.html",
            item.published_at,
            item=item,
            others=neighbours(everything, item),
        )
    return found
