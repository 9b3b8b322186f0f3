"""Alert rules with a standing query: from the article to the event to the alert, once, by the moment of publication."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from console.cli import app, run
from flows.bootstrap import open_house
from flows.watching import watch
from minyin.county import PACKAGED
from minyin.database import load, reading, save, tables
from minyin.model import Alert, ArticleKind, Event, Level, Polarity
from minyin.settings import load_settings
from support.index_documents import NOW, documents

EVENT = "PZ-E-20261101-001"
QUALITY = """
  - id: water-quality
    level: yellow
    query: 水质 and (发黄 or 异味) and not 计划停水
    unit: "320382102"
    text: 24 小时内 {hits_24h:.0f} 条说到水质发黄或有异味
"""
TWICE = """
  - id: bus
    level: blue
    query: '"公交" and 渠道:论坛贴吧'
    text: 公交 {hits_24h:.0f} 条
    all: [{feature: hits_24h, at_least: 2}]
"""


def county(folder: Path, rules: str) -> Path:
    shutil.copytree(PACKAGED / "pizhou", folder / "county", dirs_exist_ok=True)
    (folder / "county" / "rules.yaml").write_text(f"rules:{rules}", encoding="utf-8")
    return folder / "county"


def opened(tmp_path, rules, now=NOW):
    settings = load_settings(home=tmp_path / "home", county=str(county(tmp_path, rules)), now=now)
    return open_house.__wrapped__(settings)


def article(key, text, *, hours=1.0, **changes):
    at = NOW - timedelta(hours=hours)
    given = {
        "polarity": Polarity.NEUTRAL, "published_at": at, "collected_at": at, "contexts": (), "masked": (),
        "kind": ArticleKind.THREAD, "channel": "forum", "event_id": EVENT, "casualties": 0, "repost_of": None,
    }  # fmt: skip
    base = documents(3)[2].but(title="", text=text, words_title="", words_text="")
    return base.but(id=key, **{**given, **changes})


def say(house, *articles):
    first = articles[0]
    event = Event(
        id=EVENT, title="水质", street="320382001", topic=None, first_at=first.published_at,
        last_at=first.published_at, first_article=first.id,
    )  # fmt: skip
    with house.engine.begin() as connection:
        known = select(tables.events.c.id).where(tables.events.c.id == EVENT)
        if connection.execute(known).first() is None:
            save(connection, tables.events, [event])
        save(connection, tables.articles, articles, content_digest="", indexed=False)


def alerts(house):
    a = tables.alerts
    with reading(house.engine) as connection:
        return load(connection, Alert, select(a).order_by(a.c.raised_at, a.c.id))


def test_an_answer_raises_an_alert_that_names_article_event_rule_and_unit(tmp_path):
    house = opened(tmp_path, QUALITY)
    hit = article("hit", "小区自来水水质很差，发黄还有异味", hours=2)
    say(house, hit, article("other", "小区门口的路灯不亮", hours=1))
    assert watch(house).outcomes == {"raised": 1}
    (alert,) = alerts(house)
    assert (alert.event_id, alert.articles, alert.level) == (EVENT, ("hit",), Level.YELLOW)
    assert alert.raised_at == hit.published_at
    assert alert.suggested_unit == "320382102"
    (reason,) = alert.reasons
    assert reason.rule_id == "water-quality"
    assert reason.text == "24 小时内 1 条说到水质发黄或有异味"
    assert reason.values == {"hits_24h": 1.0}


def test_run_again_and_indexed_again_nothing_is_raised_twice(tmp_path):
    house = opened(tmp_path, QUALITY)
    say(house, article("hit", "水质发黄", hours=2))
    watch(house)
    before = alerts(house)
    assert watch(house).outcomes == {"unchanged": 1}
    say(house, article("more", "楼道灯不亮", hours=1))
    watch(house)
    assert alerts(house) == before


def test_a_condition_counts_the_answers_of_a_day(tmp_path):
    house = opened(tmp_path, TWICE)
    say(
        house,
        article("old", "公交甩站", hours=60),
        article("one", "公交甩站", hours=4),
        article("reply", "公交公司回复：已整改", hours=3, kind=ArticleKind.OFFICIAL_REPLY),
        article("elsewhere", "公交甩站", hours=2, channel="wechat"),
    )
    assert watch(house).outcomes == {"unchanged": 1}
    say(house, article("two", "公交又甩站", hours=1))
    assert watch(house).outcomes == {"raised": 1}
    (alert,) = alerts(house)
    assert alert.articles == ("one", "two")
    assert alert.reasons[0].text == "公交 2 条"


def test_watched_live_or_at_once_the_alerts_are_the_same(tmp_path):
    said = [
        article(f"a{n}", "公交甩站" if n % 3 else "路灯不亮", hours=40 - 5 * n) for n in range(8)
    ]
    at_once = opened(tmp_path / "once", TWICE)
    say(at_once, *said)
    watch(at_once)
    for one in said:
        live = opened(tmp_path / "live", TWICE, now=one.published_at)
        say(live, one)
        watch(live)
    watch(live := opened(tmp_path / "live", TWICE))
    first, second = (
        [(a.kind, a.level, a.raised_at, a.articles) for a in alerts(h)] for h in (at_once, live)
    )
    assert first == second != []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{id: a, level: blue, text: x, query: 镇接:东湖街道}", "rules.yaml:2: 规则 a 的检索式第 1 列：没有名为“镇接”的字段"),
        ("{id: a, level: blue, text: x, query: 停水 and (}", "rules.yaml:2: 规则 a 的检索式第 9 列"),
        ("{id: a, level: blue, text: x, query: '时间>=now-1d'}", "预警规则不能用 now"),
        ("{id: a, level: blue, text: x, query: 时间:今天}", "预警规则不能用 now"),
        ("{id: a, level: blue, text: x}", "规则要写 all（条件）或 query（检索式）"),
        ("{id: a, level: blue, text: '{hits_24h}', all: [{feature: items_1h, at_least: 1}]}", "没有的特征 'hits_24h'"),
        ("{id: a, level: blue, text: x, all: [{feature: itemz_1h, at_least: 1}]}", "是不是想写 items_1h？"),
        ("{id: a, level: blue, text: x, query: 停水, unit: nobody}", "unit 'nobody' 不在 units.yaml"),
    ],
)  # fmt: skip
def test_check_says_in_one_line_what_is_wrong(tmp_path, monkeypatch, capsys, rule, said):
    monkeypatch.setenv("MINYIN_COUNTY", str(county(tmp_path, f"\n  - {rule}\n")))
    assert run(["--home", str(tmp_path), "check"]) == 2
    assert said in capsys.readouterr().err


def test_check_passes_a_rule_with_a_query_and_a_fixed_date(tmp_path, monkeypatch):
    fixed = "{id: a, level: blue, text: x, query: '停水 and 时间>=2026-11-01'}"
    monkeypatch.setenv("MINYIN_COUNTY", str(county(tmp_path, f"\n  - {fixed}{QUALITY}{TWICE}")))
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "check"])
    assert result.exit_code == 0, result.output
    assert "预警规则 3" in result.output


def test_a_rule_that_cannot_be_read_holds_up_no_other(tmp_path):
    house = opened(tmp_path, f"\n  - {{id: a, level: red, text: x, query: 镇接:东湖}}{QUALITY}")
    say(house, article("hit", "水质发黄"))
    assert watch(house).outcomes == {"raised": 1}
    assert alerts(house)[0].level is Level.YELLOW
