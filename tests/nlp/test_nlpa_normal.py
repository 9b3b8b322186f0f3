"""Folding keeps offsets."""

from hypothesis import given
from hypothesis import strategies as st

from nlp.normal import fold, squeeze


@given(st.text())
def test_fold_keeps_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text())
def test_squeeze_points_back_at_each_character(text: str) -> None:
    squeezed, offsets = squeeze(text)
    assert len(squeezed) == len(offsets)
    assert [fold(text)[i] for i in offsets] == list(squeezed)


def test_simplified_characters_stay_as_they_are() -> None:
    text = "著名的后里村干部们在台上说了几句"
    assert fold(text) == text
