"""The audit log: who did what to which object, append-only, each line sealed with the hash of the one before.

Left to others: deciding what must be recorded (whoever acts) and keeping a copy of the newest hash elsewhere.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from minyin.database.tables import audit

START = "0" * 64


def record(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    object_id: str,
    detail: dict[str, Any] | None = None,
) -> int:
    """Append one line inside the caller's transaction; its number is returned."""
    last = connection.execute(
        select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    line = {"at": at, "actor": actor, "action": action, "object_id": object_id}
    line |= {"detail": detail or {}, "number": number, "previous": previous}
    connection.execute(insert(audit).values(**line, hash=_seal(line)))
    return int(number)


def verify_chain(connection: Connection) -> list[str]:
    """What does not fit, one Chinese line each; an empty list when the log is whole."""
    faults, previous, expected = [], START, 1
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        line = dict(row._mapping)
        kept = line.pop("hash")
        if line["number"] != expected:
            faults.append(f"审计日志缺少第 {expected} 条至第 {line['number'] - 1} 条")
        elif line["previous"] != previous:
            faults.append(f"审计日志第 {line['number']} 条与上一条接不上")
        if _seal(line) != kept:
            faults.append(f"审计日志第 {line['number']} 条的内容被改动过")
        previous, expected = kept, line["number"] + 1
    return faults


def _seal(line: dict[str, Any]) -> str:
    """sha256 of the line without its own hash; times in UTC, so that every database gives the same bytes."""
    plain = line | {"at": line["at"].astimezone(UTC).isoformat()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
