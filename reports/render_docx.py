"""The document as an editable Word file in the look of an official 简报 (GB/T 9704 habits: 仿宋 text, 黑体 headings).

Fonts are named, not embedded: officials' machines have them; where they lack one, Word substitutes.
"""

import io
from datetime import UTC
from typing import Any

from docx import Document as new_document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Emu, Mm, Pt

from reports.charts import Picture
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
BODY, SMALL = 14.0, 9.0
DENSE, DENSE_COLUMNS = 7.5, 8
HEADINGS = {1: (HEI, 16.0), 2: (KAI, 15.0), 3: (HEI, 14.0)}
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def render_docx(document: BriefDocument, pictures: dict[str, Picture]) -> bytes:
    """brief.docx; equal documents give equal bytes."""
    return _Docx(document, pictures).build()


class _Docx:
    def __init__(self, document: BriefDocument, pictures: dict[str, Picture]) -> None:
        self.document = document
        self.pictures = pictures
        self.hrefs = {c.number: c.href for c in document.citations}
        self.word: Any = new_document()

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
        page.top_margin, page.bottom_margin = Mm(32), Mm(30)
        footer = page.footer.paragraphs[0]
        footer.alignment = CENTRE
        page_number(footer)
        normal = self.word.styles["Normal"]
        style_font(normal, FANG, BODY)
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = Pt(25)
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

    def _line(self, text: str, font: str, size: float, *, align: Any = None, colour: Any = None) -> Any:
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
        name.paragraph_format.space_before = Pt(30)
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
            paragraph = self.word.add_paragraph()
            set_font(paragraph.add_run("● "), FANG, 13)
            self._runs(paragraph, point.runs, FANG, 13)
            paragraph.paragraph_format.line_spacing = 1.25
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
        paragraph = self.word.add_paragraph()
        note = block.style == "note"
        size = SMALL if note else BODY
        if note:
            paragraph.paragraph_format.line_spacing = 1.2
        else:
            paragraph.paragraph_format.first_line_indent = Pt(2 * BODY)
        self._runs(paragraph, block.runs, FANG, size)

    def _runs(self, paragraph: Any, runs: tuple[Run, ...], font: str, size: float) -> None:
        for run in runs:
            if run.kind == "link":
                add_link(paragraph, run.text, run.href, font, size)
            elif run.kind == "cite":
                link = add_link(paragraph, run.text, self.hrefs[run.number], font, size)
                link.font.superscript = True
            else:
                bold = run.kind == "text" and run.bold
                set_font(paragraph.add_run(run.text), HEI if bold else font, size)

    def _chart(self, block: Chart) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)
        picture = io.BytesIO(self.pictures[block.id].png)
        shape = paragraph.add_run().add_picture(picture, width=Emu(int(TEXT_WIDTH)))
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
        size = DENSE if dense else SMALL
        table = self.word.add_table(rows=1, cols=len(block.header), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        cell_margins(table, 2 if dense else 4)
        for cell, name in zip(table.rows[0].cells, block.header, strict=True):
            set_font(cell.paragraphs[0].add_run(name), HEI, size)
            self._set_cell(cell, align=CENTRE)
            shade(cell, "F0F0EE")
        repeat_header(table.rows[0])
        for row in block.rows:
            made = table.add_row()
            keep_row(made)
            for column, (cell, content) in enumerate(zip(made.cells, row, strict=True)):
                self._runs(cell.paragraphs[0], content.runs, SONG, size)
                self._set_cell(cell, align=RIGHT if column in block.numeric else None)
        set_widths(table, [int(TEXT_WIDTH * share / sum(block.widths)) for share in block.widths])
        self.word.add_paragraph().paragraph_format.line_spacing = Pt(8)

    @staticmethod
    def _set_cell(cell: Any, *, align: Any) -> None:
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)

    def _citations(self) -> None:
        if not self.document.citations:
            return
        heading = self.word.add_heading("附件4 引用索引", level=1)
        heading.paragraph_format.first_line_indent = Pt(0)
        for c in self.document.citations:
            paragraph = self.word.add_paragraph()
            paragraph.paragraph_format.line_spacing = 1.15
            set_font(paragraph.add_run(f"[{c.number}] "), FANG, 10.5)
            add_link(paragraph, c.title, c.href, FANG, 10.5)
            set_font(paragraph.add_run(f"（{c.source}）"), FANG, 10.5)

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


