"""Folding, characters, highlights and suggestions."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.ast import And, Not, Or, Phrase, Prefix, Term
from index.highlight import Needle, highlights, needles, spans_in
from index.names import names_of
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


TEXT = st.text(alphabet="停水電三天，。 \u200bAb1５Ｃ", max_size=30)
MASKS = st.lists(st.tuples(st.integers(0, 25), st.integers(1, 6)), max_size=3)


@settings(deadline=None)
@given(text=TEXT, wanted=TEXT, masks=MASKS, kind=st.sampled_from([Term, Phrase, Prefix]))
def test_every_occurrence_is_shown_at_its_very_offsets(text, wanted, masks, kind):
    """Against a search character by character; nothing within a masked span, not even in part."""
    masked = [
        Span(start=start, end=min(len(text), start + size), kind="phone")
        for start, size in masks
        if start < len(text)
    ]
    document = documents(1)[0].but(title=None, text=text, masked=tuple(masked), words_text="")
    _, shown = highlights(document, needles(kind("text", wanted), cut))
    assert all(text[span.start : span.end] == span.text for span in shown)
    assert all(a.end <= b.start for a, b in pairwise(shown))
    assert not any(s.start < m.end and m.start < s.end for s in shown for m in masked)
    covered = {n for span in shown for n in range(span.start, span.end)}
    assert _places(text, wanted, masked, begun=kind is Prefix) <= covered


def _places(text, wanted, masked, *, begun):
    """Offsets of the characters of every free occurrence of a phrase."""
    have, needle = grams(fold(text)), [gram.text for gram in grams(fold(wanted))]
    found = set()
    for first in range(len(have) - len(needle) + 1 if needle else 0):
        run = have[first : first + len(needle)]
        same = [gram.text for gram in run]
        if begun and needle[-1].isascii():
            same[-1] = same[-1][: len(needle[-1])]
        start, end = run[0].start, run[-1].end
        if same == needle and not any(start < m.end and m.start < end for m in masked):
            found |= set(range(start, end))
    return found


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("關於東湖街道停電的公告", "关于东湖街道停电的公告"),
        ("臺兒莊區運河街道農貿市場", "台儿庄区运河街道农贸市场"),
        ("樓裡電梯壞了沒人管，後來還是沒修", "楼里电梯坏了没人管，后来还是没修"),
        ("廠子夜裏偷排臭氣，熏得頭暈", "厂子夜里偷排臭气，熏得头晕"),
        ("為什麼爲我們發錢的時間總是變", "为什么为我们发钱的时间总是变"),
        ("邳州醫院門診排隊挂號", "邳州医院门诊排队挂号"),
        ("衛健委說學生食堂檢驗合格", "卫健委说学生食堂检验合格"),
        ("ＤＮ６００供水主管道", "dn600供水主管道"),
        ("①②③㈠ＷｉＦｉ", "123㈠wifi"),
    ],
)
def test_one_spelling(traditional, simplified):
    assert fold(traditional) == fold(simplified)


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


NAMES = names_of(load_county("pizhou"))
VALUES = {"source_name": ["运河边论坛（演示）"], "outlet": ["and", "China Daily", "邳州融媒"]}


def texts_at(question):
    """Suggestions at `|`."""
    cursor = question.index("|")
    text = question.replace("|", "")
    found = suggest(text, cursor, VALUES, names=NAMES)
    assert all(0 <= s.start <= s.end <= len(text) for s in found)
    assert len(found) <= 12
    return [s.text for s in found]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("|", "编号"),
        ("镇|", "镇街"),
        ("鎮|", "镇街"),
        ("镇街|", ":"),
        ("镇街:东|", "东湖街道"),
        ("镇街:東湖|", "东湖街道"),
        ("镇街:湖|", "东湖街道"),
        ("镇街：（东|", "东湖街道"),
        ("镇街:(东湖街道 or 运|", "运河街道"),
        ("镇街:(东湖街道 or |", "东湖街道"),
        ("镇街:(东湖街道 |", "and"),
        ("镇街:(东湖街道) |", "and"),
        ("主题:供|", "供水"),
        ("等级|", ":"),
        ("時間|", ":"),
        ("时间>=|", "今天"),
        ("时间≥now|", "now-7d/d"),
        ("诉求:|", "是"),
        ("停水 |", "and"),
        ("停水 a|", "and"),
        ("停水 o|", "or"),
        ("停水 情|", "and 情感"),
        ("停水 and 情|", "情感"),
        ("停水 AND 情|", "情感"),
        ("停水 and (情|", "情感"),
        ("停水 and not 情|", "情感"),
        ("(渠|", "渠道"),
        ("n|", "not"),
        ("po|", "polarity"),
        ("来源:|", '"运河边论坛（演示）"'),
        ('来源:"运|', '"运河边论坛（演示）"'),
        ("来源:“运|", '"运河边论坛（演示）"'),
        ("媒体:|", '"and"'),
        ("媒体:Ch|", '"China Daily"'),
        ("情感:|负面 and 停水", "负面"),
        ("情|感:负面", "情感"),
    ],
)
def test_suggestions_at_the_cursor(question, first):
    assert texts_at(question)[0] == first


@pytest.mark.parametrize("question", ['标题:"情|', "“停|", "没有的字段|", '停水 "停|', "没有:|x"])
def test_nothing_to_suggest(question):
    assert texts_at(question) == []


def test_a_suggestion_replaces_the_word_it_stands_in():
    found = suggest("镇街:东湖 and 停水", 4, names=NAMES)[0]
    assert found.applied("镇街:东湖 and 停水") == "镇街:东湖街道 and 停水"
    quoted = suggest('来源:"运 and 停水', 5, VALUES, names=NAMES)[0]
    assert quoted.applied('来源:"运 and 停水').startswith('来源:"运河边论坛（演示）"')


@settings(deadline=None)
@given(
    st.text(alphabet='停水情感负面镇街:：()（）"“*\\ 　andornot><=≥1', max_size=30),
    st.integers(0, 30),
)
def test_suggesting_never_fails(text, cursor):
    at = min(cursor, len(text))
    for one in suggest(text, at, VALUES, names=NAMES):
        assert 0 <= one.start <= one.end <= len(text)
        assert one.text in one.applied(text)


def test_a_suggested_value_is_understood():
    found = suggest("镇街:东", 4, names=names_of(load_county("pizhou")))[0]
    text = "镇街:东"[: found.start] + found.text
    assert parse(text, names=names_of(load_county("pizhou"))) == Term("street", "320382001")
