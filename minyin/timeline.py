"""One event's story: whoever changes something about an event writes a row; the key makes it once."""

from datetime import datetime

from sqlalchemy import Connection

from minyin.database.tables import timeline
from minyin.database.values import upsert


def note(
    connection: Connection, event_id: str, key: str, *, at: datetime, text: str, object_id: str = ""
) -> None:
    """A row such as key `alert:YQ-20261015-001` or `ticket:PZ-20261015-00001:3`; its kind is what stands before ':'."""
    row = {"event_id": event_id, "key": key, "at": at, "kind": key.split(":", maxsplit=1)[0]}
    upsert(connection, timeline, [row | {"text": text, "object_id": object_id or None}])
