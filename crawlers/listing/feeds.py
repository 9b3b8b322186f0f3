"""Feeds and sitemaps as lists: RSS 0.9 to 2.0 and Atom through feedparser, JSON Feed 1.x, sitemap protocol with news.

Left to others: lists in HTML (`crawlers.listing.links`) and which addresses are fetched (`crawlers.engine.spiders`).
"""

import json
import re
import zlib
from calendar import timegm
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree

from crawlers.engine.errand import Hint, Link, ListPage
from crawlers.page.charset import decode
from crawlers.page.fields import squeeze
from crawlers.page.times import parse_time
from minyin.errors import Rejected

XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
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
    """Entries of an RSS, Atom, CDF or JSON feed. Raises Rejected('not_feed')."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url)
    feed = read_feed(body, content_type, url)
    links = []
    for entry in feed.entries:
        if address := absolute(url, _address(entry)):
            links.append(Link(url=address, hint=_feed_hint(entry)))
    onward = [
        link.get("href", "") for link in feed.feed.get("links", []) if link.get("rel") == "next"
    ]
    return ListPage(links=tuple(links), next_url=absolute(url, onward[0]) if onward else None)


def read_feed(body: bytes, content_type: str, url: str) -> Any:
    """feedparser's view of an XML feed, decoded by our rules first, since feeds lie about their charset as pages do.

    Where those find no feed feedparser looks at the bytes itself: it knows UTF-16 without a mark, and EBCDIC.
    Raises Rejected('not_feed').
    """
    text = XML_DECLARATION.sub("", decode(body, content_type).text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    feed = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers)
    if not _is_feed(feed):
        headers["content-type"] = content_type or "application/xml"
        feed = feedparser.parse(BytesIO(body), response_headers=headers)
    if not _is_feed(feed):
        raise Rejected("not_feed", "neither RSS nor Atom nor JSON Feed")
    return feed


def _is_feed(feed: Any) -> bool:
    # of CDF feedparser reads the entries and names no version
    return bool(feed.get("version") or feed.entries)


def _address(entry: Any) -> str:
    """The link, or a guid that is one."""
    given = str(entry.get("link", "") or "")
    name = str(entry.get("id", "") or "")
    return given or (name if name.startswith("http") else "")


def _feed_hint(entry: Any) -> Hint:
    return Hint(
        title=entry_title(entry),
        published_at=_entry_time(entry, "published") or _entry_time(entry, "updated"),
        author=entry.get("author") or None,
        external_id=entry.get("id") or None,
        changed_at=_entry_time(entry, "updated"),
    )


def entry_title(entry: Any) -> str | None:
    """In plain words; a title may be HTML."""
    title = str(entry.get("title") or "")
    if "html" in str(entry.get("title_detail", {}).get("type", "")):
        title = unescape(TAG.sub("", title))
    return squeeze(title) or None


def _entry_time(entry: Any, name: str) -> datetime | None:
    """As we read times, a missing zone being China's; forms that only feedparser knows, as it does, in UTC."""
    # asked as a plain dict: feedparser's own `updated` falls back to `published` with a warning
    if at := parse_time(str(dict.get(entry, name) or "")):
        return at
    parts = dict.get(entry, f"{name}_parsed")
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError):
        return None


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
