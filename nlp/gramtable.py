"""Finding known terms in many texts at once: numbers instead of strings, so that a text costs microseconds.

Character n-grams are found by a rolling 64-bit key over the code points of all texts together, pairs of words by the
numbers of the two words. Left to others: which terms there are and what they say (`nlp.opinion.grams`, `nlp.textmodel`).
"""

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise, repeat

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

SIZES = (1, 2, 3, 4)
WORD = "\x01"  # marks word terms in the one vocabulary
Longs = NDArray[np.int64]
Keys = NDArray[np.uint64]
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_STIR = np.uint64(0xFF51AFD7ED558CCD)
SPARSE = 4
"""Slots for each key, at least: most unknown keys meet an empty one."""


def _stirred(keys: Keys) -> Keys:
    keys = (keys ^ (keys >> np.uint64(33))) * _STIR
    return np.asarray(keys ^ (keys >> np.uint64(29)), np.uint64)


def codes_of(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Code points of all texts, one after the other."""
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)


class Lookup:
    """Keys → numbers, for arrays: a table of slots by the first bits of a key says where its key would stand."""

    def __init__(self, keys: Keys, numbers: Longs) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys, self._numbers = keys[order], numbers[order]
        if len(keys) and not (np.diff(self._keys) > 0).all():
            raise ValueError("two terms have one key: change _FACTOR")
        self._shift = np.uint64(64 - (SPARSE * len(keys) + 2).bit_length())
        slots = (self._keys >> self._shift).astype(np.int64)
        self._first = np.full(1 << (64 - int(self._shift)), -1, np.int32)
        self._first[slots[::-1]] = np.arange(len(keys) - 1, -1, -1)  # the first of a slot stays
        self._crowd = int(np.bincount(slots).max(initial=0))

    def find(self, keys: Keys) -> tuple[Longs, Longs]:
        """(places in `keys` that are known, their numbers)."""
        at = self._first[keys >> self._shift]
        places = np.flatnonzero(at >= 0)
        at, asked = at[places], keys[places]
        known = self._keys[at] == asked if len(places) else places.astype(bool)
        for _ in range(self._crowd - 1):  # others of the same slot stand right behind
            at = np.minimum(at + ~known, len(self._keys) - 1)
            known = self._keys[at] == asked
        return places[known], self._numbers[at[known]]


class CharacterTable:
    """Columns of character n-grams, of 1 to 4 characters unless told otherwise."""

    def __init__(self, columns: Mapping[str, int], sizes: Sequence[int] = SIZES) -> None:
        self._sizes = sorted(sizes)
        keys: list[Keys] = [np.zeros(0, np.uint64)]
        numbers: list[Longs] = [np.zeros(0, np.int64)]
        for size in self._sizes:
            terms = [term for term in columns if len(term) == size]
            codes = codes_of(terms).astype(np.uint64).reshape(-1, size)
            key = np.full(len(terms), size, np.uint64)
            for place in range(size):
                key = key * _FACTOR + codes[:, place]
            keys.append(_stirred(key))
            numbers.append(np.array([columns[term] for term in terms], np.int64))
        self._lookup = Lookup(np.concatenate(keys), np.concatenate(numbers))

    def find(self, texts: Sequence[str]) -> tuple[Longs, Longs]:
        """(row, column) of every known n-gram of the texts, as often as it stands there."""
        codes = codes_of(texts).astype(np.uint64)
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        found = [(rows[:0], rows[:0])]
        for size in self._sizes:
            count = len(codes) - size + 1
            if count <= 0:
                break
            key = np.full(count, size, np.uint64)
            for place in range(size):
                key = key * _FACTOR + codes[place : place + count]
            inside = rows[:count] == rows[size - 1 :]
            places, columns = self._lookup.find(_stirred(key))
            kept = inside[places]
            found.append((rows[places[kept]], columns[kept]))
        return tuple(np.concatenate(part) for part in zip(*found, strict=True))  # type: ignore[return-value]


class WordTable:
    """Columns of words and of pairs of words; scores of the words of a lexicon; words that turn the next one round."""

    def __init__(
        self, columns: Mapping[str, int], lexicon: Mapping[str, float], turning: frozenset[str]
    ) -> None:
        terms = [(tuple(term[1:].split(WORD)), column) for term, column in columns.items()]
        words = sorted({w for term, _ in terms for w in term} | set(lexicon) | turning)
        self._numbers = {word: number for number, word in enumerate(words, 1)}  # 0: unknown
        self._columns = np.full(len(words) + 1, -1, np.int64)
        self._scores = np.zeros(len(words) + 1)
        self._turns = np.zeros(len(words) + 1, bool)
        for word, score in lexicon.items():
            self._scores[self._numbers[word]] = score
        for word in turning:
            self._turns[self._numbers[word]] = True
        pairs: list[tuple[tuple[str, ...], int]] = []
        for term, column in terms:
            if len(term) == 1:
                self._columns[self._numbers[term[0]]] = column
            else:
                pairs.append((term, column))
        first, second = (
            np.array([self._numbers[pair[place]] for pair, _ in pairs], np.uint64)
            for place in (0, 1)
        )
        self._pairs = Lookup(_pair_keys(first, second), np.array([c for _, c in pairs], np.int64))

    def numbers(self, rows: Sequence[Sequence[str]]) -> tuple[Longs, Longs]:
        """(row, number) of every word, in order."""
        get = self._numbers.get
        lengths = [len(row) for row in rows]
        found = map(get, chain.from_iterable(rows), repeat(0))
        numbers = np.fromiter(found, np.int64, sum(lengths))
        return np.repeat(np.arange(len(rows)), lengths), numbers

    def find(self, rows: Longs, numbers: Longs) -> tuple[Longs, Longs]:
        """(row, column) of every known word and pair."""
        single = self._columns[numbers]
        known = single >= 0
        keys = _pair_keys(numbers[:-1].astype(np.uint64), numbers[1:].astype(np.uint64))
        places, columns = self._pairs.find(keys)
        inside = rows[places] == rows[places + 1] if len(places) else places.astype(bool)
        return (
            np.concatenate([rows[known], rows[places[inside]]]),
            np.concatenate([single[known], columns[inside]]),
        )

    def scores(self, rows: Longs, numbers: Longs) -> NDArray[np.float64]:
        """The lexicon's score of every word; a turning word up to two words before it turns it round."""
        turned = np.zeros(len(numbers), bool)
        for back in (1, 2):
            turned[back:] |= self._turns[numbers[:-back]] & (rows[back:] == rows[:-back])
        scores = self._scores[numbers]
        return np.asarray(np.where(turned, -scores, scores), np.float64)


def _pair_keys(first: Keys, second: Keys) -> Keys:
    return _stirred((first * _FACTOR + second) * _FACTOR + np.uint64(5))


def counted(rows: Longs, columns: Longs, shape: tuple[int, int]) -> csr_matrix:
    """How often each term stands in each text, from one (row, column) for each time."""
    texts, width = shape
    keys = rows * width + columns
    keys.sort()
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    places = np.flatnonzero(first)
    keys, counts = keys[places], np.diff(places, append=len(keys))
    starts = np.searchsorted(keys, np.arange(texts + 1) * width)
    return csr_matrix(
        (counts.astype(np.float32), (keys % width).astype(np.int32), starts.astype(np.int32)),
        shape=shape,
    )


def weighed(counts: csr_matrix, idf: NDArray[np.float32], field: Longs) -> csr_matrix:
    """TF-IDF: the logarithm of the counts times `idf`; in each row the terms of each field have length 1 together."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    fields = int(field.max(initial=0)) + 1
    part = np.repeat(np.arange(counts.shape[0]) * fields, np.diff(counts.indptr))
    part += field[counts.indices]
    length = np.sqrt(np.bincount(part, data**2, counts.shape[0] * fields))
    data /= np.maximum(length, 1e-9)[part]
    counts.data = data.astype(np.float32)
    return counts


def word_terms(words: Sequence[str]) -> list[str]:
    """The words alone and in pairs, as the vocabulary has them."""
    return [WORD + word for word in words] + [f"{WORD}{a}{WORD}{b}" for a, b in pairwise(words)]
