"""A finished run as the comparison sees it: documents by item id, events with the planted matter they stand for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from minyin.database import tables
from minyin.database.values import load
from minyin.model import Alert, Document
from samples.planted import Item
from samples.singles import all_items

# Adverts posted below an event's thread: written with its number, but not of it
ADVERTS = frozenset({"E01-036", "E07-005"})
# Negative reports of county or city media among the background: 黄 by the letter of the rules (DOMAIN §3.3)
BY_THE_LETTER = ("B3-007", "B3-016", "B3-024", "B3-031", "B3-043", "B3-050")
BACKGROUND = "背景"
SINGLE = "单条"


class Found(NamedTuple):
    """What a run has stored of the sample county."""

    items: Mapping[str, Item]
    documents: Mapping[str, Document]
    alerts: tuple[Alert, ...]
    tickets: Mapping[str, frozenset[str]]
    matters: Mapping[str, str]
    """Event id → the planted event, 背景 or 单条 that most of its documents belong to."""

    def members(self, matter: str) -> list[Item]:
        """The planted texts of an event that are really about it."""
        return [
            item for item in self.items.values() if item.event == matter and item.id not in ADVERTS
        ]

    def event_of(self, item_id: str) -> str | None:
        document = self.documents.get(item_id)
        return document.event_id if document else None

    def alerts_of(self, matter: str) -> list[Alert]:
        """Alerts on events that stand for this matter, and those caused mostly by its texts."""
        ids = {d.id for d in self._of(matter)}
        return [
            alert
            for alert in self.alerts
            if self.matters.get(alert.event_id) == matter
            or 2 * sum(article in ids for article in alert.articles) > len(alert.articles)
        ]

    def _of(self, matter: str) -> Iterable[Document]:
        return (d for id, d in self.documents.items() if matter_of(self.items[id]) == matter)


def matter_of(item: Item) -> str:
    if item.single:
        return SINGLE
    return item.event if item.event and item.id not in ADVERTS else BACKGROUND


def read_run(connection: Connection) -> Found:
    """Everything that the comparison needs from the database of a run."""
    items = {item.id: item for item in all_items()}
    documents: dict[str, Document] = {}
    for document in load(connection, Document, select(tables.articles)):
        item_id = _item_id(document, items)
        if item_id:
            documents[item_id] = document
    return Found(
        items=items,
        documents=documents,
        alerts=tuple(load(connection, Alert, select(tables.alerts))),
        tickets=_tickets(connection),
        matters=_matters(items, documents),
    )


def _item_id(document: Document, items: Mapping[str, Item]) -> str | None:
    """The item behind a document: its external id, else the last part of its address."""
    if document.external_id in items:
        return document.external_id
    stem = PurePosixPath(urlsplit(document.url).path).stem
    return stem if stem in items else None


def _tickets(connection: Connection) -> dict[str, frozenset[str]]:
    """Event id → ids of the tickets linked with it."""
    linked: dict[str, set[str]] = defaultdict(set)
    link = tables.event_ticket
    for row in connection.execute(select(link.c.event_id, link.c.ticket_id)):
        linked[row.event_id].add(row.ticket_id)
    ticket = tables.tickets
    for row in connection.execute(select(ticket.c.event_id, ticket.c.id)):
        if row.event_id:
            linked[row.event_id].add(row.id)
    return {event: frozenset(ids) for event, ids in linked.items()}


def _matters(items: Mapping[str, Item], documents: Mapping[str, Document]) -> dict[str, str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item_id, document in documents.items():
        if document.event_id:
            counts[document.event_id][matter_of(items[item_id])] += 1
    return {
        event: min(count, key=lambda name: (-count[name], name)) for event, count in counts.items()
    }
