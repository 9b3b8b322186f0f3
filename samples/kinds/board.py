"""The 问政 board: a paged list with states, and question pages with the units' official answers below."""

from typing import NamedTuple

from minyin.clock import local
from samples.planted import Item
from samples.rendering import (
    OPENED,
    Pages,
    forbidden,
    html,
    latest,
    newest_first,
    robots,
    slices,
)

PER_PAGE = 15
HIDDEN = "/staff/"


class Question(NamedTuple):
    """A question and its answers, oldest first."""

    number: str
    first: Item
    replies: list[Item]


def questions_of(items: list[Item]) -> list[Question]:
    """Newest first, numbered within the year."""
    first = newest_first(item for item in items if item.kind == "question")
    return [
        Question(
            f"WZ{local(item.published_at):%Y}{len(first) - n:05d}",
            item,
            sorted(
                (reply for reply in items if reply.parent == item.id),
                key=lambda i: (i.published_at, i.id),
            ),
        )
        for n, item in enumerate(first)
    ]


def pages(items: list[Item], _base: str) -> Pages:
    questions = questions_of(items)
    found: Pages = {
        "/robots.txt": robots(HIDDEN),
        f"{HIDDEN}todo.html": forbidden("待分办问题清单"),
        "/guide.html": html("board/guide.html", OPENED),
    }
    for part in slices(questions, PER_PAGE, "/list-{n}.html"):
        found[part.path] = html("board/list.html", latest(items), part=part)
    found["/"] = found["/list-1.html"]
    for at, question in enumerate(questions):
        found[f"/q/{question.first.id}.html"] = html(
            "board/question.html",
            latest([question.first, *question.replies]),
            question=question,
            others=[*questions[at + 1 : at + 6], *questions[:5]][:5],
        )
    return found
