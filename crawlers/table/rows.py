"""Table files to rows: JSON Lines, CSV (UTF-8 or GB18030) and XLSX, each row with the number its reader sees.

The number is Excel's for CSV and XLSX (a cell with line breaks is one row there), the line for JSON Lines. Left to
others: what the columns mean (`crawlers.table.tables`).
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from crawlers.page.charset import decode
from crawlers.page.times import parse_time
from minyin.clock import SHANGHAI
from minyin.errors import InputError

HEADER_WITHIN = 5
SERIAL = re.compile(r"^\d{5}(\.\d+)?$")


class Row(NamedTuple):
    """Cells by heading; `fault` says in Chinese why the row could not even be read."""

    number: int
    cells: dict[str, Any]
    fault: str | None = None


class Sheet(NamedTuple):
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path, wanted: Sequence[str]) -> Sheet:
    """The rows under the header row, which is the one of the first five that holds most of `wanted`.

    Raises InputError when the file is missing, of another kind, or broken.
    """
    if not path.is_file():
        raise InputError(f"找不到文件 {str(path)!r}，请核对路径")
    kind = path.suffix.lower()
    if kind in (".jsonl", ".ndjson"):
        return _json_lines(path)
    if kind in (".csv", ".tsv", ".txt"):
        return _under_header(_csv_rows(path), wanted)
    if kind == ".xlsx":
        return _xlsx(path, wanted)
    hint = "；旧版 .xls 请在 Excel 中另存为 .xlsx" if kind == ".xls" else ""
    raise InputError(f"{path.name}：不认识的文件类型 {kind!r}，应为 .jsonl、.csv 或 .xlsx{hint}")


def _json_lines(path: Path) -> Sheet:
    rows, headings = [], dict[str, None]()
    for number, line in enumerate(decode(path.read_bytes()).text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line)
        except ValueError:
            cells = None
        if not isinstance(cells, dict):
            rows.append(Row(number, {}, "这一行不是 JSON 对象"))
            continue
        headings.update(dict.fromkeys(cells))
        rows.append(Row(number, cells))
    return Sheet(tuple(headings), tuple(rows))


def _csv_rows(path: Path) -> list[tuple[int, list[Any]]]:
    text = decode(path.read_bytes()).text
    head = text[:4096]
    mark = max(",\t;", key=head.count)
    try:
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), start=1))
    except csv.Error as error:
        raise InputError(
            f"{path.name}：CSV 读不下去（{error}），请用 Excel 打开后另存为 CSV UTF-8"
        ) from error


def _xlsx(path: Path, wanted: Sequence[str]) -> Sheet:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(f"{path.name}：不是完好的 XLSX 文件，请用 Excel 打开后重新另存") from error
    try:
        sheets = [_under_header(_sheet_rows(sheet), wanted) for sheet in book.worksheets]
    finally:
        book.close()
    return max(sheets, key=lambda sheet: _matches(sheet.headings, wanted))


def _sheet_rows(sheet: Any) -> list[tuple[int, list[Any]]]:
    # some exporters write a wrong dimension, and read-only mode believes it
    sheet.reset_dimensions()
    return [
        (number, list(cells))
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
    ]


def _under_header(rows: Iterable[tuple[int, list[Any]]], wanted: Sequence[str]) -> Sheet:
    numbered = list(rows)
    head = max(
        numbered[:HEADER_WITHIN],
        key=lambda row: (
            _matches([_heading(cell) for cell in row[1]], wanted),
            len([c for c in row[1] if c]),
        ),
        default=(0, []),
    )
    headings = [_heading(cell) for cell in head[1]]
    found = [
        Row(number, _cells(headings, cells))
        for number, cells in numbered
        if number > head[0] and any(not is_blank(cell) for cell in cells)
    ]
    return Sheet(tuple(filter(None, headings)), tuple(found))


def _cells(headings: list[str], cells: list[Any]) -> Any:
    pairs = zip(headings, cells, strict=False)
    return {heading: cell for heading, cell in pairs if heading}


def _heading(cell: Any) -> str:
    return str(cell).strip().replace("\n", "") if cell is not None else ""


def _matches(headings: Iterable[str], wanted: Sequence[str]) -> int:
    return len(set(headings) & set(wanted))


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_time(cell: Any) -> datetime | None:
    """A time from a cell: a date cell, an Excel serial number, or any written form; Asia/Shanghai by default.

    >>> cell_time(46235.5).isoformat()
    '2026-08-01T12:00:00+08:00'
    >>> cell_time("2019/2/28 11:25:05").isoformat()
    '2019-02-28T11:25:05+08:00'
    """
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=SHANGHAI)
    if hasattr(cell, "timetuple"):
        return datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI)
    text = str(cell).strip()
    if SERIAL.match(text) or (isinstance(cell, float) and 20_000 < cell < 80_000):
        at = from_excel(float(text))
        return at.replace(tzinfo=SHANGHAI, microsecond=0) if isinstance(at, datetime) else None
    return parse_time(text)
