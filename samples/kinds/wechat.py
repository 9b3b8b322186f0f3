"""Pages like those of public accounts: one article, then the readers' comments (留言) chosen to stand below it."""

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

PER_PAGE = 20
HIDDEN = "/private/"


def pages(items: list[Item], _base: str) -> Pages:
    articles = newest_first(item for item in items if item.kind == "article")
    found: Pages = {"/robots.txt": robots(HIDDEN), f"{HIDDEN}draft.html": forbidden("草稿预览")}
    for part in slices(articles, PER_PAGE, "/list-{n}.html"):
        found[part.path] = html("wechat/list.html", latest(articles), part=part)
    found["/"] = found["/list-1.html"]
    for article in articles:
        replies = sorted(
            (item for item in items if item.kind == "reply" and item.parent == article.id),
            key=lambda i: (i.published_at, i.id),
        )
        found[f"/s/{article.id}"] = html(
            "wechat/article.html",
            latest([article, *replies]),
            item=article,
            replies=replies,
            others=neighbours(articles, article, 4),
        )
    return found
