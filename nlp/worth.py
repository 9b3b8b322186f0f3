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


def worth(one: Understood, source_type: str = "") -> Worth:
    """The classifier's answer on the masked text, silenced where the matter is elsewhere."""
    said = _said(one, source_type)
    if said.alert and not one.analysis.relevant:
        return Worth(False, round(one.places.relevance, 3), (*said.reasons, "不是本县的事"))
    return said


def _said(one: Understood, source_type: str) -> Worth:
    title = one.title.text if one.title else ""
    try:
        should_alert = import_module("nlp.alerting").should_alert
    except ModuleNotFoundError:
        return _by_rule(one)
    said = should_alert(one.text.text, title, source_type)
    return Worth(bool(said.alert), float(said.confidence), tuple(said.reasons))


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
