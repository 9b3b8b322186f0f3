"""判读: the page, the same for programs, and names that people teach there."""

import json
import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from console.cli import run
from minyin.database import tables
from support.console_seed import SeededHouse

TEXT = "来电人徐广兰，电话13800027350，反映官湖镇新华村停水三天没人管"


def token_of(client: httpx.Client) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', client.get("/explain").text)
    assert found
    return found[1]


def test_a_text_is_judged_with_reasons_and_without_its_secrets(client: httpx.Client) -> None:
    fields = {"text": TEXT, "home_source": "on", "token": token_of(client)}
    answer = client.post("/explain", data=fields)
    assert answer.status_code == 200
    assert "320382103201" in answer.text
    assert "供水" in answer.text
    assert "徐广兰" not in answer.text.replace(TEXT, "")
    assert client.post("/explain", data={"text": TEXT}).status_code == 403


def test_programs_ask_in_json(client: httpx.Client) -> None:
    answer = client.post("/api/explain", json={"text": TEXT, "source_type": "热线"})
    assert answer.status_code == 200
    found = answer.json()
    assert "徐广兰" not in json.dumps(found, ensure_ascii=False)
    findings = {one["key"]: one for one in found["findings"]}
    (place,) = findings["places"]["reasons"]
    assert found["text"][place["start"] : place["end"]].startswith("官湖镇新华")
    assert client.post("/api/explain", json={"words": "x"}).status_code == 422
    assert client.post("/api/explain", data={"text": TEXT}).status_code == 422
    assert client.post("/api/explain", json={"text": "水" * 30_000}).status_code == 422


def test_a_correction_is_used_by_the_next_judgement_and_audited(
    client: httpx.Client, house: SeededHouse
) -> None:
    question = {"text": "槐荫巷的路灯坏了"}
    before = client.post("/api/explain", json=question).json()
    assert "市：邳州市" in json.dumps(before, ensure_ascii=False)
    fields = {"name": "槐荫巷", "code": "320382001", "actor": "王芳", "token": token_of(client)}
    assert client.post("/places/correct", data=fields).status_code == 303
    after = client.post("/api/explain", json=question).json()
    assert "镇街：东湖街道" in json.dumps(after, ensure_ascii=False)
    assert client.post("/places/correct", data=fields | {"code": "1"}).status_code == 400
    with house.engine.connect() as connection:
        kept = connection.scalar(
            select(func.count()).where(tables.audit.c.action == "place.correct")
        )
    assert kept == 1
    withdrawn = client.post("/places/forget", data=fields)
    assert withdrawn.status_code == 303
    assert client.post("/api/explain", json=question).json() == before


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """analyse, evaluate, explain, place and county, as an operator meets them."""
    monkeypatch.chdir(tmp_path)
    home = ["--home", str(tmp_path / "home"), "--quiet"]
    rows = [{"id": 1, "text": TEXT, "home_source": True, "relevant": True, "codes": ["320382103201"], "level": "村居"}]  # fmt: skip
    Path("in.jsonl").write_text(
        "\n".join([*(json.dumps(row, ensure_ascii=False) for row in rows), "broken"]),
        encoding="utf-8",
    )
    assert run([*home, "analyse", "in.jsonl", "out.jsonl"]) == 0
    told = capsys.readouterr()
    assert "第 2 行：不是一行 JSON" in told.err
    assert "徐广兰" not in told.out + told.err
    assert json.loads(Path("out.jsonl").read_text(encoding="utf-8"))["id"] == 1
    assert run([*home, "evaluate", "places", "in.jsonl"]) == 0
    assert "镇街准确" in capsys.readouterr().out
    assert run([*home, "evaluate", "masking", "in.jsonl"]) == 2
    assert "第 1 行：没有 spans" in capsys.readouterr().err
    assert run([*home, "evaluate", "weather", "in.jsonl"]) == 2
    assert run([*home, "place", "correct", "槐荫巷", "320382001", "--by", "王芳"]) == 0
    assert run([*home, "explain", "槐荫巷的路灯坏了", "--json"]) == 0
    assert "东湖街道" in capsys.readouterr().out
    assert run([*home, "place", "list"]) == 0
    assert "槐荫巷" in capsys.readouterr().out
    assert run([*home, "place", "forget", "槐荫巷", "--by", "王芳"]) == 0
    assert run([*home, "county", "new", "320382"]) == 0
    assert run([*home, "county", "new", "320382"]) == 2
    Path("minyin.yaml").write_text("county: counties/320382\n", encoding="utf-8")
    assert run([*home, "check"]) == 0
    assert "镇街 25，村居 516" in capsys.readouterr().out
