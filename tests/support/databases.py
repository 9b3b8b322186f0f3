"""Fresh databases for tests, copied from one that was migrated once: SQLite files, or a real PostgreSQL's."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from minyin.database import open_database

NewDatabase = Callable[[str], Engine]


def migrated_file(folder: Path) -> Path:
    """An SQLite file with the current schema and no rows."""
    file = folder / "blank.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@contextmanager
def sqlite_databases(blank: Path, folder: Path) -> Iterator[NewDatabase]:
    """Databases by name, as files in `folder`; closed at the end."""
    opened: list[Engine] = []

    def make(name: str) -> Engine:
        file = folder / f"{name}.db"
        shutil.copy(blank, file)
        opened.append(open_database(f"sqlite:///{file}"))
        return opened[-1]

    try:
        yield make
    finally:
        for engine in opened:
            engine.dispose()


@contextmanager
def _administered(server: str) -> Iterator[Callable[[str], None]]:
    url = server.replace("postgresql:", "postgresql+pg8000:")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")

    def run(statement: str) -> None:
        with admin.connect() as connection:
            connection.execute(text(statement))

    try:
        yield run
    finally:
        admin.dispose()


def _beside(server: str, name: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{name}"


@contextmanager
def empty_postgresql(server: str) -> Iterator[str]:
    """The URL of a new database without any table; dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with _administered(server) as run:
        run(f"CREATE DATABASE {name}")
        try:
            yield _beside(server, name)
        finally:
            run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def migrated_template(server: str) -> Iterator[str]:
    """The name of a database with the current schema, to copy from; dropped at the end."""
    with empty_postgresql(server) as url:
        open_database(url).dispose()
        yield url.rsplit("/", 1)[1]


@contextmanager
def postgresql_databases(server: str, template: str) -> Iterator[NewDatabase]:
    """Databases on the server; closed and dropped at the end, whatever name they were asked for."""
    opened: dict[str, Engine] = {}
    with _administered(server) as run:

        def make(name: str) -> Engine:
            own = f"test_{name}_{uuid.uuid4().hex[:12]}"
            run(f"CREATE DATABASE {own} TEMPLATE {template}")
            opened[own] = open_database(_beside(server, own))
            return opened[own]

        try:
            yield make
        finally:
            for own, engine in opened.items():
                engine.dispose()
                run(f"DROP DATABASE {own} WITH (FORCE)")
