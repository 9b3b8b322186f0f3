"""The tantivy schema that follows from `index.mapping`, and a document as tantivy takes it.

Tokenizers are not saved with a tantivy index: `register` runs after every open. Fields are all fixed, so another
mapping version needs another folder (`minyin rebuild`).
"""

from typing import Any

import tantivy

from index.mapping import BY_NAME, SEARCHED
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

RAW = "raw_document"
SPACES = "spaces"


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in SEARCHED:
        match field.kind:
            case "text":
                words, grams = WORDS.format(field.name), GRAMS.format(field.name)
                builder.add_text_field(words, tokenizer_name=SPACES, index_option="freq")
                builder.add_text_field(grams, tokenizer_name=SPACES, index_option="position")
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
    builder.add_integer_field(NEGATIVE, fast=True)
    builder.add_bytes_field(RAW, stored=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(SPACES, spaces)


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
    for key, number in keys_of(document).items():
        made.add_integer(key, number)
    made.add_bytes(RAW, as_json(document).encode())
    return made


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
