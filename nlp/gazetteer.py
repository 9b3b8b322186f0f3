"""The names of places as one automaton: the county's own by tier, and everybody else's.

Tiers are those of DOMAIN §5.5: B a 镇街 by its full name or an alias, C a core that is unique, D a 村居 with its suffix,
F a core that means other things too, G the bare name of the only 村居 of that name; Y the county itself, X a place
elsewhere. Left to others: what a find is worth.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import ahocorasick

from minyin.county import County, Street
from nlp.normal import DATA
from nlp.words import ordinary, village_names


class Name(NamedTuple):
    tier: str
    codes: tuple[str, ...] = ()


class Find(NamedTuple):
    """A name at [start, end) of the text that was searched."""

    start: int
    end: int
    name: Name
    text: str


class Gazetteer:
    """`find` gives the names in a folded text, longest first at each place, none overlapping."""

    def __init__(self, county: County) -> None:
        names: dict[str, Name] = {}
        for text, name in _elsewhere(county):
            names[text] = name
        for text, name in _own(county):
            names[text] = name
        self._automaton = ahocorasick.Automaton()
        for text, name in names.items():
            self._automaton.add_word(text, (len(text), name))
        self._automaton.make_automaton()

    def find(self, text: str) -> list[Find]:
        found = [
            Find(end + 1 - length, end + 1, name, text[end + 1 - length : end + 1])
            for end, (length, name) in self._automaton.iter(text)
        ]
        found.sort(key=lambda find: (find.start, -find.end))
        kept: list[Find] = []
        for find in found:
            if not kept or find.start >= kept[-1].end:
                kept.append(find)
        return kept


def _own(county: County) -> Iterator[tuple[str, Name]]:
    """The county's names; a stronger tier is yielded later and wins."""
    home = Name("Y", (county.profile.code,))
    shorts = Counter(village.short for village in county.villages)
    for village in county.villages:
        if shorts[village.short] == 1 and len(village.short) > 1 and not ordinary(village.short):
            yield village.short, Name("G", (village.code,))
    villages: dict[str, set[str]] = defaultdict(set)
    for village in county.villages:
        for text in village_names(village.name, village.short):
            villages[text].add(village.code)
    for street in county.streets:
        yield street.core, Name("C" if street.bare_core_ok else "F", (street.code,))
    for text, codes in villages.items():
        yield text, Name("D", tuple(sorted(codes)))
    for street in county.streets:
        for alias in street.aliases:
            yield alias, Name(_alias_tier(street, alias), (street.code,))
        yield street.name, Name("B", (street.code,))
    for text in (county.profile.name, *county.profile.short_names):
        yield text, home


def _alias_tier(street: Street, alias: str) -> str:
    return "C" if alias == street.core else "B"


def _elsewhere(county: County) -> Iterator[tuple[str, Name]]:
    """Names of provinces, prefectures and counties elsewhere; the county's own line of descent is not elsewhere."""
    profile = county.profile
    own = {profile.name, profile.province, profile.prefecture, *profile.short_names}
    own |= {_bare(name) for name in own}
    for neighbour in profile.neighbours:
        for text in (neighbour, _bare(neighbour)):
            if len(text) > 1 and text not in own:
                yield text, Name("X")
    for text in areas():
        if text not in own:
            yield text, Name("X")


def _bare(name: str) -> str:
    """
    >>> _bare("台儿庄区"), _bare("江苏省"), _bare("辉县市")
    ('台儿庄', '江苏', '辉县')
    """
    return name[:-1] if len(name) > 2 and name[-1] in "省市县区" else name


@cache
def areas() -> frozenset[str]:
    """Every name in the packaged table of areas, with suffix and, where it is no ordinary word, without."""
    names: set[str] = set()
    for line in (DATA / "areas.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            province, full, bare = line.split("\t")
            names |= {province, *full.split(), *bare.split()}
    return frozenset(names)


def sentences(text: str) -> list[int]:
    """For each character the number of the sentence it stands in.

    >>> sentences("水停了。谁管\\n")
    [0, 0, 0, 0, 1, 1, 1]
    """
    numbers, number = [], 0
    for char, following in pairwise([*text, ""]):
        numbers.append(number)
        if char in "。！？!?；;\n" and following not in "。！？!?；;\n":
            number += 1
    return numbers
