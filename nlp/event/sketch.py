"""An article as event detection compares it: which names it carries, what it is about, where and when.

Names decide: two complaints in the same words about different estates are two events. A segmenter cuts an unknown
name into single characters, so names are seen as pairs of
characters that ordinary civic text rarely or never has.
Left to others: how two sketches are compared (`nlp.event.pairs`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import chain, filterfalse
from operator import add
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from minyin.model import Document
from nlp.normal import DATA, compatible

GRAMS = DATA / "eventgrams.npz"
HEAD = 300  # characters of the text beside the title; the matter stands at the beginning
LONGEST = 120  # characters of a title that are looked at
FIRST = 40  # of an article without a title

Vector = NDArray[np.float32]

# letters for places that a publisher anonymised (A市A5区, 西地省) are labels of a district, not names
_AREA = re.compile(r"[A-Z]\d*[市区县]{1,2}|西地省")
_LABEL = re.compile(r"[A-Z]\d+")
_BREAK = re.compile(r"[^\u4e00-\u9fffa-z0-9]+")
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_NUMBER = re.compile(r"\d+")
_NAMED = re.compile(
    r"[\u4e00-\u9fffa-z0-9]{1,6}?(?:小区|花园|家园|新城|公寓|公馆|国际|广场|大厦|中心|大道|社区|街道|学校|小学|中学|[一二三四五六七八九十]中|"
    r"职校|大学|学院|幼儿园|医院|公司|集团|酒店|饭店|市场|商城|公园|高速|铁路|号线|项目|工地|楼盘|[城苑园府湾庭邸郡墅居里轩阁庄路街巷桥站村组镇乡湖山厂店网厦])"
)


class Embedder(Protocol):
    """Texts to vectors of length 1: float32 [n, 512]."""

    def embed(self, texts: Sequence[str]) -> Vector: ...


@dataclass(frozen=True)
class Sketch:
    """Sets of grams by what they are for, made when asked for; shares between two sketches are counted, not weighed."""

    title: str
    """Bare, as `text` is."""
    text: str
    words: dict[str, float]
    area: str | None
    at: datetime
    embedding: Vector | None = None

    @cached_property
    def own(self) -> frozenset[str]:
        """Of the title, all but what stands in every text."""
        return _without(_common()[0], grams_of(self.title))

    @cached_property
    def title_rare(self) -> frozenset[str]:
        return self.own - _common()[1]

    @cached_property
    def title_mid(self) -> frozenset[str]:
        return self.own & _common()[1]

    @cached_property
    def place(self) -> frozenset[str]:
        """Of the title, inside something that reads like a name."""
        return self.own.intersection(chain.from_iterable(map(grams_of, _NAMED.findall(self.title))))

    @cached_property
    def matter(self) -> frozenset[str]:
        """Of the title, outside."""
        return self.own - self.place

    @cached_property
    def telling(self) -> frozenset[str]:
        """Of title and text, rare or mid."""
        return self.own | _without(_common()[0], grams_of(self.text))

    @cached_property
    def rare(self) -> frozenset[str]:
        """Made apart from `telling`: a county's events ask for nothing else, and thousands of sketches are kept."""
        return _without(_ordinary(), chain(grams_of(self.title), grams_of(self.text)))

    @cached_property
    def mid(self) -> frozenset[str]:
        return self.telling & _common()[1]

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_NUMBER.findall(self.title))


def _without(known: frozenset[str], grams: Iterable[str]) -> frozenset[str]:
    return frozenset(filterfalse(known.__contains__, grams))


@cache
def _common(path: Path = GRAMS) -> tuple[frozenset[str], frozenset[str]]:
    """(grams of every text, grams that say what a text is about) of ordinary civic text; all others are rare."""
    with np.load(path, allow_pickle=False) as arrays:
        mid = arrays["mid"].tobytes().decode().split("\n")
        common = arrays["common"].tobytes().decode().split("\n")
    return frozenset(common), frozenset(mid)


@cache
def _ordinary() -> frozenset[str]:
    common, mid = _common()
    return common | mid


def bare(text: str) -> str:
    """One width and case, labels of districts gone.

    >>> bare("A5区劳动东路ＡＢ店")
    ' 劳动东路ab店'
    """
    return _AREA.sub(" ", compatible(text)).lower()


def grams_of(text: str) -> Iterator[str]:
    """Character pairs of a bare text, none across punctuation.

    >>> list(grams_of("沂武路,ab"))
    ['沂武', '武路', 'ab']
    """
    return chain.from_iterable(map(add, part, part[1:]) for part in _BREAK.split(text))


def headline(document: Document) -> str:
    """The title, or the first sentence of what has none."""
    if document.title:
        return document.title[:LONGEST]
    return _SENTENCE.split(document.text[:HEAD].strip(), maxsplit=1)[0][:FIRST]


def sketch(
    title: str, text: str, street: str | None, at: datetime, words: dict[str, float]
) -> Sketch:
    """Of a headline and the beginning of its text; `words` is its term vector."""
    area = street or _label(f"{title} {text}")
    return Sketch(bare(title), bare(text), words, area, at)


def _label(text: str) -> str | None:
    """The district's label in an anonymised text."""
    found = _LABEL.search(text)
    return found.group() if found else None
