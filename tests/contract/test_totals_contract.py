"""What is counted and grouped over a search, and what is like an article: the same on every engine.

Each engine is compared with counting over documents in plain Python.
"""

import re
from collections import Counter

import pytest

from index.like import likeness, similar, telling_words
from index.mapping import COUNTABLE, FACETS
from index.port import SearchRequest
from minyin.errors import InputError, QueryError
from tests.support.index_documents import cut, documents
from tests.support.index_naive import moment, values


def says(document, words):
    """The characters stand side by side in title or text, whatever signs are between them."""
    texts = (document.title or "", document.text)
    return any(words in re.sub(r"[\W_]", "", text) for text in texts)


QUERIES = {
    "": lambda _: True,
    '"停水"': lambda d: says(d, "停水"),
    "情感:负面": lambda d: d.negative,
    "等级>=3 and 诉求:是": lambda d: d.severity >= 3 and d.appeal,
    '"没有这个词"': lambda _: False,
}


@pytest.fixture(scope="module")
def filled_documents():
    return documents(600)


@pytest.fixture(scope="module")
def filled(make_store, filled_documents):
    store = make_store()
    store.write(filled_documents)
    return store


def chosen(query, every):
    return [document for document in every if QUERIES[query](document)]


def counted(every, field):
    return Counter(str(value) for d in every for value in set(values(d, field)))


@pytest.mark.parametrize("query", QUERIES)
def test_distinct_counts_different_values(filled, filled_documents, query):
    some = chosen(query, filled_documents)
    result = filled.search(SearchRequest(query=query, limit=0, distinct=COUNTABLE))
    assert result.distinct == {field: len(counted(some, field)) for field in COUNTABLE}


@pytest.mark.parametrize("query", QUERIES)
def test_significant_values_are_scored_by_jlh(filled, filled_documents, query):
    some = chosen(query, filled_documents)
    result = filled.search(SearchRequest(query=query, limit=0, significant=FACETS))
    for field in FACETS:
        here, there = counted(some, field), counted(filled_documents, field)
        scores = {}
        for key, number in here.items():
            f, b = number / len(some), there[key] / len(filled_documents)
            if number >= 3 and f > b:
                scores[key] = (f - b) * (f / b)
        best = sorted(scores, key=lambda key: (-scores[key], key))[:30]
        shown = result.significant[field]
        assert [one.score for one in shown] == pytest.approx([scores[key] for key in best])
        assert {one.key for one in shown} == set(best)
        assert all((one.count, one.background) == (here[one.key], there[one.key]) for one in shown)


@pytest.mark.parametrize(
    ("query", "sort"), [("", "heat"), ('"停水"', "time"), ('"没有这个词"', "time")]
)
@pytest.mark.parametrize("field", ["street", "severity", "appeal", "topics"])
def test_groups_show_the_first_of_each_value(filled, filled_documents, query, field, sort):
    some = chosen(query, filled_documents)
    number = counted(some, field)

    def rank(d):
        heat = (min(d.interactions, 2**20 - 1),) if sort == "heat" else ()
        return (*heat, moment(d), d.id)

    expected = []
    for key in sorted(number, key=lambda key: (-number[key], key))[:4]:
        holders = [d for d in some if key in map(str, values(d, field))]
        best = sorted(holders, key=rank, reverse=True)[:2]
        expected.append((key, number[key], [d.id for d in best]))
    asked = SearchRequest(
        query=query, sort=sort, limit=0, group=field, group_size=4, group_hits=2, facet_size=1
    )
    groups = filled.search(asked).groups
    assert [(g.key, g.count, [h.document.id for h in g.hits]) for g in groups] == expected


def test_everything_in_one_request(filled):
    asked = SearchRequest(
        query="停水",
        limit=5,
        facets=("channel", "street"),
        histogram="week",
        distinct=("author_hash", "street"),
        significant=("topics",),
        group="street",
    )
    whole = filled.search(asked)
    assert len(whole.hits) == 5
    assert whole.facets == filled.search(SearchRequest(query="停水", facets=asked.facets)).facets
    assert whole.histogram == filled.search(SearchRequest(query="停水", histogram="week")).histogram
    assert set(whole.distinct) == {"author_hash", "street"}
    assert whole.distinct["street"] == len(whole.facets["street"]) == len(whole.groups)
    assert whole.significant["topics"]
    assert all(hit.text_spans or hit.title_spans for g in whole.groups for hit in g.hits)


@pytest.mark.parametrize(
    "asked",
    [
        SearchRequest(distinct=("url",)),
        SearchRequest(significant=("author_hash",)),
        SearchRequest(facets=("author_hash",)),
        SearchRequest(group="text"),
    ],
)
def test_what_cannot_be_counted_is_said(filled, asked):
    with pytest.raises(InputError, match="可用："):
        filled.search(asked)


def test_counts_of_many_questions(filled, filled_documents):
    expected = [len(chosen(query, filled_documents)) for query in QUERIES]
    assert filled.counts([*QUERIES]) == expected
    assert 0 < expected[1] < len(filled_documents)
    assert filled.counts([]) == []
    with pytest.raises(QueryError):
        filled.counts(["停水", "停水 and ("])


def test_similar_documents_share_the_telling_words(filled, filled_documents):
    for document in filled_documents[:22]:
        hits = similar(filled, document, cut, limit=8)
        weights = telling_words(filled, document, cut)
        assert document.id not in [hit.document.id for hit in hits]
        ranked = (
            sorted(
                (d for d in filled_documents if d.id != document.id),
                key=lambda d: (-likeness(d, weights), d.id),
            )
            if weights
            else []
        )
        expected = [d for d in ranked if likeness(d, weights) >= 0.3][:8]
        best = [round(hit.score, 9) for hit in hits]
        assert best == [round(likeness(d, weights), 9) for d in expected]


def test_the_most_similar_is_the_same_text(filled, filled_documents):
    document = next(d for d in filled_documents if d.text.startswith("官湖镇一家工厂的异味"))
    hits = similar(filled, document, cut, query="情感:负面", limit=5)
    assert len(hits) == 5
    assert all(h.document.text == document.text and h.document.negative for h in hits)
    assert all(h.score == pytest.approx(1.0) for h in hits)


def test_a_text_without_telling_words_is_like_nothing(make_store):
    store = make_store()
    first, *rest = documents(30, seed=4)
    store.write([first.but(title=None, text="😡😡 12345", words_title="", words_text=""), *rest])
    assert similar(store, store.get([first.id])[0], cut) == ()
