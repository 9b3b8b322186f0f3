"""The page token of a search: sort key and id of the last hit, or how many were shown. Opaque to callers, all text.

Keys pass 2^53, so they travel as decimal text.
"""

from typing import TypeVar

from index.port import SearchRequest
from minyin.errors import InputError

# Elasticsearch's max_result_window; further down use the order of time
DEEPEST = 10_000
# hits of one page; tantivy sets memory aside for as many as are asked for
LARGEST = 5_000
_FURTHEST = 2**63

T = TypeVar("T")


def offset_of(request: SearchRequest) -> int:
    """How many hits by relevance were shown before."""
    _check_size(request)
    try:
        offset = int(request.after[0]) if request.after else 0
    except (ValueError, OverflowError):
        raise _bad(request) from None
    if not 0 <= offset <= DEEPEST - request.limit:
        raise InputError(f"按相关度最多翻到第 {DEEPEST} 条；请缩小检索范围，或改按时间排序")
    return offset


def key_of_page(request: SearchRequest) -> tuple[int, str] | None:
    """Key and id of the last hit shown."""
    _check_size(request)
    if request.after is None:
        return None
    try:
        key, id = request.after
        number = int(key)
    except (ValueError, OverflowError):
        raise _bad(request) from None
    if not -_FURTHEST <= number < _FURTHEST:
        raise _bad(request)
    return number, str(id)


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


def _check_size(request: SearchRequest) -> None:
    if request.limit > LARGEST:
        raise InputError(f"一页最多 {LARGEST} 条，不能要 {request.limit} 条；更多请翻页或导出")


def _bad(request: SearchRequest) -> InputError:
    return InputError(f"翻页标记 {request.after!r} 无效；请从第一页重新检索")
