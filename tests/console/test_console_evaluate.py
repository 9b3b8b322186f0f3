"""`minyin evaluate` on the gold that a county makes itself: every task, good rows, bad rows, wrong files."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import run

HTML = """<html><head><title>老街改造月底完工_邳州新闻</title></head><body><h1>老街改造月底完工</h1>
<p>2026-10-08 09:30 来源：邳州融媒 作者：王芳</p><div>%s</div></body></html>"""
PARAGRAPH = "<p>记者从住建部门了解到，老街改造工程的路面铺装已经完成，路灯和排水管网正在调试，预计月底全部完工并恢复通行。</p>"


def rows(path: Path, given: list[Any]) -> str:
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in given]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINYIN_NLP__POLARITY", "linear")

    def asked(*words: str) -> tuple[int, str, str]:
        code = run(["--home", str(tmp_path / "home"), "--quiet", "evaluate", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return asked


def test_rows_that_cannot_be_judged_are_listed_and_the_others_judged(tmp_path: Path, ask) -> None:  # type: ignore[no-untyped-def]
    path = rows(
        tmp_path / "gold.jsonl",
        [
            {"id": 1, "text": "停水三天没人管，太气人了", "polarity": "neg"},
            {"id": 2, "text": "停水", "polarity": "negative"},
            "broken",
            {"id": 4, "polarity": "neg"},
            {"text": "感谢师傅，当天就修好了", "polarity": "pos"},
            {"id": 6, "text": "停水通知", "polarity": None},
            "",
        ],
    )
    code, out, _ = ask("polarity", path)
    assert code == 0
    assert "2 条" in out.splitlines()[0]
    assert "没有评判的行 3" in out
    assert "第 2 行：polarity 应为 neg、neu、pos，实为 'negative'" in out
    assert "第 3 行：不是一行 JSON" in out
    assert "第 4 行：没有 text" in out


@pytest.mark.parametrize(
    ("task", "field", "bad"),
    [
        ("appeal", "appeal", 2), ("urgent", "urgent", "yes"), ("should_alert", "should_alert", -1),
        ("topic", "topic", "供水"), ("topics", "topic", 3), ("category", "category", 5),
        ("masking", "spans", [[0, 99, "phone"]]), ("masking", "spans", [[0, 1, "shoe"]]),
    ],
)  # fmt: skip
def test_a_file_of_labels_that_are_none(tmp_path: Path, ask, task: str, field: str, bad: Any) -> None:  # type: ignore[no-untyped-def]  # fmt: skip
    path = rows(tmp_path / "gold.jsonl", [{"id": 1, "text": "停水三天", field: bad}])
    code, out, err = ask(task, path)
    assert code == 2
    assert out == ""
    assert f"第 1 行：{field} 应为" in err
    assert "Traceback" not in err


def test_wrong_paths(tmp_path: Path, ask) -> None:  # type: ignore[no-untyped-def]
    for words in (("polarity", str(tmp_path)), ("events", str(tmp_path)), ("pages", str(tmp_path)), ("pages", "none"), ("events", "none")):  # fmt: skip
        code, _, err = ask(*words)
        assert code == 2
        assert err.count("\n") == 1
        assert err.startswith("错误：")


MESSAGES = [
    {"id": 1, "title": "沂武路祥润家园停水三天", "text": "沂武路祥润家园小区停水三天了，供水公司没有答复。", "time": "2026-09-01 08:00:00", "event": "A"},
    {"id": 2, "title": "沂武路祥润家园又停水", "text": "祥润家园停水，沂武路一带都停了，供水公司电话打不通。", "time": "2026-09-01 10:00:00", "event": "A"},
    {"id": 3, "title": "桃溪公园步道塌陷", "text": "桃溪公园步道塌了一块，老人散步很危险。", "time": "2026-09-02 08:00:00", "event": None},
    {"id": 4, "title": "没有标注的一条", "text": "滨河路红绿灯坏了。", "time": "2026-09-02 09:00:00"},
]  # fmt: skip


def test_events_of_a_file(tmp_path: Path, ask) -> None:  # type: ignore[no-untyped-def]
    path = rows(tmp_path / "events.jsonl", [*MESSAGES, "broken", {"id": 9, "text": "x", "event": {}}])  # fmt: skip
    code, out, _ = ask("events", path)
    assert code == 0
    assert "3 条已标注（共 6 条），2 个簇" in out
    assert "B³ F1    1.000" in out
    assert "没有评判的 2 处：第 5 行（不是 JSON）" in out


def test_events_of_a_folder(tmp_path: Path, ask) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "gold"
    folder.mkdir()
    rows(folder / "messages.jsonl", MESSAGES[::-1])
    events = [{"event_id": "E1", "member_ids": [1, 2, 77]}, {"event_id": "E2"}]
    (folder / "events.json").write_text(json.dumps(events), encoding="utf-8")
    (folder / "singletons.json").write_text('[{"id": 3}]', encoding="utf-8")
    (folder / "hard_negatives.json").write_text('[{"a": 1, "b": 3}]', encoding="utf-8")
    code, out, _ = ask("events", str(folder))
    assert code == 0
    assert "1 对相似而不同" in out
    assert "相似而不同的被并  0.000" in out
    assert "标注了而没有留言的编号 1 个：77" in out
    assert "E2：没有 member_ids" in out
    (folder / "events.json").write_text("{", encoding="utf-8")
    code, _, err = ask("events", str(folder))
    assert code == 2
    assert "events.json 不是 UTF-8 的 JSON" in err


def test_pages_of_a_folder(tmp_path: Path, ask) -> None:  # type: ignore[no-untyped-def]
    for name in ("html", "gold"):
        (tmp_path / "pages" / name).mkdir(parents=True)
    (tmp_path / "pages/html/a_1.html").write_text(HTML % (PARAGRAPH * 3), encoding="utf-8")
    gold = {
        "id": "a_1", "html": "html/a_1.html", "url": None, "title": "老街改造月底完工", "author": None,
        "source": "邳州融媒", "published_at": "2026-10-08T09:30:00+08:00",
        "text": "\n".join([PARAGRAPH.replace("<p>", "").replace("</p>", "")] * 3),
    }  # fmt: skip
    put = tmp_path / "pages/gold"
    (put / "a_1.json").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
    (put / "a_2.json").write_text("{", encoding="utf-8")
    (put / "a_3.json").write_text(json.dumps({**gold, "html": "html/none.html"}), encoding="utf-8")
    (put / "a_4.json").write_text('{"id": "a_4"}', encoding="utf-8")
    code, out, _ = ask("pages", str(tmp_path / "pages"))
    assert code == 0
    assert "1 页，1 个网站" in out
    assert "标题全同    1.000" in out
    assert "没有评判的文件 3 个：a_2.json" in out
    assert "a_3.json：读不了网页" in out
    assert "a_4.json：缺少或写错字段 html" in out
