"""A name of one's own on a real Elasticsearch node, and what lies behind a store there."""

import uuid

from elasticsearch import Elasticsearch

from index.elastic import ElasticStore
from index.elastic_access import client_of
from index.elastic_writing import Patience
from index.mapping import VERSION
from index.names import names_of
from minyin.clock import fixed_clock
from minyin.county import load_county
from minyin.settings import IndexSettings
from tests.support.index_documents import NOW, cut

NAMES = names_of(load_county("pizhou"))
PATIENCE = Patience(retries=1, first_pause=0.01, longest_pause=0.01)


def raw(url: str) -> Elasticsearch:
    """A client of either product, without the store."""
    return client_of(IndexSettings(hosts=(url,), timeout_seconds=60))


class Bench:
    """A node, a name of our own on it, and a raw client that looks behind the store."""

    def __init__(self, url: str) -> None:
        self.name = f"minyin-test-{uuid.uuid4().hex[:8]}"
        self.url = url
        self.client = raw(url)
        self.stores: list[ElasticStore] = []

    def store(self, url: str | None = None) -> ElasticStore:
        settings = IndexSettings(engine="elasticsearch", hosts=(url or self.url,), name=self.name)
        self.stores.append(
            ElasticStore(settings, cut, clock=fixed_clock(NOW), names=NAMES, patience=PATIENCE)
        )
        return self.stores[-1]

    def months(self) -> dict[str, int]:
        """How many documents each month holds."""
        self.client.indices.refresh(index=f"{self.name}-*")
        found = self.client.indices.get(index=f"{self.name}-*")
        return {
            name.removeprefix(f"{self.name}-v{VERSION}-"): self.client.count(index=name)["count"]
            for name in found
        }

    def close(self) -> None:
        for store in self.stores:
            store.close()
        if indices := list(self.client.indices.get(index=f"{self.name}*")):
            self.client.indices.delete(index=indices)
        own = self.client.options(ignore_status=404)
        own.indices.delete_index_template(name=f"{self.name}*")
        self.client.close()
