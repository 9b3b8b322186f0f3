"""A clerk's corrections of events: two that are one (并入), one that is two (拆出). What a clerk decided, stays decided.

A merged event stands for the one it went into from then on (`events.merged_into`), and what it knew goes there too,
so that the next article finds it. Articles that were split off keep their new event: assignment never moves an
article that has one. Left to others: who may do this, the audit record, the timeline.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from minyin.county import County
from minyin.database import load, load_one, tables
from minyin.errors import InputError
from minyin.model import Document, Event, EventState
from nlp.event.judge import Judge
from nlp.event.profile import Member, Profile
from nlp.event.store import EventStore


def merge(connection: Connection, county: County, judge: Judge, pair: tuple[str, str]) -> Event:
    """Put the event pair[0] into pair[1]; returns the latter. Raises InputError where that cannot be."""
    gone, kept = (load_one(connection, Event, tables.events, id) for id in pair)
    if gone.id == kept.id:
        raise InputError(f"{gone.id} 不能并入它自己；请给出两个不同的事件编号")
    for one in (gone, kept):
        if one.merged_into:
            raise InputError(f"{one.id} 已并入 {one.merged_into}，请改用后者")
    e = tables.events.c
    # what had been merged into the one that goes now, goes along: no chains to follow
    connection.execute(
        update(tables.events)
        .where((e.id == gone.id) | (e.merged_into == gone.id))
        .values(merged_into=kept.id, state=EventState.MERGED.value)
    )
    a = tables.articles
    connection.execute(
        update(a).where(a.c.event_id == gone.id).values(event_id=kept.id, indexed=False)
    )
    _rebuild(connection, county, judge, kept.id)
    return load_one(connection, Event, tables.events, kept.id)


def split(
    connection: Connection, county: County, judge: Judge, event_id: str, articles: Sequence[str]
) -> Event:
    """Take articles (and the replies to them) out of an event into a new one. Raises InputError."""
    members = _members(connection, event_id)
    chosen = set(articles)
    foreign = sorted(chosen - {one.id for one in members})
    if foreign or not chosen:
        raise InputError(
            f"{'、'.join(foreign) or '（未给出信息编号）'} 不在事件 {event_id} 里；请从该事件的信息中选"
        )
    taken = [one for one in members if one.id in chosen or one.parent_id in chosen or one.repost_of in chosen]  # fmt: skip
    if len(taken) == len(members):
        raise InputError(f"事件 {event_id} 的信息全部被选中，无可拆分；请只选另一件事的信息")
    store = EventStore(connection, county)
    profile = profile_of(taken, store.new_id(taken[0].published_at), judge)
    store.open(profile)
    a = tables.articles
    connection.execute(
        update(a)
        .where(a.c.id.in_([one.id for one in taken]))
        .values(event_id=profile.id, indexed=False)
    )
    _rebuild(connection, county, judge, event_id)
    return load_one(connection, Event, tables.events, profile.id)


def profile_of(members: Sequence[Document], event_id: str, judge: Judge) -> Profile:
    """What an event of these articles is remembered by; they are given oldest first."""
    first = members[0]
    profile = Profile(
        id=event_id,
        first_at=first.published_at,
        last_at=first.published_at,
        first_article=first.id,
    )
    for one in members:
        profile.take(one, judge.vector(one, Member.of(one)))
    profile.title = profile.title or first.text.strip()[:29]
    return profile


def _members(connection: Connection, event_id: str) -> list[Document]:
    load_one(connection, Event, tables.events, event_id)
    a = tables.articles
    statement = select(a).where(a.c.event_id == event_id).order_by(a.c.published_at, a.c.id)
    return load(connection, Document, statement)


def _rebuild(connection: Connection, county: County, judge: Judge, event_id: str) -> None:
    """Make an event's memory, times and place those of the articles it has now; its title stays a clerk's to see."""
    members = _members(connection, event_id)
    if members:
        EventStore(connection, county).update(profile_of(members, event_id, judge))
