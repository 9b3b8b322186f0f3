"""The six sites as values: host → path → page. Pure; `samples.serve` puts them on the wire.

Addresses hold the port (feeds and sitemaps need whole addresses), so the same base port gives the same bytes.
"""

from collections.abc import Callable
from typing import NamedTuple

from samples.kinds import board, forum, gov, news, portal, wechat
from samples.planted import Item
from samples.rendering import Pages
from samples.singles import all_items

HOST = "127.0.0.1"
DEFAULT_BASE_PORT = 8611


class Kind(NamedTuple):
    """One site: its place among the ports, the `site` of its items, and how its pages are made."""

    name: str
    item_site: str
    label: str
    pages: Callable[[list[Item], str], Pages]


KINDS = (
    Kind("gov", "gov", "政府网站", gov.pages),
    Kind("forum", "forum", "运河边论坛", forum.pages),
    Kind("news", "news", "新闻网站", news.pages),
    Kind("wechat", "wechat", "公众号", wechat.pages),
    Kind("board", "wenzheng", "网上问政", board.pages),
    Kind("portal", "portal", "大运河门户", portal.pages),
)


def base_url(name: str, base_port: int) -> str:
    """
    >>> base_url("forum", 8611)
    'http://127.0.0.1:8612'
    """
    names = [kind.name for kind in KINDS]
    return f"http://{HOST}:{base_port + names.index(name)}"


def build_sites(
    base_port: int = DEFAULT_BASE_PORT, items: tuple[Item, ...] | None = None
) -> dict[str, Pages]:
    """Every page of every site, by site name and path."""
    held = all_items() if items is None else items
    return {
        kind.name: kind.pages(
            [item for item in held if item.site == kind.item_site], base_url(kind.name, base_port)
        )
        for kind in KINDS
    }
