"""The document as PDF by typst, with the packaged fonts; same input, same bytes.

typst embeds no Chinese font of its own and says nothing when one is missing, hence `font_paths` and a test on pixels.
"""

import json
import tempfile
from pathlib import Path

import typst

from reports.charts import FONTS, Picture
from reports.document import BriefDocument
from reports.render_html import TEMPLATES


def render_pdf(document: BriefDocument, pictures: dict[str, Picture]) -> bytes:
    """brief.pdf."""
    data = document.model_dump(mode="json")
    data |= {
        "issue_line": document.imprint.issue_line,
        "issued_on": document.imprint.issued_on or "印发日期待签发",
        "signed_by": document.imprint.signed_by or "＿＿＿",
        "phone": document.imprint.masthead.phone or "＿＿＿＿",
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "brief.json").write_text(
            json.dumps(data, ensure_ascii=False), encoding="utf-8"
        )
        for figure, picture in pictures.items():
            (folder / f"{figure}.svg").write_text(picture.svg, encoding="utf-8")
        source = folder / "brief.typ"
        source.write_bytes((TEMPLATES / "brief.typ").read_bytes())
        return bytes(
            typst.compile(str(source), root=str(folder), font_paths=[str(FONTS)], ignore_system_fonts=True)
        )


