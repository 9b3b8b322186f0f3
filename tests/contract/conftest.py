"""One store per engine, filled once with some six thousand documents. Elasticsearch is a real node (`make services`), or skipped."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from index.embedded import EmbeddedStore
from index.names import names_of
from index.port import ArticleStore
from minyin.clock import fixed_clock
from minyin.settings import IndexSettings
from tests.support.index_corpus import NOW, Corpus, corpus, county
from tests.support.index_engines import Engine, elastic_engine, embedded_engine
from tests.support.index_naive import Naive


@pytest.fixture(scope="session")
def written() -> Corpus:
    return corpus()


@pytest.fixture(scope="session")
def naive(written: Corpus) -> Naive:
    return Naive(written.documents, written.cut)


@pytest.fixture(scope="session")
def elastic_client(elasticsearch_url):
    from tests.support.elastic_bench import raw

    with raw(elasticsearch_url) as client:
        yield client


@pytest.fixture(scope="session")
def elastic_settings(elasticsearch_url, elastic_client):
    name = f"minyin-test-{uuid.uuid4().hex[:8]}"
    yield IndexSettings(engine="elasticsearch", hosts=(elasticsearch_url,), name=name)
    # all at one stroke: one by one, the cluster's state is made anew for each of some sixty indices
    if indices := list(elastic_client.indices.get(index=f"{name}*", ignore_unavailable=True)):
        elastic_client.indices.delete(index=indices)
    elastic_client.options(ignore_status=404).indices.delete_index_template(name=f"{name}*")


@pytest.fixture(scope="session")
def open_stores() -> Iterator[list[ArticleStore]]:
    opened: list[ArticleStore] = []
    yield opened
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def new_embedded(tmp_path_factory, written, open_stores) -> Callable[..., ArticleStore]:
    def make(folder=None):
        folder = folder or tmp_path_factory.mktemp("index")
        clock, names = fixed_clock(NOW), names_of(county())
        open_stores.append(EmbeddedStore(folder, written.cut, clock=clock, names=names))
        return open_stores[-1]

    return make


@pytest.fixture(scope="session")
def new_elastic(elastic_settings, written, open_stores) -> Callable[..., ArticleStore]:
    from index.elastic import ElasticStore

    def make(name=None):
        name = name or f"{elastic_settings.name}-{len(open_stores)}"
        own = elastic_settings.model_copy(update={"name": name})
        clock, names = fixed_clock(NOW), names_of(county())
        open_stores.append(ElasticStore(own, written.cut, clock=clock, names=names))
        return open_stores[-1]

    return make


@pytest.fixture(scope="session")
def embedded(tmp_path_factory, written, new_embedded) -> Engine:
    folder = tmp_path_factory.mktemp("filled")
    store = new_embedded(folder)
    assert store.write(written.documents) == len(written.documents)
    return embedded_engine(store, folder, written.cut)


@pytest.fixture(scope="session")
def elastic(elastic_settings, elastic_client, written, new_elastic) -> Engine:
    alias = f"{elastic_settings.name}-filled"
    store = new_elastic(alias)
    assert store.write(written.documents) == len(written.documents)
    return elastic_engine(store, elastic_client, alias, written.cut)


ENGINES = ["embedded", pytest.param("elastic", marks=pytest.mark.service)]


@pytest.fixture(scope="session", params=ENGINES)
def engine(request) -> Engine:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def filled(engine) -> ArticleStore:
    return engine.store


@pytest.fixture(scope="session")
def make_store(request, engine) -> Callable[..., ArticleStore]:
    """A new, empty store at each call."""
    name = "new_embedded" if engine.name == "embedded" else "new_elastic"
    return request.getfixturevalue(name)
