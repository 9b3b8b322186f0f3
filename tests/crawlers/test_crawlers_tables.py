"""Imported tables: rows become articles, and every bad row is listed as Excel numbers it."""

import csv
import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from crawlers.archive.inbox import Inbox
from crawlers.table.tables import import_table
from minyin.clock import fixed_clock, local
from minyin.county import Source
from minyin.errors import InputError
from minyin.identity import article_id, row_url
from minyin.model import Article, ArticleKind
from minyin.settings import Settings

DATA = Path(os.environ.get("MINYIN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
CLOCK = fixed_clock(datetime.fromisoformat("2026-11-01T09:30:00+08:00"))
COLUMNS = {
    "external_id": "工单编号",
    "published_at": "来电时间",
    "text": "诉求内容",
    "author": "来电人",
    "likes": "点赞",
}
HEAD = ["工单编号", "来电时间", "诉求内容", "来电人", "点赞"]
ROWS: list[list[Any]] = [
    [1001, datetime(2026, 8, 1, 8, 16), "小区停水两天无人管", "王某", 3],
    ["A-2", 46235.5, "路灯不亮", None, "1,200"],
    [None, None, None, None, None],
    ["A-3", "2026/8/3 9:05:00", "井盖松动，\n夜里有响声", "李某", "-"],
    ["A-4", "2026-13-45", "感应灯不亮请更换", "赵某", 0],
    ["A-3", "2026-08-04 10:00", "再次催办井盖", "李某", 0],
    ["A-6", "2062-08-28 15:40", "咨询社保补贴期限", "钱某", 0],
    ["A-7", "2026-08-05 10:00", "   ", "孙某", 0],
    ["A-8", None, "公交站台座椅损坏", "周某", 0],
    [None, "2026-08-05 10:00", "公交站台座椅损坏", "周某", 0],
    ["A-10", "2026-08-05 10:00", "测试", "周某", 0],
    ["A-11", date(2026, 8, 6), "菜场门口早高峰停车混乱", "吴某", "很多"],
]
BAD = [
    (7, "bad_time", "“来电时间”'2026-13-45' 不是日期，应写成 2026-08-01 13:53 这样"),
    (8, "duplicate_id", "“工单编号”'A-3' 与第 6 行重复"),
    (9, "future_time", "“来电时间”2062-08-28 15:40 晚于现在 2026-11-01 09:30"),
    (10, "no_text", "“诉求内容”为空"),
    (11, "no_time", "“来电时间”为空"),
    (12, "no_id", "“工单编号”为空"),
    (13, "short_text", "“诉求内容”只有 '测试'，少于 4 个字"),
    (14, "bad_number", "“点赞”'很多' 不是数字"),
]


def source(**more: Any) -> Source:
    fields = {
        "id": "hotline",
        "name": "12345热线",
        "kind": "table",
        "channel": "hotline",
        "tier": 5,
        "columns": COLUMNS,
    }
    return Source(**(fields | more))


def articles(settings: Settings) -> list[Article]:
    inbox = Inbox(settings.inbox)
    return [article for path in inbox.sealed() for article in inbox.read(path)]


def xlsx(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(["2026年8月来件导出"])
    sheet.append(HEAD)
    for row in ROWS:
        sheet.append(row)
    book.save(path)
    book.close()
    return path


def test_xlsx_rows_and_every_fault_by_number(tmp_path: Path, settings: Settings) -> None:
    report = import_table(xlsx(tmp_path / "来件.xlsx"), source(), settings=settings, clock=CLOCK)

    assert [(bad.number, bad.code, bad.reason) for bad in report.bad_rows] == BAD
    assert report.run.inputs == 11
    assert report.run.outcomes["stored"] == 3
    assert report.run.balanced
    found = {a.external_id: a for a in articles(settings)}
    assert set(found) == {"1001", "A-2", "A-3"}
    assert local(found["1001"].published_at).isoformat() == "2026-08-01T08:16:00+08:00"
    assert local(found["A-2"].published_at).isoformat() == "2026-08-01T12:00:00+08:00"
    assert found["A-2"].interactions.likes == 1200
    assert found["A-3"].text == "井盖松动，\n夜里有响声"
    assert found["A-3"].kind is ArticleKind.ROW
    assert found["A-3"].id == article_id(row_url("hotline", "A-3"))
    assert found["A-3"].author_hash != found["1001"].author_hash
    assert "李某" not in found["A-3"].model_dump_json()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_every_encoding_numbers_rows_as_excel_does(
    tmp_path: Path, settings: Settings, encoding: str
) -> None:
    path = tmp_path / "来件.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(
            [
                HEAD,
                ["A-1", "2026-8-1 08:16", "井盖松动，\n夜里有响声", "李某", ""],
                ["A-2", "", "路灯不亮", "", ""],
            ]
        )
    report = import_table(path, source(), settings=settings, clock=CLOCK)
    assert [(bad.number, bad.code) for bad in report.bad_rows] == [(3, "no_time")]
    assert articles(settings)[0].text == "井盖松动，\n夜里有响声"


def test_json_lines_replies_and_rows_without_a_number_of_their_own(
    tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "留言.jsonl"
    rows = [
        {"id": "1", "text": "请问何时通水？", "published_at": "2026-08-01 08:16"},
        {"id": "2", "text": "已通", "published_at": "2026-08-02 08:16", "parent": "1"},
        {"id": "3", "text": "路灯不亮", "published_at": "2026-08-02 08:16", "kind": "回贴"},
    ]
    path.write_text(
        "\n".join([*(json.dumps(r, ensure_ascii=False) for r in rows), "{坏行", ""]),
        encoding="utf-8",
    )
    columns = {
        "external_id": "id",
        "text": "text",
        "published_at": "published_at",
        "parent": "parent",
        "kind": "kind",
    }
    board = source(id="board", channel="board", columns={})
    report = import_table(path, board, settings=settings, clock=CLOCK, columns=columns)
    assert [(bad.number, bad.code) for bad in report.bad_rows] == [(3, "bad_kind"), (4, "bad_row")]
    question, reply = articles(settings)
    assert (question.kind, reply.kind) == (ArticleKind.QUESTION, ArticleKind.OFFICIAL_REPLY)
    assert reply.parent_id == question.id

    own = import_table(path, board, settings=settings, clock=CLOCK)
    assert own.run.outcomes == {"rejected/bad_kind": 1, "rejected/bad_row": 1, "stored": 2}
    again = import_table(path, board, settings=settings, clock=CLOCK)
    assert again.run.id == "import-000003"
    ids = [article.id for article in articles(settings)]
    assert len(ids) == 4  # what came before as it is does not come in again
    assert len(set(ids)) == 4  # the last two imports gave the same ids


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"text": "诉求內容", "published_at": "来电时间"}, "是不是想写 诉求内容"),
        ({"text": "诉求内容"}, "没有指定时间列"),
        ({"txet": "诉求内容"}, "是不是想写 text"),
    ],
)
def test_a_wrong_mapping_is_told_with_what_is_there(
    tmp_path: Path, settings: Settings, columns: dict[str, str], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        import_table(
            xlsx(tmp_path / "来件.xlsx"), source(), settings=settings, clock=CLOCK, columns=columns
        )


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("a.xlsx", b"not a workbook", "不是完好的 XLSX"),
        ("a.xls", b"x", "另存为 .xlsx"),
        ("a.pdf", b"x", "不认识的文件类型"),
        ("a.csv", b"", "文件中的列：（没有）"),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, settings: Settings, name: str, body: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(InputError, match=says):
        import_table(tmp_path / name, source(), settings=settings, clock=CLOCK)
    with pytest.raises(InputError, match="找不到文件"):
        import_table(tmp_path / "none.csv", source(), settings=settings, clock=CLOCK)


@pytest.mark.data
def test_the_real_messages_of_2019_all_come_in(settings: Settings) -> None:
    path = DATA / "civic_messages" / "complaints_2019.jsonl"
    if not path.is_file():
        pytest.skip(f"no research data at {path} (MINYIN_DATA)")
    columns = {
        "external_id": "id",
        "published_at": "time",
        "title": "title",
        "text": "text",
        "author": "user",
        "likes": "up",
    }
    report = import_table(
        path,
        source(id="messages", channel="board"),
        settings=settings,
        clock=CLOCK,
        columns=columns,
    )
    assert report.run.outcomes == {"stored": 4326}
    assert len({article.id for article in articles(settings)}) == 4326


def test_a_table_that_comes_again_counts_what_is_new_in_it(
    tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "来件.csv"

    hours = iter(range(1, 9))

    def take(*rows: str) -> dict[str, int]:
        clock = fixed_clock(CLOCK() + timedelta(hours=next(hours)))
        path.write_text("\n".join(["编号,时间,内容", *rows]), encoding="utf-8")
        columns = {"external_id": "编号", "published_at": "时间", "text": "内容"}
        found = import_table(path, source(), settings=settings, clock=clock, columns=columns)
        return found.run.outcomes

    first, second = "A-1,2026-08-01 08:16,路灯不亮三天", "A-2,2026-08-01 09:16,井盖松动有响声"
    assert take(first, second) == {"stored": 2}
    assert take(first, second) == {"unchanged": 2}
    assert len(articles(settings)) == 2
    assert take(first, second.replace("松动", "丢失"), "A-3,2026-08-02 10:00,夜间施工扰民") == {
        "stored": 1,
        "unchanged": 1,
        "updated": 1,
    }
    assert take(first, second) == {"unchanged": 1, "updated": 1}
    assert len(articles(settings)) == 5
