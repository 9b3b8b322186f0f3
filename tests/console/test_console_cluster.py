"""`minyin cluster` on files good and bad, through the command line."""

import json
from pathlib import Path

import pytest

from console.cli import run

ESTATE = "小区一楼被搞成商业门面，噪音扰民严重"


def test_cluster_gives_every_line_its_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[bytes] = [
        json.dumps(row, ensure_ascii=False).encode()
        for row in (
            {"id": 1, "title": f"A5区魅力之城{ESTATE}", "text": "魅力之城的餐馆夜里一两点还在放音乐。", "time": "2019/8/1 9:00:00"},
            {"id": "two", "title": "魅力之城小区底层商业门面噪音扰民", "text": "魅力之城楼下的门面噪音扰民，夜里不能睡。", "time": "2019-08-03 10:00:00", "votes": 3},
            {"id": 3, "title": f"A4区英祥春天{ESTATE}", "text": "英祥春天的餐馆夜里一两点还在放音乐。", "time": "2019/8/4 9:00:00"},
            {"id": 4, "text": "😀" * 50_000, "time": "昨天"},
            {"id": 5, "title": "", "text": " "},
            ["not", "an", "object"],
        )
    ]  # fmt: skip
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join([*rows, b"{broken", b"\xff\xfe{}", b""]))
    assert run(["--home", str(tmp_path), "cluster", str(source), str(target)]) == 0
    found = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [row["id"] for row in found] == [1, "two", 3, 4, 5, None, None, None]
    first, second, third, emoji, *bad = [row["event_id"] for row in found]
    assert first == second
    assert len({first, third, emoji}) == 3
    assert bad == [None] * 4
    said = capsys.readouterr().err
    assert "共 8 行：归入 3 个事件 4" in said
    assert "第 7 行" in said
    assert run(["cluster", str(tmp_path / "none.jsonl"), str(target)]) == 2
