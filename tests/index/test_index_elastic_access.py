"""The way to the cluster and its troubles: addresses, certificates, credentials, busy and dead nodes, and what ingest makes of them."""

import logging
import socket
import threading
import uuid
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from elasticsearch import Elasticsearch
from sqlalchemy import func, select

from flows.bootstrap import open_house
from flows.health import findings
from flows.ingest import index_pending
from flows.serve import environment_of
from index.elastic import ElasticStore
from index.elastic_schema import mappings, properties
from index.elastic_writing import Patience
from index.mapping import VERSION
from minyin.clock import fixed_clock
from minyin.database import reading, save, tables
from minyin.errors import DependencyError, DocumentsRefused, OperatorError, SettingsError
from minyin.settings import IndexSettings, load_settings
from tests.support.elastic_proxy import make_certificate, proxy_of
from tests.support.index_documents import NOW, cut, documents

SECRET = "geheim-秘密-7c2"
PATIENCE = Patience(retries=2, first_pause=0.01, longest_pause=0.02)


@pytest.fixture
def name(elasticsearch_url):
    made = f"minyin-test-{uuid.uuid4().hex[:8]}"
    yield made
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        if indices := list(client.indices.get(index=f"{made}*")):
            client.indices.delete(index=indices)
        client.options(ignore_status=404).indices.delete_index_template(name=f"{made}*")


def store_of(name, *hosts, **settings):
    given = IndexSettings(engine="elasticsearch", hosts=hosts, name=name, **settings)
    return ElasticStore(given, cut, clock=fixed_clock(NOW), patience=PATIENCE)


def nobody():
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls") / "node.pem")


def basic(user, password):
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def test_a_dead_cluster_is_noticed_when_it_is_asked(caplog):
    store = store_of("nothing", nobody())
    for ask in (store.count, lambda: store.write(documents(1)), lambda: list(store.scan())):
        with pytest.raises(DependencyError, match="连不上 Elasticsearch"):
            ask()
    store.close()
    assert [record for record in caplog.records if record.exc_info] == []  # one line, no traces


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:9200", "ftp://x", f"https://elastic:{SECRET}@es.example:9200", "http://es:port"],
)
def test_addresses_hold_no_secret(host, tmp_path, monkeypatch):
    monkeypatch.setenv("MINYIN_INDEX__HOSTS", f'["{host}"]')
    with pytest.raises(SettingsError, match=r"https://主机:9200，不带用户名和密码") as refusal:
        load_settings(home=tmp_path)
    assert SECRET not in str(refusal.value)


def test_served_flows_find_the_same_cluster(tmp_path, monkeypatch, certificate):
    """The child process of `minyin up` reads the environment alone."""
    given = {"engine": "elasticsearch", "hosts": ("https://a:9200", "https://b:9201")}
    index = IndexSettings(name="other", user="minyin", ca_certs=certificate, **given)
    settings = load_settings(home=tmp_path).model_copy(update={"index": index})
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert load_settings().index == index


def test_a_certificate_without_tls(certificate):
    with pytest.raises(SettingsError, match=r"index 的设置不能用.*docs/settings\.md"):
        store_of("x", "http://127.0.0.1:9200", ca_certs=certificate)


def test_a_missing_certificate_file(tmp_path):
    with pytest.raises(SettingsError, match=r"找不到证书文件 .*ca\.pem"):
        store_of("x", "https://127.0.0.1:9200", ca_certs=tmp_path / "ca.pem")


def test_a_file_that_is_no_certificate(tmp_path):
    (tmp_path / "ca.pem").write_text("no", encoding="ascii")
    with pytest.raises(SettingsError, match=r"不是 PEM 格式的 CA 证书"):
        store_of("x", "https://127.0.0.1:9200", ca_certs=tmp_path / "ca.pem")


class Stranger(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"version": {"number": "1.0"}}')

    def log_message(self, format, *args):
        """Silent."""


def test_somebody_else_answers_at_the_address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        store = store_of("x", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(
            OperatorError, match=r"既不是 Elasticsearch，也不是 OpenSearch.*index\.hosts"
        ):
            store.count()
        store.close()
        server.shutdown()


@pytest.mark.service
@pytest.mark.parametrize(
    ("authorization", "settings"),
    [
        (basic("minyin", SECRET), {"user": "minyin", "password": SECRET}),
        # the key wins over the name, as docs/settings.md says
        (
            f"ApiKey {SECRET.encode().hex()}",
            {"user": "minyin", "password": "x", "api_key": SECRET.encode().hex()},
        ),
    ],
)
def test_tls_and_credentials(elasticsearch_url, name, certificate, caplog, authorization, settings):
    caplog.set_level(logging.DEBUG)
    with proxy_of(elasticsearch_url, authorization=authorization, certificate=certificate) as proxy:
        store = store_of(name, proxy.url, ca_certs=certificate, **settings)
        assert store.write(documents(3)) == store.count() == 3
        store.close()
        stranger = store_of(name, proxy.url, ca_certs=certificate, user="x", password=SECRET + "!")
        with pytest.raises(OperatorError, match="不认这个账号") as refusal:
            stranger.count()
        stranger.close()
    said = caplog.text + str(refusal.value) + repr(settings.get("nothing"))
    assert SECRET not in said
    assert SECRET.encode().hex() not in said
    assert authorization.split()[1] not in said


@pytest.mark.service
def test_a_node_that_is_not_who_it_says(elasticsearch_url, name, certificate, tmp_path):
    other = make_certificate(tmp_path / "other.pem")
    with proxy_of(elasticsearch_url, certificate=certificate) as proxy:
        store = store_of(name, proxy.url, ca_certs=other)
        with pytest.raises(DependencyError, match=r"证书核验不通过.*index\.ca_certs"):
            store.count()
        store.close()


@pytest.mark.service
def test_one_of_several_hosts_is_enough(elasticsearch_url, name):
    store = store_of(name, nobody(), elasticsearch_url)
    for _ in range(4):
        assert store.write(documents(2)) == 2
    store.close()


@pytest.mark.service
def test_opensearch_behind_tls_and_credentials_and_busy(opensearch_url, certificate):
    """It is asked who it is before anything else, with the credentials, and refuses as Elasticsearch does."""
    name, secret = f"minyin-test-{uuid.uuid4().hex[:8]}", basic("minyin", SECRET)
    with proxy_of(opensearch_url, authorization=secret, certificate=certificate) as proxy:
        stranger = store_of(name, proxy.url, ca_certs=certificate)
        with pytest.raises(OperatorError, match="不认这个账号"):
            stranger.count()
        stranger.close()
        store = store_of(name, proxy.url, ca_certs=certificate, user="minyin", password=SECRET)
        assert store.write(documents(3)) == store.count() == 3
        proxy.busy = 99
        with pytest.raises(DependencyError, match=r"忙不过来（429）.*文章已留存"):
            store.write(documents(5))
        proxy.busy = 0
        store.clear()
        store.close()


@pytest.mark.service
def test_a_busy_cluster_is_given_time(elasticsearch_url, name):
    with proxy_of(elasticsearch_url) as proxy:
        store = store_of(name, proxy.url)
        proxy.busy = 2
        assert store.write(documents(5)) == 5
        assert sum("_bulk" in path for path in proxy.paths) == 3
        proxy.busy = 99
        with pytest.raises(DependencyError, match=r"忙不过来（429）.*文章已留存，稍后再运行即可"):
            store.write(documents(5))
        assert 99 - proxy.busy == 3, "two pauses, no hammering"
        store.close()


@pytest.fixture
def house(elasticsearch_url, name, tmp_path, monkeypatch):
    """A house on Elasticsearch behind a proxy, with 30 articles that wait for the index."""
    with proxy_of(elasticsearch_url) as proxy:
        monkeypatch.setenv("MINYIN_INDEX__ENGINE", "elasticsearch")
        monkeypatch.setenv("MINYIN_INDEX__NAME", name)
        monkeypatch.setenv("MINYIN_INDEX__HOSTS", f'["{proxy.url}"]')
        made = open_house.__wrapped__(load_settings(home=tmp_path, now=NOW))
        with made.engine.begin() as connection:
            save(connection, tables.articles, documents(30), content_digest="", indexed=False)
        yield made, proxy
        made.store.close()
        made.engine.dispose()


def waiting(house):
    with reading(house.engine) as connection:
        statement = select(func.count()).select_from(tables.articles)
        return connection.execute(statement.where(tables.articles.c.indexed.is_(False))).scalar()


@pytest.mark.service
def test_ingest_keeps_what_a_dead_cluster_did_not_take(house):
    here, proxy = house
    proxy.down = True
    with pytest.raises(DependencyError, match="连不上 Elasticsearch"):
        index_pending(here)
    assert waiting(here) == 30
    assert any("连不上 Elasticsearch" in line for line in findings(here)), "health says it too"
    proxy.down = False
    assert index_pending(here) == 30
    assert (waiting(here), here.store.count()) == (0, 30)


@pytest.mark.service
def test_ingest_goes_on_past_documents_that_are_refused(house, elasticsearch_url, name):
    here, _ = house
    september = f"{name}-v{VERSION}-2026.09"
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        wrong = {**mappings(), "properties": {**properties(), "score": {"type": "ip"}}}
        client.indices.create(index=september, mappings=wrong, aliases={name: {}})
        with pytest.raises(DocumentsRefused) as refusal:
            index_pending(here)
        lost = len(refusal.value.ids)
        assert 0 < lost == waiting(here) < 30
        assert here.store.count() == 30 - lost
        client.indices.delete(index=september)
    assert index_pending(here) == lost
    assert here.store.count() == 30
