"""Values in, rows out: upsert, load and count. Nothing here knows what a value means."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from minyin.database import tables
from minyin.errors import InputError
from minyin.model import Value

V = TypeVar("V", bound=Value)


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; where the key exists, the other columns given are replaced."""
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if changed:
        connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows)
        )
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), list(rows))


def save(connection: Connection, table: Table, values: Iterable[Value], **columns: Any) -> None:
    """Upsert values into the table made from their type; `columns` sets columns the value does not have."""
    names = set(table.columns.keys())
    rows = [
        {k: v for k, v in value.model_dump(mode="python").items() if k in names} | columns
        for value in values
    ]
    upsert(connection, table, [{k: _plain(v) for k, v in row.items()} for row in rows])


def _plain(value: Any) -> Any:
    """Enums inside JSON columns become their codes; everything else is stored as it is."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value.value if hasattr(value, "value") and hasattr(value, "label") else value


def load(connection: Connection, model: type[V], statement: Select[Any]) -> list[V]:
    """The selected rows as values; columns the value does not have are left out."""
    fields = model.model_fields
    return [
        model.model_validate({k: v for k, v in row._mapping.items() if k in fields})
        for row in connection.execute(statement)
    ]


def load_one(connection: Connection, model: type[V], table: Table, key: str) -> V:
    """The value with this id. Raises InputError when there is none."""
    found = load(connection, model, select(table).where(table.c.id == key))
    if not found:
        raise InputError(f"没有编号为 {key!r} 的记录（{table.name}），请核对编号")
    return found[0]


def next_number(connection: Connection, name: str) -> int:
    """The next number of a counter, from 1, inside the caller's transaction."""
    current = connection.execute(
        select(tables.counters.c.value).where(tables.counters.c.name == name).with_for_update()
    ).scalar()
    value = (current or 0) + 1
    upsert(connection, tables.counters, [{"name": name, "value": value}])
    return value
