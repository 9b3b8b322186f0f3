"""Whether one text should raise an alert, in one place for bulk analysis and explanation.

The judgement itself is `nlp.alerting`'s; what it cannot know, the place, is added here: nothing is alerted that is
not about the county.
"""

from importlib import import_module
from typing import NamedTuple

from minyin.model import Polarity
from nlp.analyse import Understood


class Worth(NamedTuple):
    alert: bool
    confidence: float
    reasons: tuple[str, ...]


def worth(one: Understood) -> Worth:
    """The answer of the classifier that has read the masked text, silenced where the matter is elsewhere."""
    try:
        worthiness = import_module("nlp.alerting").worthiness
    except ModuleNotFoundError:
        said = _by_rule(one)
    else:
        found = worthiness(
            one.analysis.opinion, one.analysis.contexts, elsewhere=one.places.elsewhere
        )
        said = Worth(bool(found.alert), float(found.confidence), tuple(found.reasons))
    if said.alert and not one.analysis.relevant:
        return Worth(False, round(one.places.relevance, 3), (*said.reasons, "不是本县的事"))
    return said


def _by_rule(one: Understood) -> Worth:
    """Discontent or an appeal, and no context that explains the alarming words away."""
    analysis = one.analysis
    silent = [context.label for context in analysis.contexts if context.excludes_alert]
    negative = analysis.opinion.polarity is Polarity.NEGATIVE
    alert = negative and not silent
    reasons = (
        *(["负面"] if negative else []),
        *(["诉求"] if analysis.opinion.appeal else []),
        *silent,
    )
    return Worth(alert, analysis.opinion.confidence if alert or not silent else 0.7, reasons)
