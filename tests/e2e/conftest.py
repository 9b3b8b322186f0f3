"""One demo, run once by its real command, looked at by many tests."""

import subprocess

import pytest

from support.demo import Demo, free_block, minyin


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = tmp_path_factory.mktemp("demo") / "home"
    base = free_block(8)

    def run() -> subprocess.CompletedProcess[str]:
        return minyin(
            "--home",
            str(home),
            "demo",
            "--no-serve",
            "--sites-port",
            str(base),
            env={"MINYIN_PREFECT__PORT": str(base + 7)},
        )

    first = run()
    assert first.returncode == 0, first.stdout + first.stderr
    return Demo(home, base, base + 7, first.stdout + first.stderr, run)
