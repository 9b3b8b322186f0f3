"""The page token of a search: sort key and id of the last hit, or how many were shown. Opaque to callers, all text.

Keys pass 2^53, so they travel as decimal text.
"""

from typing import TypeVar

from index.port import SearchRequest
from minyin.errors import InputError

# Elasticsearch's max_result_window; further down use the order of time
DEEPEST = 10_000

T = TypeVar("T")


def offset_of(request: SearchRequest) -> int:
    """How many hits by relevance were shown before."""
    try:
        offset = int(request.after[0]) if request.after else 0
    except ValueError:
        raise _bad(request) from None
    if not 0 <= offset <= DEEPEST - request.limit:
        raise InputError(f"按相关度最多翻到第 {DEEPEST} 条；请缩小检索范围，或改按时间排序")
    return offset


def key_of_page(request: SearchRequest) -> tuple[int, str] | None:
    """Key and id of the last hit shown."""
    if request.after is None:
        return None
    try:
        key, id = request.after
        return int(key), str(id)
    except ValueError:
        raise _bad(request) from None


def by_key(
    entries: list[tuple[int, str, T]], after: tuple[int, str] | None, *, ascending: bool
) -> list[tuple[int, str, T]]:
    """In order of (key, id), from behind `after` on."""
    ordered = sorted(entries, key=lambda entry: entry[:2], reverse=not ascending)
    if after is None:
        return ordered
    if ascending:
        return [entry for entry in ordered if entry[:2] > after]
    return [entry for entry in ordered if entry[:2] < after]


def _bad(request: SearchRequest) -> InputError:
    return InputError(f"翻页标记 {request.after!r} 无效；请从第一页重新检索")
