"""What a county says of itself, as values: places, topics, units, rules, policies, mastheads.

Left to others: reading them from the folder (`minyin.county.folder`) and what they mean (nlp, alerts, tickets).
"""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from minyin.model import AppealType, Level, Urgency, Value
from minyin.source import Source


class Street(Value):
    """A 镇街 (9-digit code), its other names, and whether its bare core may stand alone (DOMAIN §5.5)."""

    code: str = Field(pattern=r"^\w{3,9}$")
    name: str
    kind: str = Field(description="街道, 镇, 乡; anything else is not ranked among the 镇街")
    core: str
    aliases: tuple[str, ...] = ()
    bare_core_ok: bool = False
    national_homonyms: int = 0
    note: str = ""

    @property
    def ranked(self) -> bool:
        return self.kind in ("街道", "镇", "乡", "区", "县")


class Village(Value):
    """A 村居 (12-digit code)."""

    code: str
    name: str
    short: str
    street: str


class Topic(Value):
    """A monitored subject, T01 …, with the words that speak of it (DOMAIN §7.1)."""

    code: str = Field(pattern=r"^T\d\d$")
    name: str
    severity: int = Field(ge=1, le=3)
    lead_units: tuple[str, ...]
    category: str
    keywords: tuple[str, ...]
    escalators: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Unit(Value):
    """Who handles tickets (承办单位). Every ranked street is a unit too, with its code as id."""

    id: str
    name: str
    kind: Literal["government", "street", "village", "enterprise", "association"] = "government"
    aliases: tuple[str, ...] = ()
    contacts: tuple[str, ...] = Field((), description="mail addresses")
    restricted: bool = Field(
        False, description="线索移交: only roles cleared for it see these tickets"
    )


class Condition(Value):
    """One comparison on a feature of an event (the list of features is in docs/alerts.md)."""

    feature: str
    at_least: float | None = None
    at_most: float | None = None


class AlertRule(Value):
    """A level and the conditions that must all hold for it (DOMAIN §3.3), a standing query among them or alone."""

    id: str
    level: Level
    text: str = Field(description="the reason as people read it, {feature} filled in")
    all: tuple[Condition, ...] = ()
    query: str | None = Field(
        None, min_length=1, description="in the query language; asked of the event's articles"
    )
    unit: str | None = Field(None, description="who should handle it; without it, the topic says")

    @model_validator(mode="after")
    def _asks_for_something(self) -> "AlertRule":
        if not self.all and self.query is None:
            raise ValueError("规则要写 all（条件）或 query（检索式），至少一项")
        return self


class AlertPolicy(Value):
    """Numbers of DOMAIN §3.3–3.4 that are not rules: all [P], all here to be changed."""

    cooldown_minutes: dict[Level, int]
    ack_minutes: dict[Level, int]
    report_minutes: dict[Level, int]
    response_minutes: dict[Level, int]
    quiet_hours_to_lift: dict[Level, int]
    lift_share_of_peak: float = 0.2
    rebound_days: int = 14
    digest: tuple[Level, ...] = (Level.BLUE,)


class SlaPolicy(Value):
    """Deadlines of DOMAIN §4.5. A duration is '15min', '24h', '0.5wd' or '3wd' (工作日)."""

    id: str
    name: str
    urgencies: tuple[Urgency, ...] = ()
    appeal_types: tuple[AppealType, ...] = ()
    sign: str
    contact: str | None = None
    finish: str
    extensions: int = 0
    extension_days: int = 0


class Duty(Value):
    """Who is told, step by step, when nobody acknowledges (DOMAIN §3.4)."""

    role: str
    contacts: tuple[str, ...]
    levels: tuple[Level, ...] = Field(description="levels this role receives at once")


class Masthead(Value):
    """What the brief's first and last page say (DOMAIN §2.2)."""

    title: str
    publisher: str
    marking: str = "内部资料 注意保存"
    report_to: str
    send_to: str
    distribute_to: str
    copies: int = 50
    phone: str = ""
    first_issue_total: int = Field(0, description="总期数 before the first issue made here")


class Profile(Value):
    """county.yaml: the county itself."""

    code: str
    name: str
    short_names: tuple[str, ...] = Field(description="words that alone say it is this county")
    province: str
    prefecture: str
    id_prefix: str = Field(pattern=r"^[A-Z]{2,4}$")
    public_numbers: tuple[str, ...] = Field(
        ("12345", "110", "119", "120"), description="never masked"
    )
    population_wan: float | None = None
    duties: tuple[Duty, ...]
    masthead: Masthead
    alerts: AlertPolicy
    neighbours: tuple[str, ...] = Field(
        (), description="places elsewhere that share names with ours"
    )


class County(Value):
    """A whole profile, checked."""

    folder: Path
    profile: Profile
    streets: tuple[Street, ...]
    villages: tuple[Village, ...]
    topics: tuple[Topic, ...]
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    rules: tuple[AlertRule, ...]
    policies: tuple[SlaPolicy, ...]
    words: tuple[str, ...] = ()

    @cached_property
    def street_by_code(self) -> dict[str, Street]:
        return {street.code: street for street in self.streets}

    @cached_property
    def village_by_code(self) -> dict[str, Village]:
        return {village.code: village for village in self.villages}

    @cached_property
    def topic_by_code(self) -> dict[str, Topic]:
        return {topic.code: topic for topic in self.topics}

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        own = {
            street.code: Unit(id=street.code, name=street.name, kind="street")
            for street in self.streets
        }
        return own | {unit.id: unit for unit in self.units}

    @cached_property
    def source_by_id(self) -> dict[str, Source]:
        return {source.id: source for source in self.sources}

    def place_name(self, code: str | None) -> str:
        """The name of any code of this county; 全市 for none (DOMAIN §2.5: never spread)."""
        if code is None or code == self.profile.code:
            return "全市性/无法定位" if code is None else self.profile.name
        place = self.village_by_code.get(code) or self.street_by_code.get(code)
        return place.name if place else code
