"""The first documents of each value of a field: one search per value, the same way on every engine."""

from collections.abc import Callable, Sequence

from index.ast import And, Node, Range, Term
from index.facets import is_whole
from index.port import Bucket, Group, SearchRequest, SearchResult

Find = Callable[[Node, SearchRequest], SearchResult]


def grouped(
    find: Find, node: Node, request: SearchRequest, buckets: Sequence[Bucket]
) -> tuple[Group, ...]:
    """`find`: the engine's own search for a tree. `buckets`: the values of `request.group`, most frequent first."""
    if request.group is None:
        return ()
    within = SearchRequest(
        sort=request.sort,
        ascending=request.ascending,
        limit=request.group_hits,
        highlight=request.highlight,
    )
    return tuple(
        Group(
            key=bucket.key,
            count=bucket.count,
            hits=find(And((node, _has(request.group, bucket.key))), within).hits,
        )
        for bucket in buckets[: request.group_size]
    )


def _has(field: str, key: str) -> Node:
    return Range(field, float(key), float(key)) if is_whole(field) else Term(field, key)
