"""What may be done to a ticket in which state: DOMAIN §4.4 as a table, and the fields an action can carry."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from minyin.errors import InputError
from minyin.model import Labelled, Satisfaction, TicketState, Value
from minyin.yamlfile import nearest

S = TicketState
RESULTS = ("已解决", "部分解决", "解释说明", "暂不能解决", "不予受理", "无法联系")
LEVELS = ("现场", "村居", "镇街", "市级")


class Action(Labelled):
    OPEN = "open", "登记"
    ACCEPT = "accept", "受理"
    DECLINE = "decline", "不予受理"
    ANSWER = "answer", "直接答复"
    DISPATCH = "dispatch", "派单"
    SIGN = "sign", "签收"
    CONTACT = "contact", "联系诉求人"
    REPLY = "reply", "反馈"
    APPROVE = "approve", "审核通过"
    SEND_BACK = "send_back", "发回重办"
    VISIT = "visit", "回访"
    CLOSE = "close", "办结"
    ARCHIVE = "archive", "归档"
    REQUEST_EXTENSION = "request_extension", "申请延期"
    APPROVE_EXTENSION = "approve_extension", "同意延期"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期"
    RETURN_TICKET = "return_ticket", "申请退单"
    APPROVE_RETURN = "approve_return", "同意退单"
    REFUSE_RETURN = "refuse_return", "驳回退单"
    SUSPEND = "suspend", "挂起"
    RESUME = "resume", "恢复办理"
    MERGE = "merge", "合并"
    VOID = "void", "作废"
    URGE = "urge", "催办"
    SUPERVISE = "supervise", "督办"


TABLE: dict[tuple[TicketState, Action], TicketState] = {
    (S.RECEIVED, Action.ACCEPT): S.TO_DISPATCH,
    (S.RECEIVED, Action.DECLINE): S.DECLINED,
    (S.RECEIVED, Action.ANSWER): S.TO_VISIT,
    (S.TO_DISPATCH, Action.DISPATCH): S.TO_SIGN,
    (S.TO_SIGN, Action.SIGN): S.IN_PROGRESS,
    (S.TO_SIGN, Action.RETURN_TICKET): S.RETURN_REVIEW,
    (S.IN_PROGRESS, Action.CONTACT): S.IN_PROGRESS,
    (S.IN_PROGRESS, Action.REPLY): S.TO_REVIEW,
    (S.IN_PROGRESS, Action.RETURN_TICKET): S.RETURN_REVIEW,
    (S.IN_PROGRESS, Action.REQUEST_EXTENSION): S.EXTENSION_REVIEW,
    (S.IN_PROGRESS, Action.SUSPEND): S.SUSPENDED,
    (S.RETURN_REVIEW, Action.APPROVE_RETURN): S.TO_DISPATCH,
    (S.RETURN_REVIEW, Action.REFUSE_RETURN): S.IN_PROGRESS,
    (S.EXTENSION_REVIEW, Action.APPROVE_EXTENSION): S.IN_PROGRESS,
    (S.EXTENSION_REVIEW, Action.REFUSE_EXTENSION): S.IN_PROGRESS,
    (S.SUSPENDED, Action.RESUME): S.IN_PROGRESS,
    (S.TO_REVIEW, Action.APPROVE): S.TO_VISIT,
    (S.TO_REVIEW, Action.SEND_BACK): S.IN_PROGRESS,
    (S.TO_VISIT, Action.VISIT): S.TO_VISIT,
    (S.TO_VISIT, Action.SEND_BACK): S.IN_PROGRESS,
    (S.TO_VISIT, Action.CLOSE): S.DONE,
    (S.DONE, Action.ARCHIVE): S.ARCHIVED,
}
# from any open state; 催办 and 督办 lie over the state and leave it
for _state in TicketState:
    if not _state.closed:
        TABLE |= {
            (_state, Action.MERGE): S.MERGED,
            (_state, Action.VOID): S.VOID,
            (_state, Action.URGE): _state,
            (_state, Action.SUPERVISE): _state,
        }


class Fields(Value):
    """What an action may carry; which of them it needs is the machine's to say."""

    note: str = ""
    reason: str = ""
    unit: str | None = None
    co_units: tuple[str, ...] = ()
    against: str | None = None
    days: int | None = None
    until: datetime | None = None
    result: str | None = None
    result_text: str | None = None
    reply_text: str | None = None
    resolved_level: str | None = None
    satisfaction: Satisfaction | None = None
    solved: bool | None = None
    waiver: str = ""
    duplicate_of: str | None = None


def allowed(state: TicketState) -> tuple[Action, ...]:
    """The actions of a state, in the order people work."""
    return tuple(action for action in Action if (state, action) in TABLE)


def target(state: TicketState, action: Action) -> TicketState:
    """The state an action leads to. Raises InputError that names the state and what is allowed there."""
    if (state, action) not in TABLE:
        names = "、".join(a.label for a in allowed(state)) or "没有可做的操作"
        raise InputError(f"工单处于“{state.label}”，不能{action.label}；现在可以：{names}")
    return TABLE[state, action]


def action_of(name: str) -> Action:
    found = {action.value: action for action in Action}.get(name)
    if found is None:
        raise InputError(f"没有名为 {name!r} 的工单操作{nearest(name, [a.value for a in Action])}")
    return found


def fields_of(given: dict[str, Any]) -> Fields:
    """The keyword arguments as fields, unknown names refused with the nearest known one."""
    try:
        return Fields.model_validate(given)
    except ValidationError as error:
        finding = error.errors()[0]
        name = str(finding["loc"][0])
        hint = nearest(name, list(Fields.model_fields))
        what = "没有这一项" + hint if finding["type"] == "extra_forbidden" else finding["msg"]
        raise InputError(f"工单操作的 {name}：{what}") from error
