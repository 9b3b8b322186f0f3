"""The Elasticsearch mapping that follows from `index.mapping`, and a document as Elasticsearch takes it.

`_source` is the document itself plus @timestamp for Kibana; words, characters and sort keys are indexed, not kept.
Stock analyzers only, so that a managed cluster without plugins works. Left to others: which index a document is in
(`index.elastic_generations`).
"""

import json
from typing import Any

from index.dates import milliseconds
from index.mapping import FIELDS, SEARCHED, TEXTS, VERSION, Field
from index.record import (
    GRAMS,
    HEAT_KEY,
    NEGATIVE,
    PRESENT,
    TIME_KEY,
    WORDS,
    as_json,
    keys_of,
    present_of,
    texts_of,
    values_of,
)
from index.text import Cut
from minyin.model import Document

TIMESTAMP = "@timestamp"
DERIVED = ("public", "repost")

_TYPES = {"whole": "long", "number": "double", "bool": "boolean", "date": "date"}
_LONG = {"type": "long", "index": True}


def properties() -> dict[str, Any]:
    made: dict[str, Any] = {TIMESTAMP: {"type": "date"}, PRESENT: _keyword(doc_values=False)}
    for field in FIELDS:
        made[field.name] = _property(field)
        if field.kind == "text":
            made[WORDS.format(field.name)] = {
                "type": "text",
                "analyzer": "whitespace",
                "index_options": "freqs",
            }
            made[GRAMS.format(field.name)] = {"type": "text", "analyzer": "whitespace"}
    for key in (TIME_KEY, HEAT_KEY):
        made[key] = _LONG
    made[NEGATIVE] = {"type": "byte", "index": False}
    return made


def index_only() -> list[str]:
    """Fields that are searched and not kept."""
    texts = [field.name for field in SEARCHED if field.kind == "text"]
    both = [form.format(name) for name in texts for form in (WORDS, GRAMS)]
    return [*both, PRESENT, TIME_KEY, HEAT_KEY, NEGATIVE]


def mappings() -> dict[str, Any]:
    return {
        "dynamic": False,
        "_meta": {"minyin_mapping": VERSION},
        "_source": {"excludes": index_only()},
        "properties": properties(),
    }


def index_settings() -> dict[str, Any]:
    """One shard a month; a second node gets the copy by itself; Kibana's free words ask title and text, like ours."""
    return {
        "index": {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "auto_expand_replicas": "0-1",
            "query": {"default_field": list(TEXTS)},
        }
    }


def elastic_document(document: Document, cut: Cut) -> dict[str, Any]:
    """Everything of the document, then what is only indexed."""
    texts, values = texts_of(document, cut), values_of(document)
    return {
        **json.loads(as_json(document)),
        TIMESTAMP: document.published_at.isoformat(),
        **{name: values[name] for name in DERIVED},
        **texts,
        **keys_of(document),
        PRESENT: present_of(values, texts),
    }


def document_of(source: dict[str, Any]) -> Document:
    extra = (TIMESTAMP, *DERIVED, *index_only())
    return Document.model_validate({k: v for k, v in source.items() if k not in extra})


def version_of(document: Document) -> int:
    """What Elasticsearch keeps as the document's external version: when the page was read, in milliseconds.

    It comes out of the document, so two machines agree on it without asking each other, and a page read earlier can
    never replace the same page read later. Equal versions replace each other: a changed event or heat count is a new
    write of the same reading.
    """
    return max(0, milliseconds(document.collected_at))


def _property(field: Field) -> dict[str, Any]:
    match field.kind:
        case "stored":
            return {"type": "object", "enabled": False}
        case "text":  # for Kibana's own search bar; Minyin asks the words and characters beside it
            return {"type": "text", "analyzer": "cjk"}
        case "keyword":
            return _keyword(doc_values=field.column or field.name == "id")
    return {"type": _TYPES[field.kind]}


def _keyword(*, doc_values: bool) -> dict[str, Any]:
    # Lucene refuses terms over 32 766 bytes; such an address is kept, not searched
    return {"type": "keyword", "doc_values": doc_values, "ignore_above": 8191}
