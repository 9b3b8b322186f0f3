"""What the house keeps of its own work: briefs, runs, mails."""

from datetime import date

from pydantic import AwareDatetime, Field

from minyin.model.base import Labelled, Value


class BriefState(Labelled):
    DRAFT = "draft", "草稿"
    EDITING = "editing", "编辑"
    REVIEW = "review", "审核"
    SIGNED = "signed", "签发"
    ISSUED = "issued", "印发"
    CORRECTED = "corrected", "更正"


class Brief(Value):
    """A monthly brief; its numbers live in the frozen JSON that `digest` seals."""

    id: str = Field(description="period, 2026-10")
    state: BriefState = BriefState.DRAFT
    issue: int | None = Field(None, description="第N期, taken when signed, never reused")
    issue_total: int | None = Field(None, description="总第N期")
    cutoff_at: AwareDatetime
    built_at: AwareDatetime
    digest: str = Field(description="sha256 of the frozen data")
    folder: str
    signed_by: str | None = None
    signed_on: date | None = None
    corrections: int = Field(0, description="how often a signed brief was issued again as 更正")


class RunReport(Value):
    """The accounting law: every input of a run has exactly one outcome."""

    id: str
    flow: str
    started_at: AwareDatetime
    finished_at: AwareDatetime
    inputs: int
    outcomes: dict[str, int]

    @property
    def balanced(self) -> bool:
        return sum(self.outcomes.values()) == self.inputs


class Mail(Value):
    """A mail in the outbox; its id is derived from what it announces, so composing twice sends once."""

    id: str
    subject: str
    to: tuple[str, ...]
    message_id: str
    references: tuple[str, ...] = ()
    body_path: str = Field(description="the .eml, relative to the outbox folder")
    about: str = Field(description="alert id, event id or flow that caused it")
    created_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    attempts: int = 0
    last_error: str | None = None
