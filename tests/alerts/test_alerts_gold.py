"""The planted events, with gold labels: the rules must give the levels that were planned for them."""

from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, select

from alerts.features import History
from alerts.watch import watch
from minyin.clock import fixed_clock
from minyin.county import County
from minyin.database import load, load_one, save, tables
from minyin.database.values import upsert
from minyin.model import (
    Alert,
    AlertKind,
    AppealType,
    Context,
    Document,
    Event,
    Level,
    ServiceRequest,
    TicketState,
)
from minyin.settings import Settings
from support.databases import NewDatabase

NOW = fixed_clock(datetime.fromisoformat("2026-11-01T09:30:00+08:00"))
# truth.json: the highest level, and the article time at which it becomes true
EXPECTED = {
    "E01": (Level.YELLOW, "10-15 06:50"),
    "E02": (Level.YELLOW, "09-26 23:20"),
    "E03": (Level.YELLOW, "09-09 06:58"),
    "E04": (None, None),
    "E05": (None, None),
    "E06": (None, None),
    "E07": (Level.ORANGE, "10-09 08:12"),
    "E08": (None, None),
    "E09": (None, None),
    "E10": (Level.YELLOW, "08-23 10:30"),
    "E11": (Level.BLUE, "10-05 21:40"),
    "E12a": (Level.YELLOW, "10-22 10:05"),
    "E12b": (Level.BLUE, "10-21 22:20"),
    "E13": (Level.ORANGE, "10-28 14:44"),
}


def put(connection: Connection, name: str, documents: list[Document]) -> Event:
    """An event as nlp would have stored it, with its articles."""
    first, last = documents[0], documents[-1]
    event = Event(
        id=name,
        title=first.title or first.text[:20],
        street=first.street,
        topic=first.topic,
        first_at=first.published_at,
        last_at=last.published_at,
        first_article=first.id,
    )
    save(connection, tables.events, [event])
    save(connection, tables.articles, documents, indexed=False)
    return event


def link_answered(connection: Connection, event: str, received: str, *, replied: str) -> None:
    """A ticket of the event that was answered at a known time."""
    ticket = ServiceRequest(
        id=f"PZ-{event}",
        source_channel="舆情监测",
        event_id=event,
        appeal_type=AppealType.COMPLAINT,
        title="核查",
        content="核查",
        state=TicketState.TO_REVIEW,
        policy="complaint",
        received_at=datetime.fromisoformat(f"{received}:00+08:00"),
        replied_at=datetime.fromisoformat(f"{replied}:00+08:00"),
    )
    save(connection, tables.tickets, [ticket])
    link = {"event_id": event, "ticket_id": ticket.id, "link_type": "created"}
    upsert(connection, tables.event_ticket, [link | {"linked_at": ticket.received_at}])


def alerts_of(engine: Engine, event: str) -> list[Alert]:
    a = tables.alerts
    with engine.begin() as connection:
        found = select(a).where(a.c.event_id == event).order_by(a.c.raised_at, a.c.id)
        return load(connection, Alert, found)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_planted_event_reaches_its_level(
    name: str,
    gold: dict[str, list[Document]],
    engine: Engine,
    pizhou: County,
    settings: Settings,
) -> None:
    level, when = EXPECTED[name]
    with engine.begin() as connection:
        put(connection, name, gold[name])
    report = watch(engine, county=pizhou, settings=settings, clock=NOW)
    raised = [a for a in alerts_of(engine, name) if a.kind is not AlertKind.LIFT]
    assert report.balanced
    assert max((a.level for a in raised), key=lambda x: x.rank, default=None) == level
    if level:
        reached = next(a for a in raised if a.level is level)
        assert f"{reached.raised_at.astimezone(NOW().tzinfo):%m-%d %H:%M}" == when
        assert all(r.text and r.values for r in reached.reasons)


def test_watching_live_and_watching_afterwards_raise_the_same_alerts(
    gold: dict[str, list[Document]],
    new_database: NewDatabase,
    pizhou: County,
    settings: Settings,
) -> None:
    """E01 fed one article at a time, the clock at each article, against E01 fed whole on 1 November."""
    live, later = new_database("live"), new_database("later")
    documents = gold["E01"]
    for count, document in enumerate(documents, start=1):
        with live.begin() as connection:
            put(connection, "E01", documents[:1]) if count == 1 else save(
                connection, tables.articles, [document], indexed=False
            )
        watch(live, county=pizhou, settings=settings, clock=fixed_clock(document.published_at))
    watch(live, county=pizhou, settings=settings, clock=NOW)
    with later.begin() as connection:
        put(connection, "E01", documents)
    watch(later, county=pizhou, settings=settings, clock=NOW)

    def told(engine: Engine) -> list[tuple[str, str, datetime]]:
        return [(a.kind.value, a.level.value, a.raised_at) for a in alerts_of(engine, "E01")]

    assert told(live) == told(later)
    assert len(told(live)) >= 3


def test_the_drill_is_gated_before_its_only_negative_item(gold: dict[str, list[Document]]) -> None:
    documents = gold["E04"]
    first_negative = next(d for d in documents if d.negative)
    assert History(documents).gate(first_negative.published_at) is Context.DRILL


def test_the_rumour_is_lifted_once_it_has_died_down(
    gold: dict[str, list[Document]], engine: Engine, pizhou: County, settings: Settings
) -> None:
    """truth.json: the inspection report of 10 September answered the ticket; 解除 on the evening of the 11th."""
    with engine.begin() as connection:
        put(connection, "E03", gold["E03"])
        link_answered(connection, "E03", "2026-09-09T09:00", replied="2026-09-10T10:20")
    watch(engine, county=pizhou, settings=settings, clock=NOW)
    lifted = [a for a in alerts_of(engine, "E03") if a.kind is AlertKind.LIFT]
    assert [f"{a.raised_at.astimezone(NOW().tzinfo):%m-%d %H}" for a in lifted] == ["09-11 18"]


def test_a_repair_that_did_not_hold_is_a_rebound(
    gold: dict[str, list[Document]], engine: Engine, pizhou: County, settings: Settings
) -> None:
    """truth.json: 已修复 on 10 September, 解除, broken again from the 24th: the same event, 黄 again, 反弹."""
    with engine.begin() as connection:
        put(connection, "E10", gold["E10"])
        link_answered(connection, "E10", "2026-08-24T09:00", replied="2026-09-10T17:00")
    watch(engine, county=pizhou, settings=settings, clock=NOW)
    told = [
        (a.kind, a.level, f"{a.raised_at.astimezone(NOW().tzinfo):%m-%d}")
        for a in alerts_of(engine, "E10")
    ]
    assert (AlertKind.LIFT, Level.YELLOW, "09-10") in told
    assert (AlertKind.FIRST, Level.YELLOW, "09-25") in told
    with engine.begin() as connection:
        assert load_one(connection, Event, tables.events, "E10").rebound
