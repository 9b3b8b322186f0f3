"""What each action on a ticket asks for, as a form. Which actions are allowed, and what they need, `tickets` says."""

from datetime import datetime, time
from typing import Any, Literal

from minyin.clock import SHANGHAI
from minyin.errors import InputError
from minyin.model import Satisfaction, ServiceRequest, Value
from tickets.actions import LEVELS, RESULTS, Action, allowed

Kind = Literal["text", "note", "unit", "choice", "number", "date"]


class FormField(Value):
    name: str
    label: str
    kind: Kind
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""


class ActionForm(Value):
    """One thing that may be done now."""

    name: str
    label: str
    fields: tuple[FormField, ...]


def _choices(words: tuple[str, ...], *, empty: bool = False) -> tuple[tuple[str, str], ...]:
    return ((("", "—"),) if empty else ()) + tuple((word, word) for word in words)


NOTE = FormField(name="note", label="说明", kind="text", required=False)
REASON = FormField(name="reason", label="理由", kind="text")
REPLY = FormField(name="reply_text", label="答复内容", kind="text")
UNIT = FormField(name="unit", label="主办单位", kind="unit")
DAYS = FormField(name="days", label="延期天数（工作日）", kind="number")
FORMS: dict[Action, tuple[FormField, ...]] = {
    Action.DECLINE: (REASON,),
    Action.ANSWER: (REPLY,),
    Action.DISPATCH: (UNIT,),
    Action.REPLY: (
        FormField(name="result", label="处置结果", kind="choice", choices=_choices(RESULTS)),
        REPLY,
        FormField(
            name="resolved_level",
            label="解决层级",
            kind="choice",
            required=False,
            choices=_choices(LEVELS, empty=True),
        ),
    ),
    Action.SEND_BACK: (REASON,),
    Action.VISIT: (
        FormField(
            name="satisfaction",
            label="满意度",
            kind="choice",
            choices=tuple((s.value, s.label) for s in Satisfaction),
        ),
        FormField(
            name="solved",
            label="诉求人认为",
            kind="choice",
            required=False,
            choices=(("", "未表态"), ("true", "已解决"), ("false", "未解决")),
        ),
        NOTE,
    ),
    Action.CLOSE: (
        FormField(name="waiver", label="免回访理由（已回访的不填）", kind="text", required=False),
    ),
    Action.REQUEST_EXTENSION: (DAYS, REASON),
    Action.REFUSE_EXTENSION: (REASON,),
    Action.RETURN_TICKET: (REASON,),
    Action.REFUSE_RETURN: (REASON,),
    Action.SUSPEND: (FormField(name="until", label="恢复日期", kind="date"), REASON),
    Action.MERGE: (FormField(name="duplicate_of", label="并入的工单编号", kind="note"),),
    Action.VOID: (REASON,),
    Action.SUPERVISE: (REASON,),
}


def forms_for(ticket: ServiceRequest) -> list[ActionForm]:
    """The allowed actions with their fields, the lead unit already chosen."""
    forms = []
    for action in allowed(ticket.state):
        fields = tuple(
            one.but(value=ticket.lead_unit or "") if one.kind == "unit" else one
            for one in FORMS.get(action, (NOTE,))
        )
        forms.append(ActionForm(name=action.value, label=action.label, fields=fields))
    return forms


def read_fields(given: dict[str, str]) -> dict[str, Any]:
    """The fields of a form as `tickets.machine.act` takes them; empty ones are not given."""
    fields: dict[str, Any] = {k: v for k, v in given.items() if v and k not in ("action", "actor")}
    if "days" in fields:
        if not fields["days"].isdigit():
            raise InputError(f"延期天数 {fields['days']!r} 应是整数")
        fields["days"] = int(fields["days"])
    if "solved" in fields:
        fields["solved"] = fields["solved"] == "true"
    if "until" in fields:
        try:
            day = datetime.fromisoformat(fields["until"]).date()
        except ValueError as error:
            raise InputError(f"恢复日期 {fields['until']!r} 应写作 2026-12-31") from error
        fields["until"] = datetime.combine(day, time(18), tzinfo=SHANGHAI)
    return fields
