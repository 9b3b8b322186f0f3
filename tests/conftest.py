"""What every test may ask for: real services where they are, research data where it is, a printed reason where not."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from sqlalchemy import Engine
from xdist.scheduler import LoadScopeScheduling

from support.databases import (
    NewDatabase,
    migrated_file,
    migrated_template,
    postgresql_databases,
    sqlite_databases,
)

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ROOT / ".services" / "env"


def _service_environment() -> dict[str, str]:
    """What `make services` found, with the process environment on top."""
    found: dict[str, str] = {}
    if SERVICES.is_file():
        for line in SERVICES.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            found[name] = value
    return found | {k: v for k, v in os.environ.items() if k.startswith("MINYIN_")}


def service(name: str) -> str:
    """The address of a service, or a skip; with MINYIN_REQUIRE_SERVICES a missing one is a failure."""
    value = _service_environment().get(name)
    if value:
        return value
    if os.environ.get("MINYIN_REQUIRE_SERVICES"):
        pytest.fail(f"{name} is required here and was not found: run `make services`")
    pytest.skip(f"{name} not found: run `make services` to test this")


def _room(nodeid: str) -> str:
    """Tests that share something costly run in one process: the demo, or what a folder's conftest builds."""
    file = PurePosixPath(nodeid.split("::", maxsplit=1)[0])
    folder = file.parent.name
    if folder == "e2e":
        return folder if file.name != "test_e2e_civic.py" else str(file)
    return folder if folder in ("contract", "console", "reports") else str(file)


class Rooms(LoadScopeScheduling):  # type: ignore[misc]
    """Rooms go to processes whole; the scopes of xdist's own `loadgroup` get lost with this pytest."""

    def _split_scope(self, nodeid: str) -> str:
        return _room(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Rooms:
    return Rooms(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest first, so that all processes end together."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    return service("MINYIN_TEST_POSTGRESQL")


@pytest.fixture(scope="session")
def _blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_file(tmp_path_factory.mktemp("blank"))


@pytest.fixture(scope="session")
def _blank_postgresql(postgresql_url: str) -> Iterator[str]:
    with migrated_template(postgresql_url) as name:
        yield name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Fresh databases by name: every test that asks runs on SQLite and on a real PostgreSQL."""
    if request.param == "sqlite":
        with sqlite_databases(request.getfixturevalue("_blank_sqlite"), tmp_path) as make:
            yield make
        return
    server: str = request.getfixturevalue("postgresql_url")
    with postgresql_databases(server, request.getfixturevalue("_blank_postgresql")) as make:
        yield make


@pytest.fixture
def sqlite_engine(_blank_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """A fresh SQLite database, for tests whose subject is not the database."""
    with sqlite_databases(_blank_sqlite, tmp_path) as make:
        yield make("minyin")


@pytest.fixture
def engine(new_database: NewDatabase) -> Engine:
    """A fresh database."""
    return new_database("minyin")


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    return service("MINYIN_ELASTICSEARCH_URL")


@pytest.fixture(scope="session")
def elasticsearch_9_url() -> str:
    return service("MINYIN_ELASTICSEARCH_9_URL")


@pytest.fixture(scope="session")
def opensearch_url() -> str:
    """The one node of the tests that has the percolator."""
    return service("MINYIN_OPENSEARCH_URL")


@pytest.fixture(
    scope="session", params=["elasticsearch_url", "elasticsearch_9_url", "opensearch_url"]
)
def elasticsearch_node(request: pytest.FixtureRequest) -> str:
    """A node of every product and major version that the tests start, one after the other."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def chromium() -> tuple[str, str]:
    """Paths of the browser and of its driver."""
    return service("MINYIN_TEST_CHROMIUM"), service("MINYIN_TEST_CHROMEDRIVER")


@pytest.fixture(scope="session")
def soffice() -> str:
    return service("MINYIN_TEST_SOFFICE")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of research data (never part of the project); tests that need it skip where it is absent."""
    folder = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"research data not found at {folder} (set MINYIN_DATA)")
    return folder


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no minyin.yaml and no MINYIN_ setting of whoever runs them."""
    keep = (
        "MINYIN_DATA",
        "MINYIN_REQUIRE_SERVICES",
        "MINYIN_TEST_",
        "MINYIN_ELASTICSEARCH_",
        "MINYIN_OPENSEARCH_",
    )
    for name in list(os.environ):
        if name.startswith("MINYIN_") and not name.startswith(keep):
            monkeypatch.delenv(name)
