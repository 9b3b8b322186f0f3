"""The percolator gives the answers of the evaluator in this process, and its troubles hold up nobody."""

import logging
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.bootstrap import open_house
from index import percolator
from index.ast import Not, Term
from index.bounds import MAX_DEPTH
from index.standing import Standing
from minyin.errors import DependencyError, OperatorError, SettingsError
from minyin.settings import load_settings
from tests.index.test_index_standing import NEW, QUERIES, answers, tree
from tests.support.elastic_bench import Bench
from tests.support.elastic_proxy import proxy_of
from tests.support.index_documents import NOW, cut
from tests.support.index_trees import exact, texts, trees

pytestmark = pytest.mark.service
SOME = ["停水", "情感:负面 and 等级>2", "时间<1970", "not 渠道:论坛贴吧", ""]
LEAVES = st.one_of(texts(NEW), exact(NEW))


@pytest.fixture
def cluster(opensearch_url):
    """A cluster that has the percolator."""
    bench = Bench(opensearch_url)
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def shared(opensearch_url):
    bench = Bench(opensearch_url)
    yield bench
    bench.close()


def standing(bench, queries=SOME, how="percolator", url=None):
    return bench.store(url).standing({query: tree(query) for query in queries}, how)


def stored(bench):
    """What lies there, by index."""
    found = bench.client.indices.get(index=f"{bench.name}-standing-*")
    return {name: bench.client.count(index=name)["count"] for name in found}


def test_it_says_what_this_process_says(shared):
    here, there = answers(QUERIES), standing(shared, QUERIES).matches(NEW)
    assert there == here
    assert list(there) == list(here), "in the order of the questions"


@given(some=st.lists(trees(LEAVES), min_size=1, max_size=60))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_trees_find_what_this_process_finds(shared, some):
    questions = {str(n): node for n, node in enumerate(some)}
    there = shared.store().standing(questions, "percolator").matches(NEW)
    assert there == Standing(questions, cut).matches(NEW)


def test_many_documents_go_in_parts_and_none_in_no_request(cluster, monkeypatch):
    monkeypatch.setattr(percolator, "DOCUMENTS", 70)
    monkeypatch.setattr(percolator, "QUESTIONS", 2)
    assert standing(cluster).matches([]) == {}
    assert stored(cluster) == {}
    assert standing(cluster).matches(NEW) == answers(SOME)


def test_questions_are_stored_once(cluster):
    with proxy_of(cluster.url) as proxy:
        first = standing(cluster, url=proxy.url)
        first.matches(NEW)
        number = len(proxy.paths)
        assert first.matches(NEW) == standing(cluster, url=proxy.url).matches(NEW) == answers(SOME)
        # the newcomer asks who speaks and then asks; nobody stores again
        assert [path.split("?")[0] for path in proxy.paths[number:]] == [
            f"POST /{next(iter(stored(cluster))).removesuffix('-questions')}/_search",
            "GET /",
            f"POST /{next(iter(stored(cluster))).removesuffix('-questions')}/_search",
        ]
    # two names of one question are one; a changed one comes beside it
    more = {"a": tree("停水"), "b": tree("停水"), "c": tree("停电")}
    found = cluster.store().standing(more, "percolator").matches(NEW)
    assert found["a"] == found["b"] != found["c"]
    assert list(stored(cluster).values()) == [len(SOME) + 1]


def test_two_at_once_store_the_same(cluster):
    asked = [standing(cluster, QUERIES) for _ in range(4)]
    found = [None] * len(asked)

    def ask(n):
        found[n] = asked[n].matches(NEW)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [answers(QUERIES)] * len(asked)


def test_what_somebody_deleted_is_stored_again(cluster):
    asked = standing(cluster)
    asked.matches(NEW)
    (index,) = stored(cluster)
    cluster.client.indices.delete(index=index)
    assert asked.matches(NEW) == answers(SOME)
    # one question alone is gone: its silence would be taken for an answer
    one = cluster.client.search(index=index, size=1)["hits"]["hits"][0]["_id"]
    cluster.client.delete(index=index, id=one, refresh=True)
    assert asked.matches(NEW) == answers(SOME)


def test_old_mappings_and_forgotten_questions_go(cluster, monkeypatch):
    old = [f"{cluster.name}-standing-v{v}-0123456789ab-questions" for v in (1, 99)]
    for index in old:
        cluster.client.indices.create(index=index)
    assert standing(cluster, ["停电"]).matches(NEW) == answers(["停电"])
    assert old[0] not in stored(cluster), "a later version of the program keeps its own"
    assert old[1] in stored(cluster)
    monkeypatch.setattr(percolator, "FORGOTTEN", 0)
    assert standing(cluster).matches(NEW) == answers(SOME)
    assert sorted(stored(cluster).values()) == [0, len(SOME)]
    cluster.store().clear()
    assert stored(cluster) == {}


def test_what_is_too_much_for_a_cluster_is_answered_here(cluster):
    deep = tree("停水")
    for _ in range(MAX_DEPTH):
        deep = Not(Not(deep))
    questions = {"deep": deep, "long": Term("url", "x" * 40_000), "停水": tree("停水")}
    asked = cluster.store().standing(questions, "percolator")
    found = asked.matches(NEW)
    assert asked._percolator.left == {"deep", "long"}
    assert found == Standing(questions, cut).matches(NEW)
    assert found["deep"] == found["停水"]


def test_a_cluster_without_it_is_no_trouble(elasticsearch_node, caplog):
    """The nodes of Elasticsearch that the tests start lack the module."""
    caplog.set_level(logging.WARNING)
    bench = Bench(elasticsearch_node)
    try:
        auto = standing(bench, how="auto")
        assert auto.matches(NEW) == auto.matches(NEW[:300]) == answers(SOME)
        if "percolator" in modules(bench):
            assert stored(bench)
            return
        with pytest.raises(OperatorError, match=r"没有 percolator 模块.*index\.standing 改为 auto"):
            standing(bench).matches(NEW)
        assert stored(bench) == {}
    finally:
        bench.close()
    assert caplog.records == []


def modules(bench):
    nodes = bench.client.nodes.info(metric="plugins")["nodes"].values()
    return {module["name"] for node in nodes for module in node["modules"]}


def test_a_cluster_that_fails_is_told_and_waited_for_once(cluster, caplog):
    with proxy_of(cluster.url) as proxy:
        asked = standing(cluster, how="auto", url=proxy.url)
        asked.matches(NEW)
        proxy.down = True
        assert asked.matches(NEW) == answers(SOME)
        number = len(proxy.paths)
        assert asked.matches(NEW) == answers(SOME)
        assert len(proxy.paths) == number, "a run waits once"
        with pytest.raises(DependencyError, match="连不上 Elasticsearch"):
            standing(cluster, url=proxy.url).matches(NEW)
    (record,) = (record for record in caplog.records if record.name.startswith("index."))
    assert "连不上 Elasticsearch" in record.getMessage()


@pytest.fixture
def settings_of(cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("MINYIN_INDEX__NAME", cluster.name)
    monkeypatch.setenv("MINYIN_INDEX__HOSTS", f'["{cluster.url}"]')

    def load(engine, standing):
        monkeypatch.setenv("MINYIN_INDEX__ENGINE", engine)
        monkeypatch.setenv("MINYIN_INDEX__STANDING", standing)
        return load_settings(home=tmp_path, now=NOW)

    return load


def test_the_settings_choose(cluster, settings_of):
    """Rules and subscriptions get what they ask from the house."""
    for engine, how in (("embedded", "auto"), ("elasticsearch", "memory")):
        house = open_house.__wrapped__(settings_of(engine, how))
        assert isinstance(house.standing({"a": tree("停水")}), Standing)
        house.engine.dispose()
    house = open_house.__wrapped__(settings_of("elasticsearch", "auto"))
    assert house.standing({"a": tree("停水")}).matches(NEW)["a"] == answers(["停水"])["停水"]
    assert list(stored(cluster).values()) == [1]
    house.cluster_store.close()
    house.engine.dispose()
    with pytest.raises(SettingsError, match=r"percolator 是集群的模块.*内置引擎请写 auto"):
        settings_of("embedded", "percolator")
