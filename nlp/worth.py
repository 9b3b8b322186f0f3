"""Whether one text should raise an alert, in one place for bulk analysis and explanation.

The judgement itself is `nlp.alerting`'s; what it cannot know, the place, is added here: nothing is alerted that is
not about the county.
"""

from typing import NamedTuple

from nlp.alerting import should_alert
from nlp.analyse import Understood
from nlp.bulk_lines import Row


class Worth(NamedTuple):
    alert: bool
    confidence: float
    reasons: tuple[str, ...]


def worth(row: Row, one: Understood) -> Worth:
    """The classifier's answer on the masked text, silenced where the matter is elsewhere."""
    title = one.title.text if one.title else ""
    said = should_alert(one.text.text, title, row.source_type)
    if said.alert and not one.analysis.relevant:
        return Worth(False, round(1 - one.places.relevance, 3), (*said.reasons, "不是本县的事"))
    return Worth(said.alert, said.confidence, said.reasons)
