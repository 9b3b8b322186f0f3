"""A page of an unknown forum or question board as its posts: the opening one, or the question, and all that answers it.

Blocks that repeat are tried first, then labels. Left to others: the blocks (`crawlers.forum.threads`), the labels
(`crawlers.forum.answers`), what becomes of posts (`crawlers.engine.articles`).
"""

from datetime import datetime
from typing import NamedTuple

from lxml import etree

from crawlers.forum.answers import Asked, read_question, unlabelled
from crawlers.forum.officewords import is_office
from crawlers.forum.postblocks import Post
from crawlers.forum.threads import Thread, beside, find_thread
from crawlers.listing.paging import onward
from crawlers.page.blocks import read_layout
from crawlers.page.html import split_scripts, tree_of
from crawlers.page.pagekind import PageKind
from crawlers.page.reading import Found, read
from minyin.clock import local
from minyin.model import Channel

# What stands before the replies is the opening post when it says at least this much
SHORTEST_OPENING = 8
# A text as long as this is an article, and what repeats below it are comments
LONGEST_POST = 1500


class Place(NamedTuple):
    """Where and when a page was seen; `continued`: it is a later page of its thread."""

    url: str
    seen_at: datetime | None
    continued: bool = False


class Discussion(NamedTuple):
    """The posts, the opening one first (on a thread's first page), and the thread's next page."""

    title: str | None
    posts: tuple[Post, ...]
    next_url: str | None


def discussion(source: str, found: Found, place: Place, *, blocks: bool) -> Discussion | None:
    """None for a page that is none. `found`: the page read as one article; `blocks`: look for posts that repeat, too."""
    if not blocks and found.kind is not PageKind.THREAD:
        return None
    root = tree_of(source).root
    thread = find_thread(root, place.seen_at, found.text) if blocks else None
    if thread is not None and (len(thread.posts) > 1 or place.continued):
        return _of_blocks(source, root, thread, found, place)
    if asked := read_question(_lines(source), place.seen_at):
        return _of_question(asked, found)
    if thread is not None:
        return _of_blocks(source, root, thread, found, place)
    return _alone(source, root, found, place) if blocks and not place.continued else None


def nature_of(source: str, found: Found, place: Place) -> Channel | None:
    """BOARD for a question to an office, FORUM for a thread with replies, None for any other page."""
    if read_question(_lines(source), place.seen_at):
        return Channel.BOARD
    thread = find_thread(tree_of(source).root, place.seen_at)
    if thread is None or len(thread.posts) < 2 or len(found.text) >= LONGEST_POST:
        return None
    return Channel.BOARD if thread.posts[1].official else Channel.FORUM


def _lines(source: str) -> list[str]:
    """The page's lines; an empty one stands for a heading or a link, where a labelled stretch has its end."""
    lines = read_layout(split_scripts(source)[0]).lines
    return [
        line.text
        if line.link < 0.9 * len(line.text) and not (line.heading and unlabelled(line.text))
        else ""
        for line in lines
    ]


def _of_blocks(
    source: str, root: etree._Element, thread: Thread, found: Found, place: Place
) -> Discussion:
    opening = None if place.continued else _opening(root, thread, place)
    posts = (opening, *thread.posts) if opening else thread.posts
    return Discussion(found.title, posts, onward(source, place.url))


def _opening(root: etree._Element, thread: Thread, place: Place) -> Post | None:
    """The post that stands before the blocks, like an article with its replies below."""
    for block in thread.blocks:
        for element in block:
            if element.getparent() is not None:
                element.drop_tree() if hasattr(
                    element, "drop_tree"
                ) else element.getparent().remove(element)
    rest = read(etree.tostring(root, encoding="unicode", method="html"), place.url, place.seen_at)
    first = thread.posts[0].at
    post = _single(root, rest, place, before=first)
    return post if post and post.at <= first else None


def _single(
    root: etree._Element, found: Found, place: Place, before: datetime | None = None
) -> Post | None:
    """A page's text as one post, with the name and the time that stand by it; `before`: of its first reply, so that a
    later time is that of the last."""
    if found.kind in (PageKind.LIST, PageKind.EMPTY) or len(found.text) < SHORTEST_OPENING:
        return None
    author, near = beside(root, found.text, place.seen_at)
    at = found.published_at
    late = at is not None and before is not None and at > before
    if at is None or (near and (late or local(at).hour == local(at).minute == 0)):
        at = near
    author = found.author or (author if author != found.title else None)
    return Post(found.text, author, at, None, None, official=is_office(author)) if at else None


def _alone(source: str, root: etree._Element, found: Found, place: Place) -> Discussion | None:
    """A thread that nobody has answered."""
    post = _single(root, found, place)
    return Discussion(found.title, (post,), onward(source, place.url)) if post else None


def _of_question(asked: Asked, found: Found) -> Discussion | None:
    at = asked.at or found.published_at
    if at is None:
        return None
    question = Post(asked.text, asked.asker, at, None, None, official=False)
    answers = (
        Post(answer.text, answer.office, answer.at or at, None, None, official=True)
        for answer in asked.answers
    )
    return Discussion(asked.title or found.title, (question, *answers), None)
