"""Search without an index: every document read against the question. What the engines must agree with.

Written from docs/search.md, not from the compilers: it shares only the tree and the folding of characters with them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from index.ast import All, And, Exists, Node, Not, Nothing, Or, Phrase, Prefix, Range, Term
from index.text import fold
from minyin.model import Document

Cut = Callable[[str], list[str]]
Text = Term | Phrase | Prefix
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_RUN = 64
LONGEST_VALUE = 8191
TEXTS = ("title", "text")
SIGN = "\x1f"  # around the characters and runs of a text, so that side by side is `in`


class Naive:
    """Sets of documents by number; a leaf is read once, however many questions hold it."""

    def __init__(self, documents: Iterable[Document], cut: Cut) -> None:
        newest_first = sorted(documents, key=lambda d: (moment(d), d.id), reverse=True)
        self.documents: Sequence[Document] = newest_first
        self.every = frozenset(range(len(newest_first)))
        self.cut = cut
        self.leaf = cache(self._leaf)
        self.column = cache(self._column)

    def found(self, node: Node) -> list[str]:
        """Ids, newest first."""
        return [self.documents[n].id for n in sorted(self.numbers(node))]

    def chosen(self, node: Node) -> list[Document]:
        return [self.documents[n] for n in sorted(self.numbers(node))]

    def numbers(self, node: Node) -> frozenset[int]:
        match node:
            case And(parts):
                return frozenset.intersection(*map(self.numbers, parts))
            case Or(parts):
                return frozenset.union(*map(self.numbers, parts))
            case Not(part):
                return self.every - self.numbers(part)
        return self.leaf(node)

    def _leaf(self, node: Node) -> frozenset[int]:
        match node:
            case All():
                return self.every
            case Nothing():
                return frozenset()
            case Exists(field):
                return self._where(field, lambda have: bool(have) and have != SIGN)
            case Range(field):
                return self._where(field, lambda vs: any([_within(node, v) for v in vs]))
            case Term(field, value) if field not in (None, *TEXTS):
                return self._holding(field, value)
            case Prefix(field, value) if field not in (None, *TEXTS):
                return self._where(field, lambda vs: any(v.startswith(value) for v in vs))
        return self._text(node)

    def _where(self, field: str, holds: Callable[[Any], bool]) -> frozenset[int]:
        return frozenset(n for n, have in enumerate(self.column(field)) if holds(have))

    def _holding(self, field: str, part: str) -> frozenset[int]:
        return frozenset([n for n, have in enumerate(self.column(field)) if part in have])

    def _column(self, field: str) -> list[Any]:
        """Values of every document, times in milliseconds; of a text its runs, of `words_*` its words."""
        if field in TEXTS:
            return [_line(runs(_get(d, field)), SIGN) for d in self.documents]
        if field.startswith("words_"):
            return [
                frozenset(word[:LONGEST_RUN] for word in fold(_get(d, field)).split())
                for d in self.documents
            ]
        return [[number(v) for v in values(d, field)] for d in self.documents]

    def _text(self, node: Text) -> frozenset[int]:
        needle = runs(node.value)
        if not needle:
            return frozenset()
        fields = [node.field] if node.field else TEXTS
        latin = re.match(r"[^\u3005-\U0003ffff]", needle[-1])
        line = _line(needle, "" if isinstance(node, Prefix) and latin else SIGN)
        hits = frozenset.union(*(self._holding(field, line) for field in fields))
        if not isinstance(node, Term):
            return hits
        words = [word[:LONGEST_RUN] for word in self.cut(fold(node.value)) if runs(word)]
        return hits | frozenset.intersection(*(self._word(fields, word) for word in words))

    def _word(self, fields: Iterable[str], word: str) -> frozenset[int]:
        return frozenset.union(*(self._holding(f"words_{field}", word) for field in fields))


def _line(runs: list[str], end: str) -> str:
    return SIGN + SIGN.join(runs) + end if runs else SIGN


def _get(document: Document, field: str) -> str:
    return getattr(document, field) or ""


def moment(document: Document) -> int:
    return (document.published_at - EPOCH) // timedelta(milliseconds=1)


def values(document: Document, name: str) -> list[Any]:
    """Values of a field; one longer than the index takes is not searched."""
    if name == "public":
        return ["true" if document.channel not in ("hotline", "grid") else "false"]
    if name == "repost":
        return ["false" if document.repost_of is None else "true"]
    value = getattr(document, name)
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    many = list(value) if isinstance(value, tuple) else [value]
    return [v for v in many if not (isinstance(v, str) and len(v) > LONGEST_VALUE)]


def number(value: Any) -> float:
    return (value - EPOCH) // timedelta(milliseconds=1) if isinstance(value, datetime) else value


def _within(node: Range, value: float) -> bool:
    above = node.low is None or value > node.low or (value == node.low and not node.low_open)
    below = node.high is None or value < node.high or (value == node.high and not node.high_open)
    return above and below


def runs(text: str) -> list[str]:
    """Characters of scripts without spaces one by one, other letters and digits in runs, all else dropped."""
    found: list[str] = []
    joined = False
    for char in fold(text):
        single = ord(char) >= 0x3005 and (char.isalpha() or char == "〇")
        if single or not char.isalnum():
            joined = False
            if single:
                found.append(char)
        elif joined and len(found[-1]) < LONGEST_RUN:
            found[-1] += char
        else:
            found.append(char)
            joined = True
    return found
