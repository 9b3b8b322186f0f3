"""A document as an index takes it: one flat record for both engines, and the document back again.

`words_*` are index food and not kept: a document that comes out of a store has none, like one out of the database.
A document without words is segmented here with the store's own `cut`.
"""

from typing import Any

from index.dates import milliseconds
from index.mapping import SEARCHED, TEXTS
from index.text import Cut, gram_texts, index_words
from minyin.model import Document

WORDS = "{}_words"
GRAMS = "{}_grams"
TIME_KEY = "time_key"
HEAT_KEY = "heat_key"
NEGATIVE = "negative"
PRESENT = "present"

# Lucene refuses terms over 32,766 bytes; what is longer is kept and shown, not searched, on both engines
LONGEST_VALUE = 8191

_ID_BITS = 20
_MS_BITS = 42
_HOTTEST = (1 << 20) - 1


def time_key(ms: int, id: str) -> int:
    """One whole number that orders like (published_at, id), as far as the first bytes of an id go.

    Engines sort by one fast field; the few that share a key are told apart by their ids.
    """
    prefix = int.from_bytes(id.encode()[:3].ljust(3, b"\0"), "big") >> (24 - _ID_BITS)
    return (ms << _ID_BITS) + prefix


def heat_key(interactions: int, ms: int) -> int:
    """The same for (interactions, published_at)."""
    return (min(interactions, _HOTTEST) << _MS_BITS) + min(max(ms, 0), (1 << _MS_BITS) - 1)


def values_of(document: Document) -> dict[str, Any]:
    """Searched fields that are not text: str, int, float, bool or a list of str; what is absent is left out."""
    record: dict[str, Any] = {}
    for field in SEARCHED:
        if field.kind == "text":
            continue
        value = _value(document, field.name)
        if field.kind == "date":
            value = milliseconds(value)
        if value is not None and value != ():
            record[field.name] = value
    return record


def _short_enough(value: str) -> bool:
    return len(value) <= LONGEST_VALUE


def _value(document: Document, name: str) -> Any:
    match name:
        case "public":
            return document.channel.public
        case "repost":
            return document.repost_of is not None
    value = getattr(document, name)
    if isinstance(value, tuple):
        return [str(part) for part in value if _short_enough(part)] or None
    if isinstance(value, str):
        return str(value) if _short_enough(value) else None
    return value


def texts_of(document: Document, cut: Cut) -> dict[str, str]:
    """Words and characters of title and text, joined by spaces."""
    title = document.title or ""
    words = {
        "title": document.words_title or " ".join(cut(title)) if title else "",
        "text": document.words_text or " ".join(cut(document.text)),
    }
    plain = {"title": title, "text": document.text}
    record = {WORDS.format(name): index_words(value) for name, value in words.items()}
    return record | {
        GRAMS.format(name): " ".join(gram_texts(value)) for name, value in plain.items()
    }


def present_of(values: dict[str, Any], texts: dict[str, str]) -> list[str]:
    """Names of the fields that have something in them, for `field:*`."""
    return [*values, *(name for name in TEXTS if texts[GRAMS.format(name)])]


def keys_of(document: Document) -> dict[str, int]:
    """What sorting and counting need besides."""
    ms = milliseconds(document.published_at)
    return {
        TIME_KEY: time_key(ms, document.id),
        HEAT_KEY: heat_key(document.interactions, ms),
        NEGATIVE: int(document.negative),
    }


def joined(grams: str) -> str:
    """Characters of a text without what stands between them; one sign more, so that there are as many pairs as characters.

    A text is then as long in pairs as it is in characters, and is scored alike.
    """
    return grams.replace(" ", "") + " " if grams else ""


def as_json(document: Document) -> str:
    return document.model_dump_json(exclude={"words_title", "words_text"})
