"""The commands of the search index, on a small house of their own."""

import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.cli import run
from flows.bootstrap import House, open_house
from index.mapping import VERSION
from minyin.database import save, tables
from minyin.settings import load_settings
from tests.conftest import _service_environment
from tests.support.index_documents import documents


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Path]]:
    """One house for all, since its dictionary takes long, and the file its settings come from."""
    home = tmp_path_factory.mktemp("index-commands")
    name = f"minyin-test-copy-{uuid.uuid4().hex[:8]}"
    url = _service_environment().get("MINYIN_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    config = home / "minyin.yaml"
    config.write_text(json.dumps({"index": {"hosts": [url], "name": name}}), encoding="utf-8")
    house = open_house(load_settings(config, home=home))
    every = documents(60)
    with house.engine.begin() as connection:
        save(connection, tables.articles, every[:55], indexed=True)
        save(connection, tables.articles, every[55:], indexed=False)
    yield house, config
    house.engine.dispose()


@pytest.fixture
def small(shared: tuple[House, Path]) -> House:
    """Sixty articles, of which five wait to be indexed."""
    house, _ = shared
    shutil.rmtree(house.settings.index_folder, ignore_errors=True)
    house.store.write(documents(55))
    return house


@pytest.fixture
def said(shared: tuple[House, Path], capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command prints, one space between columns; it must end well."""

    def saying(*words: str) -> str:
        house, config = shared
        given = ["--config", str(config), "--home", str(house.settings.home), "index"]
        assert run([*given, *words]) == 0
        return re.sub(" +", " ", capsys.readouterr().out)

    return saying


@pytest.mark.usefixtures("small")
def test_status_tells_what_is_there(said: Callable[..., str]) -> None:
    told = json.loads(said("status", "--json"))
    numbers = [told[name] for name in ("engine", "articles", "documents", "waiting")]
    assert numbers == ["embedded", 60, 55, 5]
    assert (told["folder"]["version"], told["folder"]["deleted"]) == (VERSION, 0)
    shown = said("status")
    assert "等待写入 5 条" in shown
    assert "内置检索库" in shown


def test_an_old_index_is_migrated_once(small: House, said: Callable[..., str]) -> None:
    folder = small.settings.index_folder
    (folder / f"v{VERSION}").rename(folder / "data")
    (folder / "version.json").write_text(json.dumps({"mapping": 1}), encoding="utf-8")
    assert "请运行 minyin index migrate" in said("status")
    assert said("migrate") == "已迁移 55 条。\n"
    assert said("migrate") == "索引已是本程序的版本，无需迁移。\n"
    assert small.store.count() == 55


def test_compacting_frees_what_was_deleted(small: House, said: Callable[..., str]) -> None:
    small.store.delete([document.id for document in documents(20)])
    assert "已删除待整理 20 条" in said("status")
    assert said("compact") == "整理完毕，35 条。\n"
    assert "已删除待整理 0 条" in said("status")


def test_copying_to_itself_or_to_nowhere_is_refused(
    small: House, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(small.settings.home), "index", "copy"]
    assert run([*home, "--from", "embedded", "--to", "embedded"]) == 2
    assert run([*home, "--from", "embedded", "--to", "solr"]) == 2
    assert "没有名为 'solr' 的检索引擎" in capsys.readouterr().err


@pytest.mark.service
def test_everything_is_copied_there_and_back(
    small: House, said: Callable[..., str], elasticsearch_url: str
) -> None:
    there = ("copy", "--from", "embedded", "--to", "elasticsearch")
    try:
        assert "新入库 55" in said(*there)
        small.store.write([documents(1)[0].but(text="改过的正文", words_text="")])
        again = said(*there)
        assert "有更新 1" in again
        assert "无变化 54" in again
        expected = list(small.store.scan())
        small.store.delete([document.id for document in expected[:30]])
        small.store.write(documents(3, seed=99)[:1])
        account = said("copy", "--from", "elasticsearch", "--to", "embedded", "--mirror")
        assert "新入库 30" in account
        assert list(small.store.scan()) == expected
    finally:
        _forget(elasticsearch_url, small.settings.index.name)


def _forget(url: str, name: str) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(url) as client:
        for index in client.indices.get(index=f"{name}*", ignore_unavailable=True):
            client.indices.delete(index=index)
        for template in client.indices.get_index_template(name=f"{name}*")["index_templates"]:
            client.indices.delete_index_template(name=template["name"])
