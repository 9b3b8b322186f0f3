"""What a corrected brief says about itself: one line at its head, and a section with the figures that changed."""

from reports.document import Imprint, Paragraph, Section, Text


def correction_notice(imprint: Imprint) -> tuple[Paragraph, ...]:
    """The first of 本期要点; nothing for a brief that is not a correction."""
    if imprint.correction is None:
        return ()
    return (
        _line(
            f"本件为更正件，请以本件为准。更正原因：{imprint.correction.reason}（改动详见“更正说明”）"
        ),
    )


def correction_section(imprint: Imprint) -> tuple[Section, ...]:
    """更正说明, before 一、 so that it is read first."""
    made = imprint.correction
    if made is None:
        return ()
    head = f"{made.made_by}于{made.made_on}更正。更正原因：{made.reason}"
    lines = (_line(head), *(_line(change, bullet=True) for change in made.changes))
    return (Section(id="correction", level=1, title="更正说明", blocks=lines),)


def _line(text: str, *, bullet: bool = False) -> Paragraph:
    return Paragraph(runs=(Text(text=text),), style="bullet" if bullet else "body")
