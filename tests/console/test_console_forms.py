"""What people do in the console: every form needs its token, changes the record and leaves a trace."""

import csv
import io
import re

import httpx
import pytest
from sqlalchemy import func, select

from minyin.audit import verify_chain
from minyin.database import load_one, tables
from minyin.model import Alert, AlertState, Event, EventState, ServiceRequest, TicketState
from support.console_seed import SeededHouse


def token_of(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', client.get(path).text)
    assert found
    return found[1]


def alerts_of(house: SeededHouse, level: str) -> list[str]:
    a = tables.alerts.c
    with house.engine.connect() as connection:
        rows = connection.execute(
            select(a.id).where(a.level == level, a.state == "open").order_by(a.id)
        )
        return [row.id for row in rows]


def test_acknowledging_needs_a_token_and_a_name(client: httpx.Client, house: SeededHouse) -> None:
    id = alerts_of(house, "yellow")[0]
    path = f"/alerts/{id}/acknowledge"
    token = token_of(client, f"/alerts/{id}")
    assert client.post(path, data={"actor": "王芳"}).status_code == 403
    assert client.post(path, data={"actor": "王芳", "token": "0" * 64}).status_code == 403
    assert client.post(path, data={"token": token}).status_code == 400
    foreign = {"origin": "http://evil.example"}
    assert (
        client.post(path, data={"actor": "王芳", "token": token}, headers=foreign).status_code
        == 403
    )
    with house.engine.connect() as connection:
        assert load_one(connection, Alert, tables.alerts, id).state is AlertState.OPEN

    answer = client.post(path, data={"actor": "王芳", "token": token, "note": "已核实"})
    assert answer.status_code == 303
    with house.engine.connect() as connection:
        done = load_one(connection, Alert, tables.alerts, id)
    assert (done.state, done.acknowledged_by, done.note) == (
        AlertState.ACKNOWLEDGED,
        "王芳",
        "已核实",
    )
    page = client.get(answer.headers["location"]).text
    assert "已确认收到" in page
    assert 'value="王芳"' in page  # the name is kept for the next form


def test_a_false_alarm_must_say_why(client: httpx.Client, house: SeededHouse) -> None:
    id = alerts_of(house, "blue")[0]
    token = token_of(client, f"/alerts/{id}")
    form = {"token": token, "actor": "李强"}
    assert client.post(f"/alerts/{id}/false-alarm", data=form).status_code == 400
    assert client.post(f"/alerts/{id}/false-alarm", data=form | {"note": "旧闻"}).status_code == 303
    with house.engine.connect() as connection:
        assert load_one(connection, Alert, tables.alerts, id).state is AlertState.FALSE_ALARM


def test_an_event_becomes_a_ticket_linked_both_ways(
    client: httpx.Client, house: SeededHouse
) -> None:
    e = tables.events.c
    with house.engine.connect() as connection:
        id = connection.execute(
            select(e.id).where(e.topic == "T02", e.level == "orange")
        ).scalar_one()
    page = client.get(f"/events/{id}/ticket").text
    title = re.search(r'name="title" value="([^"]+)"', page)
    assert title
    assert "赵墩" in title[1]
    form = {
        "token": token_of(client, f"/events/{id}/ticket"),
        "actor": "派单员",
        "title": "赵墩镇木线条厂火灾善后",
        "content": "请核实起火原因并公开说明。",
        "appeal_type": "complaint",
        "urgency": "urgent",
        "lead_unit": "fire",
        "street": "320382123",
        "topic": "T02",
    }
    answer = client.post(f"/events/{id}/ticket", data=form)
    assert answer.status_code == 303, answer.text
    number = answer.headers["location"].split("/")[2].partition("?")[0]
    with house.engine.connect() as connection:
        ticket = load_one(connection, ServiceRequest, tables.tickets, number)
    assert (ticket.state, ticket.lead_unit, ticket.event_id) == (TicketState.TO_SIGN, "fire", id)
    assert f'href="/tickets/{number}"' in client.get(f"/events/{id}").text
    assert f'href="/events/{id}"' in client.get(f"/tickets/{number}").text


def test_a_ticket_offers_only_what_is_allowed(client: httpx.Client, house: SeededHouse) -> None:
    t = tables.tickets.c
    with house.engine.connect() as connection:
        number = connection.execute(
            select(t.id).where(t.state == "in_progress").order_by(t.id).limit(1)
        ).scalar_one()
    offered = re.findall(r'name="action" value="(\w+)"', client.get(f"/tickets/{number}").text)
    assert "reply" in offered
    assert "close" not in offered
    form = {"token": token_of(client, f"/tickets/{number}"), "actor": "联络员"}
    assert client.post(f"/tickets/{number}/act", data=form | {"action": "close"}).status_code == 400
    reply = {"action": "reply", "result": "已解决", "reply_text": "已安排检修，当日恢复。"}
    assert client.post(f"/tickets/{number}/act", data=form | reply).status_code == 303
    with house.engine.connect() as connection:
        done = load_one(connection, ServiceRequest, tables.tickets, number)
    assert (done.state, done.result) == (TicketState.TO_REVIEW, "已解决")


def test_a_person_can_raise_and_refute(client: httpx.Client, house: SeededHouse) -> None:
    e = tables.events.c
    with house.engine.connect() as connection:
        id = connection.execute(select(e.id).where(e.topic == "T05")).scalar_one()
    form = {"token": token_of(client, f"/events/{id}"), "actor": "研判员"}
    raised = client.post(
        f"/events/{id}/alert", data=form | {"level": "yellow", "reason": "值班电话集中"}
    )
    assert raised.status_code == 303, raised.text
    assert (
        client.post(f"/events/{id}/false-alarm", data=form | {"reason": "系计划停电"}).status_code
        == 303
    )
    with house.engine.connect() as connection:
        assert load_one(connection, Event, tables.events, id).state is EventState.FALSE_ALARM


def test_export_is_marked_and_audited(client: httpx.Client, house: SeededHouse) -> None:
    form = {"q": "停水", "period": "all", "filters": "channel:forum\n", "actor": "王芳"}
    form["token"] = token_of(client, "/search?q=停水&period=all")
    answer = client.post("/search/export", data=form)
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert "请勿转发" in rows[0][0]
    assert "王芳" in rows[0][0]
    assert len(rows) - 2 == house.store.count("停水 and channel:forum")
    log = tables.audit.c
    with house.engine.connect() as connection:
        exports = connection.execute(
            select(func.count()).where(log.action == "export", log.actor == "王芳")
        ).scalar_one()
        assert exports == 1
        assert verify_chain(connection) == []


def test_evidence_that_cannot_be_read_is_not_called_good(
    client: httpx.Client, house: SeededHouse
) -> None:
    id = next(iter(house.store.scan("channel:forum"))).id
    form = {"token": token_of(client, f"/articles/{id}"), "actor": "王芳"}
    page = client.post(f"/articles/{id}/evidence", data=form).text
    assert "核验未通过" in page
    assert "核验通过：" not in page


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-1", "@SUM(A1)"])
def test_a_cell_never_becomes_a_formula(cell: str) -> None:
    from console.web.routes.searching import safe_cell

    assert safe_cell(cell) == f"'{cell}"
