"""One look into a table gives what a step for each character gives."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.codepoints import LAST, UNKNOWN
from nlp.normal import _normal, _table, compatible, fold

WRITTEN = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(
            "臺灣１３８①㈠㍿ﬁ½ｶﾞ한ᄀ가\u1161\u11a8é\u0301\u3099\U0001f600\ufe0f\ud83d　ＡａＺ"
        ),
    )
)


@given(WRITTEN)
def test_folding_is_that_of_translate(text: str) -> None:
    assert fold(text) == text.translate(_table())


@given(WRITTEN)
def test_compatible_is_nfkc(text: str) -> None:
    assert compatible(text) == unicodedata.normalize("NFKC", text)


def test_nothing_simple_composes_or_moves() -> None:
    """So simple characters may be replaced one by one (Unicode Standard Annex 15)."""
    images = {chr(code) for code in _normal() if code != UNKNOWN}
    seconds = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}  # Hangul
    for code in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and "<" not in parts[0]:
            seconds.add(chr(int(parts[1], 16)))
    assert not images & seconds
    assert not any(unicodedata.combining(char) for char in images)


@pytest.mark.parametrize("code", [0x2F800, LAST - 1, LAST, sys.maxunicode])
def test_the_end_of_the_table(code: int) -> None:
    assert compatible("ａ" + chr(code)) == unicodedata.normalize("NFKC", "ａ" + chr(code))
    assert fold("ａ" + chr(code)) == "a" + chr(code)
