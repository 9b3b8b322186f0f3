"""What a page says its own address is (`<link rel=canonical>`), believed only where it can be checked.

A template that names the front page on every article, or a copy that names another site, would merge or misplace
articles; so the address must be of the same site and share the article's number or its path.
"""

import html
import re
from urllib.parse import urlsplit

from crawlers.listing.feeds import absolute
from minyin.identity import canonical_url, same_site

LINK = re.compile(rb"<link\b[^>]{0,1000}>", re.IGNORECASE)
REL = re.compile(rb"""\brel\s*=\s*["']?canonical\b""", re.IGNORECASE)
HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
# dates in paths are shared by a day's articles, so eight digits alone do not name one
NAMES = re.compile(r"\d{4,7}(?!\d)|\d{9,}|[0-9a-f]{12,}", re.IGNORECASE)
HEAD_BYTES = 65536


def page_url(body: bytes, url: str) -> str:
    """The address that names the page: the canonical one where it is believed, else the one it was fetched from.

    >>> head = b'<link rel="canonical" href="http://www.pz.cn/2026/t0801_5501.html">'
    >>> page_url(head, "http://m.pz.cn/w/5501"), page_url(head, "http://m.pz.cn/w/7702")
    ('http://www.pz.cn/2026/t0801_5501.html', 'http://m.pz.cn/w/7702')
    """
    declared = _declared(body[:HEAD_BYTES], url)
    return declared if declared and believed(declared, url) else url


def _declared(head: bytes, url: str) -> str | None:
    for tag in LINK.findall(head):
        if REL.search(tag) and (found := HREF.search(tag)):
            raw = next(part for part in found.groups() if part is not None)
            return absolute(url, html.unescape(raw.decode("utf-8", "replace")))
    return None


def believed(declared: str, url: str) -> bool:
    if not same_site(declared, url):
        return False
    there, here = urlsplit(canonical_url(declared)), urlsplit(canonical_url(url))
    if there.path == "/" and not there.query:
        return False
    return (there.path == here.path and not here.query) or bool(_names(there) & _names(here))


def _names(parts: object) -> set[str]:
    path, query = getattr(parts, "path", ""), getattr(parts, "query", "")
    return {name for name in NAMES.findall(f"{path}?{query}") if not re.match(r"20[0-3]\d$", name)}
