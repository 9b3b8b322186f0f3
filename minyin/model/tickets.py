"""Service requests (工单, GB/T 33358-2016) and their history (DOMAIN §4)."""

from pydantic import AwareDatetime, Field

from minyin.model.base import Labelled, Value


class TicketState(Labelled):
    """States of DOMAIN §4.4; `closed` are the star-marked ones."""

    RECEIVED = "received", "待受理"
    TO_DISPATCH = "to_dispatch", "待派单"
    TO_SIGN = "to_sign", "待签收"
    IN_PROGRESS = "in_progress", "办理中"
    RETURN_REVIEW = "return_review", "退单待审"
    EXTENSION_REVIEW = "extension_review", "延期待审"
    SUSPENDED = "suspended", "挂起"
    TO_REVIEW = "to_review", "待审核"
    TO_VISIT = "to_visit", "待回访"
    DONE = "done", "已办结"
    ARCHIVED = "archived", "已归档"
    DECLINED = "declined", "不予受理"
    MERGED = "merged", "已合并"
    VOID = "void", "已作废"

    @property
    def closed(self) -> bool:
        return self in (
            TicketState.DONE,
            TicketState.ARCHIVED,
            TicketState.DECLINED,
            TicketState.MERGED,
            TicketState.VOID,
        )


class AppealType(Labelled):
    INQUIRY = "inquiry", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    SUGGESTION = "suggestion", "建议"
    PRAISE = "praise", "表扬"
    OTHER = "other", "其他"


class Urgency(Labelled):
    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "特急"


class Satisfaction(Labelled):
    SATISFIED = "satisfied", "满意"
    FAIRLY = "fairly", "基本满意"
    UNSATISFIED = "unsatisfied", "不满意"
    NONE = "none", "未评价"


class ServiceRequest(Value):
    """A ticket (工单, GB/T 33358-2016) as it stands; its history is the append-only list of TicketEvents."""

    id: str = Field(description="ticket_no, PZ-20261122-00017")
    source_channel: str
    external_ids: tuple[str, ...] = ()
    event_id: str | None = Field(
        None, description="the event it was made from; further links in event_ticket"
    )
    alert_id: str | None = None
    parent_id: str | None = None
    duplicate_of: str | None = None
    appeal_type: AppealType
    topic: str | None = None
    title: str = Field(max_length=60)
    content: str = Field(description="masked")
    demand: str = ""
    street: str | None = None
    village: str | None = None
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    state: TicketState = TicketState.RECEIVED
    lead_unit: str | None = None
    co_units: tuple[str, ...] = ()
    articles: tuple[str, ...] = Field((), description="evidence: ids of articles")
    policy: str = Field(description="id of the SLA policy that set the deadlines")
    received_at: AwareDatetime
    dispatched_at: AwareDatetime | None = None
    sign_due_at: AwareDatetime | None = None
    contact_due_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None
    contacted_at: AwareDatetime | None = None
    replied_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    result: str | None = None
    result_text: str | None = None
    reply_text: str | None = None
    resolved_level: str | None = Field(None, description="现场, 村居, 镇街 or 市级 (R18)")
    visited_at: AwareDatetime | None = None
    satisfaction: Satisfaction = Satisfaction.NONE
    solved: bool | None = None
    extensions: int = 0
    returns: int = 0
    rework: int = 0

    @property
    def open(self) -> bool:
        return not self.state.closed


class TicketEvent(Value):
    """One line of a ticket's history; (ticket_id, number) is its identity."""

    ticket_id: str
    number: int
    at: AwareDatetime
    actor: str
    action: str
    from_state: TicketState | None
    to_state: TicketState
    note: str = ""
