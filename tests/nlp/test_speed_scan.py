"""A text read once for many patterns gives what each pattern alone gives."""

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.automaton import Automaton, _c, _rust, ahocorasick_rs
from nlp.mask import names as mask_names
from nlp.mask import numbers as mask_numbers
from nlp.mask import places as mask_places
from nlp.opinion import contexts, signals
from nlp.scan import LONGEST, SPACES, Patterns, beginnings

OWN = tuple(
    dict.fromkeys(
        chain(
            mask_numbers.SEARCHED, mask_places.SEARCHED, mask_names.SEARCHED, signals.COMPILED.values(),
            *contexts.WORDS.values(), [contexts.GRIEVANCE, contexts.IMPACT, contexts.DATE],
        )
    )
)  # fmt: skip
ODD = tuple(
    map(
        re.compile,
        [
            "a", "ab|a", "a?b", "a*b", "(?:a|bc)+d", "(?=ab)a", "(?=a)(?:(?=ac)|(?=ab))", r"\sa", "a(?!b)", "(?<=a)b", "[ab]{1,3}?c",
            "[^a]b", ".a", r"\d", "a?", "^a", "a|", "(?i:a)b", "(a)\\1", "[a-c]{2}", "a{0}b", "(?=a)", "ab??c", "",
        ],
    )
)  # fmt: skip
SCANNED = Patterns(OWN)
# of what the patterns speak, so that most of them are met
FRAGMENTS = sorted(
    {piece for one in OWN for piece in re.findall(r"[\u4e00-\u9fff]{1,4}|[0-9]", one.pattern)}
)


@pytest.mark.parametrize("pattern", ODD, ids=lambda pattern: pattern.pattern)
@settings(max_examples=40)
@given(text=st.text("abcd 1\n", max_size=12))
def test_odd_patterns(pattern: re.Pattern[str], text: str) -> None:
    seen = Patterns([pattern]).scan(text)
    assert [m.span() for m in seen.finditer(pattern)] == [m.span() for m in pattern.finditer(text)]
    assert seen.may_hold(pattern) or not pattern.search(text)


@given(
    st.lists(
        st.one_of(st.sampled_from(FRAGMENTS), st.sampled_from("，。：“”（[1 苏Cw@号楼")),
        max_size=40,
    )
)
def test_own_patterns(parts: list[str]) -> None:
    text = "".join(parts)
    seen = SCANNED.scan(text)
    for pattern in OWN:
        expected = [match.span() for match in pattern.finditer(text)]
        assert [match.span() for match in seen.finditer(pattern)] == expected, pattern.pattern


def test_a_long_text_is_searched_as_ever() -> None:
    pattern = re.compile("水")
    seen = Patterns([pattern]).scan("水" * (LONGEST + 1))
    assert sum(1 for _ in seen.finditer(pattern)) == LONGEST + 1


def test_what_a_pattern_may_begin_with() -> None:
    known = {"ab|a": {"a"}, "a?b": {"ab", "b"}, "[ab]{1,3}?c": {"aa", "ab", "ac", "ba", "bb", "bc"}}
    unknown = ("[^a]b", ".a", r"\d", "a?", "a|", "(?i:a)b", "")
    assert {one: beginnings(re.compile(one)) for one in known} == known
    assert [beginnings(re.compile(one)) for one in unknown] == [None] * len(unknown)


def test_spaces_are_what_the_sign_for_spaces_matches() -> None:
    assert "".join(re.findall(r"\s", "".join(map(chr, range(0x110000))))) == SPACES


@pytest.mark.skipif(ahocorasick_rs is None, reason="not installed: ahocorasick_rs")
@given(
    st.sets(st.text("ab水", min_size=1, max_size=4)), st.text("ab水c\U0001f600\ud83d", max_size=20)
)
def test_both_automata_find_the_same_in_the_same_order(words: set[str], text: str) -> None:
    kept = sorted(words)
    assert not kept or _rust(kept)(text) == _c(kept)(text)
    found = Automaton(dict.fromkeys(kept, 0)).find(text)
    assert sorted((a, b) for a, b, _ in found) == sorted(
        (start, start + len(word))
        for word in kept
        for start in range(len(text))
        if text.startswith(word, start)
    )
