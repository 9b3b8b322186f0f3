"""Search without an index: every document against the tree, one by one. What the engines must agree with."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from index.ast import All, And, Exists, Node, Not, Nothing, Or, Phrase, Prefix, Range, Term
from index.text import fold
from minyin.clock import SHANGHAI
from minyin.model import Document

Cut = Callable[[str], list[str]]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def found(node: Node, documents: Iterable[Document], cut: Cut) -> list[str]:
    """Ids, newest first."""
    hits = [d for d in documents if matches(node, d, cut)]
    return [d.id for d in sorted(hits, key=lambda d: (moment(d), d.id), reverse=True)]


def moment(document: Document) -> int:
    return (document.published_at - EPOCH) // timedelta(milliseconds=1)


def matches(node: Node, document: Document, cut: Cut) -> bool:  # noqa: C901, PLR0911 - one line per kind
    match node:
        case All():
            return True
        case Nothing():
            return False
        case And(parts):
            return all(matches(part, document, cut) for part in parts)
        case Or(parts):
            return any(matches(part, document, cut) for part in parts)
        case Not(part):
            return not matches(part, document, cut)
        case Exists(field):
            if field in ("title", "text"):
                return bool(runs(getattr(document, field) or ""))
            return bool(values(document, field))
        case Range():
            return any(_within(node, number(value)) for value in values(document, node.field))
        case Term(field, value) if field not in (None, "title", "text"):
            return value in values(document, field)
        case Prefix(field, value) if field not in (None, "title", "text"):
            return any(v.startswith(value) for v in values(document, field))
        case Term() | Phrase() | Prefix():
            return _text(node, document, cut)
    raise TypeError(node)


def values(document: Document, name: str) -> list:
    if name == "public":
        return ["true" if document.channel not in ("hotline", "grid") else "false"]
    if name == "repost":
        return ["false" if document.repost_of is None else "true"]
    value = getattr(document, name)
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return list(value) if isinstance(value, tuple) else [value]


def number(value: object) -> float:
    return (value - EPOCH) // timedelta(milliseconds=1) if isinstance(value, datetime) else value


def _within(node: Range, value: float) -> bool:
    above = node.low is None or value > node.low or (value == node.low and not node.low_open)
    below = node.high is None or value < node.high or (value == node.high and not node.high_open)
    return above and below


@cache
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
        elif joined:
            found[-1] += char
        else:
            found.append(char)
            joined = True
    return found


def _text(node: Term | Phrase | Prefix, document: Document, cut: Cut) -> bool:
    texts = {"title": document.title or "", "text": document.text}
    chosen = [texts[node.field]] if node.field else list(texts.values())
    needle = runs(node.value)
    if not needle:
        return False
    if any(_side_by_side(runs(text), needle, isinstance(node, Prefix)) for text in chosen):
        return True
    if not isinstance(node, Term):
        return False
    segmented = {"title": document.words_title, "text": document.words_text}
    words: set[str] = set()
    for name in [node.field] if node.field else list(segmented):
        words |= set(fold(segmented[name]).split())
    wanted = [word for word in cut(fold(node.value)) if runs(word)]
    return all(word in words for word in wanted)


@cache
def _words(segmented: str) -> frozenset[str]:
    return frozenset(fold(segmented).split())


def _side_by_side(have: list[str], needle: list[str], begun: bool) -> bool:
    for start in range(len(have) - len(needle) + 1):
        run = have[start : start + len(needle)]
        if run == needle:
            return True
        latin = ord(needle[-1][0]) < 0x3005
        if begun and latin and run[:-1] == needle[:-1] and run[-1].startswith(needle[-1]):
            return True
    return False


def day(document: Document) -> str:
    return document.published_at.astimezone(SHANGHAI).date().isoformat()
