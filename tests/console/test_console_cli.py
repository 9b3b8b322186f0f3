"""The `minyin` command in a process of its own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.console_seed import SeededHouse

HEAVY = (
    "scrapy",
    "sklearn",
    "prefect",
    "fastapi",
    "tantivy",
    "pandas",
    "altair",
    "sqlalchemy",
    "jieba",
    "pydantic",
)
LOOK = """
import sys
sys.argv = ["minyin", "--help"]
from console.cli import run
assert run(["--help"]) == 0
print("LOADED", [name for name in %r if name in sys.modules])
"""


def minyin(
    root: Path, *arguments: str, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    given = ["--home", str(home)] if home else []
    return subprocess.run(
        [sys.executable, "-m", "console.cli", *given, *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_is_quick_and_loads_nothing_heavy(root: Path) -> None:
    timings = []
    for _ in range(3):
        start = time.perf_counter()
        answer = minyin(root, "--help")
        timings.append(time.perf_counter() - start)
    assert answer.returncode == 0
    assert "检索" in answer.stdout
    assert "简报" in answer.stdout
    assert min(timings) < 1.0
    looked = subprocess.run(
        [sys.executable, "-c", LOOK % (HEAVY,)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "LOADED []" in looked.stdout


COMMANDS = [
    "check", "demo", "up", "console", "crawl", "import", "ingest", "watch", "supervise", "deliver", "rebuild", "retention",
    "index status", "index migrate", "index compact", "index copy", "search", "evidence", "health",
    "analyse", "evaluate", "explain", "county new", "place correct", "place forget", "place list",
    "alert list", "alert show", "alert ack", "alert false", "alert lift",
    "ticket list", "ticket show", "ticket open", "ticket act",
    "event list", "event show", "brief build", "brief verify", "brief sign", "brief list",
    "kibana export",
]  # fmt: skip


def test_every_command_has_chinese_help() -> None:
    from typer.testing import CliRunner

    from console.cli import app

    for command in COMMANDS:
        answer = CliRunner().invoke(app, [*command.split(), "--help"])
        assert answer.exit_code == 0, command
        assert "显示这份帮助" in answer.output, command


def test_an_unknown_command_is_one_line_and_exit_2(root: Path) -> None:
    answer = minyin(root, "sarch")
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("错误：没有")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--config", "nowhere.yaml", "check"], "缺少这个文件"),
        (["brief", "verify", "nowhere.json"], "nowhere.json"),
        (["search", "--limit", "x"], "命令写法有误：--limit 应写数字"),
        (["search", "--limt", "3"], "没有 --limt 这个选项，可用：--limit"),
        (["explain"], "缺少 text"),
        (["import", "nowhere.xlsx"], "没有“nowhere.xlsx”这个文件"),
    ],
)
def test_the_operators_errors_are_one_line_and_exit_2(
    root: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    answer = minyin(root, *arguments, home=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("错误：")
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_an_unknown_setting_names_the_nearest(root: Path, tmp_path: Path) -> None:
    config = tmp_path / "minyin.yaml"
    config.write_text("console: {prot: 8601}\n", encoding="utf-8")
    answer = minyin(root, "--config", str(config), "check", home=tmp_path)
    assert answer.returncode == 2
    assert "port" in answer.stderr


def test_check_counts_the_county(root: Path, tmp_path: Path) -> None:
    answer = minyin(root, "check", home=tmp_path)
    assert answer.returncode == 0
    assert "邳州市：镇街 25" in answer.stdout
    assert "没有登记任何来源" in answer.stderr


def test_search_prints_json_lines(root: Path, house: SeededHouse) -> None:
    pytest.importorskip("flows.bootstrap", reason="flows are not in this checkout yet")
    answer = minyin(root, "search", "停水", "--json", "--limit", "5", home=house.settings.home)
    assert answer.returncode == 0, answer.stderr
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(rows) == 5
    fields = "id external_id title url source published_at polarity places event_id highlight"
    assert set(rows[0]) == set(fields.split())
    assert any("【停水】" in mark for row in rows for mark in row["highlight"])


def test_a_query_error_is_one_line_and_exit_2(root: Path, house: SeededHouse) -> None:
    pytest.importorskip("flows.bootstrap", reason="flows are not in this checkout yet")
    answer = minyin(root, "search", "(停水", home=house.settings.home)
    assert answer.returncode == 2
    assert answer.stderr.startswith("错误：第 ")


def test_a_broken_home_is_exit_1_with_a_log(root: Path, tmp_path: Path) -> None:
    """An error that Minyin did not raise itself: one line with the place of the log, no traceback."""
    pytest.importorskip("flows.bootstrap", reason="flows are not in this checkout yet")
    (tmp_path / "minyin.db").write_bytes(b"this is no database, " * 200)
    answer = minyin(root, "event", "list", home=tmp_path)
    assert answer.returncode == 1
    assert answer.stderr.startswith("错误：")
    assert "Traceback" not in answer.stderr
