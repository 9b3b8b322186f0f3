"""The console on a seeded house, behind a real server on a free port."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from console.web.app import create_app
from support.console_seed import SeededHouse, sample_folder, seeded_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeededHouse]:
    if sample_folder() is None:
        pytest.skip("the written sample quarter is neither in samples/data nor beside MINYIN_DATA")
    made = seeded_house(tmp_path_factory.mktemp("console"))
    yield made
    made.store.close()
    made.engine.dispose()


@pytest.fixture(scope="session")
def address(house: SeededHouse) -> Iterator[str]:
    """The address of a running console."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(create_app(house), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the console did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as made:
        yield made


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parents[2]
