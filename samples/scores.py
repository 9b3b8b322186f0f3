"""Measures, pure: precision and recall, B³, macro-F1, and which words a mask has replaced."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence

from minyin.model import Span, Value


class Score(Value):
    """Counts behind precision and recall."""

    right: int
    found: int
    planted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.planted if self.planted else 1.0

    @property
    def f1(self) -> float:
        """
        >>> Score(right=3, found=4, planted=6).f1
        0.6
        """
        total = self.found + self.planted
        return 2 * self.right / total if total else 1.0


class Cubed(Value):
    """B³ (Bagga and Baldwin 1998): precision and recall averaged over items."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def b_cubed(planted: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> Cubed:
    """Both map the same items to the cluster they are in.

    >>> b_cubed({"a": 1, "b": 1, "c": 2}, {"a": 7, "b": 7, "c": 7}).recall
    1.0
    """
    true_clusters, found_clusters = _members(planted), _members(found)
    precision = recall = 0.0
    for item in planted:
        mine, theirs = true_clusters[planted[item]], found_clusters[found[item]]
        both = len(mine & theirs)
        precision += both / len(theirs)
        recall += both / len(mine)
    count = len(planted) or 1
    return Cubed(precision=precision / count, recall=recall / count)


def _members(clusters: Mapping[str, Hashable]) -> dict[Hashable, set[str]]:
    members: dict[Hashable, set[str]] = defaultdict(set)
    for item, cluster in clusters.items():
        members[cluster].add(item)
    return members


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean F1 over the classes that were planted; a pair is (planted, found)."""
    both = Counter(pairs)
    planted, found = Counter(p for p, _ in pairs), Counter(f for _, f in pairs)
    scores = [
        Score(right=both[(name, name)], found=found[name], planted=planted[name]).f1
        for name in planted
    ]
    return sum(scores) / len(scores) if scores else 0.0


def squeeze(text: str) -> str:
    """Text without white space: pages break lines where they like.

    >>> squeeze("停水　三天\\n了")
    '停水三天了'
    """
    return re.sub(r"\s+", "", text)


def replaced(original: str, masked: str, spans: Sequence[Span]) -> list[str] | None:
    """What stood in the original where the masked text has its spans; None when the rest of the text differs.

    >>> replaced("请找王秀英，谢谢", "请找王某，谢谢", [Span(start=2, end=4, kind="name")])
    ['王秀英']
    """
    pattern, at = "", 0
    for span in sorted(spans, key=lambda s: s.start):
        pattern += re.escape(squeeze(masked[at : span.start])) + "(.*?)"
        at = span.end
    pattern += re.escape(squeeze(masked[at:]))
    match = re.fullmatch(pattern, squeeze(original), re.DOTALL)
    return list(match.groups()) if match else None
