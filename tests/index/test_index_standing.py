"""Standing queries give the answers that the engines give."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.elastic_query import Compiler
from index.embedded import EmbeddedStore
from index.port import SearchRequest
from index.query import parse
from index.standing import Standing
from minyin.clock import fixed_clock
from tests.support.elastic_bench import NAMES, Bench
from tests.support.index_documents import NOW, WORDS, cut, documents
from tests.support.index_engines import elastic_ids

LINES = (Path(__file__).parents[1] / "contract" / "questions.txt").read_text(encoding="utf-8")
QUERIES = ["", *(line for line in LINES.splitlines() if line and not line.startswith("#"))]
NEW = documents(300, seed=11)


def tree(query):
    return parse(query, clock=fixed_clock(NOW), names=NAMES)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    store = EmbeddedStore(
        tmp_path_factory.mktemp("index"), cut, clock=fixed_clock(NOW), names=NAMES
    )
    store.write(NEW)
    yield store
    store.close()


def found(store, query):
    hits = store.search(SearchRequest(query=query, limit=len(NEW), highlight=False)).hits
    return sorted(hit.document.id for hit in hits)


def answers(queries):
    return Standing({query: tree(query) for query in queries}, cut).matches(NEW)


def test_the_embedded_engine_says_the_same(embedded):
    _same(answers(QUERIES), lambda query: found(embedded, query))


@pytest.mark.service
def test_elasticsearch_says_the_same(elasticsearch_url):
    bench, compiler = Bench(elasticsearch_url), Compiler(cut)
    try:
        bench.store().write(NEW)

        def asked(query):
            return sorted(elastic_ids(bench.client, bench.name, compiler.query(tree(query))))

        _same(answers(QUERIES), asked)
    finally:
        bench.close()


def _same(given_, asked):
    assert 0.5 * len(QUERIES) < len(given_), "most questions find something"
    for query in QUERIES:
        assert sorted(given_.get(query, ())) == asked(query), query


def test_ids_come_in_the_order_of_the_documents():
    order = {d.id: n for n, d in enumerate(NEW)}
    for ids in answers(QUERIES).values():
        assert list(ids) == sorted(ids, key=order.__getitem__)


def test_a_batch_may_be_empty_and_words_may_be_missing():
    standing = Standing({"all": tree(""), "停水": tree("停水 and 物业")}, cut)
    assert standing.matches([]) == {}
    bare = [d.but(words_title="", words_text="") for d in NEW]
    assert standing.matches(bare) == standing.matches(NEW)


PARTS = st.one_of(
    st.sampled_from([q for q in QUERIES if q and " " not in q and "　" not in q]),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map("".join),
    st.integers(-1, 5).map(lambda n: f"等级>{n}"),
)
QUESTIONS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "and not"]), inner).map(
            lambda p: f"({p[0]}) {p[1]} ({p[2]})"
        ),
        inner.map(lambda q: f"not ({q})"),
    ),
    max_leaves=8,
)


@given(queries=st.lists(QUESTIONS, min_size=1, max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_questions_together_find_what_the_engine_finds(embedded, queries):
    given_ = answers(queries)
    for query in queries:
        assert sorted(given_.get(query, ())) == found(embedded, query), query
