"""The county profile: a folder of YAML and CSV that an operator edits, checked as a whole.

`load_county` reads it into one frozen value or raises `ProfileError` with every fault, each with file and line.
Another county is another folder. Left to others: what places, rules and policies mean (nlp, alerts, tickets).
"""

import csv
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from minyin.errors import ProfileError
from minyin.model import AppealType, Level, Urgency, Value
from minyin.source import Assessment, Selectors, Source
from minyin.yamlfile import faults_of, read_values, read_yaml

__all__ = ["Assessment", "County", "Selectors", "Source", "load_county"]

PACKAGED = Path(__file__).resolve().parent.parent / "counties"
V = TypeVar("V", bound=Value)


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


def load_county(name: str | Path, *, extra_sources: Path | None = None) -> County:
    """The profile in `counties/<name>/` or in the folder given.

    Raises ProfileError listing every fault. `extra_sources` adds a second sources.yaml (the sample county's sites).
    """
    folder = _folder_of(name)
    faults: list[str] = []

    def take(found: tuple[Any, list[str]]) -> Any:
        faults.extend(found[1])
        return found[0]

    profile = take(_read_profile(folder / "county.yaml"))
    parts = {
        "streets": take(_read_csv(folder / "streets.csv", _street)),
        "villages": take(_read_csv(folder / "villages.csv", _village)),
        "topics": take(_read_csv(folder / "topics.csv", _topic)),
        "units": take(read_values(folder / "units.yaml", "units", Unit)),
        "sources": take(read_values(folder / "sources.yaml", "sources", Source)),
        "rules": take(read_values(folder / "rules.yaml", "rules", AlertRule)),
        "policies": take(read_values(folder / "sla.yaml", "policies", SlaPolicy)),
        "words": take(_read_words(folder / "words.txt")),
    }
    if extra_sources:
        parts["sources"] += take(read_values(extra_sources, "sources", Source))
    faults += _cross_faults(parts)
    if faults or profile is None:
        raise ProfileError(faults)
    return County(folder=folder, profile=profile, **parts)


def _folder_of(name: str | Path) -> Path:
    for folder in (Path(name), PACKAGED / name):
        if (folder / "county.yaml").is_file():
            return folder
    known = sorted(p.parent.name for p in PACKAGED.glob("*/county.yaml"))
    raise ProfileError(
        [
            f"county.yaml:1: 找不到县区配置 {str(name)!r}；已有：{'、'.join(known)}；也可以写文件夹路径"
        ]
    )


def _read_profile(path: Path) -> tuple[Profile | None, list[str]]:
    data, node, faults = read_yaml(path)
    if faults:
        return None, faults
    try:
        return Profile.model_validate(data), []
    except ValidationError as error:
        return None, faults_of(error, Profile, file=path.name, node=node)


def _read_csv(path: Path, make: Callable[[dict[str, str]], V]) -> tuple[tuple[V, ...], list[str]]:
    values, faults = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                try:
                    values.append(make(row))
                except (ValidationError, KeyError, ValueError) as error:
                    what = (
                        error.errors()[0]
                        if isinstance(error, ValidationError)
                        else {"loc": [str(error)], "msg": "缺少这一列或写法有误"}
                    )
                    faults.append(
                        f"{path.name}:{reader.line_num}: {'.'.join(map(str, what['loc']))}：{what['msg']}"
                    )
    except FileNotFoundError:
        faults.append(f"{path.name}:1: 缺少这个文件")
    except UnicodeDecodeError:
        faults.append(f"{path.name}:1: 不是 UTF-8 编码，请另存为 UTF-8 CSV")
    return tuple(values), faults


def _split(cell: str, mark: str = "|") -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(mark) if part.strip())


def _street(row: dict[str, str]) -> Street:
    return Street(
        code=row["code9"],
        name=row["name"],
        kind=row["kind"],
        core=row["core"],
        aliases=_split(row["aliases"]),
        bare_core_ok=row["bare_core_ok"] == "yes",
        national_homonyms=int(row["national_homonyms"] or 0),
        note=row["note"] or "",
    )


def _village(row: dict[str, str]) -> Village:
    return Village(
        code=row["code12"], name=row["name"], short=row["short"], street=row["street_code9"]
    )


def _topic(row: dict[str, str]) -> Topic:
    return Topic(
        code=row["code"],
        name=row["name"],
        severity=int(row["severity_base"]),
        lead_units=_split(row["lead_unit"]),
        category=row["category_l1"],
        keywords=_split(row["keywords"]),
        escalators=_split(row["escalators"]),
        exclude=_split(row["exclude"]),
    )


def _read_words(path: Path) -> tuple[tuple[str, ...], list[str]]:
    if not path.is_file():
        return (), []
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#")), []


def _cross_faults(parts: dict[str, Any]) -> list[str]:
    """References between the files that lead nowhere, and ids given twice."""
    faults = []
    streets = {street.code for street in parts["streets"]}
    units = {unit.id for unit in parts["units"]} | streets
    for village in parts["villages"]:
        if village.street not in streets:
            faults.append(
                f"villages.csv:1: {village.name}（{village.code}）所属镇街 {village.street!r} 不在 streets.csv 中"
            )
    faults += _unit_faults(parts, units)
    for file, name in (
        ("sources.yaml", "sources"),
        ("rules.yaml", "rules"),
        ("sla.yaml", "policies"),
        ("units.yaml", "units"),
    ):
        seen: set[str] = set()
        for value in parts[name]:
            if value.id in seen:
                faults.append(f"{file}:1: 编号 {value.id!r} 出现了两次")
            seen.add(value.id)
    return faults


def _unit_faults(parts: dict[str, Any], units: set[str]) -> list[str]:
    """Units that topics and rules name and nobody knows."""
    named = [
        f"topics.csv:1: {topic.code} 的承办单位 {unit!r} 不在 units.yaml 中（镇街写 street）"
        for topic in parts["topics"]
        for unit in topic.lead_units
        if unit not in units and unit != "street"
    ]
    return named + [
        f"rules.yaml:1: 规则 {rule.id} 的 unit {rule.unit!r} 不在 units.yaml 和 streets.csv 中"
        for rule in parts["rules"]
        if rule.unit is not None and rule.unit not in units
    ]
