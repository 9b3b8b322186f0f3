"""Texts as short weighted term lists, for comparing an article with an event.

Terms are words; one that the packaged table (document frequencies of 20,000 ordinary
civic and news texts, `nlp.training.terms`) does not know is rare, and rare is what names an estate, a road, a firm.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import repeat
from math import log, sqrt
from operator import itemgetter, mul
from pathlib import Path

import numpy as np

from minyin.county import County
from nlp.normal import DATA, compatible

Cut = Callable[[str], list[str]]
TABLE = DATA / "terms.npz"
HEAD = 500  # characters of a text that speak; the matter stands at its beginning
_NUMBER = re.compile(r"[0-9０-９]+")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z]{2,}")
# letters' and hotline records' set phrases say nothing about the matter
FORMULA = re.compile(
    r"来电人|来电|反映|诉求|希望|相关部门|有关部门|您好|你好|尊敬的|领导|网友|收悉|答复如下|现答复|感谢|谢谢|请问|咨询|"
    r"本报讯|记者|转载|版权|来源|联系电话|先生|女士|市民|居民|业主|小区|物业|社区|街道|村民|群众|核实|处理|解决|投诉|建议"
)


@cache
def _table(path: Path = TABLE) -> tuple[dict[str, int], int]:
    """Document frequency of the known terms, and the number of documents."""
    with np.load(path, allow_pickle=False) as arrays:
        terms = arrays["terms"].tobytes().decode().split("\n")
        return dict(zip(terms, arrays["frequency"].tolist(), strict=True)), int(arrays["documents"])


def raw_terms(text: str, cut: Cut) -> list[str]:
    """Words of two and more characters; numbers left out.

    Character 2–3-grams beside the words made the planted events' B³ F1 worse (.83–.88 against .90–.93).
    """
    return [word for word in _words(text, cut) if len(word) > 1 and _HAN.fullmatch(word)]


def _words(text: str, cut: Cut) -> list[str]:
    return cut(_NUMBER.sub("。", compatible(text).lower()))


class Terms:
    """`vector` of a text: term → weight, of length 1, at most `limit` terms."""

    def __init__(self, cut: Cut, *, common: frozenset[str] = frozenset(), limit: int = 150) -> None:
        self._cut = cut
        self._limit = limit
        self._common = common
        frequency, documents = _table()
        self._idf = {term: log((1 + documents) / (1 + n)) for term, n in frequency.items()}
        self._rare = log(1 + documents)

    def idf(self, term: str) -> float:
        return self._idf.get(term, self._rare)

    def vector(self, title: str | None, text: str) -> dict[str, float]:
        """The title counts twice: it names the matter."""
        whole = f"{title}。{title}。{text[:HEAD]}" if title else text[:HEAD]
        weighted: dict[str, float] = {}
        for term, count in Counter(_words(FORMULA.sub("。", whole), self._cut)).items():
            if len(term) < 2 or term in self._common:
                continue
            idf = self._idf.get(term)
            if idf is None and _HAN.fullmatch(term):
                idf = self._rare
            if idf is not None:
                weighted[term] = (1 + log(count)) * idf if count > 1 else idf
        return unit(strongest(weighted, self._limit))


def strongest(weights: Mapping[str, float], limit: int) -> dict[str, float]:
    """The heaviest terms; ties by the term itself, so that the choice is the same everywhere.

    >>> strongest({"d": 0.5, "b": 1.0, "a": 1.0, "c": 2.0}, 2)
    {'c': 2.0, 'a': 1.0}
    """
    if len(weights) <= limit:
        return dict(weights)
    least = sorted(weights.values())[-limit]  # numbers sort three times as fast as pairs
    kept = {term: weight for term, weight in weights.items() if weight > least}
    even = sorted(term for term, weight in weights.items() if weight == least)
    return kept | dict.fromkeys(even[: limit - len(kept)], least)


def heaviest(weights: Mapping[str, float], limit: int) -> list[tuple[str, float]]:
    """As `strongest`, the heaviest first."""
    terms = list(weights.items())
    if len(terms) > limit:
        least = sorted(weights.values())[-limit]
        terms = [term for term in terms if term[1] >= least]
    terms.sort()
    terms.sort(key=itemgetter(1), reverse=True)  # stable: equals stay in the order of terms
    return terms[:limit]


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(map(mul, weights.values(), weights.values())))
    return {term: value / length for term, value in weights.items()} if length else {}


def dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """
    >>> dot({"a": 0.5, "b": 2.0}, {"b": 3.0})
    6.0
    """
    few, many = (one, other) if len(one) < len(other) else (other, one)
    # what is not in both adds 0
    return float(sum(map(mul, few.values(), map(many.get, few, repeat(0.0)))))


def common_terms(county: County, cut: Cut) -> frozenset[str]:
    """Terms of the county's and its streets' names: every matter here carries them."""
    names = [county.profile.name, county.profile.province, county.profile.prefecture]
    names += county.profile.short_names
    for street in county.streets:
        names += [street.name, *street.aliases]
    return frozenset(term for name in names for term in raw_terms(name, cut))


def known_idf(phrase: str, cut: Cut) -> float:
    """Rarity of a phrase: that of its rarest word; one the table does not know is rare."""
    frequency, documents = _table()
    words = [word for word in cut(phrase) if len(word) > 1] or [phrase]
    return log((1 + documents) / (1 + min(frequency.get(word, 0) for word in words)))
