"""The quick way of finding terms finds what the plain way finds."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.gramtable import WORD, CharacterTable, WordTable, word_terms
from nlp.opinion.grams import lexicon_rows

CHARACTERS = st.text("水电停了没修𠮷a0 ", max_size=12)
SOME = ["水", "停水", "停水了", "没修", "水电停了", "𠮷", "𠮷a", "0 ", "了没修a"]
WORDS = [f"{WORD}停水", f"{WORD}没", f"{WORD}停水{WORD}了", f"{WORD}没{WORD}没"]


@given(st.lists(CHARACTERS, max_size=6))
def test_character_terms(texts: list[str]) -> None:
    rows, columns = CharacterTable({term: n for n, term in enumerate(SOME)}).find(texts)
    found = Counter(zip(rows.tolist(), columns.tolist(), strict=True))
    plain = Counter(
        (row, SOME.index(text[start : start + size]))
        for row, text in enumerate(texts)
        for size in (1, 2, 3, 4)
        for start in range(len(text) - size + 1)
        if text[start : start + size] in SOME
    )
    assert found == plain


@given(st.lists(st.lists(st.sampled_from(["停水", "了", "没", "路", ""]), max_size=6), max_size=5))
def test_word_terms(rows: list[list[str]]) -> None:
    table = WordTable({term: n for n, term in enumerate(WORDS)}, {"路": 1.0}, frozenset({"没"}))
    found = Counter(zip(*(part.tolist() for part in table.find(*table.numbers(rows))), strict=True))
    plain = Counter(
        (number, WORDS.index(term))
        for number, row in enumerate(rows)
        for term in word_terms(row)
        if term in WORDS
    )
    assert found == plain


def test_a_turning_word_turns_the_next_two_and_never_another_text() -> None:
    table = WordTable({}, {"方便": 1.5}, frozenset({"不"}))
    rows, numbers = table.numbers([["办事", "不", "方便"], ["不"], ["方便"]])
    scores = table.scores(rows, numbers)
    assert scores.tolist() == [0, 0, -1.5, 0, 1.5]
    praise = lexicon_rows(rows, scores, np.array([3, 1, 1]))
    assert [round(float(value), 3) for value in praise[0]] == [0.0, 0.165, 0.0, 0.3]
    assert praise[2][0] > 0
