"""One store per engine, filled once. Elasticsearch is a real node that `make services` started, or skipped."""

import uuid
from collections.abc import Iterator

import pytest

from index.embedded import EmbeddedStore
from index.port import ArticleStore
from minyin.clock import fixed_clock
from minyin.settings import IndexSettings
from tests.support.index_documents import NOW, cut, documents


@pytest.fixture(scope="session")
def filled_documents():
    return documents(600)


@pytest.fixture(scope="session")
def elastic_settings(elasticsearch_url):
    from elasticsearch import Elasticsearch

    url = elasticsearch_url
    name = f"minyin-test-{uuid.uuid4().hex[:8]}"
    yield IndexSettings(engine="elasticsearch", hosts=(url,), name=name)
    with Elasticsearch(url) as client:
        found = client.indices.get(index=f"{name}*", ignore_unavailable=True)
        for index in found:
            client.indices.delete(index=index)
        for template in client.indices.get_index_template(name=f"{name}*")["index_templates"]:
            client.indices.delete_index_template(name=template["name"])


@pytest.fixture(
    scope="session", params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.service)]
)
def make_store(request, tmp_path_factory):
    """A new, empty store at each call."""
    made: list[ArticleStore] = []

    def make() -> ArticleStore:
        clock = fixed_clock(NOW)
        if request.param == "embedded":
            store = EmbeddedStore(tmp_path_factory.mktemp("index"), cut, clock=clock)
        else:
            from index.elastic import ElasticStore

            settings = request.getfixturevalue("elastic_settings")
            own = settings.model_copy(update={"name": f"{settings.name}-{len(made)}"})
            store = ElasticStore(own, cut, clock=clock)
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()


@pytest.fixture(scope="session")
def filled(make_store, filled_documents) -> Iterator[ArticleStore]:
    store = make_store()
    assert store.write(filled_documents) == len(filled_documents)
    return store
