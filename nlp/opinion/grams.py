"""Texts as rows of a sparse matrix: TF-IDF of character 1–4-grams and of words, then rule signals, channel, lexicon.

Training and use share this one file, so a model cannot meet features it was not trained on.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from minyin.model import Channel
from nlp.gramtable import WORD, CharacterTable, WordTable, counted, weighed, word_terms
from nlp.normal import compatible
from nlp.opinion import signals
from nlp.words import spoken

Cut = Callable[[str], list[str]]
Longs = NDArray[np.int64]
CHANNELS = tuple(Channel)
_PLACE = {channel: place for place, channel in enumerate(CHANNELS)}
HEAD, TAIL = 700, 200  # of a longer text only so many characters speak
_MENTION = re.compile(r"//@[^:：\s]{1,20}[:：]|@[^\s:：,，]{1,20}|https?://\S+")
_DIGITS = re.compile(r"\d+")
_LENGTHS = np.array([15, 40, 100, 250])
LEXICON = 4  # praise, blame, which is more
EXTRA = len(signals.NAMES) + len(CHANNELS) + len(_LENGTHS) + 1 + LEXICON
_TURNED = frozenset(
    [
        "不",
        "没",
        "没有",
        "未",
        "无",
        "非",
        "别",
        "莫",
        "勿",
        "不是",
        "并非",
        "从未",
        "不能",
        "不会",
        "不够",
        "难以",
    ]
)


def tidy(text: str) -> str:
    """One width, one case, no links or mentions; digits are '0' as their value says nothing here."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, from a broken page
        text = text.encode("utf-8", "ignore").decode()
    text = compatible(text).lower()
    if "@" in text or "http" in text:
        text = _MENTION.sub(" ", text)
    text = " ".join(text.split())
    return text if len(text) <= HEAD + TAIL else text[:HEAD] + text[-TAIL:]


def words_of(text: str, cut: Cut) -> list[str]:
    """Words of a tidied text; the value of a number says nothing here."""
    return spoken(_DIGITS.sub("0", text), cut)


def terms(text: str, words: Sequence[str]) -> list[str]:
    """Character 1–4-grams of a tidied text, and its words alone and in pairs."""
    text = _DIGITS.sub("0", text)
    found = list(text)
    for size in (2, 3, 4):
        found += [text[i : i + size] for i in range(len(text) - size + 1)]
    return found + word_terms(words)


def lexicon_rows(rows: Longs, scores: NDArray[np.float64], lengths: Longs) -> NDArray[np.float32]:
    """How much the words of each text praise and blame, and which they do more; n × 4.

    `rows` and `scores` have one entry per word, `lengths` one per text.
    """
    texts = len(lengths)
    praise = np.bincount(rows, np.maximum(scores, 0), texts)
    blame = np.bincount(rows, np.maximum(-scores, 0), texts)
    length = 1 + np.sqrt(lengths)
    columns = (praise / length, blame / length, praise > blame, blame > praise)
    return np.asarray(0.3 * np.minimum(np.stack(columns, axis=1), 2.0), np.float32)


class Grams:
    """The vocabulary with its idf: `rows` turns texts into a matrix."""

    def __init__(
        self,
        vocabulary: Sequence[str],
        idf: NDArray[np.float32],
        lexicon: Mapping[str, float],
        cut: Cut,
    ) -> None:
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self.lexicon = lexicon
        self.cut = cut
        columns = {term: i for i, term in enumerate(vocabulary)}
        self._characters = CharacterTable({t: i for t, i in columns.items() if t[0] != WORD})
        self._words = WordTable(
            {t: i for t, i in columns.items() if t[0] == WORD}, lexicon, _TURNED
        )
        self._halves = np.fromiter((t[0] == WORD for t in vocabulary), np.int64, len(vocabulary))

    @property
    def width(self) -> int:
        return len(self.vocabulary) + EXTRA

    def rows(self, texts: Sequence[str], channels: Sequence[Channel]) -> csr_matrix:
        """One row per text; the two halves of the vocabulary (characters, words) each have length 1."""
        tidied = [tidy(text) for text in texts]
        plain = [_DIGITS.sub("0", text) for text in tidied]
        words = [spoken(text, self.cut) for text in plain]
        where, numbers = self._words.numbers(words)
        found = (self._characters.find(plain), self._words.find(where, numbers))
        rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
        extras = _extras(tidied, channels)
        extras[:, -LEXICON:] = lexicon_rows(
            where, self._words.scores(where, numbers), np.array([len(row) for row in words])
        )
        counts = counted(rows, columns, (len(texts), len(self.vocabulary)))
        return hstack([weighed(counts, self.idf, self._halves), csr_matrix(extras)], format="csr")


def _extras(texts: Sequence[str], channels: Sequence[Channel]) -> NDArray[np.float32]:
    """Signals (half strength, as TF-IDF rows are short), channel as a weak prior, length; room for the lexicon.

    OTHER says nothing: it stands where nobody knows the source.
    """
    matrix = np.zeros((len(texts), EXTRA), np.float32)
    first_channel = len(signals.NAMES)
    first_length = first_channel + len(CHANNELS)
    counts = signals.counts(texts)
    matrix[:, :first_channel] = np.where(counts, 0.2 + 0.1 * counts, 0)
    rows = np.arange(len(texts))
    places = np.array([_PLACE[channel] for channel in channels], int)
    matrix[rows, first_channel + places] = np.where(places == _PLACE[Channel.OTHER], 0, 0.15)
    lengths = np.searchsorted(_LENGTHS, [len(text) for text in texts])
    matrix[rows, first_length + lengths] = 0.2
    return matrix
