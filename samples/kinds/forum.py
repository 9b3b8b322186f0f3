"""The county forum: boards with paged lists, threads with paged replies; GB18030 bytes that call themselves gb2312."""

from typing import NamedTuple

from samples.planted import Item
from samples.rendering import (
    Pages,
    forbidden,
    html,
    latest,
    newest_first,
    robots,
    slices,
)

BOARDS = {2: "都市民生", 3: "镇村大小事", 4: "求助咨询", 5: "灌水休闲", 6: "随手发"}
THREADS_PER_PAGE = 20
POSTS_PER_PAGE = 10
FIRST_THREAD = 10001
ENCODING = "gb18030"
HIDDEN = "/manage/"
VILLAGE_DIGITS = 12


class Thread(NamedTuple):
    """A first post and its replies, oldest first."""

    number: int
    first: Item
    replies: list[Item]


def board_of(item: Item) -> int:
    """The board on which its author would start the thread."""
    if item.note == "微博":
        return 6
    if item.topic == "T00":
        return 5
    if any(len(code) == VILLAGE_DIGITS for code in item.places):
        return 3
    return 4 if item.appeal else 2


def threads_of(items: list[Item]) -> list[Thread]:
    """Threads numbered in order of time, as a forum counts them."""
    first = [item for item in items if item.kind == "thread"]
    first.sort(key=lambda i: (i.published_at, i.id))
    return [
        Thread(
            FIRST_THREAD + n,
            item,
            sorted(
                (reply for reply in items if reply.parent == item.id),
                key=lambda i: (i.published_at, i.id),
            ),
        )
        for n, item in enumerate(first)
    ]


def pages(items: list[Item], _base: str) -> Pages:
    threads = threads_of(items)
    boards = {
        number: [thread for thread in reversed(threads) if board_of(thread.first) == number]
        for number in BOARDS
    }
    found: Pages = {
        "/robots.txt": robots(HIDDEN),
        f"{HIDDEN}banwu-1.html": forbidden("版务区", encoding=ENCODING),
        "/": html(
            "forum/index.html",
            latest(items),
            encoding=ENCODING,
            boards=BOARDS,
            counts={number: len(held) for number, held in boards.items()},
            last={
                number: latest(thread.first for thread in held) for number, held in boards.items()
            },
        ),
    }
    for number, held in boards.items():
        found |= _board(number, held)
    return found


def _board(number: int, threads: list[Thread]) -> Pages:
    found: Pages = {}
    for part in slices(threads, THREADS_PER_PAGE, f"/forum-{number}-{{n}}.html"):
        modified = latest(newest_first(thread.first for thread in threads))
        found[part.path] = html(
            "forum/list.html", modified, encoding=ENCODING, boards=BOARDS, board=number, part=part
        )
    for at, thread in enumerate(threads):
        others = [*threads[at + 1 : at + 6], *threads[:5]][:5]
        found |= _thread(number, thread, others)
    return found


def _thread(board: int, thread: Thread, others: list[Thread]) -> Pages:
    posts = list(enumerate([thread.first, *thread.replies], 1))
    return {
        part.path: html(
            "forum/thread.html",
            latest([thread.first, *thread.replies]),
            encoding=ENCODING,
            boards=BOARDS,
            board=board,
            thread=thread,
            part=part,
            others=others,
        )
        for part in slices(posts, POSTS_PER_PAGE, f"/thread-{thread.number}-{{n}}-1.html")
    }
