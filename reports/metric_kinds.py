"""What a metric is: an id, a name, a unit, the formula as people read it, and one function of the frozen rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from reports.frozen import Frozen

Unit = Literal["条", "起", "次", "件", "%", "分钟", "天", "分", "个", "条/日", "条/万人"]
Rows = Mapping[str, float | None]

REGISTRY: dict[str, "Metric"] = {}


@dataclass(frozen=True)
class Metric:
    """`compute` answers with one value per key; a scalar has the single key ''. None is 'no base to divide by'."""

    id: str
    name: str
    unit: Unit
    formula: str
    base: str
    compute: Callable[[Frozen], Rows]

    @property
    def rate(self) -> bool:
        """Rates change in 个百分点, counts in % (DOMAIN §2.4)."""
        return self.unit == "%"


def metric(
    id: str, name: str, unit: Unit, formula: str, base: str = ""
) -> Callable[[Callable[[Frozen], Rows]], Callable[[Frozen], Rows]]:
    """Enter a function into the dictionary under one id."""

    def enter(compute: Callable[[Frozen], Rows]) -> Callable[[Frozen], Rows]:
        if id in REGISTRY:
            raise ValueError(f"two metrics are called {id!r}")
        REGISTRY[id] = Metric(id, name, unit, formula, base, compute)
        return compute

    return enter


def one(value: float | None) -> Rows:
    """A scalar metric's answer."""
    return {"": value}


def percent(part: float, whole: float) -> float | None:
    """part/whole in %, rounded to 4 places so that equal data are equal bytes; None without a base.

    >>> percent(30, 139)
    21.5827
    """
    return round(100 * part / whole, 4) if whole else None


def shares(counts: Rows) -> Rows:
    """Each count's share of their sum: numerator and base from one query (DOMAIN §2.4)."""
    total = sum(value or 0 for value in counts.values())
    return {key: percent(value or 0, total) for key, value in counts.items()}
