"""The monthly brief from database to folder: freeze, compose, draw, render, remember.

A folder per month holds frozen.json, metrics.json, brief.json/.html/.docx/.pdf, charts/ and manifest.json. The same
rows give the same files. A signed brief is never written again; a later finding becomes a 更正.
Left to others: checking (`reports.verify`) and sending (never without 签发).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from minyin.clock import SHANGHAI, Clock, local, month_bounds
from minyin.county import County
from minyin.database import load, next_number, save, tables
from minyin.errors import InputError
from minyin.model import Brief, BriefState
from minyin.settings import Settings
from reports.charts import charts, rasterise
from reports.compose import compose
from reports.document import BriefDocument, Chart, Imprint
from reports.freeze import Cut, freeze, parse_period
from reports.frozen import Frozen, decode
from reports.metrics import Measures
from reports.render_docx import render_docx
from reports.render_html import render_html
from reports.render_pdf import render_pdf
from reports.verify import verify_brief

__all__ = [
    "BriefOptions",
    "build_brief",
    "cutoff_of",
    "issue_brief",
    "review_brief",
    "sign_brief",
    "verify_brief",
]

FINAL = (BriefState.SIGNED, BriefState.ISSUED, BriefState.CORRECTED)
MODEL_STATEMENT = "情感倾向、领域、地点由程序判定，未经逐条人工复核；模型准确率见系统的模型说明。"


@dataclass(frozen=True)
class BriefOptions:
    """`cut` splits titles for the hot words; `model_statement` is printed in annex 3."""

    cut: Cut | None = None
    model_statement: str = MODEL_STATEMENT


def cutoff_of(period: str, clock: Clock) -> datetime:
    """09:00 on the 1st of the next month, or now while that lies ahead."""
    _, end = month_bounds(*parse_period(period))
    return min(end.replace(hour=9), clock().astimezone(SHANGHAI))


def build_brief(
    engine: Engine,
    *,
    county: County,
    settings: Settings,
    period: str,
    clock: Clock,
    options: BriefOptions | None = None,
) -> Brief:
    """Freeze the month and write its draft. Raises InputError for a signed, future or malformed month."""
    options = options or BriefOptions()
    year, month = parse_period(period)
    cutoff = cutoff_of(period, clock)
    if cutoff <= month_bounds(year, month)[0]:
        raise InputError(f"{period} 还没有开始，不能编制简报；请换一个已开始的月份")
    with engine.connect() as connection:
        _refuse_final(connection, period)
        frozen = freeze(connection, county=county, period=period, cutoff=cutoff, cut=options.cut)
    imprint = Imprint(
        masthead=county.profile.masthead,
        public_url=settings.console.public_url.rstrip("/"),
        model_statement=options.model_statement,
        year=local(cutoff).year,
    )
    folder = settings.briefs / period
    write_brief(folder, frozen, compose(frozen, imprint, period))
    brief = Brief(
        id=period, cutoff_at=cutoff, built_at=clock(), digest=frozen.digest, folder=str(folder)
    )
    with engine.begin() as connection:
        _refuse_final(connection, period)
        save(connection, tables.briefs, [brief])
    return brief


def _find(connection: Connection, period: str) -> Brief | None:
    rows = load(connection, Brief, select(tables.briefs).where(tables.briefs.c.id == period))
    return rows[0] if rows else None


def _refuse_final(connection: Connection, period: str) -> None:
    known = _find(connection, period)
    if known is not None and known.state in FINAL:
        raise InputError(
            f"{period} 的简报已{known.state.label}（第{known.issue}期），不能重新生成；"
            f"如有差错请更正：minyin brief correct {period}"
        )


def write_brief(folder: Path, frozen: Frozen, document: BriefDocument) -> None:
    """All files of a brief; each appears whole or not at all, the manifest last."""
    measures = Measures(frozen)
    faults = measures.faults()
    if faults:
        raise InputError(f"简报数据不自洽，未生成：{'；'.join(faults)}")
    wanted = {b.id for s in document.sections for b in s.blocks if isinstance(b, Chart)}
    pictures = charts(measures, wanted)
    rasters = {name: rasterise(svg) for name, svg in pictures.items()}
    metrics = json.dumps(measures.dump(), ensure_ascii=False, sort_keys=True, indent=1)
    files = {
        "frozen.json": frozen.encode(),
        "metrics.json": metrics.encode() + b"\n",
        "brief.json": document.encode(),
        "brief.html": render_html(document, pictures).encode(),
        "brief.docx": render_docx(document, rasters),
        "brief.pdf": render_pdf(document, pictures),
    }
    for name, svg in pictures.items():
        files[f"charts/{name}.svg"] = svg.encode()
        files[f"charts/{name}.png"] = rasters[name]
    manifest = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    files["manifest.json"] = json.dumps(manifest, indent=1).encode() + b"\n"
    (folder / "charts").mkdir(parents=True, exist_ok=True)
    for stale in (folder / "charts").iterdir():
        if f"charts/{stale.name}" not in files:
            stale.unlink()
    for name, data in files.items():
        _replace(folder / name, data)


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)


def review_brief(connection: Connection, period: str) -> Brief:
    """草稿/编辑 → 审核."""
    brief = known_brief(connection, period)
    if brief.state not in (BriefState.DRAFT, BriefState.EDITING):
        raise InputError(f"{period} 的简报现为{brief.state.label}，只有草稿可以送审")
    changed = brief.but(state=BriefState.REVIEW)
    save(connection, tables.briefs, [changed])
    return changed


def sign_brief(connection: Connection, period: str, *, actor: str, at: datetime) -> Brief:
    """签发: take the issue number of the year and of all time, and print it on every file.

    Raises InputError where the brief does not verify; a number that does not recompute is never signed.
    """
    brief = known_brief(connection, period)
    if brief.state in FINAL:
        raise InputError(f"{period} 的简报已{brief.state.label}，不能再次签发")
    folder = Path(brief.folder)
    differences = verify_brief(folder)
    if differences:
        raise InputError(
            f"{period} 的简报核对有{len(differences)}处差异，不能签发：{differences[0]}"
        )
    frozen = decode((folder / "frozen.json").read_bytes())
    draft = BriefDocument.model_validate_json((folder / "brief.json").read_bytes())
    day = local(at)
    number = next_number(connection, f"brief:{day.year}")
    total = draft.imprint.masthead.first_issue_total + next_number(connection, "brief")
    imprint = draft.imprint.but(
        issue=number,
        issue_total=total,
        issued_on=f"{day.year}年{day.month}月{day.day}日",
        signed_by=actor,
        year=day.year,
    )
    write_brief(folder, frozen, compose(frozen, imprint, period))
    signed = brief.but(
        state=BriefState.SIGNED,
        issue=number,
        issue_total=total,
        signed_by=actor,
        signed_on=day.date(),
    )
    save(connection, tables.briefs, [signed])
    return signed


def issue_brief(connection: Connection, period: str) -> Brief:
    """签发 → 印发: from here on it may be sent."""
    brief = known_brief(connection, period)
    if brief.state is not BriefState.SIGNED:
        raise InputError(f"{period} 的简报现为{brief.state.label}，签发之后才能印发")
    changed = brief.but(state=BriefState.ISSUED)
    save(connection, tables.briefs, [changed])
    return changed


def known_brief(connection: Connection, period: str) -> Brief:
    brief = _find(connection, period)
    if brief is None:
        raise InputError(f"没有 {period} 的简报；请先编制：minyin brief build {period}")
    return brief
