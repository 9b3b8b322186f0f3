"""What the files really hold: links, repeated header rows, Chinese glyphs that are drawn and not boxes."""

import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
import vl_convert
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import html
from pypdf import PdfReader

from reports.charts import MAKERS, charts, draw, rasterise
from reports.document import BriefDocument
from reports.frozen import decode
from reports.metrics import Measures

TICKET = "PZ-20261014-00002"


@pytest.fixture(scope="module")
def month(built: Any) -> Measures:
    return Measures(decode((built.folder / "frozen.json").read_bytes()))


def test_word_opens_and_links_lead_to_tickets_and_events(built: Any) -> None:
    word = docx.Document(str(built.folder / "brief.docx"))
    targets = {
        relation.target_ref
        for relation in word.part.rels.values()
        if relation.reltype == RELATIONSHIP_TYPE.HYPERLINK
    }
    base = built.settings.console.public_url
    assert f"{base}/tickets/{TICKET}" in targets
    assert f"{base}/events/PZ-E-20261014-001" in targets
    linked = [link.text for paragraph in word.paragraphs for link in paragraph.hyperlinks]
    assert TICKET in linked


def test_word_looks_official(built: Any) -> None:
    word = docx.Document(str(built.folder / "brief.docx"))
    page = word.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    name = next(p for p in word.paragraphs if p.text == "新联心舆情简报")
    assert str(name.runs[0].font.color.rgb) == "C00000"
    assert "PAGE" in page.footer._element.xml
    for table in word.tables:
        assert "tblHeader" in table.rows[0]._tr.xml
    assert any(p.style.name == "Heading 1" and p.text == "一、总体情况" for p in word.paragraphs)
    assert word.core_properties.title == "2026年10月邳州市舆情情况及诉求办理分析"
    assert "仿宋" in word.styles["Normal"].element.xml


def test_word_pictures_have_alternative_text(built: Any) -> None:
    word = docx.Document(str(built.folder / "brief.docx"))
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert len(described) == len(list((built.folder / "charts").glob("*.png")))
    assert all(described)


def test_word_parts_carry_one_fixed_time(built: Any) -> None:
    with zipfile.ZipFile(built.folder / "brief.docx") as file:
        assert {info.date_time for info in file.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def fonts_of(pdf: PdfReader) -> set[str]:
    """Names of every font that a page of the file uses, those inside of drawings too."""
    found: set[str] = set()

    def walk(resources: Any) -> None:
        for font in (resources.get("/Font") or {}).values():
            found.add(str(font.get_object()["/BaseFont"]))
        for part in (resources.get("/XObject") or {}).values():
            walk(part.get_object().get("/Resources") or {})

    for page in pdf.pages:
        walk(page["/Resources"])
    return found


def test_pdf_has_text_links_and_drawn_glyphs(built: Any) -> None:
    path = built.folder / "brief.pdf"
    pdf = PdfReader(path)
    text = "".join(page.extract_text() for page in pdf.pages)
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots") or ()]
    uris = {str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})}
    assert "新联心舆情简报" in text.replace(" ", "")
    assert "附件1工单明细" in text.replace(" ", "")
    assert f"{built.settings.console.public_url}/tickets/{TICKET}" in uris
    assert any("NotoSerifSC" in font for font in fonts_of(pdf))
    blue, green, red = title_pixels(path, "新联心舆情简报")
    assert ((red > 150) & (green < 80) & (blue < 80)).sum() > 200


def title_pixels(path: Path, title: str) -> Any:
    """The pixels of the words as drawn on the first page, in three planes."""
    with pdfium.PdfDocument(path) as pdf:
        page = pdf[0]
        words = page.get_textpage()
        first, count = words.search(title).get_next()
        boxes = [words.get_charbox(i) for i in range(first, first + count)]
        left, bottom = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, top = max(b[2] for b in boxes), max(b[3] for b in boxes)
        crop = (left, bottom, page.get_width() - right, page.get_height() - top)
        pixels = page.render(scale=1, crop=crop).to_numpy()
        return pixels.reshape(-1, 3).astype(int).T


def test_html_is_self_contained_and_marks_its_numbers(built: Any) -> None:
    source = (built.folder / "brief.html").read_text("utf-8")
    page = html.fromstring(source)
    assert not page.xpath("//script | //link | //img[@src] | //*[@onclick]")
    document = BriefDocument.model_validate_json((built.folder / "brief.json").read_bytes())
    numbers = sum(r.kind == "number" for _, runs in document.places() for r in runs)
    assert len(page.xpath("//data[@data-metric]")) == numbers
    assert len(page.xpath("//figure[@aria-label]")) == len(page.xpath("//figure//*[name()='svg']"))
    for citation in document.citations:
        assert page.xpath(f"//li[@id='c{citation.number}']/a[@href='{citation.href}']")


def test_html_escapes_what_people_wrote(built: Any, month: Measures) -> None:
    from reports.compose import compose
    from reports.render_html import render_html

    frozen = month.frozen
    bad = tuple(e.but(title="<script>alert(1)</script>") for e in frozen.events)
    document = BriefDocument.model_validate_json((built.folder / "brief.json").read_bytes())
    again = compose(frozen.model_copy(update={"events": bad}), document.imprint, "2026-10")
    wanted = {b.id for s in again.sections for b in s.blocks if b.kind == "chart"}
    page = render_html(again, dict.fromkeys(wanted, "<svg></svg>"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("figure", ["fig1", "fig2", "fig3", "fig4", "fig5", "fig7", "fig8"])
def test_every_chart_draws_with_chinese_labels_only(month: Measures, figure: str) -> None:
    svg = charts(month, {figure})[figure]
    words = "".join(html.fromstring(svg).itertext())
    assert any("\u4e00" <= character <= "\u9fff" for character in words)
    assert not any(word in words for word in ("value", "name", "day", "undefined", "NaN"))
    assert rasterise(svg).startswith(b"\x89PNG")


def test_chinese_in_charts_is_not_boxes(month: Measures) -> None:
    """Boxes are the same for every character; strokes are not."""
    svg = draw(MAKERS["fig3"](month))
    assert "论坛贴吧" in svg
    assert rasterise(svg) != rasterise(svg.replace("论坛贴吧", "讨坏拈呢"))
    assert rasterise(svg) != rasterise(svg.replace("论坛贴吧", "\u3000" * 4))


def test_the_packaged_font_is_the_one_used(month: Measures, tmp_path: Path) -> None:
    svg = draw(MAKERS["fig2"](month))
    pdf = tmp_path / "chart.pdf"
    pdf.write_bytes(vl_convert.svg_to_pdf(svg))
    assert any("NotoSansSC" in font for font in fonts_of(PdfReader(pdf)))
