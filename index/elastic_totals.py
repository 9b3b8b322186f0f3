"""Everything that is counted over what was found, in one request to Elasticsearch, for the embedded store's results.

Cardinality is Elasticsearch's own: exact up to 40,000 different values but for a hash collision, estimated beyond.
"""

from collections.abc import Mapping
from typing import Any

from index.buckets import histogram
from index.facets import COUNTED, NONE, Totals, checked, facets_of, listed, significant
from index.port import Bucket, SearchRequest, Significant
from index.record import NEGATIVE

_NEGATIVES = {"negative": {"sum": {"field": NEGATIVE}}}
_HISTOGRAM = "histogram"
_DISTINCT = "distinct {}"
_SIGNIFICANT = "significant {}"
_EVERYTHING = "everything"
# the highest that Elasticsearch takes
PRECISION = 40_000


def asked(request: SearchRequest) -> dict[str, Any]:
    checked(request)
    aggs: dict[str, Any] = {name: _terms(name) | {"aggs": _NEGATIVES} for name in listed(request)}
    aggs |= {
        _DISTINCT.format(name): {"cardinality": {"field": name, "precision_threshold": PRECISION}}
        for name in request.distinct
    }
    if request.significant:
        values = {_SIGNIFICANT.format(name): _terms(name) for name in request.significant}
        aggs |= values | {_EVERYTHING: {"global": {}, "aggs": values}}
    if request.histogram:
        by_time = {
            "field": "published_at",
            "fixed_interval": "1h" if request.histogram == "hour" else "1d",
            "time_zone": "+08:00",
            "min_doc_count": 1,
        }
        aggs[_HISTOGRAM] = {"date_histogram": by_time, "aggs": _NEGATIVES}
    return aggs


def read(answer: Mapping[str, Any], request: SearchRequest) -> Totals:
    counted = answer.get("aggregations")
    if not counted:
        return NONE
    facets, grouping = facets_of(
        {name: [_bucket(b) for b in counted[name]["buckets"]] for name in listed(request)}, request
    )
    times: tuple[Bucket, ...] = ()
    if request.histogram:
        by_time = {int(b["key"]): _counts(b) for b in counted[_HISTOGRAM]["buckets"]}
        times = histogram(by_time, request.histogram)
    found = int(answer["hits"]["total"]["value"])
    return Totals(
        facets,
        times,
        {name: int(counted[_DISTINCT.format(name)]["value"]) for name in request.distinct},
        {name: _significant(counted, name, found, request) for name in request.significant},
        grouping,
    )


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": name, "size": COUNTED}}


def _significant(
    counted: Mapping[str, Any], name: str, found: int, request: SearchRequest
) -> tuple[Significant, ...]:
    everything = counted[_EVERYTHING]
    aggregation = _SIGNIFICANT.format(name)
    return significant(
        {_key(b): int(b["doc_count"]) for b in counted[aggregation]["buckets"]},
        {_key(b): int(b["doc_count"]) for b in everything[aggregation]["buckets"]},
        totals=(found, int(everything["doc_count"])),
        size=request.facet_size,
    )


def _bucket(bucket: Mapping[str, Any]) -> Bucket:
    count, negative = _counts(bucket)
    return Bucket(key=_key(bucket), count=count, negative=negative)


def _key(bucket: Mapping[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))


def _counts(bucket: Mapping[str, Any]) -> tuple[int, int]:
    return int(bucket["doc_count"]), int(bucket["negative"]["value"])
