"""Events in the database: read those that may still grow, write what an article changed. No decisions here."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from minyin.clock import local_day
from minyin.county import County
from minyin.database import tables
from minyin.database.values import load, next_number, save, upsert
from minyin.identity import dated_id
from minyin.model import Document, Event
from nlp.event.profile import Profile, top

PENDING_LIMIT = 1500

# Built once: composing them anew for every article cost more than running them.
_ARTICLES, _EVENTS, _STATES = tables.articles.c, tables.events.c, tables.event_state.c
_PROFILES = select(tables.events, _STATES.profile).join(
    tables.event_state, _STATES.event_id == _EVENTS.id
)
_RECENT = (
    _PROFILES.where(_EVENTS.last_at >= bindparam("since"), _EVENTS.merged_into.is_(None))
).order_by(_EVENTS.id)
_ONE = _PROFILES.where(_EVENTS.id == bindparam("key"))
_UNASSIGNED = (
    select(tables.articles)
    .where(_ARTICLES.event_id.is_(None), _ARTICLES.relevant.is_(True))
    .where(_ARTICLES.published_at >= bindparam("since"))
    .where(_ARTICLES.published_at <= bindparam("until"))
    .order_by(_ARTICLES.published_at.desc(), _ARTICLES.id)
    .limit(PENDING_LIMIT)
)
_EVENTS_OF = (
    select(_ARTICLES.id, _ARTICLES.event_id, _EVENTS.merged_into)
    .outerjoin(tables.events, _EVENTS.id == _ARTICLES.event_id)
    .where(_ARTICLES.id.in_(bindparam("ids", expanding=True)), _ARTICLES.event_id.is_not(None))
)
_CHANGE_EVENT = update(tables.events).where(_EVENTS.id == bindparam("key"))
_CHANGE_STATE = update(tables.event_state).where(_STATES.event_id == bindparam("key"))
_TIE = (
    update(tables.articles)
    .where(_ARTICLES.id.in_(bindparam("ids", expanding=True)))
    .where(or_(_ARTICLES.event_id.is_(None), _ARTICLES.event_id == bindparam("key")))
)


class EventStore:
    def __init__(self, connection: Connection, county: County) -> None:
        self._connection = connection
        self._prefix = f"{county.profile.id_prefix}-E"

    def profiles(self, since: datetime) -> list[Profile]:
        """Events with an article since then, in the order of their ids; merged ones left out."""
        rows = self._connection.execute(_RECENT, {"since": since})
        return [Profile.from_row(row) for row in rows]

    def unassigned(self, since: datetime, until: datetime) -> list[Document]:
        """Relevant articles of these days without an event, oldest first."""
        statement = _UNASSIGNED.params(since=since, until=until)
        return load(self._connection, Document, statement)[::-1]

    def events_of(self, ids: Iterable[str]) -> dict[str, str]:
        """article id → event id, of those that have one; a merged event stands for the one it went into."""
        rows = self._connection.execute(_EVENTS_OF, {"ids": sorted(ids)})
        return {row.id: row.merged_into or row.event_id for row in rows}

    def profile(self, event_id: str) -> Profile | None:
        """One event that was not among the recent ones."""
        row = self._connection.execute(_ONE, {"key": event_id}).one_or_none()
        return None if row is None else Profile.from_row(row)

    def new_id(self, at: datetime) -> str:
        day = local_day(at)
        return dated_id(self._prefix, day, next_number(self._connection, f"event:{day}"))

    def open(self, profile: Profile) -> None:
        save(self._connection, tables.events, [_event(profile)])
        row = {"event_id": profile.id, "profile": profile.to_json()}
        upsert(self._connection, tables.event_state, [row])

    def update(self, profile: Profile) -> None:
        """Times, name and place of an event; its state and levels belong to others and stay."""
        event = _event(profile)
        changed = {
            "title": event.title,
            "street": event.street,
            "village": event.village,
            "topic": event.topic,
            "first_at": event.first_at,
            "last_at": event.last_at,
            "first_article": event.first_article,
        }
        self._connection.execute(_CHANGE_EVENT, {"key": profile.id, **changed})
        self._connection.execute(_CHANGE_STATE, {"key": profile.id, "profile": profile.to_json()})

    def tie(self, article_ids: Iterable[str], event_id: str) -> None:
        """Articles get their event; ones that have another keep it. They are to be indexed again."""
        parameters = {"ids": sorted(article_ids), "key": event_id}
        self._connection.execute(_TIE, {**parameters, "event_id": event_id, "indexed": False})


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
