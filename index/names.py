"""Names people write for the codes that are stored: 东湖街道 → 320382001, 供水 → T04, 负面 → negative.

A name can stand for several codes (villages of one name in several towns). Left to others: the county itself (minyin.county).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from index.mapping import FIELDS
from index.text import fold
from minyin.county import County

Codes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Names:
    """For each field that has them, name → codes. A field with names takes no other value than these and their codes."""

    tables: Mapping[str, Codes] = field(default_factory=dict)

    def codes(self, name: str, value: str) -> tuple[str, ...] | None:
        """The codes of a value of field `name`; the value itself where the field has no names; None if unknown."""
        table = self.tables.get(name)
        if table is None:
            return (value,)
        found = table.get(value) or table.get(self._folded[name].get(fold(value), ""))
        if found:
            return found
        return (value,) if any(value in codes for codes in table.values()) else None

    @cached_property
    def _folded(self) -> Mapping[str, Mapping[str, str]]:
        """For each field, names in one spelling → as they are: traditional and full-width forms mean the same."""
        return {
            name: {fold(label): label for label in table} for name, table in self.tables.items()
        }

    def label(self, name: str, code: str) -> str:
        """The first name of a code: what people read."""
        for label, codes in self.tables.get(name, {}).items():
            if codes == (code,):
                return label
        return code


@cache
def fixed_names() -> Names:
    """The names that every county has: the labels of the model's enumerations."""
    tables = {
        field.name: {member.label: (str(member.value),) for member in field.values}
        for field in FIELDS
        if field.values
    }
    return Names(tables)


def names_of(county: County) -> Names:
    """Enumerations, streets, villages, topics and sources of a county."""
    streets = _table(
        (name, street.code)
        for street in county.streets
        for name in (street.name, street.core, *street.aliases)
        if name
    )
    villages = _table(
        (name, village.code)
        for village in county.villages
        for name in village_forms(village.name, village.short)
        if name
    )
    own = _table((name, county.profile.code) for name in (county.profile.name,))
    topics = _table((topic.name, topic.code) for topic in county.topics)
    return Names(
        {
            **fixed_names().tables,
            "street": streets,
            "village": villages,
            "places": {**villages, **streets, **own},
            "topic": topics,
            "topics": topics,
        }
    )


def village_forms(name: str, short: str) -> tuple[str, ...]:
    """The ways people write one 村居; the full name first, since it is the one shown.

    >>> village_forms("下沟村委会", "下沟"), village_forms("丰华社区居委会", "丰华")
    (('下沟村委会', '下沟', '下沟村'), ('丰华社区居委会', '丰华', '丰华社区'))
    """
    if name.endswith(("居委会", "社区")):
        kind = "社区"
    else:
        kind = "村" if name.endswith(("村委会", "村")) else ""
    longer = f"{short}{kind}" if short and kind and not short.endswith(kind) else short
    return tuple(dict.fromkeys((name, short, longer)))


def _table(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for name, code in pairs:
        if code not in table.get(name, ()):
            table[name] = (*table.get(name, ()), code)
    return table
