"""The same checks on SQLite and, where it runs, on a real PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select

from minyin.database import load, load_one, next_number, open_database, reading, save, tables
from minyin.errors import DependencyError, InputError
from minyin.model import Alert, AlertKind, Event, Level, LevelReason
from support.databases import empty_postgresql

AT = datetime(2026, 10, 14, 0, 5, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'minyin.db'}")
        yield engine
        engine.dispose()
        return
    server: str = request.getfixturevalue("postgresql_url")
    with empty_postgresql(server) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def alert(**changes: object) -> Alert:
    return Alert(
        id="YQ-20261014-001",
        event_id="PZ-E-20261014-001",
        level=Level.YELLOW,
        kind=AlertKind.FIRST,
        reasons=(LevelReason(rule_id="yellow-volume", text="24 条", values={"items_24h": 24.0}),),
        raised_at=AT,
        generated_at=AT,
        articles=("a", "b"),
        counts={"24h": 24},
    ).but(**changes)


def test_migrations_and_tables_are_the_same(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_a_saved_value_comes_back_equal_and_saving_again_replaces(engine: Engine) -> None:
    with engine.begin() as connection:
        save(connection, tables.alerts, [alert()])
        save(connection, tables.alerts, [alert(note="已核实"), alert(id="YQ-20261014-002")])
    with engine.begin() as connection:
        found = load(connection, Alert, select(tables.alerts).order_by(tables.alerts.c.id))
    assert found == [alert(note="已核实"), alert(id="YQ-20261014-002")]


def test_counters_count_and_roll_back_with_their_transaction(engine: Engine) -> None:
    with engine.begin() as connection:
        assert [next_number(connection, "event") for _ in range(3)] == [1, 2, 3]
    connection = engine.connect()
    transaction = connection.begin()
    assert next_number(connection, "event") == 4
    transaction.rollback()
    connection.close()
    with engine.begin() as connection:
        assert next_number(connection, "event") == 4


def test_a_missing_id_is_an_operator_error(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(InputError, match="PZ-E-1"):
        load_one(connection, Event, tables.events, "PZ-E-1")


def test_an_unreachable_server_is_a_dependency_error() -> None:
    with pytest.raises(DependencyError, match="数据库打不开"):
        open_database("postgresql://nobody:secret@127.0.0.1:1/none")


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with engine.begin() as connection:
        save(connection, tables.alerts, [alert()])
    with engine.begin() as writer, reading(engine) as reader:
        save(writer, tables.alerts, [alert(note="未提交")])
        assert load(reader, Alert, select(tables.alerts)) == [alert()]
