"""Everything that is counted over what was found, in one aggregation of tantivy.

tantivy ignores time zones and knows fixed steps only: hours and local days are counted here, with an offset, and
`index.buckets` makes weeks and months of them. Its cardinality is estimated (30 000 values: 30 205), so different
values are counted one by one as far as its limit of buckets goes.
"""

from collections.abc import Mapping
from typing import Any

from tantivy import Query, Searcher

from index.buckets import OFFSET, histogram, step
from index.embedded_query import number_of
from index.facets import (
    COUNTED,
    NONE,
    Totals,
    checked,
    facets_of,
    listed,
    significant,
)
from index.port import Bucket, SearchRequest, Significant
from index.record import NEGATIVE

_NEGATIVES = {"negative": {"sum": {"field": NEGATIVE}}}
_HISTOGRAM = "histogram"
_DISTINCT = "distinct {}"
_SIGNIFICANT = "significant {}"
# tantivy refuses an aggregation of more than 65 000 buckets
EXACT = 60_000


def totals(searcher: Searcher, query: Query, request: SearchRequest) -> Totals:
    asked = _asked(checked(request))
    if not asked:
        return NONE
    counted = searcher.aggregate(query, asked)
    buckets = {name: map(_bucket, counted[name]["buckets"]) for name in listed(request)}
    facets, grouping = facets_of({name: list(found) for name, found in buckets.items()}, request)
    times: tuple[Bucket, ...] = ()
    if request.histogram:
        by_time = {int(b["key"]): _counts(b) for b in counted[_HISTOGRAM]["buckets"]}
        times = histogram(by_time, request.histogram)
    return Totals(
        facets,
        times,
        {name: _different(searcher, query, name, counted) for name in request.distinct},
        {
            name: _significant(searcher, query, name, counted, request)
            for name in request.significant
        },
        grouping,
    )


def _asked(request: SearchRequest) -> dict[str, Any]:
    asked: dict[str, Any] = {
        name: _terms(name, COUNTED) | {"aggs": _NEGATIVES} for name in listed(request)
    }
    asked |= {_DISTINCT.format(name): _terms(name, EXACT) for name in request.distinct}
    asked |= {_SIGNIFICANT.format(name): _terms(name, COUNTED) for name in request.significant}
    if request.histogram:
        size = step(request.histogram)
        by_time = {
            "field": "published_at",
            "interval": size,
            "offset": -OFFSET % size,
            "min_doc_count": 1,
        }
        asked[_HISTOGRAM] = {"histogram": by_time, "aggs": _NEGATIVES}
    return asked


def _terms(name: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": name, "size": size}}


def _different(searcher: Searcher, query: Query, name: str, counted: Mapping[str, Any]) -> int:
    """Exact up to EXACT values, beyond them an estimate some 2 % off."""
    found = counted[_DISTINCT.format(name)]
    if not found.get("sum_other_doc_count"):
        return len(found["buckets"])
    return int(searcher.cardinality(query, name))


def _significant(
    searcher: Searcher,
    query: Query,
    name: str,
    counted: Mapping[str, Any],
    request: SearchRequest,
) -> tuple[Significant, ...]:
    everything = Query.all_query()
    background = searcher.aggregate(everything, {name: _terms(name, EXACT)})[name]["buckets"]
    return significant(
        {_key(b): int(b["doc_count"]) for b in counted[_SIGNIFICANT.format(name)]["buckets"]},
        {_key(b): int(b["doc_count"]) for b in background},
        totals=(number_of(searcher, query), number_of(searcher, everything)),
        size=request.facet_size,
    )


def _bucket(bucket: Mapping[str, Any]) -> Bucket:
    count, negative = _counts(bucket)
    return Bucket(key=_key(bucket), count=count, negative=negative)


def _key(bucket: Mapping[str, Any]) -> str:
    key = bucket["key"]
    return key if isinstance(key, str) else str(int(key))


def _counts(bucket: Mapping[str, Any]) -> tuple[int, int]:
    return int(bucket["doc_count"]), int(bucket["negative"]["value"])
