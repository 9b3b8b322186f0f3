"""What clusters alone must get right: months behind one alias, versions, points in time, migration; 9 and OpenSearch."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from index import elastic_paging
from index.elastic_paging import pages
from index.elastic_schema import elastic_document, mappings
from index.embedded import EmbeddedStore
from index.mapping import VERSION
from index.port import SearchRequest
from index.query import parse
from minyin.clock import SHANGHAI, fixed_clock
from minyin.errors import DependencyError, DocumentsRefused, OperatorError
from tests.support.elastic_bench import NAMES, Bench, raw
from tests.support.elastic_proxy import proxy_of
from tests.support.index_documents import NOW, cut, documents, plain
from tests.support.index_engines import elastic_engine, embedded_engine

pytestmark = pytest.mark.service
QUESTIONS = Path(__file__).parents[1] / "contract" / "questions.txt"


@pytest.fixture
def bench(elasticsearch_node):
    made = Bench(elasticsearch_node)
    yield made
    made.close()


@pytest.fixture
def on_8(elasticsearch_url):
    """For what does not depend on the version of the node."""
    made = Bench(elasticsearch_url)
    yield made
    made.close()


def on(year, month, day, hour=12):
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def articles(*dates):
    return [
        document.but(published_at=at, collected_at=NOW)
        for document, at in zip(documents(len(dates)), dates, strict=True)
    ]


def test_months_in_local_time_behind_one_alias(bench):
    store = bench.store()
    # 16:30 UTC on 31 October is November in the county; before 2020 a year is one index
    given = articles(
        datetime.fromisoformat("2026-10-31T16:30:00Z"),
        on(2026, 10, 31),
        on(2026, 9, 1),
        on(2012, 3, 4),
    )
    assert store.write(given) == 4
    assert bench.months() == {"2026.11": 1, "2026.10": 1, "2026.09": 1, "2012": 1}
    assert store.count() == 4
    behind = bench.client.indices.get_alias(name=bench.name)
    assert len(behind) == 4


def test_an_article_whose_date_changes_is_there_once(on_8):
    store = on_8.store()
    (first, other) = articles(on(2026, 10, 5), on(2026, 9, 5))
    store.write([first, other])
    moved = first.but(published_at=on(2026, 8, 5))
    store.write([moved])
    assert store.count() == 2
    assert store.get([first.id]) == plain([moved])
    # and within one write, before any refresh
    store.write([moved.but(published_at=on(2026, 7, 1))] + [other] * 500 + [first])
    assert on_8.months() == {"2026.11": 0, "2026.10": 1, "2026.09": 1, "2026.08": 0, "2026.07": 0}


def test_an_earlier_reading_never_replaces_a_later_one(on_8):
    store = on_8.store()
    (old,) = articles(on(2026, 10, 5))
    new = old.but(collected_at=old.collected_at + timedelta(hours=1), views=77)
    store.write([new])
    assert store.write([old]) == 1, "it is there in a later form"
    assert store.write([old.but(published_at=on(2026, 9, 5))]) == 1, "nor from another month"
    assert store.get([old.id]) == plain([new])
    assert store.count() == 1
    again = new.but(event_id="PZ-E-20261005-001")
    store.write([again])
    assert store.get([old.id]) == plain([again]), "the same reading, understood anew"


def test_what_was_deleted_can_come_back_at_once(on_8):
    store = on_8.store()
    given = documents(5)
    store.write(given)
    assert store.delete([d.id for d in given]) == 5
    assert store.write(given) == 5
    assert store.count() == 5


def test_a_month_that_is_all_deleted_goes_at_one_stroke(on_8):
    store = on_8.store()
    old = articles(on(2026, 1, 5), on(2026, 1, 6), on(2026, 2, 5), on(2026, 2, 6), on(2026, 10, 5))
    store.write(old)
    assert store.delete([d.id for d in (*old[:3], old[4])]) == 4
    # a month that is not empty and one that is not over keep their index
    assert on_8.months() == {"2026.11": 0, "2026.10": 0, "2026.02": 1}
    assert store.write([old[3].but(views=5)]) == 1, "nothing stays locked"
    assert store.count() == 1


def test_a_scan_sees_what_was_there_when_it_began(bench, monkeypatch):
    monkeypatch.setattr(elastic_paging, "PAGE", 20)
    store = bench.store()
    given = documents(70)
    store.write(given)
    walk = store.scan()
    seen = [next(walk).id for _ in range(5)]
    store.delete([d.id for d in given[:40]])
    store.write([d.but(id=f"new-{d.id}", url=f"{d.url}?new") for d in given[:10]])
    seen += [d.id for d in walk]
    assert sorted(seen) == sorted(d.id for d in given)
    assert store.count() == 40


@pytest.mark.parametrize("node", ["elasticsearch_url", "opensearch_url"])
def test_a_lost_point_in_time_is_taken_up_again(node, request, monkeypatch):
    monkeypatch.setattr(elastic_paging, "PAGE", 20)
    bench = Bench(request.getfixturevalue(node))
    store = bench.store()
    store.write(documents(70))
    sort = [{"published_at": "asc"}, {"id": "asc"}]
    with proxy_of(bench.url) as proxy, raw(proxy.url) as client:
        walk = pages(client, bench.name, query={"match_all": {}}, sort=sort)
        seen = [hit["_id"] for hit in next(walk)]
        # the cluster forgets it, as after a restart
        client.close_point_in_time(id=proxy.points[-1])
        for hits in walk:
            seen += [hit["_id"] for hit in hits]
    bench.close()
    assert len(seen) == len(set(seen)) == 70


def old_generation(bench, number=50):
    """An index as the version before left it: one for all months, its own template, an older mapping."""
    index = f"{bench.name}-v1-000001"
    bench.client.indices.put_index_template(
        name=bench.name,
        index_patterns=[f"{bench.name}-v*"],
        template={},
        meta={"minyin_mapping": 0},
    )
    bench.client.indices.create(
        index=index, aliases={bench.name: {"is_write_index": True}}, mappings=mappings()
    )
    given = documents(number)
    for document in given:
        bench.client.index(index=index, id=document.id, document=elastic_document(document, cut))
    bench.client.indices.refresh(index=index)
    return index, given


def test_migration_moves_everything_while_search_stays_up(bench, monkeypatch):
    monkeypatch.setattr(elastic_paging, "PAGE", 20)
    index, given = old_generation(bench)
    store, reader = bench.store(), bench.store()
    assert reader.count() == 50
    with pytest.raises(OperatorError, match="请运行 minyin index migrate"):
        store.write(given[:1])

    class Killed(Exception):
        pass

    def dies(_done):
        raise Killed

    with pytest.raises(Killed):
        store.migrate(dies)
    assert bench.client.indices.exists(index=index)

    heard = []

    def report(done):
        heard.append(done)
        assert reader.count() == 50

    assert store.migrate(report) == 30, "twenty were moved before"
    assert heard == [20, 40, 50]
    assert not bench.client.indices.exists(index=index)
    assert store.migrate(heard.append) == 0
    for one in (store, reader, bench.store()):
        assert one.count() == 50
        assert one.get([d.id for d in given]) == plain(given)
    assert store.write(given) == 50
    assert sum(bench.months().values()) == 50
    templates = bench.client.indices.get_index_template(name=f"{bench.name}*")["index_templates"]
    assert [t["name"] for t in templates] == [f"{bench.name}-v{VERSION}"]


def test_clear_takes_away_every_generation(on_8, monkeypatch):
    """Also what a migration that was given up had copied, so that nothing comes back from there."""
    monkeypatch.setattr(elastic_paging, "PAGE", 2)
    old_generation(on_8, 5)
    store = on_8.store()

    def given_up(_done):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        store.migrate(given_up)
    store.clear()
    assert not on_8.client.indices.get(index=f"{on_8.name}-*")
    assert store.write(documents(2)) == 2
    assert store.count() == 2


def test_a_later_generation_is_left_alone(on_8):
    on_8.client.indices.create(index=f"{on_8.name}-v99-2026.11", aliases={on_8.name: {}})
    store = on_8.store()
    for ask in (store.count, lambda: store.write([]), lambda: store.migrate(print)):
        with pytest.raises(OperatorError, match="请升级本程序"):
            ask()


def test_an_index_with_the_name_of_the_alias(on_8):
    on_8.client.indices.create(index=on_8.name)
    with pytest.raises(OperatorError, match="别名不能同名"):
        on_8.store().count()


def test_documents_that_the_mapping_refuses_are_named_and_the_others_written(bench):
    store = bench.store()
    store.count()
    wrong = {**mappings(), "properties": {**mappings()["properties"], "score": {"type": "ip"}}}
    bench.client.indices.create(
        index=f"{bench.name}-v{VERSION}-2026.10", mappings=wrong, aliases={bench.name: {}}
    )
    given = articles(on(2026, 10, 1), on(2026, 10, 2), on(2026, 9, 1), on(2026, 11, 1))
    with pytest.raises(
        DocumentsRefused, match=r"拒收 2 篇文章，第一篇 .*score.*minyin index migrate"
    ) as refusal:
        store.write(given)
    assert refusal.value.ids == {given[0].id, given[1].id}
    assert store.count() == 2


def test_a_read_only_index_says_so_and_takes_up_again(bench):
    store = bench.store()
    given = articles(on(2026, 10, 1), on(2026, 10, 2))
    store.write(given)
    block = "index.blocks.read_only_allow_delete"
    bench.client.indices.put_settings(index=f"{bench.name}-*", settings={block: True})
    with pytest.raises(DependencyError, match=r"索引只读.*文章已留存"):
        store.write([d.but(views=5) for d in given])
    assert store.count() == 2
    bench.client.indices.put_settings(index=f"{bench.name}-*", settings={block: None})
    assert store.write([d.but(views=5) for d in given]) == 2
    assert store.count("浏览量:5") == 2


@pytest.mark.parametrize("node", ["elasticsearch_9_url", "opensearch_url"])
def test_others_answer_as_the_embedded_store_does(node, request, tmp_path):
    """The questions of tests/contract at one go; there they run one by one on 8."""
    bench, given = Bench(request.getfixturevalue(node)), documents(400)
    store = bench.store()
    other = EmbeddedStore(tmp_path, cut, clock=fixed_clock(NOW), names=NAMES)
    assert store.write(given) == other.write(given) == 400
    here = embedded_engine(other, tmp_path, cut)
    there = elastic_engine(store, bench.client, bench.name, cut)
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    asked = {q: parse(q, clock=fixed_clock(NOW), names=NAMES) for q in lines if q and q[0] != "#"}
    assert [q for q, node in asked.items() if here.ids(node) != there.ids(node)] == []
    for one in (
        SearchRequest(query="停水", limit=0, facets=("channel", "topics"), histogram="week"),
        SearchRequest(query="停水 or 停电", distinct=("author_hash",), significant=("street",)),
        SearchRequest(sort="heat", limit=7, group="street"),
    ):
        assert store.search(one) == other.search(one)
    assert [d.id for d in store.scan("停水")] == [d.id for d in other.scan("停水")]
    assert store.counts([*asked]) == other.counts([*asked])
    other.close()
    bench.close()
