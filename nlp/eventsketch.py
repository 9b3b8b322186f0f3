"""An article as event detection compares it: which names it carries, what it is about, where and when.

Names decide: two complaints in the same words about different estates are two events. A segmenter cuts an unknown
name into single characters, so names are seen as pairs of
characters that ordinary civic text rarely or never has.
Left to others: how two sketches are compared (`nlp.eventpairs`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from operator import add
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from minyin.model import Document
from nlp.normal import compatible

GRAMS = Path(__file__).parent / "data" / "eventgrams.npz"
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


@dataclass(frozen=True, slots=True)
class Sketch:
    """Sets of grams by what they are for; shares between two sketches are counted, not weighed."""

    title_rare: frozenset[str]
    title_mid: frozenset[str]
    place: frozenset[str]  # of the title, inside something that reads like a name
    matter: frozenset[str]  # of the title, outside
    rare: frozenset[str]  # of title and text
    mid: frozenset[str]
    telling: frozenset[str]  # rare or mid
    numbers: frozenset[str]
    words: Mapping[str, float]
    area: str | None
    at: datetime
    embedding: Vector | None = None


@cache
def _common(path: Path = GRAMS) -> tuple[frozenset[str], frozenset[str]]:
    """(grams of every text, grams that say what a text is about) of ordinary civic text; all others are rare."""
    with np.load(path, allow_pickle=False) as arrays:
        mid = arrays["mid"].tobytes().decode().split("\n")
        common = arrays["common"].tobytes().decode().split("\n")
    return frozenset(common), frozenset(mid)


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
    title: str, text: str, street: str | None, at: datetime, words: Mapping[str, float]
) -> Sketch:
    """Of a headline and the beginning of its text; `words` is its term vector."""
    common, mid = _common()
    name = bare(title)
    own = frozenset(grams_of(name)) - common
    every = {*own, *grams_of(bare(text))} - common
    named = {gram for span in _NAMED.findall(name) for gram in grams_of(span)}
    return Sketch(
        title_rare=own - mid,
        title_mid=own & mid,
        place=own & named,
        matter=own - named,
        rare=frozenset(every - mid),
        mid=frozenset(every & mid),
        telling=frozenset(every),
        numbers=frozenset(_NUMBER.findall(name)),
        words=words,
        area=street or _label(f"{title} {text}"),
        at=at,
    )


def _label(text: str) -> str | None:
    """The district's label in an anonymised text."""
    found = _LABEL.search(text)
    return found.group() if found else None
