"""一周一通报 on the fixture's third week of October."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from minyin.clock import SHANGHAI, fixed_clock
from minyin.settings import Settings
from reports.bulletin import weekly
from reports.frozen import decode
from reports.metrics import Measures
from reports.units import standings

MONDAY = fixed_clock(datetime(2026, 10, 19, 9, tzinfo=SHANGHAI))


def test_the_week_is_the_last_whole_one_and_its_numbers_are_right(built: Any) -> None:
    bulletin = weekly(built.engine, county=built.county, settings=built.settings, clock=MONDAY)
    assert bulletin.period == "2026年10月12日—10月18日"
    # received 14 and 15 October; the carried one was closed on the 8th
    assert "上周结转0件，本周新增2件，应办2件，办结1件，未办结1件" in bulletin.text
    assert "水务局：应办1" in bulletin.text
    assert "“沂武路水管爆裂停水”3件" in bulletin.text
    assert "红榜（先进）" in bulletin.text
    assert f"{built.settings.console.public_url}/events/PZ-E-20261014-001" in bulletin.html
    assert "<script" not in bulletin.html


def test_a_week_without_tickets_says_so(tmp_path: Any, built: Any, engine: Engine) -> None:
    bulletin = weekly(engine, county=built.county, settings=Settings(home=tmp_path), clock=MONDAY)
    assert "本周没有结转工单，没有新增工单" in bulletin.text
    assert "本周没有承办单位办理工单" in bulletin.text
    assert "未监测到同一事项3件以上的重复诉求" in bulletin.text


def test_units_below_the_floor_are_reminded_with_their_figures(built: Any) -> None:
    frozen = decode((built.folder / "frozen.json").read_bytes())
    rows = {row.unit: row for row in standings(Measures(frozen))}
    assert rows["water"].rank == 1
    assert rows["water"].board == ""  # too few tickets for 红榜（先进）
    assert rows["housing"].board == "yellow"
    assert rows["housing"].reasons[0].startswith("到期2件，按时办结率0%")
