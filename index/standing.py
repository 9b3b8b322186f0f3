"""Standing queries: which of many saved questions do these new documents answer?

The documents are turned into bit masks once (bit n is the n-th document), and every question is answered with a few
machine operations on them; questions share what they have in common. It needs no engine at all: the embedded store's,
and that of a cluster without a percolator (`index.elastic_standing`). That the answers are the engines' is held by
tests/index/test_index_standing.py. Left to others: who asked (`flows`), what a text match is (`index.match`).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from index.ast import (
    All,
    And,
    Exists,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    children,
)
from index.mapping import TEXTS
from index.match import TextMatch, is_text, text_match
from index.record import GRAMS, WORDS, present_of, texts_of, values_of
from index.text import Cut
from minyin.model import Document

Plan: TypeAlias = Node | TextMatch
Masks: TypeAlias = dict[str, int]


class Standing:
    """`index.port.StandingQueries` in this process: saved questions by name, made ready once; `matches` may be asked for batch after batch."""

    def __init__(self, questions: Mapping[str, Node], cut: Cut) -> None:
        self._cut = cut
        self._plans = {name: plan_of(node, cut) for name, node in questions.items()}
        texts = [match for plan in self._plans.values() for match in text_matches(plan)]
        self._grams = {gram for match in texts for gram in match.grams}
        self._words = {word for match in texts for word in match.words}

    def matches(self, documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
        """For each question that finds something, the ids it finds, in the order of the documents."""
        batch = Batch(list(documents), self._cut, grams=self._grams, words=self._words)
        found = ((name, batch.found(plan)) for name, plan in self._plans.items())
        return {name: tuple(batch.ids[n] for n in bits(mask)) for name, mask in found if mask}


def plan_of(node: Node, cut: Cut) -> Any:
    """The tree with its text leaves worked out, as far as that does not depend on documents."""
    match node:
        case And(parts):
            return And(tuple(plan_of(part, cut) for part in parts))
        case Or(parts):
            return Or(tuple(plan_of(part, cut) for part in parts))
        case Not(part):
            return Not(plan_of(part, cut))
        case Term() | Phrase() | Prefix() if is_text(node):
            return text_match(node, cut) or Nothing()
    return node


def text_matches(plan: Plan) -> Iterator[TextMatch]:
    """The text leaves of a plan."""
    if isinstance(plan, TextMatch):
        yield plan
        return
    for part in children(plan):
        yield from text_matches(part)


class Batch:
    """Some documents as masks; of their texts only the characters and words that somebody asks for."""

    def __init__(
        self, documents: Sequence[Document], cut: Cut, *, grams: set[str], words: set[str]
    ) -> None:
        self.ids = [document.id for document in documents]
        self.all = (1 << len(documents)) - 1
        self._values: dict[str, Masks] = defaultdict(_masks)
        self._present: Masks = _masks()
        self._words: dict[str, Masks] = {name: _masks() for name in TEXTS}
        self._grams: dict[str, Masks] = {name: _masks() for name in TEXTS}
        self._runs: dict[str, list[str]] = {name: [] for name in TEXTS}
        self._numbers: dict[str, list[tuple[float, int]]] = defaultdict(list)
        self._wanted = grams, words
        self._known: dict[Any, int] = {}
        for number, document in enumerate(documents):
            self._add(1 << number, document, cut)
        self._columns = {name: _Column(pairs) for name, pairs in self._numbers.items()}

    def _add(self, bit: int, document: Document, cut: Cut) -> None:
        values, texts = values_of(document), texts_of(document, cut)
        for field in present_of(values, texts):
            self._present[field] |= bit
        for name, value in values.items():
            many = value if isinstance(value, list) else [value]
            for one in many:
                if isinstance(one, (int, float)) and not isinstance(one, bool):
                    self._numbers[name].append((one, bit))
                else:
                    self._values[name][_text(one)] |= bit
        wanted_grams, wanted_words = self._wanted
        for name in TEXTS:
            grams = texts[GRAMS.format(name)]
            self._runs[name].append(f" {grams} ")
            _mark(self._grams[name], wanted_grams.intersection(grams.split()), bit)
            _mark(
                self._words[name], wanted_words.intersection(texts[WORDS.format(name)].split()), bit
            )

    def found(self, plan: Plan) -> int:
        """The mask of the documents that answer it; the same part is worked out once for all questions."""
        known = self._known.get(plan)
        if known is None:
            known = self._known[plan] = self._found(plan)
        return known

    def _found(self, plan: Plan) -> int:
        match plan:
            case And(parts):
                mask = self.all
                for part in parts:
                    mask &= self.found(part)
                return mask
            case Or(parts):
                mask = 0
                for part in parts:
                    mask |= self.found(part)
                return mask
            case Not(part):
                return self.all & ~self.found(part)
            case TextMatch():
                return self._text(plan)
        return self._leaf(plan)

    def _leaf(self, plan: Node) -> int:
        match plan:
            case All():
                return self.all
            case Exists(field):
                return self._present.get(field, 0)
            case Term(str(field), value):
                return self._values[field].get(value, 0)
            case Prefix(str(field), value):
                return _union(m for k, m in self._values[field].items() if k.startswith(value))
            case Range(field):
                column = self._columns.get(field)
                return column.within(plan) if column else 0
        return 0

    def _text(self, match: TextMatch) -> int:
        mask = _union(self._side_by_side(field, match) for field in match.fields)
        if match.words:
            every = self.all
            for word in match.words:
                every &= _union(self._words[field].get(word, 0) for field in match.fields)
            mask |= every
        return mask

    def _side_by_side(self, field: str, match: TextMatch) -> int:
        """First whoever has all the characters, then of those whoever has them in a row."""
        grams, mask = self._grams[field], self.all
        for gram in match.grams[:-1] if match.open else match.grams:
            mask &= grams.get(gram, 0)
            if not mask:
                return 0
        if len(match.grams) == 1 and not match.open:
            return mask
        needle = f" {' '.join(match.grams)}{'' if match.open else ' '}"
        runs = self._runs[field]
        return _union(1 << n for n in bits(mask) if needle in runs[n])


class _Column:
    """Numbers of a field in order, with the masks of all up to each: a range is two look-ups."""

    def __init__(self, pairs: list[tuple[float, int]]) -> None:
        ordered = sorted(pairs)
        self.values = [value for value, _ in ordered]
        self.up_to = [0]
        for _, bit in ordered:
            self.up_to.append(self.up_to[-1] | bit)

    def within(self, range: Range) -> int:
        """A number a document, so what is up to the end but not before the start is within."""
        start, end = 0, len(self.values)
        if range.low is not None:
            start = (bisect_right if range.low_open else bisect_left)(self.values, range.low)
        if range.high is not None:
            end = (bisect_left if range.high_open else bisect_right)(self.values, range.high)
        return self.up_to[end] & ~self.up_to[start] if start < end else 0


def bits(mask: int) -> Iterator[int]:
    """
    >>> list(bits(0b1011))
    [0, 1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _masks() -> Masks:
    return defaultdict(int)


def _mark(masks: Masks, keys: Iterable[str], bit: int) -> None:
    for key in keys:
        masks[key] |= bit


def _union(masks: Iterable[int]) -> int:
    joined = 0
    for mask in masks:
        joined |= mask
    return joined


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
