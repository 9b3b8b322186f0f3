"""The tantivy schema that follows from `index.mapping`, and a document as tantivy takes it and gives it back.

Besides words and single characters a text has its pairs of characters here: two common characters side by side are
found at once instead of by comparing the places of both (p95 at 50,000 documents 2.5 ms before, 0.3 ms with them).
Tokenizers are not saved with a tantivy index: `register` runs after every open. Fields are all fixed, so another
mapping version needs another folder (`minyin index migrate`).
"""

from typing import Any

import tantivy

from index.mapping import BY_NAME, SEARCHED, TEXTS
from index.record import (
    GRAMS,
    HEAT_KEY,
    PRESENT,
    TIME_KEY,
    WORDS,
    as_json,
    joined,
    keys_of,
    present_of,
    texts_of,
    values_of,
)
from index.text import Cut
from minyin.model import Document

PAIRS = "{}_pairs"
# JSON in GB 18030: a Chinese character is two bytes, not three; 1 M articles take 0.2 GB less
RAW = "document"
RAW_OF_1 = "raw_document"  # mapping version 1, in UTF-8
SPACES = "spaces"
TWOS = "twos"


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in SEARCHED:
        match field.kind:
            case "text":
                words, grams = WORDS.format(field.name), GRAMS.format(field.name)
                builder.add_text_field(words, tokenizer_name=SPACES, index_option="freq")
                builder.add_text_field(grams, tokenizer_name=SPACES, index_option="position")
                pairs = PAIRS.format(field.name)
                builder.add_text_field(pairs, tokenizer_name=TWOS, index_option="freq")
            case "whole" | "date":
                builder.add_integer_field(field.name, indexed=True, fast=True)
            case "number":
                builder.add_float_field(field.name, indexed=True, fast=True)
            case _:
                builder.add_text_field(
                    field.name,
                    stored=field.name == "id",
                    fast=field.column,
                    tokenizer_name="raw",
                    index_option="basic",
                )
    builder.add_text_field(PRESENT, tokenizer_name="raw", index_option="basic")
    for key in (TIME_KEY, HEAT_KEY):
        builder.add_integer_field(key, indexed=True, fast=True)
    builder.add_bytes_field(RAW, stored=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(SPACES, spaces)
    twos = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2)).build()
    index.register_tokenizer(TWOS, twos)


def tantivy_document(document: Document, cut: Cut) -> tantivy.Document:
    made = tantivy.Document()
    texts = texts_of(document, cut)
    for name, text in texts.items():
        made.add_text(name, text)
    values = values_of(document)
    for name, value in values.items():
        _add(made, name, value)
    for name in present_of(values, texts):
        made.add_text(PRESENT, name)
    for name in TEXTS:
        made.add_text(PAIRS.format(name), joined(texts[GRAMS.format(name)]))
    keys = keys_of(document)
    for key in (TIME_KEY, HEAT_KEY):
        made.add_integer(key, keys[key])
    made.add_bytes(RAW, as_json(document).encode("gb18030"))
    return made


def document_of(stored: tantivy.Document) -> Document:
    """The document that was stored, under this mapping version or the first."""
    for field, encoding in ((RAW, "gb18030"), (RAW_OF_1, "utf-8")):
        for raw in stored.get_all(field):
            return Document.model_validate_json(bytes(raw).decode(encoding))
    raise ValueError("a stored document without its text")


def _add(made: tantivy.Document, name: str, value: Any) -> None:
    match BY_NAME[name].kind:
        case "whole" | "date":
            made.add_integer(name, value)
        case "number":
            made.add_float(name, float(value))
        case "bool":
            made.add_text(name, "true" if value else "false")
        case _:
            for part in value if isinstance(value, list) else (value,):
                made.add_text(name, part)
