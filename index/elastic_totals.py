"""Facets and histogram from Elasticsearch: counted by hour or local day, like the embedded store, for one result."""

from collections.abc import Mapping
from typing import Any

from index.buckets import COUNTED, facet, histogram
from index.facets import checked
from index.port import Bucket, SearchRequest
from index.record import NEGATIVE

_NEGATIVES = {"negative": {"sum": {"field": NEGATIVE}}}
_HISTOGRAM = "histogram"


def asked(request: SearchRequest) -> dict[str, Any]:
    aggs: dict[str, Any] = {
        name: {"terms": {"field": name, "size": COUNTED}, "aggs": _NEGATIVES}
        for name in checked(request.facets)
    }
    if request.histogram:
        by_time = {
            "field": "published_at",
            "fixed_interval": "1h" if request.histogram == "hour" else "1d",
            "time_zone": "+08:00",
            "min_doc_count": 1,
        }
        aggs[_HISTOGRAM] = {"date_histogram": by_time, "aggs": _NEGATIVES}
    return aggs


def read(
    answer: Mapping[str, Any], request: SearchRequest
) -> tuple[dict[str, tuple[Bucket, ...]], tuple[Bucket, ...]]:
    counted = answer.get("aggregations", {})
    facets = {
        name: facet(map(_bucket, counted[name]["buckets"]), request.facet_size)
        for name in request.facets
    }
    if not request.histogram:
        return facets, ()
    times = {int(b["key"]): _counts(b) for b in counted[_HISTOGRAM]["buckets"]}
    return facets, histogram(times, request.histogram)


def _bucket(bucket: Mapping[str, Any]) -> Bucket:
    count, negative = _counts(bucket)
    return Bucket(
        key=str(bucket.get("key_as_string", bucket["key"])), count=count, negative=negative
    )


def _counts(bucket: Mapping[str, Any]) -> tuple[int, int]:
    return int(bucket["doc_count"]), int(bucket["negative"]["value"])
