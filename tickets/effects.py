"""What each action on a ticket needs and changes: the guards of DOMAIN §4.4 and R13, each with its sentence.

An effect takes a move and the log so far, and gives the changed fields and the words for the log; it writes nothing.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from minyin.county import County
from minyin.errors import InputError
from minyin.handlers import unit_name
from minyin.model import AppealType, Satisfaction, ServiceRequest, TicketEvent, Value
from minyin.workdays import WorkCalendar, load_calendar
from tickets.actions import LEVELS, RESULTS, Action, Fields
from tickets.deadlines import terms
from tickets.policy import policy_by_id

MAX_SUSPENSION_DAYS = 180
CONDUCT_TOPIC = "T22"


class Move(Value):
    """An action on its way: what it carries, by whom, when, under which rules."""

    ticket: ServiceRequest
    fields: Fields
    at: datetime
    county: County

    @property
    def calendar(self) -> WorkCalendar:
        return load_calendar(self.county.folder)


Effect = tuple[dict[str, Any], str]
Log = list[TicketEvent]


def plain(move: Move, _log: Log) -> Effect:
    return {}, move.fields.note or move.fields.reason


def _with_reason(move: Move, _log: Log) -> Effect:
    return {}, _reason(move)


def _reason(move: Move) -> str:
    said = (move.fields.reason or move.fields.note).strip()
    if not said:
        raise InputError(f"工单 {move.ticket.id}：这一步须写明理由（reason）")
    return said


def _decline(move: Move, _log: Log) -> Effect:
    return {"closed_at": move.at, "result": "不予受理"}, _reason(move)


def _answer(move: Move, _log: Log) -> Effect:
    reply = _needed(move, "reply_text", "答复内容")
    changes = {"replied_at": move.at, "contacted_at": move.at, "reply_text": reply}
    return changes | {"result": "解释说明", "result_text": move.fields.result_text or reply}, reply


def _dispatch(move: Move, _log: Log) -> Effect:
    """R05: one 主办 and n 协办; the clocks of the policy start here."""
    f, ticket = move.fields, move.ticket
    unit = f.unit or ticket.lead_unit
    if not unit or unit not in move.county.unit_by_id:
        raise InputError(
            f"工单 {ticket.id}：没有编号为 {unit!r} 的承办单位，见 units.yaml 和镇街代码"
        )
    unknown = [u for u in f.co_units if u not in move.county.unit_by_id]
    if unknown:
        raise InputError(f"工单 {ticket.id}：没有编号为 {unknown[0]!r} 的协办单位")
    _not_judge_in_own_case(move, unit)
    due = terms(policy_by_id(move.county, ticket.policy), move.at, move.calendar)
    co_units = tuple(u for u in (f.co_units or ticket.co_units) if u != unit)
    changes = {"lead_unit": unit, "co_units": co_units, "dispatched_at": move.at, "signed_at": None}
    return changes | dict(due), f"主办 {unit_name(move.county, unit)}" + (
        f"，协办 {'、'.join(unit_name(move.county, u) for u in co_units)}" if co_units else ""
    )


def _not_judge_in_own_case(move: Move, unit: str) -> None:
    """A complaint never goes to the unit it is about; one about conduct never to the 镇街 where it happened."""
    ticket = move.ticket
    accused = {move.fields.against}
    if ticket.appeal_type in (AppealType.COMPLAINT, AppealType.REPORT):
        accused |= {ticket.street, ticket.village} if ticket.topic == CONDUCT_TOPIC else set()
    if unit in accused:
        name = unit_name(move.county, unit)
        raise InputError(
            f"工单 {ticket.id}：{name}是被反映单位，不能承办反映自己的件，请派给上级或监督部门"
        )


def _sign(move: Move, _log: Log) -> Effect:
    return {"signed_at": move.at}, move.fields.note


def _contact(move: Move, _log: Log) -> Effect:
    changes = {} if move.ticket.contacted_at else {"contacted_at": move.at}
    return changes, move.fields.note or "已联系诉求人"


def _reply(move: Move, _log: Log) -> Effect:
    result = _needed(move, "result", "处置结果")
    if result not in RESULTS:
        raise InputError(f"处置结果 {result!r} 不在规定的几种之内：{'、'.join(RESULTS)}")
    level = move.fields.resolved_level
    if level and level not in LEVELS:
        raise InputError(f"解决层级 {level!r} 不在规定的几种之内：{'、'.join(LEVELS)}")
    reply = _needed(move, "reply_text", "答复内容")
    changes: dict[str, Any] = {"result": result, "reply_text": reply, "replied_at": move.at}
    changes |= {"result_text": move.fields.result_text or reply, "resolved_level": level}
    return changes, f"{result}：{reply}"


def _send_back(move: Move, _log: Log) -> Effect:
    """发回重办: the answer no longer counts, the deadline stays."""
    changes = {"rework": move.ticket.rework + 1, "replied_at": None, "visited_at": None}
    return changes | {"satisfaction": Satisfaction.NONE, "solved": None}, _reason(move)


def _visit(move: Move, _log: Log) -> Effect:
    f = move.fields
    if f.satisfaction is None:
        raise InputError(f"工单 {move.ticket.id}：回访须记录满意度（satisfaction）")
    changes = {"visited_at": move.at, "satisfaction": f.satisfaction, "solved": f.solved}
    solved = {True: "，诉求人认为已解决", False: "，诉求人认为未解决", None: ""}[f.solved]
    return changes, f"{f.satisfaction.label}{solved}" + (f"：{f.note}" if f.note else "")


def _close(move: Move, _log: Log) -> Effect:
    """R13: no end without a result, an answer and a visit, or a recorded waiver of the visit."""
    ticket = move.ticket
    missing = [
        word
        for word, there in (
            ("处置结果", ticket.result),
            ("答复", ticket.reply_text),
            ("回访或免回访理由（waiver）", ticket.visited_at or move.fields.waiver.strip()),
        )
        if not there
    ]
    if missing:
        raise InputError(f"工单 {ticket.id} 还不能办结，缺少：{'、'.join(missing)}")
    waived = f"免回访：{move.fields.waiver}" if not ticket.visited_at else move.fields.note
    return {"closed_at": move.at}, waived


def _request_extension(move: Move, _log: Log) -> Effect:
    ticket, days = move.ticket, move.fields.days
    policy = policy_by_id(move.county, ticket.policy)
    if ticket.extensions >= policy.extensions:
        raise InputError(
            f"工单 {ticket.id}：{policy.name}件最多延期 {policy.extensions} 次，已用完"
        )
    if days is None or not 0 < days <= policy.extension_days:
        raise InputError(
            f"工单 {ticket.id}：延期天数（days）应是 1 至 {policy.extension_days} 个工作日"
        )
    if ticket.due_at is None or _workdays_left(move, ticket.due_at) < 1:
        raise InputError(f"工单 {ticket.id}：延期须在到期前至少 1 个工作日提出")
    return {}, f"申请延期 {days} 个工作日：{_reason(move)}"


def _workdays_left(move: Move, due: datetime) -> int:
    return 0 if move.at >= due else move.calendar.workdays_between(move.at, due)


def _approve_extension(move: Move, log: Log) -> Effect:
    requests = [e for e in log if e.action == Action.REQUEST_EXTENSION.value]
    asked = re.search(r"申请延期 (\d+) 个工作日", requests[-1].note) if requests else None
    days = move.fields.days or int(asked[1] if asked else 0)
    ticket = move.ticket
    if ticket.due_at is None or days < 1:
        raise InputError(f"工单 {ticket.id}：同意延期须写明天数（days）")
    due = move.calendar.add_days(ticket.due_at, days)
    return {"due_at": due, "extensions": ticket.extensions + 1}, f"延期 {days} 个工作日"


def _approve_return(move: Move, _log: Log) -> Effect:
    """The citizen's clock goes on; the unit's starts again at the next dispatch."""
    changes = {"returns": move.ticket.returns + 1, "lead_unit": None, "signed_at": None}
    return changes | {"sign_due_at": None, "contact_due_at": None}, move.fields.note


def _suspend(move: Move, _log: Log) -> Effect:
    until = move.fields.until
    if until is None or not 0 < (until - move.at).days <= MAX_SUSPENSION_DAYS:
        raise InputError(
            f"工单 {move.ticket.id}：挂起须写明恢复日期（until），且不超过 {MAX_SUSPENSION_DAYS} 天"
        )
    return {"due_at": until}, f"挂起至 {until:%Y-%m-%d}，计划：{_reason(move)}"


def _merge(move: Move, _log: Log) -> Effect:
    other = _needed(move, "duplicate_of", "并入的工单编号")
    if other == move.ticket.id:
        raise InputError(f"工单 {other} 不能并入自己")
    return {"duplicate_of": other, "closed_at": move.at}, f"并入 {other}"


def _void(move: Move, _log: Log) -> Effect:
    return {"closed_at": move.at}, _reason(move)


def _needed(move: Move, field: str, name: str) -> str:
    value = getattr(move.fields, field)
    if not (value and value.strip()):
        raise InputError(f"工单 {move.ticket.id}：须填写{name}（{field}）")
    return str(value)


EFFECTS: dict[Action, Callable[[Move, Log], Effect]] = {
    Action.DECLINE: _decline,
    Action.ANSWER: _answer,
    Action.DISPATCH: _dispatch,
    Action.SIGN: _sign,
    Action.CONTACT: _contact,
    Action.REPLY: _reply,
    Action.SEND_BACK: _send_back,
    Action.VISIT: _visit,
    Action.CLOSE: _close,
    Action.REQUEST_EXTENSION: _request_extension,
    Action.APPROVE_EXTENSION: _approve_extension,
    Action.REFUSE_EXTENSION: _with_reason,
    Action.RETURN_TICKET: _with_reason,
    Action.APPROVE_RETURN: _approve_return,
    Action.REFUSE_RETURN: _with_reason,
    Action.SUSPEND: _suspend,
    Action.MERGE: _merge,
    Action.VOID: _void,
    Action.SUPERVISE: _with_reason,
}
