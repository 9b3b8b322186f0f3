"""Word's XML that python-docx has no method for: East Asian fonts, links, rules, borders, page numbers, fixed bytes.

Left to others: what stands where in the brief (`reports.render_docx`).
"""

import io
import zipfile
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

SONG, FANG, HEI, KAI = "宋体", "仿宋", "黑体", "楷体"
RED, LINK = RGBColor(0xC0, 0x00, 0x00), RGBColor(0x1F, 0x4E, 0x79)
EPOCH = (2000, 1, 1, 0, 0, 0)  # zip time of every part, so that equal documents are equal bytes


def element(tag: str, **attributes: str) -> Any:
    """An element of the w: namespace with w: attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_font(run: Any, font: str, size: float | None = None, *, colour: Any = None) -> Any:
    """The same family for Latin and Chinese; Word keeps them in separate attributes."""
    run.font.name = "Times New Roman" if font in (SONG, FANG) else font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if size is not None:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def style_font(style: Any, font: str, size: float) -> None:
    style.font.name = "Times New Roman" if font in (SONG, FANG) else font
    style.font.size = Pt(size)
    style.font.bold = False
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), font)


def add_link(paragraph: Any, text: str, href: str, font: str, size: float) -> Any:
    """A real hyperlink: a relationship of the part, not coloured text."""
    relation = paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(text)
    set_font(run, font, size, colour=LINK)
    link.append(run._element)
    paragraph._p.append(link)
    return run


def rule(paragraph: Any, *, colour: str, eighths: int) -> None:
    """A line under the paragraph, in eighths of a point."""
    borders = element("pBdr")
    borders.append(element("bottom", val="single", sz=str(eighths), space="4", color=colour))
    paragraph._p.get_or_add_pPr().append(borders)


def frame(paragraph: Any) -> None:
    """A thin box around neighbouring paragraphs."""
    borders = element("pBdr")
    for side in ("top", "left", "bottom", "right"):
        borders.append(element(side, val="single", sz="4", space="6", color="999999"))
    paragraph._p.get_or_add_pPr().append(borders)


def repeat_header(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("tblHeader", val="true"))


def keep_row(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("cantSplit", val="true"))


def shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour))


def cell_margins(table: Any, points: float) -> None:
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(round(points * 20)), type="dxa"))
    table._tbl.tblPr.append(margins)


def set_widths(table: Any, widths: list[int]) -> None:
    """Column widths in EMU, on the grid and on every cell; `column.cells` would walk the table once per cell."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width


def page_number(paragraph: Any) -> None:
    """“— 1 —” in the footer."""
    set_font(paragraph.add_run("— "), SONG, 10.5)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = set_font(paragraph.add_run(), SONG, 10.5)
        if kind:
            run._element.append(element("fldChar", fldCharType=kind))
        else:
            code = element("instrText")
            code.text = text
            run._element.append(code)
    set_font(paragraph.add_run(" —"), SONG, 10.5)


def fixed_zip(data: bytes) -> bytes:
    """The same parts with one fixed time and in order of name after [Content_Types].xml."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        names = sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n))
        for name in names:
            info = zipfile.ZipInfo(name, date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()
