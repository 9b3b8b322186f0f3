"""Is one text by itself worth an alert: a true complaint or harm of this county, and not what only sounds like one.

The classifiers learn it from texts written for it (DOMAIN §7.3: drills, notices, replies, idioms, adverts, history,
denials, and complaints that look like each of them). Here it becomes an answer with reasons that a clerk can check.
Left to others: which place a text is about (`elsewhere`), and the rules that look at whole events (alerts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from minyin.model import Context, Opinion, Polarity
from nlp.opinion.classifier import Classifier, channel_of

# what a reason is called; the order is that of the list
APPEAL_NAMES = {
    "appeal_unheeded": "没人管",
    "appeal_again": "一再反映",
    "appeal_runaround": "推诿",
    "appeal_when": "追问何时",
    "appeal_ask": "请求",
    "appeal_hope": "希望",
    "appeal_hotline": "已投诉",
    "appeal_claim": "索赔讨薪",
    "appeal_bad": "受扰",
    "duration": "拖延多时",
}


@dataclass(frozen=True)
class AlertWorthiness:
    """`confidence` is that of the answer, 0.5 … 1. `reasons` are in Chinese, the weightiest first."""

    alert: bool
    confidence: float
    reasons: tuple[str, ...]


def worthiness(
    opinion: Opinion, contexts: Sequence[Context] = (), *, elsewhere: bool = False
) -> AlertWorthiness:
    """The answer for a text that was classified.

    The contexts explain, they do not decide: they are found by words that complaints use as well, and the classifier
    has read both. Only the place decides, as no text says whose county it is read in.
    """
    away = elsewhere or Context.ELSEWHERE in contexts
    alert = opinion.alert > 0.5 and not away
    sure = 0.95 if away and opinion.alert > 0.5 else max(opinion.alert, 1 - opinion.alert)
    return AlertWorthiness(
        alert, round(sure, 3), _reasons(opinion, contexts, alert=alert, away=away)
    )


def _reasons(
    opinion: Opinion, contexts: Sequence[Context], *, alert: bool, away: bool
) -> tuple[str, ...]:
    if alert:
        spans = (
            f"{APPEAL_NAMES[s.kind]}：“{s.text}”" for s in opinion.reasons if s.kind in APPEAL_NAMES
        )
        said = [f"情感{opinion.polarity.label}（把握 {opinion.confidence:.0%}）"]
        said += ["有人身安全或公共危险"] * opinion.urgent + ["向部门提出诉求"] * opinion.appeal
        sarcasm = [Context.SARCASM.label] * (Context.SARCASM in contexts)
        return (*said, *sarcasm, *spans)
    quiet = [context.label for context in contexts if context.excludes_alert]
    if away:
        return ("说的是外地的事",)
    if opinion.polarity is Polarity.NEGATIVE:
        return (*quiet, "虽有负面字眼，但不像本地待办的问题")
    return (*quiet, f"情感{opinion.polarity.label}（把握 {opinion.confidence:.0%}）")


@cache
def _shipped() -> Classifier:
    from nlp.opinion.cascade import CascadeClassifier

    return CascadeClassifier.load()


def should_alert(
    text: str,
    title: str = "",
    source_type: str = "",
    *,
    elsewhere: bool = False,
    classifier: Classifier | None = None,
) -> AlertWorthiness:
    """The answer for one text as it comes; `source_type` is a channel's name, Chinese or not, or nothing.

    `classifier` defaults to the shipped cascade, loaded once.
    """
    whole = f"{title}\n{text}" if title else text
    (opinion,) = (classifier or _shipped()).classify([whole], [channel_of(source_type)])
    return worthiness(opinion, elsewhere=elsewhere)
