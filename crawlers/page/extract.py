"""A page to its posts: a pure function of bytes, address, content type and the source's selectors.

Selectors come first, then what `crawlers.page.reading` finds by itself. A page with `post` blocks gives one post per block
(a thread, a question with its answers); any other page gives one. Left to others: identity, tiers, hashing of authors
(`crawlers.engine.articles`).
"""

import re
from datetime import datetime
from enum import StrEnum
from urllib.parse import urljoin

from parsel import Selector
from pydantic import AwareDatetime

from crawlers.forum.discussion import Discussion, Place, discussion
from crawlers.listing.paging import onward
from crawlers.page.fields import squeeze
from crawlers.page.html import lines_of, source_of, text_of, tree_of
from crawlers.page.pagekind import PageKind
from crawlers.page.reading import Found, Known, read, read_around
from crawlers.page.selecting import select
from crawlers.page.times import parse_time
from minyin.county import Selectors
from minyin.errors import Rejected
from minyin.model import Value

# Shorter texts are kept where a selector points at them (a reply may be one word) but not where we guess
SHORTEST_GUESS = 20
# Selectors that say nothing of an article's page
OF_PAGES = frozenset(Selectors.model_fields) - {"item", "next_page"}
LABEL = re.compile(
    r"^\s*(?:信息来源|文章来源|来\s*源|作\s*者|发布者|楼主|发帖人|留言人|网友|回复单位|答复单位)\s*[:：]\s*"
)


class ExtractedPost(Value):
    """One post as it stands on the page; `author` is in clear and must not be stored."""

    title: str | None = None
    text: str
    author: str | None = None
    outlet: str | None = None
    published_at: AwareDatetime | None = None
    views: int = 0
    likes: int = 0
    comments: int = 0
    post_id: str | None = None
    anchor: str | None = None
    official: bool = False


class Extraction(Value):
    """What a page holds. `next_url` is the following page of the same thread, or what an article calls its next page; `own`: nobody selected its posts, so that
    the opening one is named by the page alone."""

    posts: tuple[ExtractedPost, ...]
    thread: bool = False
    own: bool = False
    next_url: str | None = None
    kind: PageKind = PageKind.ARTICLE
    captions: tuple[str, ...] = ()


class Expected(StrEnum):
    """What a page is known to be before it is read: an article as far as is known, a thread's first page, a later one."""

    ARTICLE = "article"
    THREAD = "thread"
    LATER = "later"


def extract(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    selectors: Selectors | None = None,
    expected: Expected = Expected.ARTICLE,
    seen_at: datetime | None = None,
) -> Extraction:
    """`seen_at`: when the page was fetched, against which `昨天 08:30` is read; on a page that is expected to be of a
    thread posts are looked for, whatever else it looks like. Raises Rejected: not_html, empty.
    """
    source = source_of(body, content_type)
    if selectors is None or not any(getattr(selectors, name) for name in OF_PAGES):
        found = read(source, url, seen_at)
        place = Place(url, seen_at, continued=expected is Expected.LATER)
        talk = discussion(source, found, place, blocks=expected is not Expected.ARTICLE)
        return _discussed(talk) if talk else _guessed(found).but(next_url=onward(source, url))
    page = tree_of(source)
    blocks = select(page, selectors.post) if selectors.post else []
    if not blocks:
        single = _single(page, selectors, source, Place(url, seen_at, continued=False))
        return single.model_copy(update={"next_url": onward(source, url)})
    posts = [_post(block, selectors) for block in blocks]
    if posts[0] is not None and expected is not Expected.LATER:
        posts[0] = _opened(posts[0], page, selectors)
        if posts[0].title is None:
            posts[0] = posts[0].but(title=read(source, url, seen_at).title)
    kept = tuple(post for post in posts if post is not None)
    if not kept:
        raise Rejected("empty", f"{len(blocks)} posts without text")
    href = _href(page, selectors.next_page)
    next_url = urljoin(url, href) if href else None
    return Extraction(posts=kept, thread=True, next_url=next_url, kind=PageKind.THREAD)


def _discussed(talk: Discussion) -> Extraction:
    posts = [
        ExtractedPost(
            text=post.text,
            author=post.author,
            published_at=post.at,
            post_id=post.post_id,
            anchor=post.anchor,
            official=post.official,
        )
        for post in talk.posts
    ]
    posts[0] = posts[0].but(title=talk.title)
    kind = PageKind.THREAD
    return Extraction(posts=tuple(posts), thread=True, own=True, next_url=talk.next_url, kind=kind)


def _guessed(found: Found) -> Extraction:
    if len(found.text) < SHORTEST_GUESS or found.kind is PageKind.EMPTY:
        raise Rejected("empty", f"{len(found.text)} characters of text")
    post = ExtractedPost(
        title=found.title,
        text=found.text,
        author=found.author,
        outlet=found.outlet,
        published_at=found.published_at,
    )
    return Extraction(posts=(post,), kind=found.kind, captions=found.captions)


def _single(page: Selector, selectors: Selectors, source: str, place: Place) -> Extraction:
    title, text = _pick(page, selectors.title), _pick_lines(page, selectors.body)
    at = _time(page, selectors.published_at)
    if title and at and text and len(text) >= SHORTEST_GUESS:
        found = read_around(source, Known(title, text, at), place.url, place.seen_at)
    else:
        found = read(source, place.url, place.seen_at)
    if text is None:
        text = _guessed(found).posts[0].text
    if not text.strip():
        raise Rejected("empty", "the body is there and has no text")
    post = ExtractedPost(
        title=title or found.title,
        text=text,
        author=_unlabelled(_pick(page, selectors.author)) or found.author,
        outlet=_unlabelled(_pick(page, selectors.outlet)) or found.outlet,
        published_at=at or found.published_at,
        views=_number(page, selectors.views),
        likes=_number(page, selectors.likes),
    )
    kind = PageKind.ARTICLE if found.kind is PageKind.EMPTY else found.kind
    return Extraction(posts=(post,), kind=kind, captions=found.captions)


def _opened(post: ExtractedPost, page: Selector, selectors: Selectors) -> ExtractedPost:
    """The opening post is also given what the page says of the whole thread."""
    return post.but(
        title=post.title or _pick(page, selectors.title),
        views=post.views or _number(page, selectors.views),
        outlet=post.outlet or _unlabelled(_pick(page, selectors.outlet)),
        published_at=post.published_at or _time(page, selectors.published_at),
    )


def _post(block: Selector, selectors: Selectors) -> ExtractedPost | None:
    """None for a block without words (a deleted post, a picture alone)."""
    text = _pick_lines(block, selectors.body) if selectors.body else text_of(block.root)
    if not text or not text.strip():
        return None
    post_id = _pick(block, selectors.post_id)
    kind = _pick(block, selectors.post_kind) or ""
    return ExtractedPost(
        title=_pick(block, selectors.title),
        text=text,
        author=_unlabelled(_pick(block, selectors.author)),
        outlet=_unlabelled(_pick(block, selectors.outlet)),
        published_at=_time(block, selectors.published_at),
        views=_number(block, selectors.views),
        likes=_number(block, selectors.likes),
        post_id=post_id,
        anchor=block.attrib.get("id") or post_id,
        official=any(mark in kind.lower() for mark in ("official", "官方", "单位回复", "答复")),
    )


def _pick(node: Selector, css: str | None) -> str | None:
    """The words of the first match: of an attribute or text node as they are, of an element all of it."""
    for match in select(node, css) if css else []:
        text = match.get() if isinstance(match.root, str) else " ".join(lines_of(match.root))
        if text and (text := squeeze(text)):
            return text
    return None


def _pick_lines(node: Selector, css: str | None) -> str | None:
    """The paragraphs of every match; None when nothing matches, so that a changed page falls back to guessing."""
    matches = select(node, css) if css else []
    if not matches:
        return None
    outer = [m for m in matches if isinstance(m.root, str) or not _inside_another(m, list(matches))]
    return "\n".join(str(m.root) if isinstance(m.root, str) else text_of(m.root) for m in outer)


def _inside_another(match: Selector, matches: list[Selector]) -> bool:
    roots = {id(other.root) for other in matches if other is not match}
    return any(id(ancestor) in roots for ancestor in match.root.iterancestors())


def _href(node: Selector, css: str | None) -> str | None:
    for match in select(node, css) if css else []:
        href = (
            match.root
            if isinstance(match.root, str)
            else match.attrib.get("href") or match.css("a::attr(href)").get()
        )
        if href and not href.startswith(("javascript:", "#")):
            return str(href)
    return None


def _time(node: Selector, css: str | None) -> datetime | None:
    value = _pick(node, css)
    return parse_time(value) if value else None


def _number(node: Selector, css: str | None) -> int:
    """
    >>> _number(Selector("<i>阅读 1.2万</i>"), "i")
    12000
    """
    found = re.search(r"([\d,]+(?:\.\d+)?)\s*(万|w|亿)?", _pick(node, css) or "", re.IGNORECASE)
    if not found:
        return 0
    scale = {"万": 10_000, "w": 10_000, "亿": 100_000_000}.get((found.group(2) or "").lower(), 1)
    digits = found.group(1).replace(",", "")
    return int(float(digits) * scale) if digits else 0


def _unlabelled(text: str | None) -> str | None:
    return (LABEL.sub("", text).strip() or None) if text else None
