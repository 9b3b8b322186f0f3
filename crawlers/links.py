"""Where a list leads: links of list pages, entries of feeds, addresses of sitemaps.

Left to others: which of them are fetched (`crawlers.spiders`).
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree
from parsel import Selector

from crawlers.charset import decode
from crawlers.errand import Hint, Link
from crawlers.fields import squeeze
from crawlers.html import parse
from crawlers.times import parse_time
from minyin.county import Selectors
from minyin.errors import Rejected
from minyin.model import Value

ONWARD = re.compile(r"^[\s>»›]*(下一页|下页|后页|next( page)?)[\s>»›]*$", re.IGNORECASE)
ARTICLE_PATH = re.compile(
    r"\d{3,}|/(?:article|detail|content|thread|view|show|post)s?[-_/?.]", re.IGNORECASE
)
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class ListPage(Value):
    links: tuple[Link, ...]
    next_url: str | None = None
    lists: tuple[str, ...] = ()


def list_page(body: bytes, content_type: str, url: str, selectors: Selectors) -> ListPage:
    """Raises Rejected: not_html, empty."""
    page = parse(body, content_type)
    base = urljoin(url, page.css("base::attr(href)").get() or "")
    found = page.css(selectors.item) if selectors.item else page.css("a[href]")
    links = [link for node in found if (link := _link(node, base, url)) is not None]
    if not selectors.item:
        links = [link for link in links if _looks_like_article(link, url)]
    unique = {link.url: link for link in reversed(links)}
    return ListPage(links=tuple(reversed(unique.values())), next_url=_onward(page, base, selectors))


def _link(node: Selector, base: str, page_url: str) -> Link | None:
    if isinstance(node.root, str):
        href, words = node.root, ""
    else:
        anchor = node if node.root.tag == "a" else next(iter(node.css("a[href]")), None)
        href = anchor.attrib.get("href", "") if anchor is not None else ""
        words = squeeze("".join(anchor.xpath(".//text()").getall())) if anchor is not None else ""
    absolute = _absolute(base, href)
    if absolute is None or absolute == page_url:
        return None
    return Link(url=absolute, hint=Hint(title=words or None, published_at=_time_beside(node)))


def _time_beside(node: Selector) -> Any:
    """Lists show the day of each entry; it serves where the article's page shows none."""
    if isinstance(node.root, str):
        return None
    box = node.root if node.root.tag != "a" else node.root.getparent()
    words = squeeze(" ".join(box.itertext())) if box is not None else ""
    return parse_time(words) if len(words) < 200 else None


def _absolute(base: str, href: str) -> str | None:
    href = href.strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    absolute = urljoin(base, href).partition("#")[0]
    return absolute if urlsplit(absolute).scheme in ("http", "https") else None


def _looks_like_article(link: Link, page_url: str) -> bool:
    parts = urlsplit(link.url)
    same = parts.netloc == urlsplit(page_url).netloc
    return (
        same
        and len(link.hint.title or "") >= 6
        and bool(ARTICLE_PATH.search(parts.path + "?" + parts.query))
    )


def _onward(page: Selector, base: str, selectors: Selectors) -> str | None:
    if selectors.next_page:
        nodes: Iterable[Selector] = page.css(selectors.next_page)
    else:
        nodes = [*page.css("a[rel=next], link[rel=next]"), *_named_next(page)]
    for node in nodes:
        href = (
            node.root
            if isinstance(node.root, str)
            else node.attrib.get("href") or node.css("a::attr(href)").get()
        )
        if href and (absolute := _absolute(base, href)):
            return absolute
    return None


def _named_next(page: Selector) -> Iterator[Selector]:
    return (a for a in page.css("a[href]") if ONWARD.match("".join(a.xpath(".//text()").getall())))


def feed_page(body: bytes, content_type: str, url: str) -> ListPage:
    """Entries of an RSS or Atom feed. Raises Rejected('not_feed')."""
    text = XML_DECLARATION.sub("", decode(body, content_type).text)
    feed = feedparser.parse(
        BytesIO(text.encode()),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
    )
    if not feed.version:
        raise Rejected("not_feed", "neither RSS nor Atom")
    links = []
    for entry in feed.entries:
        absolute = _absolute(url, entry.get("link", ""))
        if absolute:
            links.append(Link(url=absolute, hint=_feed_hint(entry)))
    return ListPage(links=tuple(links))


def _feed_hint(entry: Any) -> Hint:
    return Hint(
        title=squeeze(entry.get("title", "")) or None,
        published_at=parse_time(entry.get("published", "") or entry.get("updated", "")),
        author=entry.get("author") or None,
        external_id=entry.get("id") or None,
        changed_at=parse_time(entry.get("updated", "")),
    )


def sitemap_page(body: bytes, content_type: str, url: str) -> ListPage:
    """Addresses of a sitemap, a news sitemap or an index of them. Raises Rejected('not_sitemap')."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    text = XML_DECLARATION.sub("", decode(_unzipped(body), content_type).text)
    root = etree.fromstring(text.encode(), parser) if text.strip() else None
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        raise Rejected("not_sitemap", "neither urlset nor sitemapindex")
    index = etree.QName(root).localname == "sitemapindex"
    links, lists = [], []
    for entry in root:
        values = {
            etree.QName(e).localname: squeeze(e.text or "")
            for e in entry.iter()
            if isinstance(e.tag, str)
        }
        absolute = _absolute(url, values.get("loc", ""))
        if absolute and index:
            lists.append(absolute)
        elif absolute:
            links.append(Link(url=absolute, hint=_sitemap_hint(values)))
    return ListPage(links=tuple(links), lists=tuple(lists))


def _unzipped(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    import zlib

    # a bounded decompression: a sitemap is 50 MB at most by the protocol
    return zlib.decompressobj(31).decompress(body, 50 * 1024 * 1024)


def _sitemap_hint(values: dict[str, str]) -> Hint:
    return Hint(
        title=values.get("title") or None,
        published_at=parse_time(values.get("publication_date", "")),
        changed_at=parse_time(values.get("lastmod", "")),
    )
