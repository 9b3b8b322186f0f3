"""Is the label of a gold row one that can be judged? Each task's own field, in the formats that people label in.

A label of null is no mistake: annotators differed, the row says nothing on that question. Left to others: what is made
of the labels (nlp.judging.tasks).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from nlp.mask.kinds import CONFIDENCE, GOLD

POLARITIES = ("neg", "neu", "pos")
KINDS = frozenset(GOLD.get(kind, kind) for kind in CONFIDENCE)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "polarity": ("polarity",),
    "appeal": ("appeal",),
    "urgent": ("urgent",),
    "should_alert": ("should_alert",),
    "traps": ("should_alert",),
    "category": ("category",),
    "topic": ("topic",),
    "topics": ("topic",),
    "places": ("codes", "level", "relevant"),
    "masking": ("spans",),
}
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
_TOPIC = re.compile(r"T\d\d")
LEVELS = ("村居", "镇街", "市", "none")


def problem_of(task: str, row: Mapping[str, Any]) -> str | None:
    """Why a row cannot be judged, None where it can.

    >>> problem_of("polarity", {"text": "好", "polarity": "good"})
    "polarity 应为 neg、neu、pos，实为 'good'"
    """
    for field in FIELDS[task]:
        if field not in row:
            return f"没有 {field}"
        value = row[field]
        if value is not None and not _good(field, value, row):
            return f"{field} 应为 {EXPECTED[field]}，实为 {str(value)[:20]!r}"
    return None


def _good(field: str, value: Any, row: Mapping[str, Any]) -> bool:
    check = CHECKS.get(field)
    return check(value) if check else _spans(value, len(row["text"]))


def _flag(value: Any) -> bool:
    return value in (0, 1)  # True and False too


def _codes(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) and _CODE.fullmatch(one) for one in value
    )


def _spans(value: Any, length: int) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, list)
        and len(one) == 3
        and isinstance(one[0], int)
        and isinstance(one[1], int)
        and 0 <= one[0] < one[1] <= length
        and one[2] in KINDS
        for one in value
    )


CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "polarity": lambda value: value in POLARITIES,
    "appeal": _flag,
    "urgent": _flag,
    "should_alert": _flag,
    "relevant": _flag,
    "category": lambda value: isinstance(value, str),
    "topic": lambda value: isinstance(value, str) and bool(_TOPIC.fullmatch(value)),
    "codes": _codes,
    "level": lambda value: value in LEVELS,
}
EXPECTED: Mapping[str, str] = {
    "polarity": "neg、neu、pos",
    "appeal": "0 或 1",
    "urgent": "0 或 1",
    "should_alert": "0 或 1",
    "relevant": "0 或 1",
    "category": "分类名称",
    "topic": "T00…T28",
    "codes": "6、9、12 位区划代码的列表",
    "level": "村居、镇街、市、none",
    "spans": "[起, 止, 类别] 的列表，在 text 之内",
}
