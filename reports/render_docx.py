"""The document as an editable Word file in the look of an official 简报 (GB/T 9704 habits: 仿宋 text, 黑体 headings).

Fonts are named, not embedded: officials' machines have them; where they lack one, Word substitutes.
"""

import io
from datetime import UTC
from typing import Any

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Emu, Mm, Pt

from reports.document import BriefDocument, Chart, Paragraph, Run, Section, Table
from reports.docx_parts import (
    FANG,
    HEI,
    KAI,
    RED,
    SONG,
    add_link,
    cell_margins,
    fixed_zip,
    frame,
    keep_row,
    page_number,
    repeat_header,
    rule,
    set_font,
    set_widths,
    shade,
    style_font,
)

TEXT_WIDTH = Mm(210 - 28 - 26)
TALLEST = Mm(88)  # a taller picture drags half a page of white behind it
BODY = 14.0
DENSE_COLUMNS = 8  # tables with more columns are set smaller
POINT, NOTE, CELL, DENSE, INDEX = "简报要点", "简报注", "简报表格", "简报密表", "简报索引"
STYLES = {  # font, size, line spacing
    POINT: (FANG, 13.0, 1.25),
    NOTE: (FANG, 9.0, 1.2),
    CELL: (SONG, 9.0, 1.0),
    DENSE: (SONG, 7.5, 1.0),
    INDEX: (FANG, 10.5, 1.15),
}
HEADINGS = {1: (HEI, 16.0), 2: (KAI, 15.0), 3: (HEI, 14.0)}
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def render_docx(document: BriefDocument, pictures: dict[str, bytes]) -> bytes:
    """brief.docx; `pictures` are PNG; equal documents give equal bytes."""
    return _Docx(document, pictures).build()


class _Docx:
    def __init__(self, document: BriefDocument, pictures: dict[str, bytes]) -> None:
        self.document = document
        self.pictures = pictures
        self.hrefs = {c.number: c.href for c in document.citations}
        self.word: Any = new_document()
        self.ids: dict[str, str] = {}

    def build(self) -> bytes:
        self._page()
        self._properties()
        self._masthead()
        self._highlights()
        for section in self.document.sections:
            self._section(section)
        self._citations()
        self._foot()
        out = io.BytesIO()
        self.word.save(out)
        return fixed_zip(out.getvalue())

    def _page(self) -> None:
        page = self.word.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin, page.right_margin = Mm(28), Mm(26)
        page.top_margin, page.bottom_margin = Mm(28), Mm(26)
        footer = page.footer.paragraphs[0]
        footer.alignment = CENTRE
        page_number(footer)
        normal = self.word.styles["Normal"]
        style_font(normal, FANG, BODY)
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = Pt(24)
        for name, (font, size, spacing) in STYLES.items():
            style = self.word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            self.ids[name] = style.style_id
            style.base_style = normal
            style_font(style, font, size)
            style.paragraph_format.line_spacing = spacing
        for name in (CELL, DENSE):
            fmt = self.word.styles[name].paragraph_format
            fmt.space_before = fmt.space_after = Pt(1.5)
        for level, (font, size) in HEADINGS.items():
            style = self.word.styles[f"Heading {level}"]
            style_font(style, font, size)
            style.paragraph_format.space_before = Pt(10 if level == 1 else 5)
            style.paragraph_format.space_after = Pt(3)
            style.paragraph_format.first_line_indent = Pt(2 * size)
            style.paragraph_format.keep_with_next = True

    def _properties(self) -> None:
        core = self.word.core_properties
        core.title, core.author = self.document.title, self.document.imprint.masthead.publisher
        core.created = core.modified = self.document.cutoff.astimezone(UTC).replace(tzinfo=None)
        core.last_modified_by, core.comments, core.revision = "", "", 1
        core.language = "zh-CN"

    def _line(
        self, text: str, font: str, size: float, *, align: Any = None, colour: Any = None
    ) -> Any:
        paragraph = self.word.add_paragraph()
        set_font(paragraph.add_run(text), font, size, colour=colour)
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = 1.2
        return paragraph

    def _split(self, left: str, right: str, size: float = 12) -> Any:
        """Two ends of one line."""
        paragraph = self._line(f"{left}\t{right}", FANG, size)
        paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        return paragraph

    def _masthead(self) -> None:
        head, imprint = self.document.imprint.masthead, self.document.imprint
        self._line(head.marking, HEI, 12)
        name = self._line(head.title, "方正小标宋简体", 42, align=CENTRE, colour=RED)
        name.runs[0].font.bold = True
        name.paragraph_format.space_before = Pt(8)
        name.paragraph_format.space_after = Pt(8)
        self._line(imprint.issue_line, FANG, 14, align=CENTRE)
        line = self._split(head.publisher, imprint.issued_on or "印发日期待签发")
        line.paragraph_format.space_before = Pt(14)
        rule(line, colour="C00000", eighths=18)
        title = self._line(self.document.title, "方正小标宋简体", 20, align=CENTRE)
        title.paragraph_format.space_before = Pt(16)
        cutoff = self._line(f"（{self.document.cutoff_text}）", KAI, 12, align=CENTRE)
        cutoff.paragraph_format.space_after = Pt(8)

    def _highlights(self) -> None:
        lead = self._line("【本期要点】", HEI, 14)
        paragraphs = [lead]
        for point in self.document.highlights:
            paragraph = self.word.add_paragraph("● ", style=POINT)
            self._runs(paragraph, point.runs)
            paragraphs.append(paragraph)
        for paragraph in paragraphs:
            frame(paragraph)
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(8)

    def _section(self, section: Section) -> None:
        heading = self.word.add_heading(section.title, level=section.level)
        if section.title.startswith("附件"):
            heading.paragraph_format.first_line_indent = Pt(0)
            heading.paragraph_format.page_break_before = section.id == "a1"
        for block in section.blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Chart):
                self._chart(block)
            else:
                self._table(block)

    def _paragraph(self, block: Paragraph) -> None:
        note = block.style == "note"
        paragraph = self.word.add_paragraph(style=NOTE if note else None)
        if not note:
            paragraph.paragraph_format.first_line_indent = Pt(2 * BODY)
        self._runs(paragraph, block.runs)

    def _runs(self, paragraph: Any, runs: tuple[Run, ...]) -> None:
        """Plain text takes the paragraph's style; only what differs is said on the run."""
        for run in runs:
            if run.kind == "link":
                add_link(paragraph, run.text, run.href)
            elif run.kind == "cite":
                add_link(paragraph, run.text, self.hrefs[run.number]).font.superscript = True
            elif run.kind == "text" and run.bold:
                set_font(paragraph.add_run(run.text), HEI)
            else:
                paragraph.add_run(run.text)

    def _chart(self, block: Chart) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)
        picture = io.BytesIO(self.pictures[block.id])
        shape = paragraph.add_run().add_picture(picture, width=Emu(int(TEXT_WIDTH)))
        if shape.height > TALLEST:
            shape.width, shape.height = Emu(int(shape.width * TALLEST / shape.height)), TALLEST
        described = shape._inline.docPr
        described.set("descr", block.alt)
        described.set("title", block.caption)
        caption = self._line(block.caption, HEI, 10.5, align=CENTRE)
        caption.paragraph_format.space_after = Pt(8)

    def _table(self, block: Table) -> None:
        caption = self._line(block.caption, HEI, 10.5, align=CENTRE)
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = Pt(6)
        dense = len(block.header) > DENSE_COLUMNS
        style = DENSE if dense else CELL
        table = self.word.add_table(
            rows=1 + len(block.rows), cols=len(block.header), style="Table Grid"
        )
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        cell_margins(table, 2 if dense else 4)
        rows = list(table.rows)
        for cell, name in zip(rows[0].cells, block.header, strict=True):
            set_font(self._fill(cell, style, CENTRE).add_run(name), HEI)
            shade(cell, "F0F0EE")
        repeat_header(rows[0])
        for row, contents in zip(rows[1:], block.rows, strict=True):
            keep_row(row)
            for column, (cell, content) in enumerate(zip(row.cells, contents, strict=True)):
                align = RIGHT if column in block.numeric else None
                self._runs(self._fill(cell, style, align), content.runs)
        set_widths(table, [int(TEXT_WIDTH * share / sum(block.widths)) for share in block.widths])
        self.word.add_paragraph().paragraph_format.line_spacing = Pt(8)

    def _fill(self, cell: Any, style: str, align: Any) -> Any:
        """The cell's one paragraph, ready for text."""
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        paragraph._p.style = self.ids[style]  # by id: python-docx searches all styles for a name
        if align is not None:
            paragraph.alignment = align
        return paragraph

    def _citations(self) -> None:
        if not self.document.citations:
            return
        heading = self.word.add_heading("附件4 引用索引", level=1)
        heading.paragraph_format.first_line_indent = Pt(0)
        for c in self.document.citations:
            paragraph = self.word.add_paragraph(f"[{c.number}] ", style=INDEX)
            add_link(paragraph, c.title, c.href)
            paragraph.add_run(f"（{c.source}）")

    def _foot(self) -> None:
        head, imprint = self.document.imprint.masthead, self.document.imprint
        rule(self._line("", FANG, 8), colour="000000", eighths=6)
        self._line(f"报：{head.report_to}", FANG, 12)
        self._line(f"送：{head.send_to}", FANG, 12)
        last = self._split(f"发：{head.distribute_to}", f"（共印{head.copies}份）")
        rule(last, colour="000000", eighths=6)
        signatures = (
            f"签发：{imprint.signed_by or '＿＿＿'}  审核：＿＿＿  编辑：＿＿＿  "
            f"联系电话：{head.phone or '＿＿＿＿'}"
        )
        self._line(signatures, FANG, 12)
