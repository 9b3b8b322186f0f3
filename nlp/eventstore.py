"""Events in the database: read those that may still grow, write what an article changed. No decisions here."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update

from minyin.clock import local_day
from minyin.county import County
from minyin.database import tables
from minyin.database.values import load, next_number, save, upsert
from minyin.identity import dated_id
from minyin.model import Document, Event
from nlp.eventprofile import Profile, top

PENDING_LIMIT = 1500


class EventStore:
    def __init__(self, connection: Connection, county: County) -> None:
        self._connection = connection
        self._prefix = f"{county.profile.id_prefix}-E"

    def profiles(self, since: datetime) -> list[Profile]:
        """Events with an article since then, in the order of their ids; merged ones left out."""
        rows = self._connection.execute(
            select(tables.events, tables.event_state.c.profile)
            .join(tables.event_state, tables.event_state.c.event_id == tables.events.c.id)
            .where(tables.events.c.last_at >= since, tables.events.c.merged_into.is_(None))
            .order_by(tables.events.c.id)
        )
        return [Profile.from_row(row) for row in rows]

    def unassigned(self, since: datetime, until: datetime) -> list[Document]:
        """Relevant articles of these days without an event, oldest first."""
        columns = tables.articles.c
        found = load(
            self._connection,
            Document,
            select(tables.articles)
            .where(columns.event_id.is_(None), columns.relevant.is_(True))
            .where(columns.published_at >= since, columns.published_at <= until)
            .order_by(columns.published_at.desc(), columns.id)
            .limit(PENDING_LIMIT),
        )
        return found[::-1]

    def events_of(self, ids: Iterable[str]) -> dict[str, str]:
        """article id → event id, of those that have one; a merged event stands for the one it went into."""
        articles, events = tables.articles.c, tables.events.c
        rows = self._connection.execute(
            select(articles.id, articles.event_id, events.merged_into)
            .outerjoin(tables.events, events.id == articles.event_id)
            .where(articles.id.in_(list(ids)), articles.event_id.is_not(None))
        )
        return {row.id: row.merged_into or row.event_id for row in rows}

    def profile(self, event_id: str) -> Profile | None:
        """One event that was not among the recent ones."""
        row = self._connection.execute(
            select(tables.events, tables.event_state.c.profile)
            .join(tables.event_state, tables.event_state.c.event_id == tables.events.c.id)
            .where(tables.events.c.id == event_id)
        ).one_or_none()
        return None if row is None else Profile.from_row(row)

    def new_id(self, at: datetime) -> str:
        day = local_day(at)
        return dated_id(self._prefix, day, next_number(self._connection, f"event:{day}"))

    def open(self, profile: Profile) -> None:
        save(self._connection, tables.events, [_event(profile)])
        self._remember(profile)

    def update(self, profile: Profile) -> None:
        """Times, name and place of an event; its state and levels belong to others and stay."""
        event = _event(profile)
        self._connection.execute(
            update(tables.events)
            .where(tables.events.c.id == event.id)
            .values(
                title=event.title,
                street=event.street,
                village=event.village,
                topic=event.topic,
                first_at=event.first_at,
                last_at=event.last_at,
                first_article=event.first_article,
            )
        )
        self._remember(profile)

    def tie(self, article_ids: Iterable[str], event_id: str) -> None:
        """Articles get their event; ones that have another keep it. They are to be indexed again."""
        columns = tables.articles.c
        self._connection.execute(
            update(tables.articles)
            .where(columns.id.in_(list(article_ids)))
            .where(or_(columns.event_id.is_(None), and_(columns.event_id == event_id)))
            .values(event_id=event_id, indexed=False)
        )

    def _remember(self, profile: Profile) -> None:
        upsert(
            self._connection,
            tables.event_state,
            [{"event_id": profile.id, "profile": profile.to_json()}],
        )


def _event(profile: Profile) -> Event:
    return Event(
        id=profile.id,
        title=profile.title,
        street=top(profile.streets),
        village=top(profile.villages),
        topic=top(profile.topics, share=0.0),
        first_at=profile.first_at,
        last_at=profile.last_at,
        first_article=profile.first_article,
    )
