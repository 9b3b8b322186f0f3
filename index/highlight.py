"""Where a question's words stand in the original text.

Offsets are those of the text as stored (folding keeps lengths). A masked span is never touched, not even in part.
Engines' own highlighters see segmented or folded text and cannot do this.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.ast import And, Node, Or, Phrase, Prefix, Term
from index.match import is_text, text_match
from index.text import Cut, Gram, fold, gram_texts, grams
from minyin.model import Document, Span

KIND = "match"


@dataclass(frozen=True, slots=True)
class Needle:
    """Characters that stand side by side; with `open` the last is only a beginning."""

    field: str
    grams: tuple[str, ...]
    open: bool = False


def needles(node: Node, cut: Cut) -> tuple[Needle, ...]:
    """What a question looks for in texts; what it excludes is not shown."""
    return tuple(dict.fromkeys(_needles(node, cut)))


def _needles(node: Node, cut: Cut) -> Iterator[Needle]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _needles(part, cut)
        case Term() | Phrase() | Prefix() if is_text(node):
            found = text_match(node, cut)
            if found is None:
                return
            for field in found.fields:
                yield Needle(field, found.grams, found.open)
                for word in found.words:
                    yield Needle(field, tuple(gram_texts(word)))


def highlights(
    document: Document, wanted: Sequence[Needle]
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans in title and in text, in order, not overlapping."""
    title = [n for n in wanted if n.field == "title"]
    text = [n for n in wanted if n.field == "text"]
    return (
        spans_in(document.title or "", title),
        spans_in(document.text, text, document.masked),
    )


def spans_in(text: str, wanted: Iterable[Needle], masked: Sequence[Span] = ()) -> tuple[Span, ...]:
    """
    >>> [s.text for s in spans_in("小區停水，停了三天", [Needle("text", ("停", "水")), Needle("text", ("三",))])]
    ['停水', '三']
    """
    have = grams(fold(text))
    places: dict[str, list[int]] = {}
    for number, gram in enumerate(have):
        places.setdefault(gram.text, []).append(number)
    found = sorted({span for needle in wanted for span in _occurrences(have, places, needle)})
    free = [s for s in found if not any(s[0] < m.end and m.start < s[1] for m in masked)]
    return tuple(Span(start=a, end=b, kind=KIND, text=text[a:b]) for a, b in _merged(free))


def _occurrences(
    have: list[Gram], places: dict[str, list[int]], needle: Needle
) -> Iterator[tuple[int, int]]:
    size = len(needle.grams)
    first = needle.grams[0]
    starts = (
        [n for n, gram in enumerate(have) if gram.text.startswith(first)]
        if needle.open and size == 1
        else places.get(first, [])
    )
    for start in starts:
        run = have[start : start + size]
        if len(run) == size and _same(run, needle):
            yield run[0].start, run[-1].end


def _same(run: list[Gram], needle: Needle) -> bool:
    texts = tuple(gram.text for gram in run)
    if not needle.open:
        return texts == needle.grams
    return texts[:-1] == needle.grams[:-1] and texts[-1].startswith(needle.grams[-1])


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping ones become one; neighbours stay apart."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
