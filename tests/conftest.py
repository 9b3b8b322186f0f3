"""What every test may ask for: real services where they are, research data where it is, a printed reason where not."""

import os
from pathlib import Path

import pytest

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


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    return service("MINYIN_TEST_POSTGRESQL")


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    return service("MINYIN_ELASTICSEARCH_URL")


@pytest.fixture(scope="session")
def elasticsearch_9_url() -> str:
    return service("MINYIN_ELASTICSEARCH_9_URL")


@pytest.fixture(scope="session", params=["elasticsearch_url", "elasticsearch_9_url"])
def elasticsearch_node(request: pytest.FixtureRequest) -> str:
    """A node of every major version that Minyin speaks to, one after the other."""
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
    keep = ("MINYIN_DATA", "MINYIN_REQUIRE_SERVICES", "MINYIN_TEST_", "MINYIN_ELASTICSEARCH_")
    for name in list(os.environ):
        if name.startswith("MINYIN_") and not name.startswith(keep):
            monkeypatch.delenv(name)
