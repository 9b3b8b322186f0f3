"""Who should handle a matter, by the county's topic table: alerts suggest it, tickets prefill it."""

from minyin.county import County


def lead_units(county: County, topic: str | None, street: str | None) -> tuple[str, ...]:
    """Ids of the units that lead this topic; 'street' in the table is the 镇街 where it happens.

    A topic that nobody leads falls to the street as well; without a street the answer is empty.
    """
    found = county.topic_by_code.get(topic or "")
    named = found.lead_units if found else ("street",)
    units = [street if unit == "street" else unit for unit in named]
    return tuple(dict.fromkeys(unit for unit in units if unit in county.unit_by_id))


def unit_name(county: County, unit: str | None) -> str:
    """The unit's name; 待指定 where there is none."""
    found = county.unit_by_id.get(unit or "")
    return found.name if found else "待指定"
