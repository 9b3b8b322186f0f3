"""Folding, characters, highlights and suggestions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ast import And, Not, Or, Phrase, Prefix, Term
from index.highlight import Needle, highlights, needles, spans_in
from index.names import fixed_names, names_of
from index.query import parse
from index.suggest import suggest
from index.text import fold, folded, gram_texts, grams, index_words
from minyin.county import load_county
from minyin.model import Span
from tests.support.index_documents import cut, documents


@given(st.text())
def test_folding_keeps_every_offset(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert all(folded[g.start : g.end] == g.text for g in grams(folded))


MIXED = st.text(
    st.sampled_from("停水电東關A1ｂＢ９ ，。：·‑\u3000々〇・①⼀ｱ🄰壈x_") | st.characters()
)


@given(MIXED)
def test_everyday_text_is_taken_apart_quickly_and_alike(text):
    assert gram_texts(text) == [gram.text for gram in grams(fold(text))]
    assert gram_texts(folded(text)) == gram_texts(text)
    assert len(folded(text)) == len(text)


@given(st.lists(MIXED))
def test_words_are_folded_alike(words):
    kept = [word for word in fold(" ".join(words)).split() if grams(word)]
    assert index_words(" ".join(words)) == " ".join(word[:64] for word in kept)


@given(MIXED, st.text(st.sampled_from("停水电東A1ｂ々・"), min_size=1, max_size=3))
def test_spans_are_where_the_characters_stand_side_by_side(text, wanted):
    needle, have = tuple(gram_texts(wanted)), grams(fold(text))
    if not needle:
        return
    size = len(needle)
    runs = [have[n : n + size] for n in range(len(have) - size + 1)]
    places = {(r[0].start, r[-1].end) for r in runs if tuple(g.text for g in r) == needle}
    covered = {n for start, end in places for n in range(start, end)}
    spans = spans_in(text, [Needle("text", needle)])
    assert {n for span in spans for n in range(span.start, span.end)} == covered


def test_long_runs_are_cut_alike():
    assert [len(g.text) for g in grams("x" * 150)] == [64, 64, 22]


@pytest.mark.parametrize(
    ("text", "needle", "shown"),
    [
        ("小區停電，停電了", ("停", "电"), ["停電", "停電"]),
        ("停，电", ("停", "电"), ["停，电"]),
        ("ＡＢＣ１２", ("abc12",), ["ＡＢＣ１２"]),
        ("停停停", ("停", "停"), ["停停停"]),
        ("没有", ("停",), []),
    ],
)
def test_spans(text, needle, shown):
    assert [s.text for s in spans_in(text, [Needle("text", needle)])] == shown


def test_a_beginning_shows_the_whole_run():
    assert [
        s.text for s in spans_in("Water WATERLOO", [Needle("text", ("water",), open=True)])
    ] == ["Water", "WATERLOO"]


def test_a_masked_span_is_not_touched_even_in_part():
    text = "拨打[电话]找我"
    masked = [Span(start=2, end=6, kind="phone")]
    wanted = [
        Needle("text", ("电", "话")),
        Needle("text", ("打", "电", "话")),
        Needle("text", ("找",)),
    ]
    assert [s.text for s in spans_in(text, wanted, masked)] == ["找"]


def test_what_is_excluded_is_not_shown():
    node = And(
        (
            Term(None, "停水"),
            Not(Term(None, "停电")),
            Or((Prefix("title", "供水"), Phrase("text", "公司"))),
        )
    )
    assert {("".join(n.grams), n.field) for n in needles(node, cut)} == {
        ("停水", "title"),
        ("停水", "text"),
        ("供水", "title"),
        ("公司", "text"),
    }


def test_words_of_a_compound_are_shown_apart():
    document = documents(1)[0].but(title=None, text="停水了，小区里没有人管")
    _, text = highlights(document, needles(parse("小区停水"), cut))
    assert [s.text for s in text] == ["停水", "小区"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("镇", "镇街"),
        ("镇街", ":"),
        ("镇街:东", "东湖街道"),
        ("镇街：（东", "东湖街道"),
        ("主题:供", "供水"),
        ("等级", ":"),
        ("时间>=", "今天"),
        ("诉求:", "是"),
        ("停水 ", "and"),
        ("停水 and 情", "情感"),
        ("(渠", "渠道"),
        ("来源:", '"运河边论坛（演示）"'),
    ],
)
def test_suggestions(text, first):
    names = names_of(load_county("pizhou"))
    values = {"source_name": ["运河边论坛（演示）"]}
    found = suggest(text, len(text), values, names=names)
    assert found[0].text == first
    assert all(0 <= s.start <= s.end == len(text) for s in found)


def test_no_suggestions_inside_quotes():
    assert suggest('标题:"情', 5, names=fixed_names()) == []


def test_a_suggested_value_is_understood():
    found = suggest("镇街:东", 4, names=names_of(load_county("pizhou")))[0]
    text = "镇街:东"[: found.start] + found.text
    assert parse(text, names=names_of(load_county("pizhou"))) == Term("street", "320382001")
