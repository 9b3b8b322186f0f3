"""A thread of an unknown forum: its posts, found as blocks that repeat, each with a time, a name and words.

No site is named here: blocks are siblings of one make that hold a time; what in a block is the name and what the words
is settled by all blocks together. Left to others: question and answer told by their labels (`crawlers.forum.answers`), what
the registry selects (`crawlers.page.extract`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crawlers.forum.postblocks import Post, around, candidates, own_id, read_blocks
from crawlers.forum.postwords import Block, Texts, make_of, time_in
from crawlers.forum.remarks import remarks_in

# A page that holds more times than this is no thread that people read
MOST_TIMES, DEEPEST = 3_000, 40
# How far around a text its name and time may stand
HIGHEST = 6
MOST_MAKES, LARGEST = 80, 2_000_000
SHORTEST_HINT = 12
# Of the blocks of one make, so many must be posts
MOST_OF = 0.6


class Thread(NamedTuple):
    """Blocks under one parent: what each says, the element of its time, and what was remarked on it."""

    said: tuple[Post | None, ...]
    blocks: tuple[Block, ...]
    timed: tuple[Any, ...]
    parent: Any
    remarks: tuple[tuple[Post, ...], ...] = ()

    @property
    def posts(self) -> tuple[Post, ...]:
        """In their order, each with the remarks on it right after it."""
        remarks = self.remarks or ((),) * len(self.said)
        rows = zip(self.said, remarks, strict=True)
        return tuple(post for own, others in rows for post in (own, *others) if post)


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
    best = best or _alone(_makes(texts, times, several=False), text)
    if best is None:
        return None
    remarks = remarks_in(texts, times, best.blocks, best.timed)
    if not remarks.elements:
        return best
    shown = {block[0]: time for block, time in zip(best.blocks, best.timed, strict=True)}
    said = read_blocks(texts, times, best.blocks, shown, remarks.elements)
    return best._replace(said=tuple(said), remarks=remarks.posts)


def _holds(outer: Thread, inner: Thread) -> bool:
    """Whether the inner blocks are remarks within one of the outer's, which has a time of its own before them."""
    holding = {*inner.parent.iterancestors(), inner.parent}
    if outer.parent not in holding or outer.parent is inner.parent:
        return False
    remarks = {element for block in inner.blocks for element in block}
    for block, timed in zip(outer.blocks, outer.timed, strict=True):
        if any(element in holding for element in block):
            return not (around(timed) & remarks)
    return False


def _alone(found: Sequence[Thread], text: str) -> Thread | None:
    """The tightest block that bears a post's number, or that holds the longest line of the page's text."""
    numbered = [one for one in found if any(own_id(element) for element in one.blocks[0][:1])]
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
            names = candidates(texts, (element,), timed)
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
            blocks, said = _posts(texts, times, parent, first_times)
            if _number(said) > several:
                timed = tuple(first_times[block[0]] for block in blocks)
                found.append(Thread(tuple(said), tuple(blocks), timed, parent))
    return found


def _posts(
    texts: Texts, times: dict[Any, datetime], parent: Any, first_times: dict[Any, Any]
) -> tuple[list[Block], list[Post | None]]:
    """Each child is a block, or the beginning of one that lasts until the next: whichever gives more posts."""
    alone: list[Block] = [(child,) for child in first_times]
    said = read_blocks(texts, times, alone, first_times)
    if _number(said) > MOST_OF * len(first_times):
        return alone, said
    grown = list(_grown(parent, first_times))
    more = read_blocks(texts, times, grown, first_times)
    return (grown, more) if _number(more) > _number(said) else (alone, said)


def _number(said: Sequence[Post | None]) -> int:
    return sum(post is not None for post in said)


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
