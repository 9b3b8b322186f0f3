"""What alerts and tickets both say of a matter: who should handle it, and what it may be called."""

from minyin.county import County
from minyin.model import Event

# 未成年人与弱势群体保护: never quoted in a mail or a ticket
MINORS = "T28"


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


def mail_title(county: County, event: Event) -> str:
    """An event's title as mails and tickets may carry it: matters of minors are named by their topic only."""
    topic = county.topic_by_code.get(event.topic or "")
    return f"{topic.name}相关信息" if topic and topic.code == MINORS else event.title
