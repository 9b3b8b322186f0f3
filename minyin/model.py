"""The domain model: frozen values, no I/O, no save().

Read it in the order of an article's way: Source → Article → Analysis → Document → Event → Alert →
ServiceRequest → Brief. Codes are English and stable (they are stored and searched); `label` is what people read.
Left to others: the county profile (`minyin.county`) and how values are stored (`minyin.database`).
"""

from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Value(BaseModel):
    """Base of every value: frozen, unknown fields refused, naive times refused by field type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changes: Any) -> Self:
        """A validated copy with some fields changed."""
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**own, **changes})


class Labelled(StrEnum):
    """A stored code with the Chinese word for it."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Channel(Labelled):
    """Where it was said: ten public channels (DOMAIN §2.5), then the county's own two intakes."""

    NEWS = "news", "新闻网站"
    GOV = "gov", "政务平台"
    FORUM = "forum", "论坛贴吧"
    WEIBO = "weibo", "微博"
    WECHAT = "wechat", "微信公众号"
    APP = "app", "客户端"
    VIDEO = "video", "短视频"
    BOARD = "board", "问政留言"
    PRINT = "print", "报刊"
    OTHER = "other", "其他"
    HOTLINE = "hotline", "12345热线"
    GRID = "grid", "网格走访"

    @property
    def public(self) -> bool:
        """Said in public; hotline rows and grid records are appeals, counted apart in briefs."""
        return self not in (Channel.HOTLINE, Channel.GRID)


class ArticleKind(Labelled):
    ARTICLE = "article", "文章"
    THREAD = "thread", "主帖"
    REPLY = "reply", "回帖"
    QUESTION = "question", "问政"
    OFFICIAL_REPLY = "official_reply", "官方答复"
    ROW = "row", "来件"
    RECORD = "record", "走访记录"


class Polarity(Labelled):
    NEGATIVE = "negative", "负面"
    NEUTRAL = "neutral", "中性"
    POSITIVE = "positive", "正面"


class Context(Labelled):
    """Why alarming words may not be alarming (DOMAIN §7.3)."""

    DRILL = "drill", "演练"
    PUBLICITY = "publicity", "宣传部署"
    SUCCESS = "success", "成效报道"
    PLANNED = "planned", "计划性通知"
    OFFICIAL_REPLY = "official_reply", "官方答复"
    IDIOM = "idiom", "口头语"
    ADVERT = "advert", "广告"
    HISTORY = "history", "历史或虚构"
    ELSEWHERE = "elsewhere", "外地"
    OLD_NEWS = "old_news", "旧闻"
    DATA_RELEASE = "data_release", "数据发布"
    WEATHER = "weather", "天气预报"
    DENIAL = "denial", "辟谣澄清"
    SARCASM = "sarcasm", "反讽"
    MILD = "mild", "不必单独预警"

    @property
    def excludes_alert(self) -> bool:
        """A hard gate before sending (DOMAIN §3.3); sarcasm and denial are no reason for silence.

        A mild text raises no alert alone, but counts among others.
        """
        return self not in (Context.SARCASM, Context.DENIAL, Context.IDIOM, Context.MILD)


class Level(Labelled):
    """Alert levels; a bare colour is never shown (DOMAIN §0.10). Compare with `rank`."""

    BLUE = "blue", "蓝色·一般"
    YELLOW = "yellow", "黄色·较大"
    ORANGE = "orange", "橙色·重大"
    RED = "red", "红色·特别重大"

    @property
    def rank(self) -> int:
        """1 (blue) to 4 (red)."""
        return list(Level).index(self) + 1


# --- collect ----------------------------------------------------------------------------------------------------


class Interactions(Value):
    views: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0

    @property
    def total(self) -> int:
        """互动量: everything people did; looking is not doing."""
        return self.likes + self.comments + self.shares


class Evidence(Value):
    """Where the page as it was lies: a WARC file under the evidence folder."""

    file: str
    offset: int = Field(ge=0)
    digest: str = Field(description="sha1:… of the payload, as WARC writes it")


class Article(Value):
    """One published page or post as collected, NOT yet masked: it lives in inbox segments only."""

    id: str
    source_id: str
    external_id: str | None = None
    url: str
    channel: Channel
    kind: ArticleKind = ArticleKind.ARTICLE
    tier: int = Field(ge=1, le=5, description="1 central … 5 forum and self-media (DOMAIN §7.5)")
    parent_id: str | None = Field(
        None, description="thread of a reply, question of an official reply"
    )
    title: str | None = None
    text: str
    outlet: str | None = Field(None, description="来源 named on the page")
    author_hash: str | None = None
    published_at: AwareDatetime
    collected_at: AwareDatetime
    interactions: Interactions = Interactions()
    local_source: bool = Field(True, description="the source's home region is this county")
    evidence: Evidence | None = None


# --- understand -------------------------------------------------------------------------------------------------


class Span(Value):
    """[start, end) in characters of the text named by the field that holds it."""

    start: int = Field(ge=0)
    end: int
    kind: str
    text: str = ""


class PlaceMatch(Value):
    """One resolved place with its evidence (DOMAIN §5.5)."""

    code: str = Field(description="9 digits 镇街, 12 digits 村居, 6 digits the county itself")
    name: str
    confidence: float = Field(ge=0, le=1)
    span: Span | None = None


class Opinion(Value):
    """What a text classifier says of one text."""

    polarity: Polarity
    confidence: float = Field(ge=0, le=1)
    score: float = Field(ge=0, le=1, description="0 wholly negative … 1 wholly positive")
    appeal: bool
    urgent: bool
    alert: float = Field(0.0, ge=0, le=1, description="how surely it is worth an alert by itself")
    reasons: tuple[Span, ...] = ()


class Analysis(Value):
    """Everything understood about one article; title and text here are masked."""

    title: str | None
    text: str
    mask_version: str
    masked: tuple[Span, ...] = Field(
        (), description="spans in the MASKED text, never with the secret"
    )
    words_title: str = Field("", description="words joined by spaces, for the index")
    words_text: str = ""
    places: tuple[PlaceMatch, ...] = ()
    candidates: tuple[PlaceMatch, ...] = ()
    street: str | None = None
    village: str | None = None
    place_conf: float = 0.0
    relevant: bool = Field(False, description="涉邳: about this county")
    topics: tuple[str, ...] = ()
    topic: str | None = None
    severity: int = Field(0, ge=0, le=4)
    opinion: Opinion
    contexts: tuple[Context, ...] = ()
    casualties: int = Field(
        0, ge=0, description="dead, missing or trapped as claimed, negations removed"
    )
    signature: tuple[int, ...] = Field((), description="MinHash of character 3-grams")


class Document(Value):
    """An article as it is searched, counted and shown: the row of the database and the document of the index."""

    id: str
    source_id: str
    source_name: str
    external_id: str | None
    url: str
    channel: Channel
    kind: ArticleKind
    tier: int
    parent_id: str | None
    title: str | None
    text: str
    words_title: str = ""
    words_text: str = ""
    outlet: str | None
    author_hash: str | None
    published_at: AwareDatetime
    collected_at: AwareDatetime
    views: int = 0
    interactions: int = 0
    street: str | None
    village: str | None
    places: tuple[str, ...]
    place_names: tuple[str, ...]
    place_conf: float
    relevant: bool
    topics: tuple[str, ...]
    topic: str | None
    severity: int
    polarity: Polarity
    score: float
    confidence: float
    appeal: bool
    urgent: bool
    contexts: tuple[Context, ...]
    casualties: int
    masked: tuple[Span, ...] = ()
    mask_version: str
    repost_of: str | None = None
    event_id: str | None = None
    evidence: Evidence | None = None

    @property
    def negative(self) -> bool:
        return self.polarity is Polarity.NEGATIVE

    @property
    def platform(self) -> str:
        """What 'how many platforms' counts (DOMAIN §3.3): the channel, so two forums are one voice."""
        return self.channel.value

    @property
    def alertable(self) -> bool:
        """Hard gates of one item: about the county, no excluding context, not an official's own answer."""
        return self.relevant and not any(c.excludes_alert for c in self.contexts)


# --- events and alerts ------------------------------------------------------------------------------------------


class EventState(Labelled):
    NEW = "new", "新发现"
    TRIAGE = "triage", "待研判"
    HANDLING = "handling", "处置中"
    ANSWERED = "answered", "已回应"
    WATCHING = "watching", "观察期"
    CLOSED = "closed", "办结"
    FALSE_ALARM = "false_alarm", "误报"
    MERGED = "merged", "已合并"


class Event(Value):
    """Something that happened at a time and place: a cluster of articles and tickets."""

    id: str
    title: str
    street: str | None = None
    village: str | None = None
    topic: str | None = None
    first_at: AwareDatetime
    last_at: AwareDatetime
    first_article: str
    state: EventState = EventState.NEW
    level: Level | None = Field(None, description="highest level reached")
    current_level: Level | None = Field(
        None, description="None before the first alert and after 解除"
    )
    first_response_at: AwareDatetime | None = None
    merged_into: str | None = None
    rebound: bool = False


class LevelReason(Value):
    """Why a level was given: the rule and the numbers it saw."""

    rule_id: str
    text: str
    values: dict[str, float] = {}


class AlertState(Labelled):
    OPEN = "open", "待确认"
    ACKNOWLEDGED = "acknowledged", "已确认"
    LIFTED = "lifted", "已解除"
    FALSE_ALARM = "false_alarm", "误报"


class AlertKind(Labelled):
    FIRST = "first", "首报"
    UPGRADE = "upgrade", "升级"
    FOLLOW_UP = "follow_up", "续报"
    LIFT = "lift", "解除"


class Alert(Value):
    """One firing of the rules on one event. A rise of level or a rebound is a new alert of the same event."""

    id: str
    event_id: str
    level: Level
    previous_level: Level | None = None
    kind: AlertKind
    state: AlertState = AlertState.OPEN
    reasons: tuple[LevelReason, ...]
    raised_at: AwareDatetime = Field(description="the moment at which the rule became true")
    generated_at: AwareDatetime
    articles: tuple[str, ...] = Field(description="ids of the articles that caused it, newest last")
    counts: dict[str, int] = Field(description="1h, 6h, 24h, total")
    platforms: tuple[str, ...] = ()
    negative_share: float = 0.0
    suggested_unit: str | None = None
    acknowledged_at: AwareDatetime | None = None
    acknowledged_by: str | None = None
    note: str | None = None


# --- tickets ----------------------------------------------------------------------------------------------------


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


# --- briefs and runs --------------------------------------------------------------------------------------------


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
