"""Texts with marks: highlights of a search and reasons of a judgement, shown as <mark> in escaped HTML."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from minyin.model import Span

EXCERPT = 130


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """The whole text, escaped, with its spans marked; overlapping spans become one.

    >>> str(marked("a<b停水", [Span(start=3, end=5, kind="hit")]))
    'a&lt;b<mark>停水</mark>'
    """
    parts, at = [], 0
    for start, end in joined(spans, len(text)):
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end])]
        parts.append(Markup("</mark>"))
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def joined(spans: Sequence[Span], length: int) -> list[tuple[int, int]]:
    """Spans in order, inside the text, touching ones merged."""
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.start):
        start, end = max(0, span.start), min(length, span.end)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def excerpt(text: str, spans: Sequence[Span], size: int = EXCERPT) -> Markup:
    """A window of the text around its first span, with marks."""
    first = min((span.start for span in spans), default=0)
    start = max(0, first - size // 4) if first > size * 2 // 3 else 0
    while start and start < first and text[start] in "，。、；：！？” \n":
        start += 1
    end = min(len(text), start + size)
    inside = [
        Span(start=max(0, s.start - start), end=s.end - start, kind=s.kind)
        for s in spans
        if s.end > start and s.start < end
    ]
    body = marked(text[start:end].replace("\n", " "), inside)
    return Markup("…" if start else "") + body + Markup("…" if end < len(text) else "")
