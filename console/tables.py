"""Tables and lines on stdout: the account of a run, lists, and JSON Lines."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from minyin.accounting import outcome_label
from minyin.model import RunReport

FLOWS = {
    "crawl": "采集",
    "import": "导入",
    "ingest": "入库",
    "watch": "预警研判",
    "escalate": "逐级升级",
    "tickets": "转工单",
    "handling": "工单办理",
    "supervise": "一天一提醒",
    "deliver": "发信",
    "subscriptions": "检索订阅",
    "brief": "简报",
    "monthly_brief": "月度简报",
    "rebuild": "重建索引",
    "index_copy": "复制索引",
    "retention": "到期清理",
    "health": "运行检查",
    "weekly_bulletin": "一周一通报",
}


def width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese signs take two.

    >>> width("ab民音")
    6
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()
) -> str:
    """A plain table, aligned for a terminal; columns in `right` are numbers."""
    lines = [[str(cell) for cell in row] for row in rows]
    columns = list(zip(head, *lines, strict=True)) if lines else [(name,) for name in head]
    sizes = [max(width(cell) for cell in column) for column in columns]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for number, cell in enumerate(cells):
            space = " " * (sizes[number] - width(cell))
            padded.append(space + cell if number in right else cell + space)
        return "  ".join(padded).rstrip()

    rule = "  ".join("─" * size for size in sizes)
    return "\n".join([line(list(head)), rule, *(line(row) for row in lines)])


def report_rows(report: RunReport) -> list[tuple[str, str, int]]:
    """One row per outcome, and the sum that must equal the inputs."""
    name = FLOWS.get(report.flow, report.flow)
    rows = [
        ("" if number else name, outcome_label(outcome, report.flow), count)
        for number, (outcome, count) in enumerate(report.outcomes.items())
    ]
    total = sum(report.outcomes.values())
    mark = "平" if report.balanced else "不平！"
    return [*rows, (name if not rows else "", f"合计 / 输入 {report.inputs}（{mark}）", total)]


def print_report(*reports: RunReport) -> None:
    """The account of one or more runs: every input with exactly one outcome."""
    rows = [row for report in reports for row in report_rows(report)]
    typer.echo(table(("流程", "去向", "条数"), rows, right=(2,)))


def json_line(value: dict[str, Any]) -> None:
    """One JSON object on a line of stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))
