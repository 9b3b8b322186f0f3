"""Masking of personal data, before anything else reads a text (DOMAIN §6.1).

Order: identity card, bank card, phone, plate, account, address, name; what an earlier finder took a later one leaves.
Masking a masked text changes nothing. Secrets are never kept: spans say where and what kind, in the masked text, and
`originals` where it was. Left to others: where the original is kept (evidence) and who may see it.
"""

from collections.abc import Collection, Iterator
from itertools import chain
from typing import NamedTuple

from minyin.model import Span
from nlp.mask_names import again, names
from nlp.mask_numbers import (
    Found,
    accounts,
    bank_cards,
    identity_cards,
    landlines,
    mails,
    phones,
    plates,
)
from nlp.mask_places import addresses, classes, records
from nlp.normal import fold

MASK_VERSION = "1"
"""Changes with every rule: a document says which rules masked it."""

FINDERS = (
    identity_cards,
    bank_cards,
    phones,
    landlines,
    plates,
    mails,
    accounts,
    addresses,
    classes,
    records,
    names,
)


class Masked(NamedTuple):
    """A masked text; `originals[i]` is [start, end) in the original of `spans[i]`."""

    text: str
    spans: tuple[Span, ...] = ()
    originals: tuple[tuple[int, int], ...] = ()


def mask(text: str, *, public_numbers: Collection[str] = ()) -> Masked:
    """
    >>> mask("来电人徐广兰，电话138 0002 7350，住4号楼1单元101").text
    '来电人徐某，电话[电话]，住*号楼'
    >>> mask("请打12345或0516-12345678", public_numbers=["12345"]).text
    '请打12345或[电话]'
    """
    return _replaced(text, _chosen(_finds(fold(text)), fold(text), public_numbers))


def mask_pair(
    title: str | None, text: str, *, public_numbers: Collection[str] = ()
) -> tuple[Masked | None, Masked]:
    """Title and text of one article: a name found in either is masked in both."""
    if title is None:
        return None, mask(text, public_numbers=public_numbers)
    folded = fold(title), fold(text)
    known = _known_names(*folded)
    masked = [
        _replaced(
            raw, _chosen(chain(_finds(plain), again(plain, known)), plain, public_numbers)
        )
        for raw, plain in zip((title, text), folded, strict=True)
    ]
    return masked[0], masked[1]


def _known_names(*texts: str) -> dict[str, str]:
    return {text[f.start : f.end]: f.shown for text in texts for f in names(text)}


def _finds(text: str) -> Iterator[Found]:
    for finder in FINDERS:
        yield from finder(text)


def _chosen(finds: Iterator[Found], text: str, public: Collection[str]) -> list[Found]:
    """The first find of every stretch, in the order of the text."""
    taken = bytearray(len(text))
    kept = []
    numbers = {_plain(number) for number in public}
    for find in finds:
        if find.start >= find.end or any(taken[find.start : find.end]):
            continue
        if find.kind in ("phone", "landline") and _plain(text[find.start : find.end]) in numbers:
            continue
        taken[find.start : find.end] = b"\1" * (find.end - find.start)
        kept.append(find)
    return sorted(kept)


def _plain(number: str) -> str:
    return "".join(char for char in number if char.isdigit())


def _replaced(text: str, finds: list[Found]) -> Masked:
    parts, spans, position, length = [], [], 0, 0
    for find in finds:
        kept = text[position : find.start]
        length += len(kept)
        parts += [kept, find.shown]
        end = length + len(find.shown)
        spans.append(Span(start=length, end=end, kind=find.kind, text=find.shown))
        position, length = find.end, end
    parts.append(text[position:])
    return Masked("".join(parts), tuple(spans), tuple((f.start, f.end) for f in finds))
