"""The watch at work: alert rules whose condition is a standing query are asked of every event's new articles.

The same as for subscriptions, and so the same answers as a search. An alert belongs to the moment its articles
were published, whenever it is worked out, so a rule's query may not hang on today's date.
Left to others: what follows from an answer (`alerts.watch`).
"""

import logging
from datetime import datetime, timedelta

from alerts.grading import check_rules
from alerts.watch import watch as run
from flows.bootstrap import House
from index.ast import Node
from index.names import Names, names_of
from index.query import parse
from minyin.clock import Clock, fixed_clock
from minyin.county import AlertRule, County
from minyin.errors import QueryError
from minyin.model import RunReport
from minyin.yamlfile import line_of, read_yaml

log = logging.getLogger(__name__)

# a question that means another thing then hangs on the date: another hour, day, week, month and year
LATER = timedelta(days=800, hours=5)


def watch(house: House) -> RunReport:
    """Raise, raise higher, follow up and lift alerts. A rule whose query cannot be read is left out and logged."""
    questions, faults = questions_of(house.county, house.clock)
    for fault in faults:
        log.error("alert rule left out: %s", fault)
    county, settings, clock = house.county, house.settings, house.clock
    if not questions:
        return run(house.engine, county=county, settings=settings, clock=clock)
    ask = house.standing(questions).matches
    return run(house.engine, county=county, settings=settings, clock=clock, ask=ask)


def rule_faults(county: County, clock: Clock) -> list[str]:
    """What is wrong with the county's rules, as 'file:line: what'."""
    return check_rules(county) + questions_of(county, clock)[1]


def questions_of(county: County, clock: Clock) -> tuple[dict[str, Node], list[str]]:
    """By rule, the query that can be read, and what is wrong with the others as 'file:line: what'."""
    questions: dict[str, Node] = {}
    faults: list[str] = []
    names, now = names_of(county), clock()
    _, node, _ = read_yaml(county.folder / "rules.yaml")
    for number, rule in enumerate(county.rules):
        if rule.query is None:
            continue
        try:
            questions[rule.id] = question(rule, now, names)
        except QueryError as error:
            line = line_of(node, ("rules", number, "query"))
            faults.append(f"rules.yaml:{line}: 规则 {rule.id} 的检索式{error}")
    return questions, faults


def question(rule: AlertRule, now: datetime, names: Names) -> Node:
    """Raises QueryError, also for a question that will mean another thing another day."""
    node, later = (
        parse(rule.query or "", clock=fixed_clock(at), names=names) for at in (now, now + LATER)
    )
    if node != later:
        raise QueryError(
            "预警规则不能用 now、今天一类随日期变化的时间；规则只看 24 小时内的信息，不必写时间",
            column=1,
        )
    return node
