"""From frozen rows to the document: a pure function, so a checker can call it again and compare."""

from minyin.clock import local
from reports.document import BriefDocument, Imprint
from reports.frozen import Frozen
from reports.metrics import Measures
from reports.sections.annexes import annexes
from reports.sections.correction import correction_notice, correction_section
from reports.sections.events import key_section
from reports.sections.hottest import hottest
from reports.sections.outlook import look_back, outlook
from reports.sections.overview import distribution, highlights, overall
from reports.sections.tickets import demands, work
from reports.writer import Writer


def compose(frozen: Frozen, imprint: Imprint, period: str) -> BriefDocument:
    """The monthly brief of DOMAIN §2.5."""
    writer = Writer(Measures(frozen), imprint)
    points = (*correction_notice(imprint), *highlights(writer))
    sections = (
        *correction_section(imprint),
        overall(writer),
        *distribution(writer),
        hottest(writer),
        *key_section(writer),
        *work(writer),
        demands(writer),
        *outlook(writer),
        look_back(writer),
        *annexes(writer),
    )
    return BriefDocument(
        period=period,
        title=f"{frozen.label}{frozen.reference.name}舆情情况及诉求办理分析",
        imprint=imprint,
        cutoff=frozen.cutoff,
        cutoff_text=cutoff_text(frozen),
        digest=frozen.digest,
        highlights=points,
        sections=sections,
        citations=tuple(writer.citations),
    )


def cutoff_text(frozen: Frozen) -> str:
    """Data cut-off, and a warning where the month is not over yet."""
    at = local(frozen.cutoff)
    text = f"数据截至{at.year}年{at.month}月{at.day}日{at.hour}时" + (
        f"{at.minute}分" if at.minute else ""
    )
    return f"{text}，本月未结束，数字为阶段数" if frozen.cutoff < frozen.end else text
