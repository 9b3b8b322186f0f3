"""Every number against a count made by hand on the fixture month (see conftest)."""

from datetime import datetime
from typing import Any

import pytest

from minyin.clock import SHANGHAI
from minyin.errors import InputError
from reports.freeze import freeze, freeze_window, parse_period
from reports.frozen import Frozen, decode
from reports.metrics import METRICS, SHARES, WHOLES, Measures, change, show

BURST = "PZ-E-20261014-001"


@pytest.fixture(scope="module")
def frozen(built: Any) -> Frozen:
    return decode((built.folder / "frozen.json").read_bytes())


@pytest.fixture(scope="module")
def measures(frozen: Frozen) -> Measures:
    return Measures(frozen)


@pytest.mark.parametrize(
    ("metric", "key", "expected"),
    [
        # October: 10 burst items (1 repost), praise, one nowhere, one elsewhere
        ("items_collected", "", 13),
        ("items_total", "", 11),
        ("items_reposts", "", 1),
        ("items_daily", "", round(11 / 31, 4)),
        ("items_by_polarity", "negative", 8),
        ("items_by_polarity", "neutral", 2),
        ("items_by_polarity", "positive", 1),
        ("share_by_polarity", "negative", 72.7273),
        ("items_sensitive", "", 8),
        ("items_by_channel", "forum", 8),
        ("items_by_channel", "weibo", 0),
        ("items_by_street", "320382001", 9),
        ("items_by_street", "none", 1),
        ("items_by_topic", "none", 1),
        ("items_by_day", "2026-10-14", 6),
        ("items_peak", "", 6),
        ("appeals_total", "", 4),
        ("appeals_by_channel", "hotline", 3),
        ("appeals_by_channel", "grid", 1),
        ("events_total", "", 2),
        ("events_new", "", 2),
        ("event_items", BURST, 10),
        ("event_platforms", BURST, 4),
        ("event_appeals", BURST, 3),
        ("event_negative_share", BURST, 90),
        ("alerts_issued", "", 2),
        ("alerted_events", "", 1),
        ("alerted_by_level", "yellow", 1),
        ("alerted_by_level", "blue", 0),
        ("ack_median", "", 30),
        ("response_median", "", 180),
        # yellow: 180 minutes from the first alert at 09:00; the answer came at 12:00 sharp
        ("response_rate", "", 100),
        ("ticket_conversion", "", 100),
        ("tickets_carried", "", 1),
        ("tickets_new", "", 4),
        ("tickets_merged", "", 1),
        ("tickets_due", "", 4),
        ("tickets_done", "", 3),
        ("tickets_left", "", 1),
        ("done_rate", "", 75),
        # due in October: 2 (in time), 3 (late), 4 (open at the cut-off)
        ("tickets_expiring", "", 3 + 0),
        ("on_time_rate", "", 33.3333),
        ("tickets_overdue", "", 1),
        ("satisfaction_rate", "", 100),
        ("unit_due", "housing", 2),
        ("unit_on_time_rate", "water", 100),
        ("unit_sign_rate", "housing", 50),
    ],
)
def test_counts_by_hand(measures: Measures, metric: str, key: str, expected: float) -> None:
    assert measures.value(metric, key) == pytest.approx(expected, abs=1e-4)


def test_parts_add_up_to_their_whole(measures: Measures) -> None:
    assert measures.faults() == []
    for parts, whole in WHOLES.items():
        assert sum(v or 0 for v in measures.rows(parts).values()) == measures.value(whole), parts
    for name in SHARES:
        values = [v for v in measures.rows(name).values() if v is not None]
        assert not values or sum(values) == pytest.approx(100, abs=0.1), name


def test_a_broken_sum_is_a_fault(frozen: Frozen) -> None:
    class Wrong(Measures):
        def value(self, metric_id: str, key: str = "") -> float | None:
            return 99.0 if metric_id == "items_total" else super().value(metric_id, key)

    assert any("渠道分布合计11" in fault for fault in Wrong(frozen).faults())


def test_clear_days_are_the_nights_without_overdue_tickets(measures: Measures) -> None:
    """Ticket 1 was overdue from 30 September until 8 October, ticket 3 from the 20th to the 25th, ticket 4 from
    the 25th on: the nights after 8–19 October are clear."""
    assert measures.value("clear_days") == 12
    assert measures.value("clear_rate") == pytest.approx(100 * 12 / 31, abs=1e-3)


def test_the_month_before_is_measured_by_the_same_functions(measures: Measures) -> None:
    assert measures.before.value("items_total") == 14
    assert measures.change("items_total").text == "环比下降21.43%"
    assert measures.change("negative_share").text == "环比上升65.58个百分点"


@pytest.mark.parametrize(
    ("now", "before", "rate", "text"),
    [
        (109, 139, False, "环比下降21.58%"),
        (8, 0, False, "上月无，本月8条"),
        (20, 9, False, "上月9条，本月20条"),
        (1004, 1000, False, "环比持平"),
        (1005, 1000, False, "环比上升0.50%"),
        (90.0, 92.5, True, "环比下降2.50个百分点"),
        (92.1, 92.44, True, "环比持平"),
        (None, 50.0, True, "暂无环比"),
    ],
)
def test_changes(now: float | None, before: float, rate: bool, text: str) -> None:
    assert change(now, before, rate=rate, unit="%" if rate else "条").text == text


def test_every_metric_names_its_formula_and_every_rate_its_base() -> None:
    for metric in METRICS.values():
        assert metric.formula, metric.id
        assert metric.base or not metric.rate, metric.id


def test_numbers_as_printed() -> None:
    assert [show(v, "分钟") for v in (45.0, 60.0, 135.4)] == ["45分钟", "1小时", "2小时15分钟"]
    assert show(None, "件") == "—"


def test_the_frozen_bytes_are_the_same_twice(built: Any) -> None:
    cutoff = datetime(2026, 11, 1, 9, tzinfo=SHANGHAI)
    with built.engine.connect() as connection:
        first = freeze(connection, county=built.county, period="2026-10", cutoff=cutoff)
        second = freeze(connection, county=built.county, period="2026-10", cutoff=cutoff)
    assert first.encode() == second.encode() == (built.folder / "frozen.json").read_bytes()
    assert first.digest == built.brief.digest
    assert decode(first.encode()) == first


def test_tickets_stand_as_of_the_cutoff(frozen: Frozen) -> None:
    late = frozen.ticket_by_id["PZ-20261020-00004"]
    assert late.state == "in_progress"
    assert (late.closed_at, late.replied_at, late.reply_text, late.result) == (None,) * 4
    assert all(line.at <= frozen.cutoff for line in frozen.ticket_log)


def test_any_window_uses_the_same_metrics(built: Any) -> None:
    start = datetime(2026, 10, 14, tzinfo=SHANGHAI)
    with built.engine.connect() as connection:
        day = freeze_window(connection, start, start.replace(day=15), county=built.county)
    assert Measures(day).value("items_total") == 6
    assert Measures(day).before.value("items_total") == 0


@pytest.mark.parametrize("period", ["2026-13", "202610", "2026-1", ""])
def test_a_malformed_month_is_an_operators_error(period: str) -> None:
    with pytest.raises(InputError, match="年-月"):
        parse_period(period)
