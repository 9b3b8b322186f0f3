"""The brief as a document: sections, paragraphs, tables, charts and citations, before any file format.

A number in a sentence is a `Number` that names its metric, so a checker can compute it again without reading
Chinese. Renderers (HTML, DOCX, PDF) take this value and add nothing to it.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from minyin.county import Masthead
from minyin.model import Value


class Text(Value):
    kind: Literal["text"] = "text"
    text: str
    bold: bool = False


class Number(Value):
    """A figure and where it comes from: `aspect` value is the metric, change its 环比, before the last window's."""

    kind: Literal["number"] = "number"
    metric: str
    key: str = ""
    aspect: Literal["value", "change", "before"] = "value"
    value: float | None
    text: str


class Link(Value):
    kind: Literal["link"] = "link"
    text: str
    href: str


class Cite(Value):
    """[n]: the n-th entry of the document's list of citations."""

    kind: Literal["cite"] = "cite"
    number: int

    @property
    def text(self) -> str:
        return f"[{self.number}]"


Run = Annotated[Text | Number | Link | Cite, Field(discriminator="kind")]


class Paragraph(Value):
    kind: Literal["paragraph"] = "paragraph"
    style: Literal["body", "bullet", "note"] = "body"
    runs: tuple[Run, ...]

    @property
    def plain(self) -> str:
        return "".join(run.text for run in self.runs)


class Cell(Value):
    runs: tuple[Run, ...] = ()

    @property
    def plain(self) -> str:
        return "".join(run.text for run in self.runs)


class Table(Value):
    """`widths` are relative; `numeric` lists the columns set to the right."""

    kind: Literal["table"] = "table"
    id: str
    caption: str
    header: tuple[str, ...]
    widths: tuple[float, ...]
    numeric: tuple[int, ...] = ()
    rows: tuple[tuple[Cell, ...], ...]


class Chart(Value):
    """A figure; its picture is made from the frozen data by `reports.charts` under the same id."""

    kind: Literal["chart"] = "chart"
    id: str
    caption: str
    alt: str


Block = Annotated[Paragraph | Table | Chart, Field(discriminator="kind")]


class Section(Value):
    id: str
    level: int = Field(ge=1, le=3, description="1 is 一、, 2 is （一）, 3 is 1.")
    title: str
    blocks: tuple[Block, ...] = ()


class Citation(Value):
    number: int
    kind: Literal["article", "event", "ticket"]
    object_id: str
    title: str
    source: str
    href: str


class Correction(Value):
    """Why a signed brief was issued again, and which figures changed."""

    number: int = Field(ge=1, description="the how-manieth correction of this issue")
    reason: str
    made_on: str = Field(description="2026年11月9日")
    made_by: str
    changes: tuple[str, ...]


class Imprint(Value):
    """What the brief's head and foot say and its links start with; not a function of the frozen rows."""

    masthead: Masthead
    public_url: str
    model_statement: str
    issue: int | None = None
    issue_total: int | None = None
    issued_on: str | None = Field(None, description="2026年11月4日, the day of signing")
    signed_by: str | None = None
    year: int
    correction: Correction | None = None

    @property
    def issue_line(self) -> str:
        """The issue as it is cited; a correction keeps the number (DOMAIN §2.2)."""
        if self.issue is None:
            return "期号待签发（草稿）"
        return f"{self.year}年第{self.issue}期{self._edition}（总第{self.issue_total}期）"

    @property
    def _edition(self) -> str:
        if self.correction is None:
            return ""
        number = self.correction.number
        return "（更正）" if number == 1 else f"（第{number}次更正）"


class BriefDocument(Value):
    version: int = 1
    period: str
    title: str
    imprint: Imprint
    cutoff: AwareDatetime
    cutoff_text: str
    digest: str = Field(description="sha256 of the frozen data that the numbers come from")
    highlights: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    citations: tuple[Citation, ...]

    def encode(self) -> bytes:
        data = self.model_dump(mode="json")
        return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    def places(self) -> Iterator[tuple[str, tuple[Run, ...]]]:
        """Every run of text with a name that a reader can find it by."""
        for index, point in enumerate(self.highlights, 1):
            yield f"本期要点第{index}条", point.runs
        for section in self.sections:
            for index, block in enumerate(section.blocks, 1):
                if isinstance(block, Paragraph):
                    yield f"“{section.title}”第{index}段", block.runs
                elif isinstance(block, Table):
                    for row, cells in enumerate(block.rows, 1):
                        for column, cell in zip(block.header, cells, strict=True):
                            yield f"“{block.caption}”第{row}行“{column}”列", cell.runs
