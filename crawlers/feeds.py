"""Feeds and sitemaps as lists: RSS 0.9 to 2.0 and Atom through feedparser, JSON Feed 1.x, sitemap protocol with news.

Left to others: lists in HTML (`crawlers.links`) and which addresses are fetched (`crawlers.spiders`).
"""

import json
import re
import zlib
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree

from crawlers.charset import decode
from crawlers.errand import Hint, Link, ListPage
from crawlers.fields import squeeze
from crawlers.times import parse_time
from minyin.errors import Rejected

XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# a sitemap is 50 MB at most by the protocol
SITEMAP_BYTES = 50 * 1024 * 1024


def absolute(base: str, href: str) -> str | None:
    """The address a link leads to; None for what is no page."""
    href = href.strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        whole = urljoin(base, href)
        parts = urlsplit(whole)
    except ValueError:
        return None
    # a fragment that a script reads as a path is part of the address
    url = whole if parts.fragment.startswith(("/", "!")) else whole.partition("#")[0]
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def feed_page(body: bytes, content_type: str, url: str) -> ListPage:
    """Entries of an RSS, Atom or JSON feed. Raises Rejected('not_feed')."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url)
    text = XML_DECLARATION.sub("", decode(body, content_type).text)
    feed = feedparser.parse(
        BytesIO(text.encode()),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
    )
    if not feed.get("version"):
        raise Rejected("not_feed", "neither RSS nor Atom nor JSON Feed")
    links = []
    for entry in feed.entries:
        if address := absolute(url, _address(entry)):
            links.append(Link(url=address, hint=_feed_hint(entry)))
    onward = [
        link.get("href", "") for link in feed.feed.get("links", []) if link.get("rel") == "next"
    ]
    return ListPage(links=tuple(links), next_url=absolute(url, onward[0]) if onward else None)


def _address(entry: Any) -> str:
    """The link, or a guid that is one."""
    given = str(entry.get("link", "") or "")
    name = str(entry.get("id", "") or "")
    return given or (name if name.startswith("http") else "")


def _feed_hint(entry: Any) -> Hint:
    # asked as a plain dict: feedparser's own `updated` falls back to `published` with a warning
    updated = dict.get(entry, "updated", "")
    return Hint(
        title=squeeze(entry.get("title", "")) or None,
        published_at=parse_time(entry.get("published", "") or updated),
        author=entry.get("author") or None,
        external_id=entry.get("id") or None,
        changed_at=parse_time(updated),
    )


def _json_feed(body: bytes, url: str) -> ListPage:
    try:
        feed = json.loads(decode(body, "application/json").text)
        items = feed["items"]
        if "jsonfeed" not in str(feed.get("version", "")) or not isinstance(items, list):
            raise Rejected("not_feed", "JSON, but not a JSON Feed")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Rejected("not_feed", "not a JSON Feed") from error
    links = []
    for item in items:
        if not isinstance(item, dict):
            continue
        address = absolute(url, str(item.get("url") or item.get("external_url") or ""))
        if address:
            links.append(Link(url=address, hint=_json_hint(item)))
    return ListPage(links=tuple(links), next_url=absolute(url, str(feed.get("next_url") or "")))


def _json_hint(item: dict[str, Any]) -> Hint:
    authors = item.get("authors") or [item.get("author") or {}]
    author = authors[0].get("name") if isinstance(authors[0], dict) else None
    return Hint(
        title=squeeze(str(item.get("title") or "")) or None,
        published_at=parse_time(str(item.get("date_published") or "")),
        changed_at=parse_time(str(item.get("date_modified") or "")),
        author=str(author) if author else None,
        external_id=str(item["id"]) if item.get("id") else None,
    )


def sitemap_page(body: bytes, content_type: str, url: str) -> ListPage:
    """Addresses of a sitemap, a news sitemap or an index of them. Raises Rejected('not_sitemap')."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    text = XML_DECLARATION.sub("", decode(_unzipped(body), content_type).text)
    root = etree.fromstring(text.encode(), parser) if text.strip() else None
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        raise Rejected("not_sitemap", "neither urlset nor sitemapindex")
    index = etree.QName(root).localname == "sitemapindex"
    links = []
    for entry in root:
        values = {
            etree.QName(e).localname: squeeze(e.text or "")
            for e in entry.iter()
            if isinstance(e.tag, str)
        }
        if address := absolute(url, values.get("loc", "")):
            links.append(Link(url=address, hint=_sitemap_hint(values)))
    return ListPage(lists=tuple(links)) if index else ListPage(links=tuple(links))


def _unzipped(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, SITEMAP_BYTES)
    except zlib.error as error:
        raise Rejected("not_sitemap", "gzip that cannot be read") from error


def _sitemap_hint(values: dict[str, str]) -> Hint:
    return Hint(
        title=values.get("title") or None,
        published_at=parse_time(values.get("publication_date", "")),
        changed_at=parse_time(values.get("lastmod", "")),
    )
