"""Reading a county's folder of YAML and CSV, checked as a whole: every fault with its file and line."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from minyin.county.profile import (
    AlertRule,
    County,
    Profile,
    SlaPolicy,
    Street,
    Topic,
    Unit,
    Village,
)
from minyin.errors import ProfileError
from minyin.model import Value
from minyin.source import Source
from minyin.yamlfile import faults_of, read_values, read_yaml

PACKAGED = Path(__file__).resolve().parents[2] / "counties"
V = TypeVar("V", bound=Value)


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
