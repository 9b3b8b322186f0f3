"""A clerk's corrections of events, with their audit record; the index is brought up to date at once."""

from collections.abc import Sequence

from flows.bootstrap import House
from flows.ingest import index_pending
from minyin import audit
from minyin.model import Event
from nlp.event import edit


def merge_events(house: House, pair: tuple[str, str], *, actor: str) -> Event:
    """The event pair[0] goes into pair[1]. Raises InputError."""
    with house.engine.begin() as connection:
        kept = edit.merge(connection, house.county, house.judge, pair)
        audit.record(
            connection,
            at=house.clock(),
            actor=actor,
            action="event.merge",
            object_id=pair[0],
            detail={"into": kept.id},
        )
    index_pending(house)
    return kept


def split_event(house: House, event_id: str, articles: Sequence[str], *, actor: str) -> Event:
    """These articles leave the event for a new one, which is returned. Raises InputError."""
    with house.engine.begin() as connection:
        made = edit.split(connection, house.county, house.judge, event_id, articles)
        audit.record(
            connection,
            at=house.clock(),
            actor=actor,
            action="event.split",
            object_id=event_id,
            detail={"into": made.id, "articles": list(articles)},
        )
    index_pending(house)
    return made
