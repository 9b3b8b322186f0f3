"""Facets and histogram in one aggregation of tantivy.

tantivy ignores time zones and knows fixed steps only: hours and local days are counted here, with an offset, and
`index.buckets` makes weeks and months of them.
"""

from collections.abc import Mapping
from typing import Any

from tantivy import Query, Searcher

from index.buckets import COUNTED, OFFSET, facet, histogram, step
from index.facets import checked
from index.port import Bucket, SearchRequest
from index.record import NEGATIVE

_NEGATIVES = {"negative": {"sum": {"field": NEGATIVE}}}
_HISTOGRAM = "histogram"


def totals(
    searcher: Searcher, query: Query, request: SearchRequest
) -> tuple[dict[str, tuple[Bucket, ...]], tuple[Bucket, ...]]:
    asked: dict[str, Any] = {
        name: {"terms": {"field": name, "size": COUNTED}, "aggs": _NEGATIVES}
        for name in checked(request.facets)
    }
    if request.histogram:
        size = step(request.histogram)
        by_time = {
            "field": "published_at",
            "interval": size,
            "offset": -OFFSET % size,
            "min_doc_count": 1,
        }
        asked[_HISTOGRAM] = {"histogram": by_time, "aggs": _NEGATIVES}
    if not asked:
        return {}, ()
    counted = searcher.aggregate(query, asked)
    facets = {
        name: facet(map(_bucket, counted[name]["buckets"]), request.facet_size)
        for name in request.facets
    }
    if not request.histogram:
        return facets, ()
    times = {int(b["key"]): _counts(b) for b in counted[_HISTOGRAM]["buckets"]}
    return facets, histogram(times, request.histogram)


def _bucket(bucket: Mapping[str, Any]) -> Bucket:
    key = bucket["key"]
    count, negative = _counts(bucket)
    return Bucket(
        key=key if isinstance(key, str) else str(int(key)), count=count, negative=negative
    )


def _counts(bucket: Mapping[str, Any]) -> tuple[int, int]:
    return int(bucket["doc_count"]), int(bucket["negative"]["value"])
