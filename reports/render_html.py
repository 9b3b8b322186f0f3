"""The document as one HTML file: style and pictures inside, real links, print rules; no script, no network."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.charts import Picture
from reports.document import BriefDocument, Table

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """Autoescaping on, unknown names refused."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )


def shares(table: Table) -> list[float]:
    """Column widths in %."""
    total = sum(table.widths)
    return [round(100 * width / total, 2) for width in table.widths]


def render_html(document: BriefDocument, pictures: dict[str, Picture]) -> str:
    """brief.html."""
    page = environment().get_template("brief.html.j2")
    return page.render(
        doc=document,
        head=document.imprint.masthead,
        css=Markup((TEMPLATES / "brief.css").read_text(encoding="utf-8")),
        hrefs={c.number: c.href for c in document.citations},
        titles={c.number: f"{c.title}（{c.source}）" for c in document.citations},
        pictures={name: Markup(_inner(picture.svg)) for name, picture in pictures.items()},
        shares=shares,
    )


def _inner(svg: str) -> str:
    """The svg element itself, without an XML prologue."""
    return svg[svg.index("<svg") :]
