"""Texts as rows of a sparse matrix: TF-IDF of character 1–4-grams and of words, then the rule signals and the channel.

Training and use share this one file, so a model cannot meet features it was not trained on.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from minyin.model import Channel
from nlp import signals

Cut = Callable[[str], list[str]]
CHANNELS = tuple(Channel)
HEAD, TAIL = 700, 200  # of a longer text only so many characters speak
WORD = "\x01"  # marks word features in the one vocabulary
_SPACE = re.compile(r"\s+")
_MENTION = re.compile(r"//@[^:：\s]{1,20}[:：]|@[^\s:：,，]{1,20}|https?://\S+")
_DIGITS = re.compile(r"\d+")
_LENGTHS = np.array([15, 40, 100, 250])
EXTRA = len(signals.NAMES) + len(CHANNELS) + len(_LENGTHS) + 1


def tidy(text: str) -> str:
    """One width, one case, no links or mentions; digits are '0' as their value says nothing here."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _MENTION.sub(" ", text)
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= HEAD + TAIL else text[:HEAD] + text[-TAIL:]


def terms(text: str, cut: Cut) -> list[str]:
    """Character 1–4-grams and words (alone and in pairs) of a tidied text."""
    text = _DIGITS.sub("0", text)
    found = list(text)
    for size in (2, 3, 4):
        found += [text[i : i + size] for i in range(len(text) - size + 1)]
    words = [word for word in cut(text) if not word.isspace()]
    found += [WORD + word for word in words]
    found += [f"{WORD}{a}{WORD}{b}" for a, b in pairwise(words)]
    return found


class Grams:
    """The vocabulary with its idf: `rows` turns texts into a matrix."""

    def __init__(self, vocabulary: Sequence[str], idf: NDArray[np.float32], cut: Cut) -> None:
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self.cut = cut
        self._index = {term: i for i, term in enumerate(vocabulary)}
        self._is_word = np.fromiter((t.startswith(WORD) for t in vocabulary), bool, len(vocabulary))

    @property
    def width(self) -> int:
        return len(self.vocabulary) + EXTRA

    def rows(self, texts: Sequence[str], channels: Sequence[Channel]) -> csr_matrix:
        """One row per text; the two halves of the vocabulary (characters, words) each have length 1."""
        tidied = [tidy(text) for text in texts]
        weighted = self._weigh(self._count([terms(text, self.cut) for text in tidied]))
        return hstack([weighted, _extras(tidied, channels)], format="csr")

    def _count(self, found: Iterable[list[str]]) -> csr_matrix:
        index = self._index
        columns: list[int] = []
        starts = [0]
        for row in found:
            columns += [index[term] for term in row if term in index]
            starts.append(len(columns))
        matrix = csr_matrix(
            (
                np.ones(len(columns), np.float32),
                np.array(columns, np.int32),
                np.array(starts, np.int32),
            ),
            shape=(len(starts) - 1, len(self.vocabulary)),
        )
        matrix.sum_duplicates()
        return matrix

    def _weigh(self, counts: csr_matrix) -> csr_matrix:
        data = (1 + np.log(counts.data)) * self.idf[counts.indices]
        word = self._is_word[counts.indices]
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        for half in (word, ~word):
            norm = np.sqrt(np.bincount(row[half], data[half] ** 2, counts.shape[0]))
            data[half] /= np.maximum(norm, 1e-9)[row[half]]
        counts.data = data.astype(np.float32)
        return counts


def _extras(texts: Sequence[str], channels: Sequence[Channel]) -> csr_matrix:
    """Signals (half strength, as TF-IDF rows are short), channel as a weak prior, length."""
    matrix = np.zeros((len(texts), EXTRA), np.float32)
    first_channel = len(signals.NAMES)
    first_length = first_channel + len(CHANNELS)
    for row, (text, channel) in enumerate(zip(texts, channels, strict=True)):
        for index, count in signals.counts(text):
            matrix[row, index] = 0.2 + 0.1 * count
        matrix[row, first_channel + CHANNELS.index(channel)] = 0.15
        matrix[row, first_length + int(np.searchsorted(_LENGTHS, len(text)))] = 0.2
    return csr_matrix(matrix)
