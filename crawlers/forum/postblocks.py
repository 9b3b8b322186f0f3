"""Blocks of one make, read as posts: what in all of them is the name, the words, the number.

Left to others: which elements of a page are such blocks (`crawlers.forum.threads`, `crawlers.forum.remarks`).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crawlers.forum.officewords import is_office, is_official
from crawlers.forum.postbody import bodies_of, rest_of
from crawlers.forum.postwords import (
    ROLE,
    Block,
    Texts,
    author_in,
    elements_of,
    is_name,
    make_of,
)

# Of the blocks of one make, so many must hold a name and words
MOST_OF = 0.6
# Words beside name and time are a post's where they are so many times those in elements of their own
MOST_LOOSE = 2
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


def read_blocks(
    texts: Texts,
    times: Mapping[Any, datetime],
    blocks: Sequence[Block],
    first_times: Mapping[Any, Any],
    remarks: Collection[Any] = (),
) -> list[Post | None]:
    """What each block says; None for one without words, and for all where most have no name.

    `remarks`: elements in the blocks that are no words of theirs.
    """
    timed = [first_times[block[0]] for block in blocks]
    names = _names(texts, blocks, timed)
    if sum(name is not None for name in names) < MOST_OF * len(blocks):
        return [None] * len(blocks)
    told = [(at, *([name.element] if name else [])) for at, name in zip(timed, names, strict=True)]
    posts: list[Post | None] = []
    for block, at, name, body in zip(
        blocks, timed, names, _bodies(texts, blocks, told, remarks), strict=True
    ):
        author = name.text if name else None
        beside = _without("\n".join(map(texts.of, block)).replace(body, ""), texts, remarks)
        official = is_official(beside) or is_office(author)
        post = Post(body, author, times[at], *_identity(block, remarks), official)
        posts.append(post if body else None)
    return posts


def _without(words: str, texts: Texts, remarks: Collection[Any]) -> str:
    for remark in remarks:
        words = words.replace(texts.of(remark), "")
    return words


def _bodies(
    texts: Texts,
    blocks: Sequence[Block],
    told: Sequence[tuple[Any, ...]],
    remarks: Collection[Any],
) -> list[str]:
    """Of elements that hold nothing else, or what stands beside name and time where that is most of what is said."""
    own = bodies_of(texts, blocks, [around(*elements) for elements in told], remarks)
    loose = [rest_of(block, elements) for block, elements in zip(blocks, told, strict=True)]
    return loose if sum(map(len, loose)) > MOST_LOOSE * sum(map(len, own)) else own


def around(*elements: Any) -> set[Any]:
    return {one for element in elements for one in (element, *element.iterancestors())}


class Name(NamedTuple):
    """Who a post is by, and the element that says so."""

    text: str
    element: Any


Way = tuple[int, str]


def _names(texts: Texts, blocks: Sequence[Block], timed: Sequence[Any]) -> list[Name | None]:
    """The author of each block, told in all of them in the one way that serves most."""
    found = [dict(candidates(texts, block, at)) for block, at in zip(blocks, timed, strict=True)]
    ways = Counter(way for one in found for way in one)
    # a word in bold is a name only where nothing else gives one
    order = sorted(ways, key=lambda way: (way[0] > 3, -ways[way], way))[:3]
    return [next((one[way] for way in order if way in one), None) for one in found]


def candidates(texts: Texts, block: Block, timed: Any) -> Iterator[tuple[Way, Name]]:
    """Names that a block may be by: the way of telling it (how sure, make of the element), the name."""
    seen = set()
    holding = around(timed)
    for element in elements_of(block):
        found = author_in(element, timed, holding, texts.of(element))
        name = ROLE.sub("", found[1]).rstrip("：: ") if found else ""
        if found and is_name(name):
            way = (found[0], make_of(element) if found[0] < 2 else "")
            if way not in seen:
                seen.add(way)
                yield way, Name(name, element)


def _identity(block: Block, remarks: Collection[Any]) -> tuple[str | None, str | None]:
    """The number that the block bears, and the anchor that leads to it."""
    return next(
        (found for element in elements_of(block, remarks) if (found := own_id(element))),
        (None, None),
    )


def own_id(element: Any) -> tuple[str, str | None] | None:
    for attribute in ID_ATTRIBUTES:
        value = element.get(attribute) or ""
        if (found := POST_ID.match(value)) and element.tag not in ("input", "meta", "form"):
            anchor = value if attribute in ("id", "name") else None
            return next(filter(None, found.groups())), anchor
    return None
