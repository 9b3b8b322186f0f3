"""From an event to a numbered, dispatched ticket."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from minyin.county import County
from minyin.database import load_one, tables
from minyin.model import (
    Alert,
    AppealType,
    Document,
    Event,
    EventState,
    Level,
    ServiceRequest,
    TicketState,
    Urgency,
)
from tickets.create import open_ticket, prefill
from tickets.links import events_of, tickets_of
from tickets.machine import history
from tickets.policy import policy_of, urgency_of

START = datetime.fromisoformat("2026-10-14T09:00:00+08:00")


def test_everything_is_filled_in(draft: ServiceRequest, alert: Alert) -> None:
    assert draft.title == "丰华社区居委会：停水引发集中反映"
    assert draft.demand == "要求供水公司说明何时来水"
    assert (draft.lead_unit, draft.co_units) == ("water", ("water_supply",))
    assert (draft.urgency, draft.policy) == (Urgency.URGENT, "urgent")
    assert draft.appeal_type is AppealType.COMPLAINT
    assert draft.external_ids == ("12345-0042",)
    assert draft.alert_id == alert.id
    assert len(draft.articles) == 3
    assert "http://bbs.example/a" in draft.content
    assert "累计 3 条：论坛贴吧 2 条、12345热线 1 条" in draft.content


def test_a_matter_without_a_topic_goes_to_its_street(
    event: Event, documents: list[Document], pizhou: County
) -> None:
    lost = prefill(event.but(topic=None), None, documents, pizhou, at=START)
    nowhere = prefill(event.but(topic=None, street=None), None, documents, pizhou, at=START)
    assert lost.lead_unit == "320382001"
    assert nowhere.lead_unit is None


def test_a_report_is_confidential(event: Event, documents: list[Document], pizhou: County) -> None:
    tip = documents[2].but(text="来电人匿名举报某公司偷排。")
    draft = prefill(event, None, [tip], pizhou, at=START)
    assert (draft.appeal_type, draft.confidential) == (AppealType.REPORT, True)


def test_texts_about_minors_are_left_out(
    event: Event, documents: list[Document], pizhou: County
) -> None:
    draft = prefill(event.but(topic="T28"), None, documents, pizhou, at=START)
    assert "祥润家园停水" not in draft.content


def test_urgency_follows_the_level(pizhou: County) -> None:
    assert [urgency_of(level).value for level in (*Level, None)] == [
        "normal",
        "urgent",
        "urgent",
        "critical",
        "normal",
    ]
    help_policy = policy_of(pizhou, Urgency.NORMAL, AppealType.HELP)
    assert (help_policy.id, help_policy.finish) == ("help", "3wd")
    assert policy_of(pizhou, Urgency.NORMAL, AppealType.PRAISE).id == "other"


def test_opened_numbered_linked_and_told_from_both_sides(
    engine: Engine, dispatched: ServiceRequest, event: Event
) -> None:
    assert dispatched.id == "PZ-20261014-00001"
    assert dispatched.state is TicketState.TO_SIGN
    assert dispatched.due_at == datetime.fromisoformat("2026-10-15T18:00:00+08:00")
    assert dispatched.sign_due_at == datetime.fromisoformat("2026-10-14T09:30:00+08:00")
    with engine.begin() as connection:
        assert [t.id for t in tickets_of(connection, event.id)] == [dispatched.id]
        assert [e.id for e in events_of(connection, dispatched.id)] == [event.id]
        log = history(connection, dispatched.id)
        line = tables.timeline
        rows = list(connection.execute(select(line.c.key).order_by(line.c.key)).scalars())
        now = load_one(connection, Event, tables.events, event.id)
    assert [(e.number, e.action) for e in log] == [(1, "open"), (2, "accept"), (3, "dispatch")]
    assert rows == [f"ticket:{dispatched.id}:{n}" for n in (1, 2, 3)]
    assert now.state is EventState.HANDLING


def test_opening_twice_is_opening_once(
    engine: Engine,
    draft: ServiceRequest,
    dispatched: ServiceRequest,
    pizhou: County,
    open_draft: Callable[..., ServiceRequest],
) -> None:
    with engine.begin() as connection:
        again = open_ticket(
            connection, draft, actor="派单员", at=START, dispatch=True, county=pizhou
        )
    assert again == dispatched
    assert open_draft(draft, "10-14T10:00").id == "PZ-20261014-00002"
