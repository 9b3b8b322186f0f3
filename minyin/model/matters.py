"""What happened and how grave it is: events, and the alerts raised on them (DOMAIN §3)."""

from pydantic import AwareDatetime, Field

from minyin.model.base import Labelled, Value


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
    values: dict[str, float] = Field(default_factory=dict)


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
