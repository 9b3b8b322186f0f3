"""A thread of an unknown forum: its posts, found as blocks that repeat, each with a time, a name and words.

No site is named here: blocks are siblings of one make that hold a time; what in a block is the name and what the words
is settled by all blocks together. Left to others: question and answer told by their labels (`crawlers.answers`), what
the registry selects (`crawlers.extract`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crawlers.postbody import bodies_of
from crawlers.postwords import (
    Block,
    Texts,
    author_in,
    elements_of,
    is_name,
    is_office,
    is_official,
    make_of,
    time_in,
)

# A page that holds more times than this is no thread that people read
MOST_TIMES, DEEPEST = 600, 40
# How far around a text its name and time may stand
HIGHEST = 6
MOST_MAKES, LARGEST = 80, 2_000_000
SHORTEST_HINT = 12
# Of the blocks of one make, so many must hold a name and words
MOST_OF = 0.6
POST_ID = re.compile(
    r"^(?:post|pid|reply|comment|floor|msg|message|topic|tie|item|p|r|c)+"
    r"(?:(\d[\w-]{0,31})|[-_](?!content|body|message|subject|title|num)((?=[\w-]*\d)[\w-]{1,32}))$|^(\d{3,20})$",
    re.IGNORECASE,
)
ID_ATTRIBUTES = ("id", "name", "data-id", "data-pid", "data-post-id", "data-reply-id")


class Post(NamedTuple):
    """A post as it stands on the page; `author` is in clear."""

    text: str
    author: str | None
    at: datetime
    post_id: str | None
    anchor: str | None
    official: bool


class Thread(NamedTuple):
    """The posts in their order, and their blocks under one parent."""

    posts: tuple[Post, ...]
    blocks: tuple[Block, ...]
    timed: tuple[Any, ...]
    parent: Any


def find_thread(root: Any, seen_at: datetime | None = None, text: str = "") -> Thread | None:
    """The posts of a page's tree; None where nothing on it looks like a post.

    `text`: what the page is about, read as one article; it tells the post where there is but one.
    """
    texts = Texts(root)
    times = dict(_times(texts, seen_at))
    found = _makes(texts, times, several=True)
    best = max(found, key=_worth, default=None)
    for other in found:  # a post may hold remarks, which repeat more often than posts do
        if best is not None and _holds(other, best):
            best = other
    return best or _alone(_makes(texts, times, several=False), text)


def _holds(outer: Thread, inner: Thread) -> bool:
    """Whether the inner blocks are remarks within one of the outer's, which has a time of its own before them."""
    around = {*inner.parent.iterancestors(), inner.parent}
    if outer.parent not in around or outer.parent is inner.parent:
        return False
    remarks = {element for block in inner.blocks for element in block}
    for block, timed in zip(outer.blocks, outer.timed, strict=True):
        if any(element in around for element in block):
            return not (_around(timed) & remarks)
    return False


def _alone(found: Sequence[Thread], text: str) -> Thread | None:
    """The tightest block that bears a post's number, or that holds the longest line of the page's text."""
    numbered = [one for one in found if any(_own_id(element) for element in one.blocks[0][:1])]
    if numbered:
        return numbered[0]
    longest = max(text.split("\n"), key=len)
    if len(longest) < SHORTEST_HINT:
        return None
    return next((one for one in found if longest in one.posts[0].text), None)


def beside(
    root: Any, text: str, seen_at: datetime | None = None
) -> tuple[str | None, datetime | None]:
    """The name and the time nearest around a text of the page: whose post it is where no other post shows the way."""
    texts = Texts(root)
    first = text.split("\n", maxsplit=1)[0]
    element = next((e for e in reversed(texts.elements) if first and first in texts.of(e)), None)
    author, at = None, None
    for _ in range(HIGHEST):
        if element is None or element.tag in ("body", "html") or (author and at):
            break
        times = [
            (e, when)
            for e in element.iter()
            if isinstance(e.tag, str) and (when := time_in(e, texts.of(e), seen_at))
        ]
        if times and at is None:
            at = times[0][1]
        if author is None:
            timed = times[0][0] if times else element
            names = _candidates(texts, (element,), timed)
            author = min(((way, name.text) for way, name in names), default=(None, None))[1]
        element = element.getparent()
    return author, at


def _worth(thread: Thread) -> tuple[int, int]:
    return len(thread.posts), sum(min(300, len(post.text)) for post in thread.posts)


def _times(texts: Texts, seen_at: datetime | None) -> Iterator[tuple[Any, datetime]]:
    found = 0
    for element in texts.elements:
        words = texts.of(element)
        shown = words or element.get("title") or element.get("datetime")
        if found < MOST_TIMES and shown and (at := time_in(element, words, seen_at)):
            found += 1
            yield element, at


# --- blocks -----------------------------------------------------------------------------------------------------


def _makes(texts: Texts, times: dict[Any, datetime], *, several: bool) -> list[Thread]:
    """Every parent whose children of one make are posts: of two or more such children, or of one only."""
    groups: dict[tuple[Any, str], dict[Any, Any]] = defaultdict(dict)
    for element in times:
        child = element
        for _ in range(DEEPEST):
            parent = child.getparent()
            if parent is None or child.tag == "body":
                break
            groups[parent, make_of(child)].setdefault(child, element)
            child = parent
    found = []
    wanted = [one for one in groups.items() if (len(one[1]) > 1) is several]
    for (parent, _), first_times in wanted[:MOST_MAKES]:
        # a page in a page in a page would be read as often as it is deep
        if sum(len(texts.of(child)) for child in first_times) < LARGEST:
            blocks, posts = _posts(texts, times, parent, first_times)
            if len(posts) > several:
                timed = tuple(first_times[block[0]] for block in blocks)
                found.append(Thread(tuple(posts), tuple(blocks), timed, parent))
    return found


def _posts(
    texts: Texts, times: dict[Any, datetime], parent: Any, first_times: dict[Any, Any]
) -> tuple[list[Block], list[Post]]:
    """Each child is a block, or the beginning of one that lasts until the next: whichever gives more posts."""
    alone: list[Block] = [(child,) for child in first_times]
    posts = _read(texts, times, alone, first_times)
    if len(posts) > MOST_OF * len(first_times):
        return alone, posts
    grown = list(_grown(parent, first_times))
    more = _read(texts, times, grown, first_times)
    return (grown, more) if len(more) > len(posts) else (alone, posts)


def _grown(parent: Any, first_times: dict[Any, Any]) -> Iterator[Block]:
    block: list[Any] = []
    for child in parent:
        if child in first_times:
            if block:
                yield tuple(block)
            block = [child]
        elif block and isinstance(child.tag, str):
            block.append(child)
    if block:
        yield tuple(block)


# --- what is in a block -----------------------------------------------------------------------------------------


def _read(
    texts: Texts, times: dict[Any, datetime], blocks: Sequence[Block], first_times: dict[Any, Any]
) -> list[Post]:
    timed = [first_times[block[0]] for block in blocks]
    names = _names(texts, blocks, timed)
    if sum(name is not None for name in names) < MOST_OF * len(blocks):
        return []
    told = [
        _around(at, *([name.element] if name else []))
        for at, name in zip(timed, names, strict=True)
    ]
    posts = []
    for block, at, name, body in zip(
        blocks, timed, names, bodies_of(texts, blocks, told), strict=True
    ):
        if body:
            author = name.text if name else None
            beside = "\n".join(map(texts.of, block)).replace(body, "")
            official = is_official(beside) or is_office(author)
            posts.append(Post(body, author, times[at], *_identity(block), official))
    return posts


def _around(*elements: Any) -> set[Any]:
    return {one for element in elements for one in (element, *element.iterancestors())}


class Name(NamedTuple):
    """Who a post is by, and the element that says so."""

    text: str
    element: Any


Way = tuple[int, str]


def _names(texts: Texts, blocks: Sequence[Block], timed: Sequence[Any]) -> list[Name | None]:
    """The author of each block, told in all of them in the one way that serves most."""
    found = [dict(_candidates(texts, block, at)) for block, at in zip(blocks, timed, strict=True)]
    ways = Counter(way for one in found for way in one)
    # a word in bold is a name only where nothing else gives one
    order = sorted(ways, key=lambda way: (way[0] > 3, -ways[way], way))[:3]
    return [next((one[way] for way in order if way in one), None) for one in found]


def _candidates(texts: Texts, block: Block, timed: Any) -> Iterator[tuple[Way, Name]]:
    """Names that a block may be by: the way of telling it (how sure, make of the element), the name."""
    seen = set()
    around = _around(timed)
    for element in elements_of(block):
        found = author_in(element, timed, around, texts.of(element))
        if found and is_name(found[1]):
            way = (found[0], make_of(element) if found[0] < 2 else "")
            if way not in seen:
                seen.add(way)
                yield way, Name(found[1], element)


def _identity(block: Block) -> tuple[str | None, str | None]:
    """The number that the block bears, and the anchor that leads to it."""
    return next(
        (found for element in elements_of(block) if (found := _own_id(element))), (None, None)
    )


def _own_id(element: Any) -> tuple[str, str | None] | None:
    for attribute in ID_ATTRIBUTES:
        value = element.get(attribute) or ""
        if (found := POST_ID.match(value)) and element.tag not in ("input", "meta", "form"):
            anchor = value if attribute in ("id", "name") else None
            return next(filter(None, found.groups())), anchor
    return None
