"""The state table, its guards, and what each step leaves behind."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from minyin import audit
from minyin.database import load_one, tables
from minyin.errors import InputError
from minyin.model import AppealType, Event, EventState, ServiceRequest, TicketState
from tickets.actions import TABLE, Action, allowed
from tickets.machine import history

Do = Callable[..., ServiceRequest]
ANSWER = {
    "result": "已解决",
    "reply_text": "丰华社区祥润家园供水已于15日10时恢复，管道已更换，感谢监督。",
    "resolved_level": "镇街",
}


def test_every_open_state_has_a_way_on_and_no_closed_one_but_to_the_archive() -> None:
    for state in TicketState:
        ways = {TABLE[state, action] for action in allowed(state)} - {state}
        assert ways == ({TicketState.ARCHIVED} if state is TicketState.DONE else ways)
        assert bool(ways) is (not state.closed or state is TicketState.DONE)
    assert {a for _, a in TABLE} == set(Action) - {Action.OPEN}
    reached = {to for (start, _), to in TABLE.items() if to is not start}
    assert reached == set(TicketState) - {TicketState.RECEIVED}


def test_the_manual_has_the_whole_table() -> None:
    manual = (Path(__file__).resolve().parents[2] / "docs" / "tickets.md").read_text("utf-8")
    rows = [line.split(" | ")[:3] for line in manual.splitlines() if line.startswith("| ")]
    written = {(a.strip("| "), b, c) for a, b, c in rows}
    anywhere = {Action.MERGE, Action.VOID, Action.URGE, Action.SUPERVISE}
    table = {(s.label, a.label, to.label) for (s, a), to in TABLE.items() if a not in anywhere}
    assert written - table == {("现在的状态", "操作", "之后的状态")}
    assert table <= written
    assert all(f"**{action.label}**" in manual for action in anywhere)


def test_the_whole_way_closes_the_loop(engine: Engine, dispatched: ServiceRequest, do: Do) -> None:
    key = dispatched.id
    do(key, "sign", "10-14T09:20")
    do(key, "contact", "10-14T10:00", note="已联系来电人")
    do(key, "reply", "10-15T11:00", **ANSWER)
    do(key, "approve", "10-15T14:00")
    do(key, "visit", "10-15T15:00", satisfaction="satisfied", solved=True)
    done = do(key, "close", "10-15T16:00")
    assert do(key, "archive", "10-16T09:00").state is TicketState.ARCHIVED
    assert done.state is TicketState.DONE
    assert done.closed_at == datetime.fromisoformat("2026-10-15T16:00:00+08:00")
    with engine.begin() as connection:
        log = history(connection, key)
        event = load_one(connection, Event, tables.events, dispatched.event_id or "")
        assert audit.verify_chain(connection) == []
        audited = list(connection.execute(select(tables.audit.c.action)).scalars())
    assert [e.number for e in log] == list(range(1, 11))
    assert [e.from_state for e in log[1:]] == [e.to_state for e in log[:-1]]
    assert audited == [f"ticket.{e.action}" for e in log]
    assert event.first_response_at == done.contacted_at
    assert event.state is EventState.WATCHING


def test_the_same_act_twice_is_one(engine: Engine, dispatched: ServiceRequest, do: Do) -> None:
    once = do(dispatched.id, "sign", "10-14T09:20")
    assert do(dispatched.id, "sign", "10-14T09:20") == once
    with engine.begin() as connection:
        assert [e.action for e in history(connection, dispatched.id)].count("sign") == 1


def test_a_wrong_act_names_the_state_and_what_may_be_done(
    dispatched: ServiceRequest, do: Do
) -> None:
    with pytest.raises(InputError) as caught:
        do(dispatched.id, "close", "10-14T10:00")
    assert str(caught.value) == (
        "工单处于“待签收”，不能办结；现在可以：签收、申请退单、合并、作废、催办、督办"
    )
    with pytest.raises(InputError, match="是不是想写 sign？"):
        do(dispatched.id, "sing", "10-14T10:00")
    with pytest.raises(InputError, match="note"):
        do(dispatched.id, "sign", "10-14T10:00", notee="x")


def test_no_end_without_result_answer_and_visit_or_a_recorded_waiver(
    engine: Engine, dispatched: ServiceRequest, do: Do
) -> None:
    key = dispatched.id
    do(key, "sign", "10-14T09:20")
    with pytest.raises(InputError, match="处置结果"):
        do(key, "reply", "10-14T10:00", reply_text="已处理")
    with pytest.raises(InputError, match="不在规定的几种之内"):
        do(key, "reply", "10-14T10:00", reply_text="已处理", result="搞定")
    do(key, "reply", "10-14T10:00", **ANSWER)
    do(key, "approve", "10-14T11:00")
    with pytest.raises(InputError, match="缺少：回访或免回访理由"):
        do(key, "close", "10-14T12:00")
    closed = do(key, "close", "10-14T12:00", waiver="网络来源，无法联系诉求人")
    assert closed.state is TicketState.DONE
    with engine.begin() as connection:
        assert history(connection, key)[-1].note == "免回访：网络来源，无法联系诉求人"


def test_an_answer_sent_back_no_longer_counts(dispatched: ServiceRequest, do: Do) -> None:
    key = dispatched.id
    do(key, "sign", "10-14T09:20")
    do(key, "reply", "10-14T10:00", **ANSWER)
    with pytest.raises(InputError, match="理由"):
        do(key, "send_back", "10-14T11:00")
    back = do(key, "send_back", "10-14T11:00", reason="没有说明何时恢复")
    assert (back.state, back.rework, back.replied_at) == (TicketState.IN_PROGRESS, 1, None)
    assert back.due_at == dispatched.due_at


def test_an_extension_is_asked_in_time_and_in_measure(
    draft: ServiceRequest, open_draft: Do, do: Do
) -> None:
    slow = draft.but(urgency="normal", appeal_type=AppealType.COMPLAINT, alert_id=None)
    ticket = open_draft(slow, "10-14T09:00")
    assert ticket.due_at is not None
    assert f"{ticket.due_at:%m-%d %H}" == "10-21 10"  # UTC
    do(ticket.id, "sign", "10-14T10:00")
    with pytest.raises(InputError, match="1 至 3 个工作日"):
        do(ticket.id, "request_extension", "10-15T10:00", days=9, reason="管材未到")
    with pytest.raises(InputError, match="至少 1 个工作日"):
        do(ticket.id, "request_extension", "10-21T10:00", days=3, reason="管材未到")
    do(ticket.id, "request_extension", "10-20T10:00", days=3, reason="管材未到")
    longer = do(ticket.id, "approve_extension", "10-20T11:00")
    assert longer.due_at is not None
    assert (f"{longer.due_at:%m-%d %H:%M}", longer.extensions) == ("10-26 18:00", 1)
    do(ticket.id, "request_extension", "10-23T10:00", days=2, reason="下雨")
    kept = do(ticket.id, "refuse_extension", "10-23T11:00", reason="可以先通水")
    assert (kept.due_at, kept.extensions) == (longer.due_at, 1)


def test_an_urgent_ticket_may_be_extended_once(dispatched: ServiceRequest, do: Do) -> None:
    do(dispatched.id, "sign", "10-14T09:20")
    do(dispatched.id, "request_extension", "10-14T10:00", days=1, reason="管材未到")
    do(dispatched.id, "approve_extension", "10-14T11:00")
    with pytest.raises(InputError, match="最多延期 1 次"):
        do(dispatched.id, "request_extension", "10-15T10:00", days=1, reason="管材未到")


def test_a_return_restarts_the_units_clock(dispatched: ServiceRequest, do: Do) -> None:
    do(dispatched.id, "return_ticket", "10-14T09:20", reason="属供水公司职责")
    back = do(dispatched.id, "approve_return", "10-14T10:00")
    assert (back.state, back.returns, back.lead_unit) == (TicketState.TO_DISPATCH, 1, None)
    assert back.received_at == dispatched.received_at
    with pytest.raises(InputError, match="没有编号为 None"):
        do(dispatched.id, "dispatch", "10-14T10:10")
    again = do(dispatched.id, "dispatch", "10-14T10:10", unit="water_supply")
    assert (again.lead_unit, again.co_units) == ("water_supply", ())
    assert again.sign_due_at is not None
    assert f"{again.sign_due_at:%H:%M}" == "10:40"


def test_a_unit_does_not_judge_its_own_case(draft: ServiceRequest, open_draft: Do, do: Do) -> None:
    ticket = open_draft(draft.but(topic="T22", lead_unit="efficiency", co_units=()), "10-14T09:00")
    do(ticket.id, "return_ticket", "10-14T09:20", reason="不属本单位")
    do(ticket.id, "approve_return", "10-14T09:30")
    with pytest.raises(InputError, match="东湖街道是被反映单位"):
        do(ticket.id, "dispatch", "10-14T09:40", unit="320382001")
    with pytest.raises(InputError, match="住房和城乡建设局是被反映单位"):
        do(ticket.id, "dispatch", "10-14T09:40", unit="housing", against="housing")
    assert do(ticket.id, "dispatch", "10-14T09:40", unit="discipline").lead_unit == "discipline"


def test_a_long_matter_is_suspended_with_a_date_and_a_plan(
    dispatched: ServiceRequest, do: Do
) -> None:
    do(dispatched.id, "sign", "10-14T09:20")
    far = datetime.fromisoformat("2027-10-01T18:00:00+08:00")
    until = datetime.fromisoformat("2027-03-31T18:00:00+08:00")
    with pytest.raises(InputError, match="180"):
        do(dispatched.id, "suspend", "10-14T10:00", until=far, reason="改造管网")
    held = do(dispatched.id, "suspend", "10-14T10:00", until=until, reason="列入改造计划")
    assert (held.state, held.due_at) == (TicketState.SUSPENDED, until)
    assert do(dispatched.id, "resume", "10-20T10:00").state is TicketState.IN_PROGRESS


@pytest.mark.parametrize(
    ("action", "fields", "state"),
    [
        ("merge", {"duplicate_of": "PZ-20261013-00009"}, TicketState.MERGED),
        ("void", {"reason": "误建"}, TicketState.VOID),
    ],
)
def test_any_open_ticket_can_be_merged_or_voided(
    dispatched: ServiceRequest, do: Do, action: str, fields: dict[str, Any], state: TicketState
) -> None:
    ended = do(dispatched.id, action, "10-14T10:00", **fields)
    assert (ended.state, ended.open) == (state, False)
    with pytest.raises(InputError, match="没有可做的操作"):
        do(dispatched.id, "sign", "10-14T11:00")


def test_urging_and_supervising_leave_the_state(
    engine: Engine, dispatched: ServiceRequest, do: Do
) -> None:
    do(dispatched.id, "urge", "10-14T12:00")
    urged = do(dispatched.id, "supervise", "10-14T13:00", reason="领导批示")
    assert urged == dispatched
    with engine.begin() as connection:
        assert [e.action for e in history(connection, dispatched.id)][-2:] == ["urge", "supervise"]


def test_a_confidential_ticket_tells_the_event_its_state_only(
    engine: Engine, draft: ServiceRequest, open_draft: Do, do: Do
) -> None:
    ticket = open_draft(draft.but(appeal_type=AppealType.REPORT), "10-14T09:00")
    assert ticket.confidential
    do(ticket.id, "sign", "10-14T09:20")
    do(ticket.id, "reply", "10-14T10:00", **ANSWER)
    with engine.begin() as connection:
        line = tables.timeline
        story = list(connection.execute(select(line.c.text).order_by(line.c.at)).scalars())
    assert story[-1] == f"工单 {ticket.id} 反馈，待审核"
