"""Whether one text should raise an alert, in one place for bulk analysis and explanation.

The judgement itself is `nlp.opinion.alerting`'s; what it cannot know, the place, is added here: nothing is alerted that is
not about the county.
"""

from typing import NamedTuple

from nlp.analyse import Understood
from nlp.opinion.alerting import worthiness


class Worth(NamedTuple):
    alert: bool
    confidence: float
    reasons: tuple[str, ...]


def worth(one: Understood) -> Worth:
    """The answer of the classifier that has read the masked text, silenced where the matter is elsewhere."""
    found = worthiness(one.analysis.opinion, one.analysis.contexts, elsewhere=one.places.elsewhere)
    said = Worth(found.alert, found.confidence, found.reasons)
    if said.alert and not one.analysis.relevant:
        return Worth(False, round(one.places.relevance, 3), (*said.reasons, "不是本县的事"))
    return said
