"""The contest's citizen messages with their classes, for training: word lists, running texts, and what belongs together.

8,311 messages are given only as word lists without stop words and figures; 457 as running text. Of some lists the
running text stands, without a class, in the other files of the same contest: it is found again and takes the list's
class. Texts that are nearly the same are one group, and no group is on both sides of a split.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

from nlp.normal import fold
from nlp.textmodel import known_words
from nlp.training.counts import counted, idf_of, weighed
from nlp.training.datasets import read_jsonl

SEED, FOLDS = 20261128, 5
NEAR = 0.6
"""Cosine of TF-IDF words from which two messages are one group."""
WHOLE = 4000
"""Characters of a running text that train and group: the word lists hold all of it, so that twins are found."""
HELD = 0.85
"""Share of a list's characters that must stand in a text in the same order."""
SHARE = 0.4
"""Share of the text's characters that these must make up: lists lack stop words and figures, no more."""
RARE, TRIED = 15, 3
"""Words by which a list looks for its text, and how many texts are compared with it."""
FILES = ("civic_messages/categories_segmented.jsonl", "civic_messages/categories_raw.jsonl")
WITHOUT_CLASS = tuple(
    f"civic_messages/{name}.jsonl"
    for name in ("unlabelled", "complaints_2019", "replies_2011_2020")
)
HELD_OUT = 0
"""The fold by which the classes are judged: until then nothing learns from it."""
SOURCES = FILES + WITHOUT_CLASS
LIST, REGISTERED, FOUND = range(3)
"""Where a message is from: a word list; a running text with its class; a running text found again."""
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Messages:
    """Words of n messages, their classes, their groups, and where each is from; `texts` are the running ones."""

    words: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    groups: Ints
    origin: Ints
    known: frozenset[str]
    texts: tuple[str, ...]

    @property
    def raw(self) -> NDArray[np.bool_]:
        return np.asarray(self.origin != LIST)


def messages(data: Path) -> Messages:
    """All messages: lists first, then the registered running texts, then those found again, in their list's group."""
    rows = list(read_jsonl(data / FILES[0]))
    lists = [row["segmented"].split() for row in rows]
    registered = [(whole(row), row["category"]) for row in read_jsonl(data / FILES[1])]
    labels = [row["category"] for row in rows]
    found = list(found_again(lists, labels, unclassed(data, registered)))
    holders = Counter(word for words in lists for word in set(words))
    known = frozenset(word for word, count in holders.items() if count > 1)
    texts = [text for text, _ in (*registered, *found)]
    words = [tuple(word for word in row if word in known) for row in lists]
    words += [tuple(known_words(fold(text), rjieba.cut, known, WHOLE)) for text in texts]
    groups = groups_of(words[: len(lists) + len(registered)])
    own = [number for _, number in found]
    return Messages(
        words=tuple(words),
        labels=(*labels, *(label for _, label in registered), *(labels[n] for n in own)),
        groups=np.concatenate([groups, groups[own]]),
        origin=np.repeat([LIST, REGISTERED, FOUND], [len(lists), len(registered), len(found)]),
        known=known,
        texts=tuple(texts),
    )


def read(found: Messages) -> list[str]:
    """What the encoder reads of each message: its known words without gaps, as `nlp.category` gives them."""
    texts = ["".join(known_words(fold(text), rjieba.cut, found.known)) for text in found.texts]
    return ["".join(words) for words in found.words[: len(found.words) - len(texts)]] + texts


def whole(row: dict[str, str]) -> str:
    return f"{row['title']}\n{row['text']}"


def unclassed(data: Path, registered: Sequence[tuple[str, str]]) -> list[str]:
    """Running texts of the contest without a class, each once, without those that are registered."""
    bare = {_bare(text) for text, _ in registered}
    found: dict[str, str] = {}
    for name in WITHOUT_CLASS:
        for row in read_jsonl(data / name):
            found.setdefault(_bare(whole(row)), whole(row))
    return [text for key, text in found.items() if key not in bare]


def found_again(
    lists: Sequence[Sequence[str]], labels: Sequence[str], texts: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Texts that a list was made of, with the list's number; none whose lists differ in class."""
    bare = [_bare(text) for text in texts]
    holding: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(bare):
        for word in {word for word in rjieba.cut(text) if len(word) > 1}:
            holding[word].append(number)
    made: dict[int, list[int]] = defaultdict(list)
    for number, words in enumerate(lists):
        rare = sorted({one for one in words if one in holding}, key=lambda w: (len(holding[w]), w))
        votes = Counter(which for word in rare[:RARE] for which in holding[word])
        for which, _ in votes.most_common(TRIED):
            if made_of(words, bare[which]):
                made[which].append(number)
    for which, own in sorted(made.items()):
        if len({labels[number] for number in own}) == 1:
            yield texts[which], own[0]


def made_of(words: Sequence[str], text: str) -> bool:
    """Whether the words of a list stand in `text` in their order and make up a good part of it."""
    at = found = 0
    for word in words:
        place = text.find(word, at)
        if place >= 0:
            at, found = place + len(word), found + len(word)
    return found >= HELD * sum(map(len, words)) and found >= SHARE * len(text)


def _bare(text: str) -> str:
    return "".join(text.split())


def groups_of(words: Sequence[Sequence[str]]) -> Ints:
    """The group of each message: nearly the same words, directly or through others."""
    counts, terms = counted([[*row] for row in words], lambda row: row, 1)
    matrix = weighed(counts, idf_of(counts), np.zeros(len(terms), np.int64))
    parent = list(range(len(words)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for start in range(0, len(words), 500):
        near = (matrix[start : start + 500] @ matrix.T).tocoo()
        alike = near.data > NEAR
        for one, other in zip(near.row[alike] + start, near.col[alike], strict=True):
            parent[root(int(one))] = root(int(other))
    return np.array([root(one) for one in range(len(words))])


def folds(groups: Ints) -> Ints:
    """The fold of each message; a group is in one fold."""
    shuffled = np.random.default_rng(SEED).permutation(np.unique(groups))
    fold_of = {group: number % FOLDS for number, group in enumerate(shuffled.tolist())}
    return np.array([fold_of[group] for group in groups.tolist()])
