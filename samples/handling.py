"""How the sample county's clerks and units handle its tickets: the script in handling.yaml as frozen values.

Left to others: looking up the event of a script's article, and applying the actions (`flows.demo`, `tickets`).
"""

from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from minyin.errors import ProfileError
from minyin.model import AppealType, Satisfaction, Urgency, Value
from minyin.yamlfile import read_values

SCRIPT = Path(__file__).parent / "handling.yaml"

ActionName = Literal[
    "dispatch",
    "sign",
    "contact",
    "reply",
    "approve",
    "send_back",
    "visit",
    "close",
    "request_extension",
    "approve_extension",
    "return",
    "approve_return",
    "suspend",
]
NEEDS: dict[str, tuple[str, ...]] = {
    "reply": ("text", "result"),
    "visit": ("satisfaction",),
    "request_extension": ("days",),
    "approve_extension": ("days",),
    "suspend": ("until", "note"),
    "return": ("note",),
    "send_back": ("note",),
}


class TicketAction(Value):
    """One thing done to a ticket, by whom and when."""

    at: AwareDatetime
    action: ActionName
    actor: str
    note: str | None = None
    lead_unit: str | None = Field(None, description="dispatch: another unit than the script's")
    text: str | None = None
    result: str | None = None
    resolved_level: str | None = None
    satisfaction: Satisfaction | None = None
    solved: bool | None = None
    days: int | None = Field(None, ge=1)
    until: date | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in NEEDS.get(self.action, ()):
            if getattr(self, name) is None:
                raise ValueError(f"动作 {self.action} 缺少 {name}")
        return self

    @property
    def fields(self) -> dict[str, Any]:
        """What was said besides action, actor and time."""
        said = self.model_dump(exclude={"at", "action", "actor"}, exclude_none=True)
        return {name: getattr(self, name) for name in said}


class TicketScript(Value):
    """One ticket: the item that led to it, how it was opened, and everything done to it until the end of October."""

    id: str
    event: str = Field(description="the planted event")
    article: str = Field(description="item id; its article's event is the ticket's event")
    evidence: tuple[str, ...] = Field((), description="item ids of further articles")
    source_channel: str
    appeal_type: AppealType
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    title: str = Field(max_length=30)
    demand: str
    lead_unit: str
    co_units: tuple[str, ...] = ()
    opened_at: AwareDatetime
    actions: tuple[TicketAction, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [self.opened_at, *(action.at for action in self.actions)]
        if times != sorted(times):
            raise ValueError(f"{self.id} 的动作时间没有按先后排列")
        return self


def load_handling(path: Path = SCRIPT) -> tuple[TicketScript, ...]:
    """Every script, in the order in which the tickets were opened. Raises ProfileError listing all faults."""
    scripts, faults = read_values(path, "tickets", TicketScript)
    if faults:
        raise ProfileError(faults)
    return tuple(sorted(scripts, key=lambda script: (script.opened_at, script.id)))
