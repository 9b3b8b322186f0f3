"""Masking of personal data, before anything else reads a text (DOMAIN §6.1).

Order: identity card, bank card, phone, plate, account, address, name; what an earlier finder took a later one leaves.
Masking a masked text changes nothing. Secrets are never kept: spans say where and what kind, in the masked text, and
`originals` where it was. Left to others: where the original is kept (evidence) and who may see it.
"""

from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from minyin.model import Span
from nlp.mask import names as mask_names
from nlp.mask import numbers as mask_numbers
from nlp.mask import places as mask_places
from nlp.mask.names import again, names
from nlp.mask.numbers import (
    Found,
    accounts,
    bank_cards,
    identity_cards,
    landlines,
    mails,
    phones,
    plates,
)
from nlp.mask.places import addresses, classes, records
from nlp.normal import fold
from nlp.scan import Patterns, Scan

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
)
"""What is found before names, which are looked for once in title and text together."""


PASSES = 4


class Masked(NamedTuple):
    """A masked text; `originals[i]` is [start, end) in the original of `spans[i]`."""

    text: str
    spans: tuple[Span, ...] = ()
    originals: tuple[tuple[int, int], ...] = ()


class _Look(NamedTuple):
    """A folded text and the names found in it."""

    seen: Scan
    names: tuple[Found, ...]

    @property
    def plain(self) -> str:
        return self.seen.text

    @property
    def known(self) -> dict[str, str]:
        """Name → what is shown instead."""
        return {self.plain[f.start : f.end]: f.shown for f in self.names}


def mask(text: str, *, public_numbers: Collection[str] = ()) -> Masked:
    """
    >>> mask("来电人徐广兰，电话138 0002 7350，住4号楼1单元101").text
    '来电人徐某，电话[电话]，住*号楼'
    >>> mask("请打12345或0516-12345678", public_numbers=["12345"]).text
    '请打12345或[电话]'
    """
    return _masked(text, _look(text), {}, _bare(tuple(public_numbers)))


def mask_pair(
    title: str | None, text: str, *, public_numbers: Collection[str] = ()
) -> tuple[Masked | None, Masked]:
    """Title and text of one article: a name found in either is masked in both."""
    if title is None:
        return None, mask(text, public_numbers=public_numbers)
    head, body = _look(title), _look(text)
    known, public = head.known | body.known, _bare(tuple(public_numbers))
    return _masked(title, head, known, public), _masked(text, body, known, public)


def _look(text: str) -> _Look:
    seen = patterns().scan(fold(text))
    return _Look(seen, tuple(names(seen)))


@cache
def patterns() -> Patterns:
    """What every finder searches a text for, in one automaton."""
    return Patterns(chain(mask_numbers.SEARCHED, mask_places.SEARCHED, mask_names.SEARCHED))


def _masked(text: str, look: _Look, known: dict[str, str], public: frozenset[str]) -> Masked:
    """Passes until nothing more is found: a mask may lay bare the edge of a number that ran into another."""
    masked, finds = Masked(text), list[Found]()
    for number in range(PASSES):
        if number:
            look = _look(masked.text)
        found = chain(_finds(look), again(look.plain, known))
        more = _chosen(found, look.plain, public)
        if not more:
            break
        finds = _merged(finds, [_in_original(find, masked) for find in more])
        masked = _replaced(text, finds)
    return masked


def _in_original(find: Found, masked: Masked) -> Found:
    """A find in the masked text, in characters of the original."""
    start, end, shift = find.start, find.end, 0
    begin = finish = None
    for span, (first, last) in zip(masked.spans, masked.originals, strict=True):
        if begin is None and start < span.end:
            begin = first if start >= span.start else start + shift
        if finish is None and end <= span.end:
            finish = last if end > span.start else end + shift
        shift = last - span.end
    begin = start + shift if begin is None else begin
    finish = end + shift if finish is None else finish
    return find._replace(start=begin, end=finish)


def _merged(old: list[Found], new: list[Found]) -> list[Found]:
    """A later find that swallows an earlier one replaces it."""
    kept = [o for o in old if not any(n.start < o.end and o.start < n.end for n in new)]
    return sorted(kept + new)


def _finds(look: _Look) -> Iterator[Found]:
    for finder in FINDERS:
        yield from finder(look.seen)
    yield from look.names


def _chosen(finds: Iterator[Found], text: str, public: frozenset[str]) -> list[Found]:
    """The first find of every stretch, in the order of the text; numbers of the public are left."""
    taken = bytearray(len(text))
    kept = []
    for find in finds:
        if find.start >= find.end or any(taken[find.start : find.end]):
            continue
        if find.kind in ("phone", "landline") and _plain(text[find.start : find.end]) in public:
            continue
        taken[find.start : find.end] = b"\1" * (find.end - find.start)
        kept.append(find)
    return sorted(kept)


@cache
def _bare(numbers: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_plain, numbers))


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
