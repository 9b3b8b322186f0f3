"""A small linear model of one question: TF-IDF of words and characters, weights, a softened softmax; no pickle.

Texts are seen as the contest's messages were: only known words, no figures, so that a model trained on word lists
reads running text. Features stand in named fields (words, characters, and both again for the head of the text, which
holds its title), each of length 1. Left to others: what is asked (nlp.category, nlp.topics) and training.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minyin.errors import DependencyError
from nlp.gramtable import CharacterTable, Longs, counted, weighed
from nlp.normal import DATA

HEAD = 9
"""Words of a text that stand for its title."""
LONGEST = 1000
"""Characters of a text that are read: further on, a message only repeats itself."""
WORDS, CHARS, HEAD_WORDS, HEAD_CHARS = "w", "c", "h", "i"
FIELDS = (WORDS, CHARS, HEAD_WORDS, HEAD_CHARS)
FULL = "w h c123 i123"
"""Fields of a model, each with the lengths of its character strings; a field without lengths holds words."""
_FIGURES = re.compile(r"(?<![A-Za-z])[0-9]+")
Floats = NDArray[np.float32]
Cut = Callable[[str], list[str]]


def known_words(
    text: str, cut: Cut, known: frozenset[str] | set[str], longest: int = LONGEST
) -> list[str]:
    """Words of a text that the model has seen, in order."""
    return [word for word in cut(_FIGURES.sub("", text[:longest])) if word in known]


def features(words: Sequence[str], shape: str = FULL) -> Iterator[str]:
    """Terms with the sign of their field in front.

    >>> list(features(["停水", "了"], "w c2"))
    ['w停水', 'w了', 'c停水', 'c水了']
    """
    for item in shape.split():
        field, sizes = item[0], item[1:]
        part = words[:HEAD] if field in (HEAD_WORDS, HEAD_CHARS) else words
        if not sizes:
            yield from (field + word for word in part)
        joined = "".join(part) if sizes else ""
        for size in map(int, sizes):
            yield from (field + joined[i : i + size] for i in range(len(joined) - size + 1))


@dataclass(frozen=True)
class TextModel:
    """`coef` has one row per term and one column per class; `strength` scales the margins to chances."""

    classes: tuple[str, ...]
    vocabulary: tuple[str, ...]
    idf: Floats
    coef: Floats
    bias: Floats
    strength: float
    words: frozenset[str]
    shape: str = FULL

    @cached_property
    def _terms(self) -> "_Terms":
        return _Terms(self)

    def margins(self, texts: Sequence[Sequence[str]]) -> Floats:
        """texts × classes, of texts as `known_words` gives them; each field of a text has length 1."""
        rows, columns = self._terms.find(texts)
        counts = counted(rows, columns, (len(texts), len(self.vocabulary)))
        values = weighed(counts, self.idf, self._terms.field)
        return np.asarray(values @ self.coef + self.bias, np.float32)

    def chances(self, texts: Sequence[Sequence[str]]) -> Floats:
        """texts × classes, each row sums to 1."""
        margins = self.margins(texts) * self.strength
        powers = np.exp(margins - margins.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)

    def weight(self, term: str, label: str) -> float:
        """What a term says for a class, 0 where it is unknown."""
        number = self._terms.column(term)
        if number is None:
            return 0.0
        return float(self.coef[number, self.classes.index(label)] * self.idf[number])

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        np.savez_compressed(
            file,
            classes=_packed(self.classes),
            vocabulary=_packed(self.vocabulary),
            words=_packed(sorted(self.words)),
            idf=self.idf.astype(np.float16),
            coef=self.coef.astype(np.float16),
            bias=self.bias.astype(np.float32),
            strength=np.array(self.strength, np.float32),
            shape=_packed((self.shape,)),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(
                classes=_unpacked(arrays["classes"]),
                vocabulary=_unpacked(arrays["vocabulary"]),
                idf=arrays["idf"].astype(np.float32),
                coef=arrays["coef"].astype(np.float32),
                bias=arrays["bias"],
                strength=float(arrays["strength"]),
                words=frozenset(_unpacked(arrays["words"])),
                shape=_unpacked(arrays["shape"])[0],
            )

    @classmethod
    def load(cls, name: str, folder: Path = DATA) -> Self:
        """A packaged model. Raises DependencyError where its files are missing or not those that were judged."""
        try:
            data = (folder / f"{name}.npz").read_bytes()
            facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            expected = facts["sha256"]
        except (OSError, KeyError, ValueError) as error:
            raise DependencyError(
                f"模型 {name} 打不开：{folder}：{error}；请重新安装民音，或运行 python -m nlp.training.{name} 重新训练"
            ) from error
        found = hashlib.sha256(data).hexdigest()
        if found != expected:
            raise DependencyError(
                f"模型 {name} 与登记的摘要不符：应为 {expected[:12]}…，实为 {found[:12]}…；请重新安装民音"
            )
        return cls.from_bytes(data)


class _Terms:
    """Where the terms of a model stand among its rows."""

    def __init__(self, model: TextModel) -> None:
        number = {word: place for place, word in enumerate(sorted(model.words), 1)}  # 0: unknown
        self._number = number
        self.field = np.array([FIELDS.index(term[0]) for term in model.vocabulary], np.int64)
        self._words: dict[str, Longs] = {}
        self._characters: dict[str, CharacterTable] = {}
        for item in model.shape.split():
            field, sizes = item[0], [int(size) for size in item[1:]]
            columns = {t[1:]: n for n, t in enumerate(model.vocabulary) if t[0] == field}
            if sizes:
                self._characters[field] = CharacterTable(columns, sizes)
            else:
                self._words[field] = np.full(len(number) + 1, -1, np.int64)
                for word, column in columns.items():
                    self._words[field][number[word]] = column

    def column(self, term: str) -> int | None:
        """The row of a word of a field, None where the model does not weigh it."""
        column = self._words[term[0]][self._number.get(term[1:], 0)]
        return int(column) if column >= 0 else None

    def find(self, texts: Sequence[Sequence[str]]) -> tuple[Longs, Longs]:
        """(text, column) of every term of `features`, as often as it stands there."""
        heads = [words[:HEAD] for words in texts]
        found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
        for field, columns in self._words.items():
            found.append(self._find_words(heads if field == HEAD_WORDS else texts, columns))
        for field, table in self._characters.items():
            read = heads if field == HEAD_CHARS else texts
            found.append(table.find(["".join(words) for words in read]))
        rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
        return rows, columns

    def _find_words(self, texts: Sequence[Sequence[str]], columns: Longs) -> tuple[Longs, Longs]:
        lengths = [len(words) for words in texts]
        get = self._number.get
        numbers = [get(word, 0) for words in texts for word in words]
        found = columns[np.array(numbers, np.int64)]
        known = found >= 0
        return np.repeat(np.arange(len(texts)), lengths)[known], found[known]


def _packed(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _unpacked(data: NDArray[np.uint8]) -> tuple[str, ...]:
    text = data.tobytes().decode()
    return tuple(text.split("\n")) if text else ()
