"""The names of places as one automaton: the county's own by tier, and everybody else's.

Tiers are those of DOMAIN §5.5: B a 镇街 by its full name or an alias, C a core that is unique, D a 村居 with its suffix,
E what people have taught (小区, 学校, 路), F a core that means other things too, G the bare name of the only 村居 of that
name, M a name with one wrong character of the same sound; Y the county itself, P what it lies in, X a place
elsewhere. Left to others:
what a find is worth.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from minyin.county import County, Street
from nlp.automaton import Automaton
from nlp.normal import DATA
from nlp.place.near import misspelt
from nlp.words import ordinary, village_names, word_tags

FULL = re.compile(r"(?:镇|街道|街道办|办事处|乡|农场|区)$")
ZONE = re.compile(
    r"经济(?:技术)?开发区|高新(?:技术产业开发)?区|工业园区?|产业园|经开区|开发区|新区|度假区"
)
ZONE_NAMES = {
    "经": ("经开区", "开发区"),
    "开": ("经开区", "开发区"),
    "高": ("高新区",),
    "工": ("工业园区",),
}
"""How people call the county's only zone of a kind, by the first sign of the kind."""
RARE = range(0xD8A1, 0xF7FF)
"""GB 2312's second level: a wrong sign in so short a word as a county's name must be no everyday word itself (郫, not 皮)."""
REGIONS = (
    "东北", "华北", "华东", "华南", "华中", "西南", "西北", "珠三角", "长三角", "京津冀", "苏南", "皖北", "鲁南", "豫东", "胶东",
    "美国", "日本", "韩国", "俄罗斯", "乌克兰", "英国", "法国", "德国", "印度", "泰国", "缅甸", "越南", "以色列", "澳大利亚", "加拿大",
)  # fmt: skip


_STOPS = re.compile(r"[。！？!?；;\n]+")


class Name(NamedTuple):
    """`shared`: other counties have places of this name too; of X, it is one of those counties."""

    tier: str
    codes: tuple[str, ...] = ()
    shared: bool = False


class Find(NamedTuple):
    """A name at [start, end) of the text that was searched."""

    start: int
    end: int
    name: Name
    text: str


class Alias(NamedTuple):
    """A name that people have taught, and the place it means."""

    name: str
    code: str


class Gazetteer:
    """`find` gives the names in a folded text, longest first at each place, none overlapping."""

    def __init__(self, county: County, taught: Iterable[Alias] = ()) -> None:
        names: dict[str, Name] = {}
        own = dict(_own(county))
        elsewhere = dict(_elsewhere(county))
        names.update(_misspelt(county, own.keys() | elsewhere.keys()))
        names.update(elsewhere)
        names.update(own)
        names.update((alias.name, Name("E", (alias.code,))) for alias in taught)
        self._automaton = Automaton(names)

    def find(self, text: str) -> list[Find]:
        found = self._automaton.find(text)
        found.sort(key=lambda place: (place[0], -place[1]))
        kept: list[Find] = []
        last = 0
        for start, end, name in found:
            if start >= last:
                kept.append(Find(start, end, name, text[start:end]))
                last = end
        return kept


def _own(county: County) -> Iterator[tuple[str, Name]]:
    """The county's names; a stronger tier is yielded later and wins."""
    yield from _villages(county)
    for street in county.streets:
        yield street.core, _name("C" if street.bare_core_ok else "F", street)
    yield from _zones(county)
    villages: dict[str, set[str]] = defaultdict(set)
    for village in county.villages:
        for text in village_names(village.name, village.short):
            villages[text].add(village.code)
    for text, codes in villages.items():
        yield text, Name("D", tuple(sorted(codes)), shared=True)
    for street in county.streets:
        for alias in street.aliases:
            yield alias, _name(_alias_tier(street, alias), street)
        yield street.name, _name("B", street)
    for text in (county.profile.name, *county.profile.short_names):
        yield text, Name("Y", (county.profile.code,))


def _villages(county: County) -> Iterator[tuple[str, Name]]:
    """Bare names of villages, where only one village has it and it is no word of general Chinese."""
    shorts = Counter(village.short for village in county.villages)
    for village in county.villages:
        if shorts[village.short] == 1 and len(village.short) > 1 and not word_tags(village.short):
            yield village.short, Name("G", (village.code,), shared=True)


def _name(tier: str, street: Street) -> Name:
    return Name(tier, (street.code,), shared=street.national_homonyms > 0)


def _alias_tier(street: Street, alias: str) -> str:
    return "B" if FULL.search(alias) and alias != street.core else "C"


def _zones(county: County) -> Iterator[tuple[str, Name]]:
    """开发区, 高新区 without a name before it: the county's own, if it has one of the kind."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for street in county.streets:
        for text in (street.name, *street.aliases):
            if zone := ZONE.search(text):
                for short in ZONE_NAMES.get(zone.group()[0], ()):
                    kinds[short].add(street.code)
    for short, codes in kinds.items():
        if len(codes) == 1:
            yield short, Name("F", tuple(codes), shared=True)


def _misspelt(county: County, known: set[str]) -> Iterator[tuple[str, Name]]:
    """Long enough names with a wrong sign: a full name, a core of three signs, the county's own name."""
    found: dict[str, set[str]] = defaultdict(set)
    for street in county.streets:
        suffix = 2 if street.name.endswith("街道") else 1
        for text, keep in ((street.name, suffix), (street.core, 0)):
            if len(text) - keep >= 3 or (keep and len(text) - keep == 2):
                for wrong in misspelt(text, keep=keep):
                    found[wrong].add(street.code)
    for wrong, codes in found.items():
        if len(codes) == 1 and wrong not in known and not word_tags(wrong):
            yield wrong, Name("M", tuple(codes), shared=True)
    for name in (county.profile.name, *county.profile.short_names):
        for wrong in misspelt(name, keep=max(1, len(name) - 1)) if len(name) > 1 else ():
            if wrong not in known and not word_tags(wrong) and _rare(wrong[0]):
                yield wrong, Name("Y", (county.profile.code,))


def _rare(char: str) -> bool:
    encoded = char.encode("gb2312", "ignore")
    return len(encoded) == 2 and int.from_bytes(encoded, "big") in RARE


def _elsewhere(county: County) -> Iterator[tuple[str, Name]]:
    """Names of provinces, prefectures and counties elsewhere; the county's own line of descent is not elsewhere."""
    profile = county.profile
    own = {profile.name, profile.province, profile.prefecture, *profile.short_names}
    own |= {_bare(name) for name in own}
    for text in (*areas(), *REGIONS):
        if text not in own:
            yield text, Name("X")
    for text in (profile.prefecture, _bare(profile.prefecture), profile.province):
        if text not in (profile.name, *profile.short_names):
            yield text, Name("P")
    for neighbour in profile.neighbours:
        for text in (neighbour, _bare(neighbour)):
            if len(text) > 1 and text not in own and not ordinary(text):
                yield text, Name("X", shared=True)


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


def stops(text: str) -> list[int]:
    """Where sentences end; a character's sentence is the number of ends up to it.

    >>> stops("水停了。！谁管\\n")
    [5, 8]
    """
    return [match.end() for match in _STOPS.finditer(text)]
