"""Registering a source in the console: look, try, register; nothing that was not tried well gets in."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import yaml
from fastapi.testclient import TestClient
from sqlalchemy import select

from console.web.app import create_app
from minyin.database import reading, tables
from support.console_seed import SeededHouse
from support.hostile import Site, running_site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of the test's own: the county's is read by others meanwhile."""
    path = tmp_path_factory.mktemp("registry") / "sources.yaml"
    path.write_text("sources: []\n", encoding="utf-8")
    return path


@pytest.fixture
def client(house: SeededHouse, registry: Path) -> Iterator[httpx.Client]:
    settings = house.settings.model_copy(update={"extra_sources": registry})
    app = create_app(replace(house, settings=settings))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as made:
        yield made


def form(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    page = client.get("/sources/new").text
    token = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert token
    return client.post(path, data={"token": token[1], "actor": "张三"} | fields)


def entry_in(page: str) -> str:
    found = re.search(r'<textarea[^>]*name="entry"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def faster(entry: str, **changes: object) -> str:
    (values,) = yaml.safe_load(entry)
    return yaml.safe_dump(
        [values | {"per_second": 200, "id": "trial"} | changes], allow_unicode=True
    )


def test_a_site_is_looked_at_tried_and_registered(
    client: httpx.Client, house: SeededHouse, site: Site, registry: Path
) -> None:
    before = registry.read_text(encoding="utf-8")
    seen = form(client, "/sources/look", url=f"{site.url}/feed/rss2.xml").text
    assert "订阅源" in seen
    entry = faster(entry_in(seen))
    tried = form(client, "/sources/try", entry=entry).text
    assert "提取齐全，可以登记" in tried
    assert "号通知：朱镕喆小区停水" in tried
    seal = re.search(r'name="seal" value="([0-9a-f]{64})"', tried)
    assert seal
    # what was changed after its trial, or has no impact, is not taken
    changed = faster(entry, name="另一个名字")
    for wrong, says in (
        ({"entry": changed, "seal": seal[1], "impact": "无影响"}, "试采之后改过"),
        ({"entry": entry, "seal": "0" * 64, "impact": "无影响"}, "试采之后改过"),
        ({"entry": entry, "seal": seal[1], "impact": ""}, "影响评估"),
    ):
        answer = form(client, "/sources/add", **wrong)
        assert answer.status_code == 400
        assert says in answer.text
    assert registry.read_text(encoding="utf-8") == before
    done = form(client, "/sources/add", entry=entry, seal=seal[1], impact="每小时两次，无影响")
    assert done.status_code == 303
    (kept,) = yaml.safe_load(registry.read_text(encoding="utf-8"))["sources"]
    assert kept["id"] == "trial"
    said = (kept["assessment"]["by"], kept["assessment"]["impact"])
    assert said == ("张三", "每小时两次，无影响")
    assert "trial" in client.get("/health").text, "it is there without a restart"
    with reading(house.engine) as connection:
        a = tables.audit.c
        actions = connection.execute(select(a.action).where(a.actor == "张三")).scalars().all()
    assert {"source.look", "source.test", "source.add"} <= set(actions)


def test_what_comes_out_empty_has_no_button_to_register(client: httpx.Client, site: Site) -> None:
    seen = form(client, "/sources/look", url=f"{site.url}/feed/empty.xml").text
    tried = form(client, "/sources/try", entry=faster(entry_in(seen))).text
    assert "不能登记" in tried
    assert 'name="seal"' not in tried


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("/sources/look", {"url": "pz.gov.cn"}, "不是网址"),
        ("/sources/try", {"entry": "a: [b"}, "不是 YAML"),
        ("/sources/try", {"entry": "- {id: x, name: x}"}, "登记内容"),
        ("/sources/try", {"entry": "- {id: x, name: x, kind: feed, channel: news, tier: 4}"}, "缺少 assessment"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_on_the_page(
    client: httpx.Client, path: str, fields: dict[str, str], says: str
) -> None:
    answer = form(client, path, **fields)
    assert answer.status_code == 200
    assert says in answer.text
