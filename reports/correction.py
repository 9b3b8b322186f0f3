"""更正 of a signed brief: the month frozen anew at the same cut-off, beside the first edition, with what changed.

Rule (DOMAIN §2.2): a correction keeps the issue number, “第11期（更正）”; what was issued is never written over.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from minyin.clock import local
from minyin.county import County
from minyin.database import save, tables
from minyin.errors import InputError
from minyin.model import Brief, BriefState
from reports.brief import FINAL, known_brief, write_brief
from reports.compose import compose
from reports.document import BriefDocument, Correction
from reports.freeze import Cut, freeze
from reports.frozen import decode
from reports.metrics import METRICS, Measures


@dataclass(frozen=True)
class Grounds:
    """Why a brief is corrected, by whom and when."""

    reason: str
    made_by: str
    at: datetime


def correct_brief(
    connection: Connection,
    period: str,
    grounds: Grounds,
    *,
    county: County,
    cut: Cut | None = None,
) -> Brief:
    """Issue a corrected edition in a folder of its own; the edition before stays as it is.

    `cut` must be what the brief was built with. Raises InputError for a brief that is not signed, an empty reason, or
    records that give the same brief again.
    """
    brief = known_brief(connection, period)
    if brief.state not in FINAL:
        raise InputError(f"{period} 的简报现为{brief.state.label}，尚未签发，直接重新编制即可")
    if not grounds.reason.strip():
        raise InputError("更正须写明原因")
    earlier = Path(brief.folder)
    before = Measures(decode((earlier / "frozen.json").read_bytes()))
    document = BriefDocument.model_validate_json((earlier / "brief.json").read_bytes())
    cutoff = local(brief.cutoff_at)
    frozen = freeze(connection, county=county, period=period, cutoff=cutoff, cut=cut)
    if frozen.digest == brief.digest:
        raise InputError(f"{period} 按现有记录重新封存，与第{brief.issue}期没有差异，无需更正")
    correction = _correction(grounds, brief.corrections + 1, changes(before, Measures(frozen)))
    folder = earlier.with_name(f"{period}-correction-{correction.number}")
    imprint = document.imprint.but(correction=correction)
    write_brief(folder, frozen, compose(frozen, imprint, period))
    corrected = brief.but(
        state=BriefState.CORRECTED,
        corrections=correction.number,
        digest=frozen.digest,
        built_at=grounds.at,
        folder=str(folder),
    )
    save(connection, tables.briefs, [corrected])
    return corrected


def _correction(grounds: Grounds, number: int, changed: tuple[str, ...]) -> Correction:
    day = local(grounds.at)
    return Correction(
        number=number,
        reason=grounds.reason.strip(),
        made_on=f"{day.year}年{day.month}月{day.day}日",
        made_by=grounds.made_by,
        changes=changed,
    )


def changes(before: Measures, after: Measures) -> tuple[str, ...]:
    """One line per whole figure that changed, and how many figures by place, unit or kind changed besides."""
    lines, parts = [], 0
    for metric, known in METRICS.items():
        for key in before.rows(metric).keys() | after.rows(metric).keys():
            old, new = before.text(metric, key), after.text(metric, key)
            if old == new:
                continue
            if key:
                parts += 1
            else:
                lines.append(f"{known.name}：原为“{old}”，更正为“{new}”")
    if parts:
        lines.append(f"另有分镇街、分单位、分类别的数字{parts}处随之改动，以本件为准")
    return tuple(lines) or ("数字没有改动，改动的是文字",)
