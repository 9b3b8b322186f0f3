"""From numbers to a level, by the county's rules, with the reasons in words.

Rules are data (`counties/*/rules.yaml`); a rule holds when all its conditions do, and the highest level of the rules
that hold is the event's. `check_rules` is what `minyin check` calls. Left to others: when an alert follows from it.
"""

from collections.abc import Mapping, Sequence
from string import Formatter

import yaml

from alerts.features import FEATURES
from minyin.county import AlertRule, Condition, County
from minyin.model import Level, LevelReason, Value
from minyin.yamlfile import line_of, nearest, read_yaml


class Grade(Value):
    """The level that the rules give, and why; None when no rule holds."""

    level: Level | None
    reasons: tuple[LevelReason, ...] = ()

    @property
    def rank(self) -> int:
        return self.level.rank if self.level else 0


def grade(features: Mapping[str, float], rules: Sequence[AlertRule]) -> Grade:
    """The highest level that a rule gives, with every rule that gives it."""
    holding = [rule for rule in rules if all(_holds(c, features) for c in rule.all)]
    if not holding:
        return Grade(level=None)
    level = max((rule.level for rule in holding), key=lambda found: found.rank)
    return Grade(
        level=level, reasons=tuple(_reason(r, features) for r in holding if r.level is level)
    )


def _holds(condition: Condition, features: Mapping[str, float]) -> bool:
    value = features[condition.feature]
    return (condition.at_least is None or value >= condition.at_least) and (
        condition.at_most is None or value <= condition.at_most
    )


def _reason(rule: AlertRule, features: Mapping[str, float]) -> LevelReason:
    names = [c.feature for c in rule.all] + list(_named(rule.text))
    return LevelReason(
        rule_id=rule.id,
        text=rule.text.format_map(features),
        values={name: round(float(features[name]), 4) for name in sorted(set(names))},
    )


def _named(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def check_rules(county: County) -> list[str]:
    """Faults of rules.yaml as 'file:line: what'; an empty list when every rule can be worked out."""
    path = county.folder / "rules.yaml"
    _, node, _ = read_yaml(path)
    return [fault for n, rule in enumerate(county.rules) for fault in _faults(node, n, rule)]


def _faults(node: yaml.Node | None, number: int, rule: AlertRule) -> list[str]:
    faults = []
    for n, condition in enumerate(rule.all):
        line = line_of(node, ("rules", number, "all", n, "feature"))
        if condition.feature not in FEATURES:
            hint = nearest(condition.feature, list(FEATURES))
            faults.append(
                f"rules.yaml:{line}: 规则 {rule.id} 用了没有的特征 {condition.feature!r}{hint}"
                "（全部特征见 docs/alerts.md）"
            )
        if condition.at_least is None and condition.at_most is None:
            faults.append(
                f"rules.yaml:{line}: 规则 {rule.id} 的 {condition.feature} 没有写 at_least 或 at_most"
            )
    return faults + _text_faults(line_of(node, ("rules", number, "text")), rule)


def _text_faults(line: int, rule: AlertRule) -> list[str]:
    try:
        unknown = sorted(_named(rule.text) - FEATURES.keys())
        if not unknown:
            rule.text.format_map(dict.fromkeys(FEATURES, 1.0))
    except (ValueError, KeyError, IndexError) as error:
        return [f"rules.yaml:{line}: 规则 {rule.id} 的说明写法有误：{error}"]
    return [
        f"rules.yaml:{line}: 规则 {rule.id} 的说明用了没有的特征 {name!r}{nearest(name, list(FEATURES))}"
        for name in unknown
    ]
