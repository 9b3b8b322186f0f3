"""The article store's contract: the same documents, the same questions, the same answers on every engine.

Each engine is compared with a search that uses no index at all (tests/support/index_naive.py).
"""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from index.mapping import FACETS
from index.port import SearchRequest
from minyin.clock import SHANGHAI
from minyin.errors import InputError, QueryError
from tests.support.index_corpus import tree
from tests.support.index_documents import documents, plain
from tests.support.index_naive import moment, values

LINES = (Path(__file__).parent / "questions.txt").read_text(encoding="utf-8").splitlines()
QUERIES = ["", *(line for line in LINES if line and not line.startswith("# "))]
# counted under every facet and interval: all, words, fields, a closed list, nothing
COUNTED = [
    "",
    "停水",
    "情感:负面 and 等级>2",
    "事件:* and not 渠道:论坛贴吧",
    "没有这个词",
    "时间:昨天",
]
FIRST = 5


def test_there_are_enough_cases(written):
    assert len(set(QUERIES)) >= 400
    assert len(written.documents) >= 5_000


@pytest.mark.parametrize("query", QUERIES)
def test_finds_what_reading_every_document_finds(engine, naive, query):
    node = tree(query)
    expected = naive.found(node)
    assert engine.ids(node) == expected
    result = engine.store.search(SearchRequest(query=query, limit=FIRST, highlight=False))
    assert [hit.document.id for hit in result.hits] == expected[:FIRST]
    assert result.total == len(expected)


def test_cases_are_not_idle(naive):
    """Most questions find some documents and leave some out."""
    numbers = [len(naive.numbers(tree(query))) for query in QUERIES]
    telling = [n for n in numbers if 0 < n < len(naive.documents)]
    assert len(telling) > 0.75 * len(QUERIES)


@pytest.mark.parametrize("query", COUNTED)
def test_every_facet_counts_documents_and_negative_ones(filled, naive, query):
    chosen = naive.chosen(tree(query))
    request = SearchRequest(query=query, limit=0, facets=FACETS)
    facets = filled.search(request).facets
    assert list(facets) == list(FACETS)
    for facet in FACETS:
        counts = Counter(str(v) for d in chosen for v in values(d, facet))
        negative = Counter(str(v) for d in chosen if d.negative for v in values(d, facet))
        expected = sorted((-n, key, negative[key]) for key, n in counts.items())
        got = [(-b.count, b.key, b.negative) for b in facets[facet]]
        assert got == expected[: request.facet_size], facet


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_facet_is_as_long_as_asked(filled, naive, size):
    chosen = naive.chosen(tree("停水"))
    counts = Counter(v for d in chosen for v in values(d, "source_id"))
    request = SearchRequest(query="停水", limit=0, facets=("source_id",), facet_size=size)
    buckets = filled.search(request).facets["source_id"]
    assert len(buckets) == min(size, len(counts))


@pytest.mark.parametrize("query", COUNTED)
@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
def test_histogram_in_local_time(filled, naive, query, interval):
    query = f"({query}) and 时间>=2026" if query else "时间>=2026 and 时间<2027"
    counts = Counter()
    negative = Counter()
    for document in naive.chosen(tree(query)):
        start = begin(document.published_at, interval).isoformat()
        counts[start] += 1
        negative[start] += document.negative
    buckets = filled.search(SearchRequest(query=query, limit=0, histogram=interval)).histogram
    assert {b.key: (b.count, b.negative) for b in buckets if b.count} == {
        key: (n, negative[key]) for key, n in counts.items()
    }
    assert [b.key for b in buckets] == sorted(b.key for b in buckets)
    if counts:
        assert (buckets[0].key, buckets[-1].key) == (min(counts), max(counts))


def begin(at, interval):
    at = at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    if interval == "hour":
        return at
    at = at.replace(hour=0)
    if interval == "day":
        return at
    return at.replace(day=1) if interval == "month" else at - timedelta(days=at.weekday())


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("sort", ["time", "heat"])
@pytest.mark.parametrize(
    ("limit", "query"), [(1, "毒大米"), (7, "停电"), (50, "停电 or 互动量>40"), (999, "等级>2")]
)
def test_pages_show_everything_once_and_in_order(filled, naive, sort, ascending, limit, query):

    def rank(d):
        heat = (min(d.interactions, 2**20 - 1),) if sort == "heat" else ()
        return (*heat, moment(d), d.id)

    chosen = naive.chosen(tree(query))
    expected = [d.id for d in sorted(chosen, key=rank, reverse=not ascending)]
    request = SearchRequest(
        query=query, sort=sort, ascending=ascending, limit=limit, highlight=False
    )
    shown, after = [], None
    while True:
        request = request.but(after=after)
        page = filled.search(request)
        assert page.total == len(expected)
        shown += [hit.document.id for hit in page.hits]
        if (after := page.after) is None:
            break
    assert shown == expected


def test_relevance_pages_and_puts_titles_first(filled):
    shown, after = [], None
    while True:
        page = filled.search(SearchRequest(query="停水", sort="relevance", limit=9, after=after))
        shown += page.hits
        if (after := page.after) is None:
            break
    assert len({hit.document.id for hit in shown}) == len(shown) == page.total
    scores = [hit.score for hit in shown]
    assert scores == sorted(scores, reverse=True)
    assert "停水" in (shown[0].document.title or "")
    assert shown[-1].document.title is None or "停水" not in shown[-1].document.title


def test_documents_come_back_as_they_were(filled, written):
    some = [*written.documents[::200], *written.documents[-20:]]
    assert filled.get([*(d.id for d in some), "nobody"]) == plain(some)
    assert filled.get([]) == []


def test_scan_brings_everything_oldest_first(filled, naive):
    expected = naive.found(tree("电 or 水"))[::-1]
    assert len(expected) > 1_000
    assert [d.id for d in filled.scan("电 or 水")] == expected
    assert [d.id for d in filled.scan("没有这个词")] == []


def test_highlights_name_the_very_characters(filled):
    result = filled.search(SearchRequest(query="停电 and ABC* or 停水", limit=200))
    assert result.hits
    for hit in result.hits:
        for spans, text in (
            (hit.title_spans, hit.document.title),
            (hit.text_spans, hit.document.text),
        ):
            assert all(text[span.start : span.end] == span.text for span in spans)
            assert all(a.end <= b.start for a, b in pairwise(spans))
        assert hit.title_spans or hit.text_spans


def test_highlights_stay_clear_of_masked_spans(filled):
    hits = filled.search(SearchRequest(query="电话 姓名", limit=200)).hits
    masked = [(hit, mask) for hit in hits for mask in hit.document.masked]
    assert masked
    assert not any(s.start < m.end and m.start < s.end for h, m in masked for s in h.text_spans)
    assert any(hit.text_spans for hit in hits)


def test_highlights_only_when_asked_for(filled):
    assert not any(
        h.text_spans
        for h in filled.search(SearchRequest(query="停水", limit=200, highlight=False)).hits
    )


def test_writing_twice_changes_nothing_and_writing_anew_replaces(make_store):
    store = make_store()
    first = documents(30, seed=1)
    assert store.write(first) == 30
    assert store.write(first + first[:5]) == 35
    assert store.count() == 30
    changed = first[0].but(event_id="PZ-E-20261101-009", text="换了的正文", words_text="")
    store.write([changed])
    assert store.count() == 30
    assert store.count("事件:PZ-E-20261101-009") == store.count('"换了的正文"') == 1
    assert store.get([changed.id]) == plain([changed])


def test_delete_tells_how_many_there_were(make_store):
    store = make_store()
    store.write(documents(20, seed=2))
    ids = [d.id for d in documents(20, seed=2)][:3]
    assert store.delete([*ids, "nobody"]) == 3
    assert store.delete(ids) == store.delete([]) == 0
    assert store.count() == 17
    assert store.get(ids) == []


def test_an_empty_store_answers(make_store):
    store = make_store()
    result = store.search(SearchRequest(query="停水", facets=("channel",), histogram="day"))
    assert (result.total, result.hits, result.histogram, result.after) == (0, (), (), None)
    assert result.facets == {"channel": ()}
    assert list(store.scan()) == []


def test_faults_of_the_question_are_the_operators(filled):
    with pytest.raises(QueryError, match="第 1 列：没有名为“镇接”的字段"):
        filled.count("镇接:东湖")
    with pytest.raises(InputError, match="不能按“url”分面统计"):
        filled.search(SearchRequest(facets=("url",)))
    with pytest.raises(InputError, match="翻页标记"):
        filled.search(SearchRequest(after=("x", "y")))
    with pytest.raises(InputError, match="10000"):
        filled.search(SearchRequest(sort="relevance", after=("10000",)))
