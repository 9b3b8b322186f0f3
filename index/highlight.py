"""Where a question's words stand in the original text.

Offsets are those of the text as stored (folding keeps lengths). A masked span is never touched, not even in part.
Engines' own highlighters see segmented or folded text and cannot do this.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.ast import And, Node, Or, Phrase, Prefix, Term
from index.match import is_text, text_match
from index.text import CJK, LONGEST, Cut, folded, gram_texts, is_cjk
from minyin.model import Document, Span

KIND = "match"

# of a run of letters and digits, as `index.text` takes text apart
RUN_SIGN = f"(?:(?![{CJK}])[^\\W_])"
BEFORE_RUN = f"(?<!{RUN_SIGN})"
AFTER_RUN = f"(?!{RUN_SIGN})"
BETWEEN = f"(?:(?![{CJK}])[\\W_])"


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
    line = folded(text)
    found = sorted({match.span(1) for needle in wanted for match in pattern(needle).finditer(line)})
    free = [s for s in found if not any(s[0] < m.end and m.start < s[1] for m in masked)]
    return tuple(Span(start=a, end=b, kind=KIND, text=text[a:b]) for a, b in _merged(free))


@lru_cache(maxsize=1_000)
def pattern(needle: Needle) -> re.Pattern[str]:
    """Finds the characters in folded text, whatever signs stand between them; overlapping ones as well.

    Ten times faster than comparing the characters of the text one by one, which was most of a search's time.
    """
    *before, last = needle.grams
    parts = [_part(gram) for gram in before]
    parts.append(f"{BEFORE_RUN}{re.escape(last)}{RUN_SIGN}*" if needle.open else _part(last))
    return re.compile(f"(?=({f'{BETWEEN}*'.join(parts)}))")


def _part(gram: str) -> str:
    """One character, or a whole run; of a run too long to be a word its beginning."""
    if is_cjk(gram):
        return re.escape(gram)
    return f"{BEFORE_RUN}{re.escape(gram)}{'' if len(gram) == LONGEST else AFTER_RUN}"


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping ones become one; neighbours stay apart."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
