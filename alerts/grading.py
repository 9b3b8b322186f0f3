"""From numbers to a level, by the county's rules, with the reasons in words.

Rules are data (`counties/*/rules.yaml`); a rule holds when all its conditions do, and the highest level of the rules
that hold is the event's. `check_rules` is what `minyin check` calls. Left to others: when an alert follows from it, and
which articles answer a rule's query (flows).
"""

from collections.abc import Mapping, Sequence
from string import Formatter

import yaml

from alerts.features import FEATURES
from minyin.county import AlertRule, Condition, County
from minyin.model import Level, LevelReason, Value
from minyin.yamlfile import line_of, nearest, read_yaml

# what a rule with a query may use besides FEATURES: its own number, so no other rule's
HITS = "hits_24h"
NO_HITS: Mapping[str, int] = {}


class Grade(Value):
    """The level that the rules give, and why; None when no rule holds."""

    level: Level | None
    reasons: tuple[LevelReason, ...] = ()

    @property
    def rank(self) -> int:
        return self.level.rank if self.level else 0


def grade(
    features: Mapping[str, float], rules: Sequence[AlertRule], hits: Mapping[str, int] = NO_HITS
) -> Grade:
    """The highest level that a rule gives, with every rule that gives it.

    `hits`: by rule, how many articles of the last 24 hours answer its query.
    """
    seen = [(rule, _seen_by(rule, features, hits)) for rule in rules]
    holding = [(rule, numbers) for rule, numbers in seen if holds(rule, numbers)]
    if not holding:
        return Grade(level=None)
    level = max((rule.level for rule, _ in holding), key=lambda found: found.rank)
    return Grade(
        level=level,
        reasons=tuple(_reason(rule, numbers) for rule, numbers in holding if rule.level is level),
    )


def _seen_by(
    rule: AlertRule, features: Mapping[str, float], hits: Mapping[str, int]
) -> Mapping[str, float]:
    return {**features, HITS: float(hits.get(rule.id, 0))} if rule.query else features


def holds(rule: AlertRule, numbers: Mapping[str, float]) -> bool:
    """All conditions; a query that none of them counts is one more: somebody answers it."""
    counted = any(condition.feature == HITS for condition in rule.all)
    answered = rule.query is None or counted or numbers[HITS] >= 1
    return answered and all(_holds(condition, numbers) for condition in rule.all)


def _holds(condition: Condition, features: Mapping[str, float]) -> bool:
    value = features[condition.feature]
    return (condition.at_least is None or value >= condition.at_least) and (
        condition.at_most is None or value <= condition.at_most
    )


def _reason(rule: AlertRule, features: Mapping[str, float]) -> LevelReason:
    names = {c.feature for c in rule.all} | _named(rule.text) | ({HITS} if rule.query else set())
    return LevelReason(
        rule_id=rule.id,
        text=rule.text.format_map(features),
        values={name: round(float(features[name]), 4) for name in sorted(names)},
    )


def _named(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def check_rules(county: County) -> list[str]:
    """Faults of rules.yaml as 'file:line: what'; an empty list when every rule can be worked out."""
    path = county.folder / "rules.yaml"
    _, node, _ = read_yaml(path)
    return [fault for n, rule in enumerate(county.rules) for fault in _faults(node, n, rule)]


def _faults(node: yaml.Node | None, number: int, rule: AlertRule) -> list[str]:
    faults, known = [], features_of(rule)
    for n, condition in enumerate(rule.all):
        line = line_of(node, ("rules", number, "all", n, "feature"))
        if condition.feature not in known:
            hint = nearest(condition.feature, known)
            faults.append(
                f"rules.yaml:{line}: 规则 {rule.id} 用了没有的特征 {condition.feature!r}{hint}"
                "（全部特征见 docs/alerts.md）"
            )
        if condition.at_least is None and condition.at_most is None:
            faults.append(
                f"rules.yaml:{line}: 规则 {rule.id} 的 {condition.feature} 没有写 at_least 或 at_most"
            )
    return faults + _text_faults(line_of(node, ("rules", number, "text")), rule)


def features_of(rule: AlertRule) -> list[str]:
    """What its conditions and its text may name."""
    return [*FEATURES, HITS] if rule.query else [*FEATURES]


def _text_faults(line: int, rule: AlertRule) -> list[str]:
    known = features_of(rule)
    try:
        unknown = sorted(_named(rule.text) - set(known))
        if not unknown:
            rule.text.format_map(dict.fromkeys(known, 1.0))
    except (ValueError, KeyError, IndexError) as error:
        return [f"rules.yaml:{line}: 规则 {rule.id} 的说明写法有误：{error}"]
    return [
        f"rules.yaml:{line}: 规则 {rule.id} 的说明用了没有的特征 {name!r}{nearest(name, known)}"
        for name in unknown
    ]
