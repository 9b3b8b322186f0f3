"""What can be counted: by value, by how many values, by what is special about them. The same for every engine."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from index.mapping import BY_NAME, COUNTABLE, FACETS
from index.port import Bucket, SearchRequest, Significant
from minyin.errors import InputError

COUNTED = 10_000  # values of a field that an engine counts before the best are taken
RAREST = 3  # documents with a value before it can be significant, as in Elasticsearch's significant_terms


class Totals(NamedTuple):
    """What a search counts besides its hits, as `SearchResult` names it."""

    facets: dict[str, tuple[Bucket, ...]]
    histogram: tuple[Bucket, ...]
    distinct: dict[str, int]
    significant: dict[str, tuple[Significant, ...]]
    grouping: tuple[Bucket, ...]  # values of the field grouped by


NONE = Totals({}, (), {}, {}, ())


def checked(request: SearchRequest) -> SearchRequest:
    """The same request. Raises InputError for a field that cannot be counted so."""
    group = (request.group,) if request.group else ()
    for name in (*request.facets, *request.significant, *group):
        if name not in FACETS:
            raise InputError(f"不能按“{name}”分面统计；可用：{'、'.join(FACETS)}")
    for name in request.distinct:
        if name not in COUNTABLE:
            raise InputError(f"不能统计“{name}”有多少个不同的值；可用：{'、'.join(COUNTABLE)}")
    return request


def listed(request: SearchRequest) -> tuple[str, ...]:
    """Fields whose values must be counted one by one: those asked for and the one grouped by."""
    return tuple(dict.fromkeys((*request.facets, *((request.group,) if request.group else ()))))


def facets_of(
    counted: Mapping[str, Iterable[Bucket]], request: SearchRequest
) -> tuple[dict[str, tuple[Bucket, ...]], tuple[Bucket, ...]]:
    """The facets asked for, and the values to group by, from all values that were counted."""
    facets = {name: facet(counted[name], request.facet_size) for name in request.facets}
    grouping = facet(counted[request.group], request.group_size) if request.group else ()
    return facets, grouping


def facet(counted: Iterable[Bucket], size: int) -> tuple[Bucket, ...]:
    """The most frequent first, ties by key: engines break them differently."""
    return tuple(sorted(counted, key=lambda bucket: (-bucket.count, bucket.key))[:size])


def significant(
    found: Mapping[str, int], everywhere: Mapping[str, int], *, totals: tuple[int, int], size: int
) -> tuple[Significant, ...]:
    """Values by their JLH score, best first. `totals`: documents found, documents in the store.

    The score of Elasticsearch's significant_terms, computed here so that every engine gives the same.

    >>> [s.key for s in significant({"a": 5, "b": 5}, {"a": 5, "b": 90}, totals=(10, 100), size=9)]
    ['a']
    """
    scored = []
    for key, count in found.items():
        background = everywhere.get(
            key, 0
        )  # missing where a field has more values than are counted
        if count < RAREST or not background:
            continue
        here, there = count / totals[0], background / totals[1]
        if here > there:
            score = (here - there) * here / there
            scored.append(Significant(key=key, count=count, background=background, score=score))
    return tuple(sorted(scored, key=lambda one: (-one.score, one.key))[:size])


def is_whole(name: str) -> bool:
    return BY_NAME[name].kind == "whole"
