"""Records: events, alerts, tickets, briefs, outcomes, audit. SQLite (WAL) by default, PostgreSQL by URL."""

from minyin.database.engine import open_database, reading
from minyin.database.values import load, load_one, next_number, save

__all__ = ["load", "load_one", "next_number", "open_database", "reading", "save"]
