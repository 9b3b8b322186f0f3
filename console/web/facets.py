"""The facets beside a result list: which fields, what they are called, and how their values are said."""

from collections.abc import Sequence

from console import words
from index.port import Bucket
from minyin.county import County
from minyin.model import ArticleKind, Channel, Context, Labelled, Polarity, Value

FACETS = {
    "channel": "渠道",
    "source_id": "来源",
    "street": "镇街",
    "topic": "主题",
    "polarity": "情感",
    "appeal": "诉求",
    "urgent": "紧急",
    "tier": "层级",
    "kind": "种类",
    "contexts": "语境",
    "event_id": "事件",
    "repost": "转载",
    "public": "公开",
    "relevant": "涉邳",
}
OPEN = ("channel", "street", "topic", "polarity", "source_id")
CODES: dict[str, type[Labelled]] = {
    "channel": Channel,
    "polarity": Polarity,
    "kind": ArticleKind,
    "contexts": Context,
}
FLAGS = ("appeal", "urgent", "repost", "public", "relevant")
YES = {"true": "是", "false": "否", "1": "是", "0": "否"}
SHOWN = 8


class FacetValue(Value):
    """One row of a facet with the addresses that keep only it, or leave it out."""

    key: str
    name: str
    count: int
    negative: int
    include: str
    exclude: str
    active: bool = False


class Facet(Value):
    field: str
    name: str
    values: tuple[FacetValue, ...]
    open: bool


def value_name(county: County, field: str, key: str) -> str:
    """A facet value as people say it; an unknown code stays as it is."""
    if field in CODES:
        try:
            return CODES[field](key).label  # type: ignore[call-arg]
        except ValueError:
            return key
    if field == "tier":
        return words.TIERS.get(int(key), key) if key.isdigit() else key
    if field in FLAGS:
        return YES.get(key, key)
    if field == "street":
        return county.place_name(key)
    return words.topic_name(county, key) if field == "topic" else _source(county, field, key)


def _source(county: County, field: str, key: str) -> str:
    return words.source_name(county, key) if field == "source_id" else key


def facet_order(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Most frequent first, equal counts by key."""
    return sorted(buckets, key=lambda bucket: (-bucket.count, bucket.key))
