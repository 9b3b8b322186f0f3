"""What a comparison yields, as frozen values."""

from minyin.model import Level, Value
from samples.scores import Cubed, Score


class ItemScore(Value):
    """Texts: how many arrived, whole and at the minute written."""

    planted: int
    found: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    wrong_time: tuple[str, ...]


class EventScore(Value):
    """One planted event: the found event that holds most of it, its alerts and its tickets."""

    matter: str
    event_id: str | None
    share: Score
    pieces: int
    expected: Level | None
    raised: Level | None
    tickets_expected: int
    tickets: int

    @property
    def level_right(self) -> bool:
        return self.expected is self.raised


class AlertScore(Value):
    """Alerts outside the planted events. `should` is over the single texts."""

    alerts: int
    background: dict[str, int]
    background_items: tuple[str, ...]
    by_the_letter: tuple[str, ...]
    singles: dict[str, int]
    should: Score
    false_traps: dict[str, int]


class MaskScore(Value):
    """Personal strings: gone or not; masks that hide something not listed."""

    strings: int
    leaks: tuple[str, ...]
    spans: int
    extra: dict[str, int]
    extra_items: tuple[str, ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.leaks) / self.strings if self.strings else 1.0

    @property
    def extra_share(self) -> float:
        return sum(self.extra.values()) / self.spans if self.spans else 0.0


class OpinionScore(Value):
    """Polarity and appeal on the annotated texts of the quarter."""

    texts: int
    macro_f1: float
    appeal: float
    confusion: dict[str, int]


class Comparison(Value):
    """A run against what was planted."""

    items: ItemScore
    events: tuple[EventScore, ...]
    cubed: Cubed
    alerts: AlertScore
    places: Score
    masks: MaskScore
    reposts: Score
    opinion: OpinionScore

    @property
    def levels_right(self) -> int:
        return sum(event.level_right for event in self.events)
