"""The page that follows: of a list, of a thread, or of an article that was cut into several pages.

Left to others: what is fetched and how pages are put together (`crawlers.engine.spiders`, `crawlers.engine.joining`).
"""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawlers.page.html import split_scripts

ONWARD = re.compile(
    r"^[\s>»›→\[【(（]*(?:下一页|下页|后页|后一页|next(?: page)?)[\s>»›→\]】)）]*$", re.IGNORECASE
)
# Before any anchor is looked at: most articles are whole, and their pages long
WORDS_ON = ("下一页", "下页", "后一页", "后页")
# written so that the search runs from n to n: with \b first and IGNORECASE it takes half as long as reading the page
NEXT = re.compile(r"[Nn](?<!\w[Nn])(?:ext|EXT)(?!\w)")
ANCHOR = re.compile(
    r"<(?:a|link)\b([^<>]{0,2000})>(?:((?:(?!</?a\b).){0,200}?)</a)?", re.IGNORECASE | re.DOTALL
)
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
REL_NEXT = re.compile(r"""\brel\s*=\s*["']?next\b""", re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
# 123_2.html, 123-2.html, 123_p2.html, /123/2, /123/2.html
PATH_PAGE = re.compile(
    r"(?:[_-]p?|/(?:p|page[-_/]?)?)(\d{1,3})(?=(?:\.\w{2,5})?/?$)", re.IGNORECASE
)
PAGE_NAMES = frozenset(
    {"page", "p", "pn", "pageno", "pageindex", "pagenum", "curpage", "cpage", "pg"}
)


def onward(markup: str, url: str) -> str | None:
    """The address of the page after this one, on the same host, as a link of the page names it.

    >>> onward('<a href="t-2.html"><b>下一页</b></a>', "http://x.cn/t-1.html")
    'http://x.cn/t-2.html'
    """
    if not _may_go_on(markup):
        return None
    markup, _ = split_scripts(markup)  # which speak of what is next on every other page
    if not _may_go_on(markup):
        return None
    host = urlsplit(url).netloc
    for attributes, words in ANCHOR.findall(markup):
        if not (REL_NEXT.search(attributes) or ONWARD.match(unescape(TAGS.sub("", words)))):
            continue
        found = HREF.search(attributes)
        href = unescape(next(filter(None, found.groups()), "")).strip() if found else ""
        if not href or href.startswith(("#", "javascript:")):
            continue
        try:
            address = urljoin(url, href).partition("#")[0]
            if urlsplit(address).netloc == host and address != url:
                return address
        except ValueError:
            continue
    return None


def _may_go_on(markup: str) -> bool:
    # by their common letter first: to look for one takes a tenth of looking for a word
    return ("页" in markup and any(word in markup for word in WORDS_ON)) or (
        any(word in markup for word in ("next", "Next", "NEXT")) and NEXT.search(markup) is not None
    )


def is_next_part(url: str, address: str, number: int = 1) -> bool:
    """Whether an address is that of page `number` + 1 of the very article whose page `number` is at `url`.

    A link called 下一页 may lead through a list or to another article, so the addresses must be one but for the page's
    number, and that must be the next one.

    >>> is_next_part("http://x.cn/a/5.html", "http://x.cn/a/5_2.html")
    True
    >>> is_next_part("http://x.cn/a/5.html", "http://x.cn/a/6.html")
    False
    """
    (here, at), (there, to) = _split(url), _split(address)
    if to is None:
        return False
    if there == _plain(url):
        return to in (
            number + 1,
            number,
        )  # the first page bears no number, or counting begins at zero
    # an article's number may stand where a page's would, but it is hardly the one of the page we are at
    return there == here and at in (number, number - 1) and to == (at or 0) + 1


def _split(url: str) -> tuple[str, int | None]:
    """The address without its page's number, and that number where it bears one."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    pages = [value for name, value in query if name.lower() in PAGE_NAMES and value.isdigit()]
    rest = urlencode([pair for pair in query if pair[0].lower() not in PAGE_NAMES])
    if pages:
        return f"{parts.netloc}{_stem(parts.path)}?{rest}", int(pages[0])
    found = PATH_PAGE.search(parts.path)
    if found:
        return f"{parts.netloc}{_stem(PATH_PAGE.sub('', parts.path))}?{rest}", int(found[1])
    return f"{parts.netloc}{_stem(parts.path)}?{rest}", None


def _plain(url: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    rest = urlencode([pair for pair in query if pair[0].lower() not in PAGE_NAMES])
    return f"{parts.netloc}{_stem(parts.path)}?{rest}"


def _stem(path: str) -> str:
    """Without the ending: /a/5.html and /a/5/ are the beginning of /a/5/2.html."""
    return re.sub(r"(?:/?(?:index)?\.\w{2,5}|/)$", "", path)
