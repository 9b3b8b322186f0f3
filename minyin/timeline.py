"""One event's story and state: whoever changes something about an event writes a row; the key makes it once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from minyin.database.tables import events, timeline
from minyin.database.values import upsert
from minyin.model import Event, Labelled


def note(
    connection: Connection, event_id: str, key: str, *, at: datetime, text: str, object_id: str = ""
) -> None:
    """A row such as key `alert:YQ-20261015-001` or `ticket:PZ-20261015-00001:3`; its kind is what stands before ':'."""
    row = {"event_id": event_id, "key": key, "at": at, "kind": key.split(":", maxsplit=1)[0]}
    upsert(connection, timeline, [row | {"text": text, "object_id": object_id or None}])


def amend_event(connection: Connection, event: Event, **changes: Any) -> Event:
    """The event with some fields changed, and only those columns written: ingest may be changing the others."""
    changed = event.but(**changes)
    new = {name: getattr(changed, name) for name in changes}
    if any(getattr(event, name) != value for name, value in new.items()):
        plain = {k: v.value if isinstance(v, Labelled) else v for k, v in new.items()}
        connection.execute(update(events).where(events.c.id == event.id).values(**plain))
    return changed
