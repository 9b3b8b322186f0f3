"""Features, rules and their documentation."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.features import FEATURES, History, measure
from alerts.grading import check_rules, grade
from alerts.timers import deadlines
from minyin.county import AlertRule, Condition, County
from minyin.model import ArticleKind, Channel, Context, Document, Level, Polarity
from minyin.workdays import WorkCalendar

ROOT = Path(__file__).resolve().parents[2]
AT = datetime.fromisoformat("2026-10-15T12:00:00+08:00")
Make = Callable[..., Document]


def test_every_feature_is_measured_and_documented(article: Make) -> None:
    measured = measure(History([article("a", "2026-10-15T11:00")]), AT)
    assert set(measured) == set(FEATURES)
    manual = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    table = manual.split("## 二、")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= set(FEATURES)


def test_the_countys_rules_name_known_features_only(pizhou: County) -> None:
    assert check_rules(pizhou) == []


def test_a_wrong_rule_is_named_with_its_line_and_the_nearest_feature(
    pizhou: County, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(
        "rules:\n"
        "  - id: odd\n"
        "    level: blue\n"
        "    text: 有 {negative_24hh:.0f} 条\n"
        "    all:\n"
        "      - {feature: negativ_24h, at_least: 5}\n"
        "      - {feature: items_1h}\n",
        encoding="utf-8",
    )
    conditions = (Condition(feature="negativ_24h", at_least=5), Condition(feature="items_1h"))
    rule = AlertRule(id="odd", level=Level.BLUE, text="有 {negative_24hh:.0f} 条", all=conditions)
    faults = check_rules(pizhou.model_copy(update={"folder": tmp_path, "rules": (rule,)}))
    assert [fault.split(" ")[0] for fault in faults] == [
        "rules.yaml:6:",
        "rules.yaml:7:",
        "rules.yaml:4:",
    ]
    assert "是不是想写 negative_24h？" in faults[0]


def test_reposts_spread_but_do_not_add_up(article: Make) -> None:
    original = article("a", "2026-10-15T10:00")
    repost = article("b", "2026-10-15T11:00", channel=Channel.NEWS, tier=3, repost_of=original.id)
    found = measure(History([original, repost]), AT)
    assert (found["items_24h"], found["negative_24h"], found["negative_platforms_24h"]) == (1, 1, 2)
    assert found["negative_local_media"] == 0


def test_windows_are_open_at_their_start_and_closed_at_their_end(article: Make) -> None:
    history = History([article("a", "2026-10-15T11:00"), article("b", "2026-10-15T12:00")])
    assert measure(history, AT)["items_1h"] == 1
    assert measure(history, AT - timedelta(minutes=1))["items_1h"] == 1
    assert measure(history, AT - timedelta(minutes=1))["items_total"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"contexts": (Context.PLANNED,)},
        {"contexts": (Context.SUCCESS,)},
        {"relevant": False},
        {"kind": ArticleKind.OFFICIAL_REPLY},
        {"polarity": Polarity.POSITIVE},
    ],
)
def test_the_hard_gates_keep_an_item_from_counting(
    article: Make, pizhou: County, changes: dict[str, object]
) -> None:
    history = History([article(str(n), f"2026-10-15T1{n}:00", **changes) for n in range(2)])
    found = measure(history, AT)
    assert found["negative_24h"] == found["severity"] == 0
    assert grade(found, pizhou.rules).level is None


def test_sarcasm_counts(article: Make) -> None:
    found = measure(History([article("a", "2026-10-15T11:00", contexts=(Context.SARCASM,))]), AT)
    assert found["negative_24h"] == 1


def test_a_mild_text_counts_but_raises_nothing_alone(article: Make, pizhou: County) -> None:
    mild = [article(str(n), f"2026-10-15T1{n}:00", contexts=(Context.MILD,)) for n in range(2)]
    found = measure(History(mild), AT)
    assert (found["negative_24h"], found["single_severity"]) == (2, 0)
    assert grade(found, pizhou.rules).level is None


def test_a_number_in_a_denial_is_no_claim(article: Make, pizhou: County) -> None:
    claim = article("a", "2026-10-15T10:00", casualties=2)
    denial = article("b", "2026-10-15T11:00", casualties=5, contexts=(Context.DENIAL,), tier=4)
    found = measure(History([claim, denial]), AT)
    assert (found["casualties"], found["confirmed_casualties"]) == (2, 0)
    assert grade(found, pizhou.rules).level is Level.ORANGE


@pytest.mark.parametrize(
    ("severity", "level"), [(1, Level.BLUE), (2, Level.YELLOW), (3, Level.YELLOW)]
)
def test_a_county_paper_on_a_small_matter_is_blue(
    article: Make, pizhou: County, severity: int, level: Level
) -> None:
    report = article("a", "2026-10-15T11:00", channel=Channel.NEWS, tier=4, severity=severity)
    assert grade(measure(History([report]), AT), pizhou.rules).level is level


@pytest.mark.parametrize(("tier", "level"), [(2, Level.ORANGE), (1, Level.RED)])
def test_higher_papers_raise_higher(article: Make, pizhou: County, tier: int, level: Level) -> None:
    report = article("a", "2026-10-15T11:00", channel=Channel.PRINT, tier=tier, severity=1)
    found = grade(measure(History([report]), AT), pizhou.rules)
    assert found.level is level
    assert "负面报道 1 篇" in found.reasons[0].text


def test_velocity_is_against_the_same_hour_of_the_last_28_days(article: Make) -> None:
    usual = [
        article(f"d{day}-{n}", (AT - timedelta(days=day, minutes=5)).strftime("%Y-%m-%dT%H:%M"))
        for day in range(1, 29)
        for n in range(2)
    ]
    burst = [article(f"b{n}", f"2026-10-15T11:{30 + n}") for n in range(10)]
    assert measure(History(usual + burst), AT)["velocity"] == 5.0


def test_blue_is_counted_in_office_hours_and_the_rest_around_the_clock(pizhou: County) -> None:
    friday = datetime.fromisoformat("2026-10-30T17:00:00+08:00")
    policy, calendar = pizhou.profile.alerts, WorkCalendar()
    blue = deadlines(Level.BLUE, friday, policy, calendar)
    red = deadlines(Level.RED, friday, policy, calendar)
    assert f"{blue.ack:%m-%d %H:%M}" == "11-02 12:00"
    assert f"{blue.report:%m-%d %H:%M}" == "11-02 17:00"
    assert f"{blue.response:%m-%d %H:%M}" == "11-01 17:00"
    assert f"{red.ack:%m-%d %H:%M}" == "10-30 17:15"


def test_a_calendar_that_ran_out_does_not_silence_an_alert(pizhou: County) -> None:
    late = datetime.fromisoformat("2031-01-06T10:00:00+08:00")
    due = deadlines(Level.BLUE, late, pizhou.profile.alerts, WorkCalendar())
    assert due.ack == late + timedelta(minutes=240)
