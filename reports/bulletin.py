"""一周一通报: unit table, 红榜（先进）/黄榜（提醒） and repeated appeals of a week, for the page and for the mail.

The numbers are the brief's own metrics on a frozen week. Left to others: queueing the mail (`minyin.mailing`).
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from minyin.clock import Clock, day_start, local
from minyin.county import County
from minyin.model import Value
from minyin.settings import Settings
from reports.document import Imprint, Paragraph, Section, Table
from reports.freeze import freeze_window
from reports.frozen import Frozen
from reports.metrics import Measures
from reports.render_html import environment
from reports.sections.annexes import unit_table
from reports.sections.tickets import boards
from reports.units import standings
from reports.writer import Piece, Writer, joined

REPEATED = 3  # appeals on one matter in the week


class Bulletin(Value):
    """What is sent: plain text for the mail, HTML for both."""

    period: str
    subject: str
    text: str
    html: str
    frozen_digest: str


def week_bounds(now: datetime) -> tuple[datetime, datetime]:
    """The last whole week, Monday 00:00 to Monday 00:00, in the county.

    >>> from datetime import UTC
    >>> [t.date().isoformat() for t in week_bounds(datetime(2026, 11, 2, 1, tzinfo=UTC))]
    ['2026-10-26', '2026-11-02']
    """
    today = local(now).date()
    monday = day_start(today - timedelta(days=today.weekday()))
    return monday - timedelta(days=7), monday


def weekly(engine: Engine, *, county: County, settings: Settings, clock: Clock) -> Bulletin:
    """The bulletin of the last whole week."""
    start, end = week_bounds(clock())
    with engine.connect() as connection:
        frozen = freeze_window(connection, start, end, county=county)
    return compose_weekly(frozen, settings.console.public_url.rstrip("/"))


def compose_weekly(frozen: Frozen, public_url: str) -> Bulletin:
    """A pure function of the frozen week."""
    start, last = local(frozen.start), local(frozen.end - timedelta(days=1))
    period = f"{start.year}年{start.month}月{start.day}日—{last.month}月{last.day}日"
    imprint = Imprint(
        masthead=frozen.reference.masthead,
        public_url=public_url,
        model_statement="",
        year=start.year,
    )
    w = Writer(Measures(frozen), imprint)
    sections = _sections(w)
    subject = f"【一周通报】{frozen.reference.name}舆情工单办理情况（{period}）"
    page = environment().get_template("bulletin.html.j2")
    return Bulletin(
        period=period,
        subject=subject,
        text=_text(subject, sections),
        html=page.render(
            subject=subject,
            sections=sections,
            publisher=imprint.masthead.publisher,
            hrefs={c.number: c.href for c in w.citations},
        ),
        frozen_digest=frozen.digest,
    )


def _sections(w: Writer) -> tuple[Section, ...]:
    found = standings(w.measures)
    table = unit_table(w)
    units = (table,) if table else (w.p("本周没有承办单位办理工单。"),)
    return (
        Section(id="b1", level=1, title="一、办理概况", blocks=(_overview(w),)),
        Section(id="b2", level=1, title="二、承办单位办理情况", blocks=units),
        Section(
            id="b3",
            level=1,
            title="三、红榜（先进）与黄榜（提醒）",
            blocks=boards(w, found, span="本周"),
        ),
        Section(id="b4", level=1, title="四、重复诉求", blocks=(_repeated(w),)),
    )


def _overview(w: Writer) -> Paragraph:
    if not w.measures.value("tickets_due"):
        return w.p("本周没有结转工单，没有新增工单。")
    pieces: list[Piece] = [
        ["上周结转", w.n("tickets_carried"), "件，本周新增", w.n("tickets_new"), "件，应办"],
        [
            w.n("tickets_due"),
            "件，办结",
            w.n("tickets_done"),
            "件，未办结",
            w.n("tickets_left"),
            "件",
        ],
    ]
    if w.measures.value("on_time_rate") is not None:
        pieces += [
            "；按时办结率",
            w.n("on_time_rate"),
            "（以到期应办结",
            w.n("tickets_expiring"),
            "件为基数）",
        ]
    return w.p(
        pieces, "；期末超期", w.n("tickets_overdue"), "件，动态清零", w.n("clear_days"), "天。"
    )


def _repeated(w: Writer) -> Paragraph:
    rows = w.measures.rows("event_appeals")
    found = sorted(
        (e for e in rows if (rows[e] or 0) >= REPEATED), key=lambda e: (-(rows[e] or 0), e)
    )
    if not found:
        return w.p(f"本周未监测到同一事项{REPEATED}件以上的重复诉求。")
    items: list[Piece] = [
        [f"“{w.frozen.event_by_id[e].title}”", w.n("event_appeals", e), "件", w.cite_event(e)]
        for e in found
    ]
    return w.p(joined(items, "；"), "。")


def _text(subject: str, sections: tuple[Section, ...]) -> str:
    """The mail's plain part: tables become one line per row."""
    lines = [subject, ""]
    for section in sections:
        lines.append(section.title)
        for block in section.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    pairs = zip(block.header[2:], row[2:], strict=True)
                    figures = "，".join(f"{name}{cell.plain}" for name, cell in pairs)
                    rank = "" if row[0].plain == "—" else f"{row[0].plain}．"
                    lines.append(f"  {rank}{row[1].plain}：{figures}")
            elif isinstance(block, Paragraph):
                lines.append("  " + "".join(r.text for r in block.runs if r.kind != "cite"))
        lines.append("")
    return "\n".join(lines)
