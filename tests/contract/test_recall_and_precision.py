"""What stands in a text finds it, however it is cut into words or typed; a phrase is found only where it stands."""

import random

import pytest

from index.ast import And, Phrase, Prefix, Term
from index.text import fold, gram_texts
from tests.support.index_corpus import county
from tests.support.index_documents import documents

WIDE = {chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)}
PIECES = 80


@pytest.fixture(scope="module")
def pieces(written):
    """(document, a piece of its text), both ends anywhere: in words, in numbers, in names."""
    dice = random.Random(7)
    made = []
    for document in dice.sample(written.documents, PIECES):
        text = dice.choice([document.text, document.title or document.text])
        start = dice.randrange(len(text))
        made.append((document, text[start : start + dice.randint(1, 8)]))
    # a piece that begins or ends within a run of letters or digits is no word of the text
    whole = [(d, piece) for d, piece in made if _whole(d, piece)]
    assert len(whole) > PIECES * 0.8
    return whole


def _whole(document, piece):
    grams = gram_texts(piece)
    return bool(grams) and set(grams) <= {
        *gram_texts(document.text),
        *gram_texts(document.title or ""),
    }


def missed(engine, pairs, kind):
    """Pieces that do not find the document they were taken from."""
    questions = ((d, And((kind(None, piece), Term("id", d.id))), piece) for d, piece in pairs)
    return [piece for d, question, piece in questions if engine.ids(question) != [d.id]]


@pytest.mark.parametrize("kind", [Term, Phrase, Prefix])
def test_any_piece_of_a_text_finds_it(engine, pieces, kind):
    assert missed(engine, pieces, kind) == []


@pytest.mark.parametrize("kind", [Term, Phrase])
def test_a_piece_typed_full_width_finds_it(engine, pieces, kind):
    wide = ((d, "".join(WIDE.get(char, char) for char in piece)) for d, piece in pieces)
    changed = [(d, piece) for d, piece in wide if any(char in WIDE.values() for char in piece)]
    assert len(changed) > 5
    assert missed(engine, changed, kind) == []


def test_a_phrase_is_found_only_where_it_stands(engine, pieces, written):
    """Checked against the bare characters of every text, without any engine, tree or segmenter."""
    bare = {d.id: [_bare(d.title or ""), _bare(d.text)] for d in written.documents}
    chinese = [p for _, p in pieces if len(_bare(p)) > 1 and _bare(p).isalpha()]
    chinese = [p for p in chinese if not any(char.isascii() for char in fold(p))]
    assert len(chinese) > 30
    for piece in chinese[:30]:
        assert set(engine.ids(Phrase(None, piece))) == {
            id for id, texts in bare.items() if any(_bare(piece) in text for text in texts)
        }


def _bare(text):
    return "".join(char for char in fold(text) if char.isalnum())


BROKEN = {
    "空格": "新来的瞿镇长 说 停 水 三 天",
    "标点": "瞿，镇。长说停-水三天",
    "换行": "瞿\n镇\n长说停\n水三天",
    "零宽": "瞿\u200b镇\u200b长说停\ufeff水三天",
    "表情": "瞿镇长说停😡水三天",
    "星号": "瞿*镇*长说停*水三天",
    "繁体": "瞿鎮長說停水三天",
    "全角": "瞿镇长说停水３天：瞿镇长说停水三天",
    "错字旁": "瞿镇长讲的停水三天",
}


@pytest.fixture(scope="module")
def broken(make_store):
    store = make_store()
    pattern = documents(1)[0].but(title=None, masked=(), words_title="", words_text="")
    store.write([pattern.but(id=name, text=text) for name, text in BROKEN.items()])
    return store


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("瞿镇长", set()),
        ('"瞿镇长"', set()),
        ("停水", set()),
        ('"停水三天"', set()),
        ("瞿", set()),
        ("镇", set()),
        ("水三", set()),
        ("瞿鎮長", set()),
        ("瞿 and 停 and 天", set()),
        ("瞿镇长说停水", {"错字旁"}),
        ('"瞿镇长说停水"', {"错字旁"}),
        ("长瞿", set(BROKEN)),
        ('"水停"', set(BROKEN)),
        ("区长", set(BROKEN)),
    ],
)
def test_new_names_split_words_and_single_characters(broken, query, missing):
    # a new name of 错字旁 stands as it is; 空格 puts a word between only for the eye
    assert {d.id for d in broken.scan(query)} == set(BROKEN) - missing


def test_names_of_places_are_found_by_their_characters(engine, naive):
    """Every village's core, whether or not the segmenter keeps it whole in the text."""
    cores = [v.short for v in county().villages if len(v.short) >= 2][::25]
    assert len(cores) > 10
    for core in cores:
        expected = {d.id for d in naive.documents if core in d.text or core in (d.title or "")}
        assert expected <= set(engine.ids(Term(None, core)))
