"""The one metric dictionary: dashboard, mails, bulletins and briefs read numbers from nowhere else.

`METRICS[id]` says what a number means; `Measures(frozen)` computes it once, compares it with the window before and
checks that parts add up to their whole.
"""

from functools import cached_property
from typing import Any, Literal

from minyin.model import Value
from reports import metric_events, metric_items, metric_tickets, views
from reports.frozen import Frozen
from reports.metric_kinds import REGISTRY, Metric, Rows

__all__ = ["METRICS", "Change", "Measures", "Metric", "change", "show"]

_ = (metric_events, metric_items, metric_tickets, views)  # importing them enters their metrics
METRICS: dict[str, Metric] = REGISTRY

SMALL_BASE = 10  # below it a percentage of a count misleads: counts only (DOMAIN §2.5)
FLAT = 0.5  # |Δ| below this many percent (or 个百分点) is 持平

WHOLES = {
    "items_by_polarity": "items_total",
    "items_by_channel": "items_total",
    "items_by_street": "items_total",
    "items_by_topic": "items_total",
    "items_by_day": "items_total",
    "appeals_by_channel": "appeals_total",
    "appeals_by_topic": "appeals_total",
    "alerted_by_level": "alerted_events",
    "events_by_street": "events_total",
    "tickets_by_type": "tickets_new",
    "tickets_by_street": "tickets_new",
    "tickets_new_by_day": "tickets_new",
    "unit_due": "tickets_due",
    "unit_done": "tickets_done",
    "unit_overdue": "tickets_overdue",
}
SHARES = (
    "share_by_polarity",
    "share_by_channel",
    "share_by_topic",
    "share_by_type",
    "appeals_share_by_channel",
    "appeals_share_by_topic",
    "share_by_resolution",
)


class Change(Value):
    """环比 as it is printed; `value` is in % for counts and in 个百分点 for rates, None where neither is fair."""

    kind: Literal["up", "down", "flat", "counts", "none"]
    value: float | None
    text: str


def show(value: float | None, unit: str) -> str:
    """A number as the brief prints it.

    >>> show(1093.0, "条"), show(21.5827, "%"), show(100.0, "%"), show(None, "%"), show(1710.4, "分钟")
    ('1093', '21.58%', '100%', '—', '28小时30分钟')
    """
    if value is None:
        return "—"
    if unit == "%":
        return f"{value:.2f}".removesuffix(".00") + "%"
    if unit == "分钟":
        return _duration(round(value))
    if unit in ("分", "条/日", "条/万人"):
        return f"{value:.1f}"
    return f"{value:.0f}"


def _duration(minutes: int) -> str:
    """Nobody reads 1710分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes}分钟"
    return f"{hours}小时{rest}分钟" if rest else f"{hours}小时"


def change(now: float | None, before: float | None, *, rate: bool, unit: str) -> Change:
    """环比 by DOMAIN §2.5.

    >>> change(109, 139, rate=False, unit="件").text
    '环比下降21.58%'
    >>> change(8, 0, rate=False, unit="条").text
    '上月无，本月8条'
    >>> change(8, 5, rate=False, unit="条").text
    '上月5条，本月8条'
    >>> change(92.1, 92.44, rate=True, unit="%").text
    '环比持平'
    >>> change(90.0, 92.5, rate=True, unit="%").text
    '环比下降2.50个百分点'
    """
    if now is None or before is None:
        return Change(kind="none", value=None, text="暂无环比")
    if rate:
        return _moved(round(now - before, 4), "个百分点")
    if before == 0:
        return Change(kind="counts", value=None, text=f"上月无，本月{show(now, unit)}{unit}")
    if before < SMALL_BASE:
        text = f"上月{show(before, unit)}{unit}，本月{show(now, unit)}{unit}"
        return Change(kind="counts", value=None, text=text)
    return _moved(round(100 * (now - before) / before, 4), "%")


def _moved(value: float, unit: str) -> Change:
    if abs(value) < FLAT:
        return Change(kind="flat", value=value, text="环比持平")
    word, kind = ("上升", "up") if value > 0 else ("下降", "down")
    return Change(kind=kind, value=value, text=f"环比{word}{abs(value):.2f}{unit}")  # type: ignore[arg-type]


class Measures:
    """Every metric of one frozen window, each computed once."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen = frozen
        self._rows: dict[str, Rows] = {}

    @cached_property
    def before(self) -> "Measures":
        return Measures(self.frozen.before)

    def rows(self, metric_id: str) -> Rows:
        if metric_id not in self._rows:
            self._rows[metric_id] = METRICS[metric_id].compute(self.frozen)
        return self._rows[metric_id]

    def value(self, metric_id: str, key: str = "") -> float | None:
        """A key that was not counted is 0 for counts and 'no base' for rates."""
        return self.rows(metric_id).get(key, None if METRICS[metric_id].rate else 0.0)

    def text(self, metric_id: str, key: str = "") -> str:
        return show(self.value(metric_id, key), METRICS[metric_id].unit)

    def change(self, metric_id: str, key: str = "") -> Change:
        known = METRICS[metric_id]
        now, before = self.value(metric_id, key), self.before.value(metric_id, key)
        return change(now, before, rate=known.rate, unit=known.unit)

    def faults(self) -> list[str]:
        """Σ parts = whole and Σ shares = 100±0.1 (DOMAIN §2.4); an empty list is the only good answer."""
        found = []
        for parts, whole in WHOLES.items():
            total, expected = sum(v or 0 for v in self.rows(parts).values()), self.value(whole)
            if total != expected:
                found.append(f"{METRICS[parts].name}合计{total:.0f}，{METRICS[whole].name}{expected:.0f}")
        for name in SHARES:
            values = [v for v in self.rows(name).values() if v is not None]
            if values and abs(sum(values) - 100) > 0.1:
                found.append(f"{METRICS[name].name}合计{sum(values):.2f}%，应为100%")
        left = (self.value("tickets_due") or 0) - (self.value("tickets_done") or 0)
        if left != self.value("tickets_left"):
            found.append("结转下月不等于应办减办结")
        return found

    def dump(self) -> dict[str, Any]:
        """metrics.json: what each number is, this window's values and those of the window before."""
        return {
            metric_id: {
                "name": known.name,
                "unit": known.unit,
                "formula": known.formula,
                "base": known.base,
                "values": dict(self.rows(metric_id)),
                "previous": dict(self.before.rows(metric_id)),
            }
            for metric_id, known in sorted(METRICS.items())
        }
