"""Derived identity: the same page, event or ticket always gets the same id.

An article's id comes from its canonical URL, so every write is an upsert and every step can run twice.
Counted ids (events, alerts, tickets) are formatted here and counted in `minyin.database`.
"""

import base64
import hashlib
import hmac
import re
from datetime import date
from urllib.parse import urlsplit

# What share buttons, apps, search engines and session handling add; none of it chooses the page
TRACKING = frozenset(["from", "scene", "isappinstalled", "nsukey", "tdsourcetag", "mpshare", "srcid", "sharer_sharetime", "sharer_shareid", "wxfid", "share_token", "share_from", "share_source", "share_medium", "share_plat", "share_tag", "share_times", "share_session_id", "shareuid", "fromuid", "fbclid", "gclid", "msclkid", "bd_vid", "wfr", "qq_aio_chat_type", "ivk_sa", "vd_source", "clicktime", "enterid", "recommend_id", "_t", "_", "rnd", "random", "extra", "mobile", "chksm", "exportkey", "pass_ticket", "ascene", "subscene", "devicetype", "nettype", "abtest_cookie", "wx_header", "fontscale", "xsec_token", "xsec_source", "apptime", "appuid", "refer_flag", "luicode", "lfid", "featurecode", "tt_from", "timestamp", "share_sign", "share_version", "share_app_id", "scm", "pvid", "sessionid", "session_id", "jsessionid", "phpsessid"])  # fmt: skip
TRACKING_PREFIXES = ("utm_", "spm", "aspsessionid", "hmsr", "hmpl", "hmcu", "hmkw", "hmci")
# Discuz and its kin hand a random sid to visitors without cookies; a sid of digits only is a section
RANDOM_SID = re.compile(r"(?=[0-9a-z]*[a-z])(?=[0-9a-z]*\d)[0-9a-z]{6,}", re.IGNORECASE)
FRONT_PAGE = re.compile(r"(?<=/)(?:index|default)\.(?:s?html?|php|jsp|aspx?)$", re.IGNORECASE)
SESSION_PART = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
SLASHES = re.compile(r"/{2,}")
ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
MOBILE = ("m.", "wap.", "3g.", "mobile.", "h5.")
# A number this long in path or query names one article, so that its mobile page is the same article
NUMBERED = re.compile(r"\d{4,}")


def canonical_url(url: str) -> str:
    """One spelling for one page: http, lower-case host without www. or m., no tracking, no session, sorted query.

    It is a key and not an address to fetch. A fragment counts only where a script reads it as a path (#/ or #!).

    >>> canonical_url("HTTPS://BBS.Example.cn:443/a/../t-1.html?b=2&a=1&utm_source=wx#reply")
    'http://bbs.example.cn/t-1.html?a=1&b=2'
    >>> canonical_url("https://m.example.cn/news/20260801/index.html") == canonical_url("http://www.example.cn/news/20260801/")
    True
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        return url.strip()
    path = _path(parts.path)
    query = _query(parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    named = bool(NUMBERED.search(path + query + fragment))
    return f"http://{_host(parts.netloc, named=named)}{path}{query}{fragment}"


def _host(netloc: str, *, named: bool) -> str:
    host, _, port = netloc.rpartition("@")[2].lower().partition(":")
    host = host.rstrip(".")
    if not host.isascii():
        host = _punycode(host)
    bare = host.removeprefix("www.")
    if named:
        label = next((m for m in MOBILE if bare.startswith(m) and bare.count(".") >= 2), "")
        bare = bare[len(label) :]
    return bare if port in ("", "80", "443") else f"{bare}:{port}"


def _punycode(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _path(path: str) -> str:
    kept: list[str] = []
    whole = _spelled(SLASHES.sub("/", SESSION_PART.sub("", path)))
    for step in whole.split("/")[1:]:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    plain = FRONT_PAGE.sub("", "/" + "/".join(kept))
    return plain.rstrip("/") or "/"


def _query(query: str) -> str:
    """Sorted, in the bytes it was written in: a query in GBK is not UTF-8 and must not be read as such."""
    pairs = [pair.partition("=") for pair in query.replace("&amp;", "&").split("&") if pair]
    kept = sorted(
        _spelled(name + sign + value) for name, sign, value in pairs if not _idle(name, value)
    )
    return "?" + "&".join(kept) if kept else ""


def _idle(name: str, value: str) -> bool:
    """Whether a parameter says nothing about which page is meant."""
    lower = name.lower()
    if lower in TRACKING or lower.startswith(TRACKING_PREFIXES):
        return True
    if lower == "sid":
        return RANDOM_SID.fullmatch(value) is not None
    return lower == "page" and value in ("", "1")


def _spelled(text: str) -> str:
    """RFC 3986 §6.2.2: escapes of plain letters undone, the others in capitals; letters beyond ASCII escaped."""

    def one(found: re.Match[str]) -> str:
        sign = chr(int(found.group(1), 16))
        return sign if sign in UNRESERVED else found.group().upper()

    escaped = "".join(
        sign if sign.isascii() and sign > " " else "".join(f"%{b:02X}" for b in sign.encode())
        for sign in text
    )
    return ESCAPE.sub(one, escaped)


def same_site(one: str, other: str) -> bool:
    """
    >>> same_site("http://m.pz.gov.cn/1", "https://www.pz.gov.cn/2"), same_site("http://a.gov.cn", "http://b.gov.cn")
    (True, False)
    """
    return site_of(one) == site_of(other)


# Suffixes under which sites are registered, alone (.com.cn) or as provinces (.js.cn)
SECOND_LEVEL = frozenset(["com", "net", "org", "gov", "edu", "ac", "mil"])
PROVINCES = frozenset(["bj", "sh", "tj", "cq", "he", "sx", "nm", "ln", "jl", "hl", "js", "zj", "ah", "fj", "jx", "sd", "ha", "hb", "hn", "gd", "gx", "hi", "sc", "gz", "yn", "xz", "sn", "gs", "qh", "nx", "xj", "tw", "hk", "mo"])  # fmt: skip


def site_of(url: str) -> str:
    """The registered domain that a URL belongs to, the unit of politeness: one site is often one machine.

    A numeric address or a bare name keeps its port. A table for .cn and its neighbours, not the whole public suffix list:
    a foreign two-level suffix only makes its sites share one pace.

    >>> [site_of(u) for u in ("http://bbs.pz.js.cn/", "https://www.xz.gov.cn:8080/", "http://news.qq.com/", "http://127.0.0.1:80/")]
    ['pz.js.cn', 'xz.gov.cn', 'qq.com', '127.0.0.1:80']
    """
    netloc = urlsplit(url).netloc.rpartition("@")[2].lower()
    host = netloc.partition(":")[0].rstrip(".")
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or host == "localhost" or netloc.startswith("["):
        return netloc
    country = len(labels[-1]) == 2
    second = labels[-2] in SECOND_LEVEL or (labels[-1] == "cn" and labels[-2] in PROVINCES)
    return ".".join(labels[-3:] if second and country else labels[-2:])


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
