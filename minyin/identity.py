"""Derived identity: the same page, event or ticket always gets the same id.

An article's id comes from its canonical URL, so every write is an upsert and every step can run twice.
Counted ids (events, alerts, tickets) are formatted here and counted in `minyin.database`.
"""

import base64
import hashlib
import hmac
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING = frozenset(
    [
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "spm",
        "from",
        "share_token",
        "scene",
        "isappinstalled",
        "nsukey",
        "sessionid",
        "jsessionid",
        "phpsessid",
    ]
)


def canonical_url(url: str) -> str:
    """One spelling for one page: lower-case host, no fragment, no tracking parameters, sorted query.

    >>> canonical_url("HTTP://BBS.Example.cn:80/t-1.html?b=2&a=1&utm_source=wx#reply")
    'http://bbs.example.cn/t-1.html?a=1&b=2'
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    default_port = {"http": 80, "https": 443}.get(parts.scheme.lower())
    if parts.port is not None and parts.port != default_port:
        host = f"{host}:{parts.port}"
    query = sorted(
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True)
        if k.lower() not in TRACKING
    )
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", urlencode(query), ""))


def article_id(url: str, part: str = "") -> str:
    """First 16 bytes of sha256 of the canonical URL, base32, lower case, 26 characters.

    `part` names one post of a page that carries several (a forum thread, a question and its reply).

    >>> article_id("http://example.cn/a?utm_source=x") == article_id("http://example.cn/a")
    True
    """
    whole = f"{canonical_url(url)}#{part}" if part else canonical_url(url)
    digest = hashlib.sha256(whole.encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def row_url(source_id: str, external_id: str) -> str:
    """The address of a row that has no page: a hotline record, an imported message."""
    return f"urn:minyin:{source_id}:{external_id}"


def author_hash(platform: str, author: str, key: bytes) -> str:
    """HMAC(platform + author): good for counting distinct authors, useless for finding one (DOMAIN §6.1)."""
    return hmac.new(key, f"{platform}\0{author}".encode(), hashlib.sha256).hexdigest()[:20]


def dated_id(prefix: str, day: date, number: int, *, width: int = 3) -> str:
    """
    >>> dated_id("PZ-E", date(2026, 11, 22), 3)
    'PZ-E-20261122-003'
    """
    return f"{prefix}-{day:%Y%m%d}-{number:0{width}d}"
