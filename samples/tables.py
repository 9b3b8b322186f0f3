"""The county's own two intakes as files: a 12345 export (XLSX, twelve faulty rows) and grid-walk records (CSV, GB18030).

Every written row is readable; the faults are twelve rows of their own, listed in `FAULTS` by the row number that Excel
shows. Left to others: reading them (`crawlers.table.tables`).
"""

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook

from minyin.clock import local
from minyin.county import load_county
from samples.planted import NOTICE, Item, cut_title
from samples.singles import all_items

HOTLINE_HEADER = (
    "工单编号",
    "来电时间",
    "诉求类型",
    "所属镇街",
    "诉求标题",
    "诉求内容",
    "来电人",
    "联系电话",
    "办理状态",
)
HOTLINE_COLUMNS = {
    "external_id": "工单编号",
    "published_at": "来电时间",
    "title": "诉求标题",
    "text": "诉求内容",
    "author": "来电人",
}
GRID_HEADER = ("记录编号", "走访时间", "网格", "网格员", "记录标题", "走访情况")
GRID_COLUMNS = {
    "external_id": "记录编号",
    "published_at": "走访时间",
    "title": "记录标题",
    "text": "走访情况",
    "author": "网格员",
    "outlet": "网格",
}
# One title row and one header row stand above the data
FIRST_DATA_ROW = 3
STAMP = datetime(2026, 11, 1, 8, 0)
EXCEL_EPOCH = datetime(1899, 12, 30)
APPEALS = {"inquiry": "咨询", "praise": "表扬", "suggestion": "建议"}


class Fault(NamedTuple):
    """A row that cannot be taken: its number in the sheet, and what is wrong with it."""

    row: int
    kind: str


class _Bad(NamedTuple):
    """A faulty row to be put before the good row number `before`; None in a cell leaves it empty."""

    before: int
    kind: str
    id: str | None
    at: str | float | None
    text: str | None


# {n} is the 工单编号 of the good row that stands right above
BAD_ROWS = (
    _Bad(9, "missing_text", "12345-X01", "2026-08-06 09:12", None),
    _Bad(23, "bad_date", "12345-X02", "2026-13-45", "来电人反映楼道感应灯不亮，请物业更换。"),
    _Bad(41, "duplicate_id", "{n}", "2026-08-19 10:30", "来电人再次来电催办，称尚无人联系。"),
    _Bad(
        58,
        "future_date",
        "12345-X04",
        "2062-08-28 15:40",
        "来电人咨询灵活就业人员社保补贴的申请期限。",
    ),
    _Bad(77, "short_text", "12345-X05", "2026-09-02 11:05", "无"),
    _Bad(96, "missing_date", "12345-X06", None, "来电人反映路口窨井盖松动，车过有响声。"),
    _Bad(120, "bad_date", "12345-X07", "昨天上午", "来电人反映菜市场门口早高峰停车混乱。"),
    _Bad(143, "missing_id", None, "2026-09-21 16:20", "来电人反映公交站台座椅损坏，请修复。"),
    _Bad(170, "bad_date", "12345-X09", "2026-09-31 08:50", "来电人反映小区快递柜占用消防通道。"),
    _Bad(205, "duplicate_id", "{n}", "2026-10-08 09:00", "来电人补充上次反映事项的具体位置。"),
    _Bad(238, "missing_text", "12345-X11", "2026-10-17 14:33", "   "),
    _Bad(262, "short_text", "12345-X12", "2026-10-26 17:48", "测试"),
)


def hotline_items() -> list[Item]:
    return [item for item in all_items() if item.site == "hotline"]


def grid_items() -> list[Item]:
    return [item for item in all_items() if item.site == "grid"]


def _rows() -> list[tuple[str | None, tuple[Any, ...]]]:
    """(fault or None, cells) of every data row in the order of the sheet."""
    bad = {fault.before: fault for fault in BAD_ROWS}
    streets = {s.code: s.name for s in load_county("pizhou").streets}
    rows: list[tuple[str | None, tuple[Any, ...]]] = []
    above = ""
    for number, item in enumerate(hotline_items()):
        if fault := bad.get(number):
            cells = (fault.id and fault.id.format(n=above), fault.at, "投诉", None)
            rows.append((fault.kind, (*cells, "市民来电", fault.text, "市民", None, "办理中")))
        rows.append((None, _hotline_row(number, item, streets)))
        above = item.id
    return rows


def _hotline_row(number: int, item: Item, streets: dict[str, str]) -> tuple[Any, ...]:
    street = streets.get(item.places[0][:9], "") if item.places else ""
    kind = APPEALS.get(item.trap or "", "投诉" if item.polarity == "neg" else "求助")
    phone = f"1990000{number:04d}"
    return (
        item.id,
        _cell_time(number, item),
        kind,
        street or None,
        cut_title(item.text),
        item.text,
        item.author,
        phone,
        "已办结" if item.polarity == "pos" else "办理中",
    )


def _cell_time(number: int, item: Item) -> str | float | datetime:
    """Times as exports mix them: text, text with slashes, real date cells, and now and then a bare Excel serial number."""
    at = local(item.published_at).replace(tzinfo=None)
    if number % 40 == 17:
        return (at - EXCEL_EPOCH).total_seconds() / 86400
    if number % 10 == 3:
        return at
    if number % 10 == 6:
        return f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M}"
    return f"{at:%Y-%m-%d %H:%M}"


FAULTS: tuple[Fault, ...] = tuple(
    Fault(FIRST_DATA_ROW + fault.before + earlier, fault.kind)
    for earlier, fault in enumerate(BAD_ROWS)
)


def write_hotline(path: Path) -> Path:
    """The 12345 export. The same file, byte for byte, each time."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "来电工单"
    sheet.append([f"邳州市12345热线来件导出（2026年8月—10月，{NOTICE}）"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HOTLINE_HEADER))
    sheet.append(list(HOTLINE_HEADER))
    for _fault, cells in _rows():
        sheet.append(list(cells))
    for column, width in zip("ABCDEFGHI", (12, 18, 10, 12, 28, 80, 10, 14, 10), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A3"
    book.properties.creator = NOTICE
    book.properties.created = book.properties.modified = STAMP
    raw = io.BytesIO()
    book.save(raw)
    path.write_bytes(_settled(raw.getvalue()))
    return path


def _settled(xlsx: bytes) -> bytes:
    """The same workbook without the hour of its making: openpyxl stamps the archive and the properties."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _without_save_time(data)
            new.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 8, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_save_time(core: bytes) -> bytes:
    """openpyxl writes the present time into dcterms:modified whatever it was told."""
    head, mark, tail = core.partition(b"<dcterms:modified")
    attributes, _, rest = tail.partition(b">")
    rest = rest[rest.index(b"<") :]
    return head + mark + attributes + f">{STAMP:%Y-%m-%dT%H:%M:%S}Z".encode() + rest


def write_grid(path: Path) -> Path:
    """Grid-walk records as Excel in China saves CSV: GB18030, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(GRID_HEADER)
    for item in grid_items():
        at = local(item.published_at)
        writer.writerow(
            (
                item.id,
                f"{at.year}/{at.month}/{at.day} {at:%H:%M}",
                item.source or "",
                item.author or "",
                item.title or "",
                item.text,
            )
        )
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path
