"""Alerts on a real database: raised, mailed, confirmed, escalated, lifted, taken back."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select

from alerts.notices import Desk, announce, announce_check, escalate
from alerts.respond import acknowledge, lift, mark_false_alarm, raise_manually
from alerts.watch import watch
from minyin import audit
from minyin.clock import Clock, fixed_clock
from minyin.county import County
from minyin.database import load, load_one, save, tables
from minyin.errors import InputError
from minyin.model import (
    Alert,
    AlertKind,
    AlertState,
    ArticleKind,
    Channel,
    Context,
    Document,
    Event,
    EventState,
    Level,
    Mail,
    Polarity,
    RunReport,
)
from minyin.settings import Settings

Make = Callable[..., Document]
EVENT = "PZ-E-20261014-001"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


class House:
    """One county at work in a test: a database, an outbox, and a clock that is set by hand."""

    def __init__(self, engine: Engine, county: County, settings: Settings) -> None:
        self.engine, self.county, self.settings = engine, county, settings

    def say(self, *documents: Document) -> None:
        first = documents[0]
        event = Event(
            id=first.event_id or "",
            title="停水引发集中反映",
            street="320382001",
            topic=first.topic,
            first_at=first.published_at,
            last_at=documents[-1].published_at,
            first_article=first.id,
        )
        with self.engine.begin() as connection:
            known = select(tables.events.c.id).where(tables.events.c.id == event.id)
            if connection.execute(known).first() is None:
                save(connection, tables.events, [event])
            save(connection, tables.articles, documents, indexed=False)

    def watch(self, when: str) -> RunReport:
        return watch(
            self.engine, county=self.county, settings=self.settings, clock=fixed_clock(at(when))
        )

    def escalate(self, clock: Clock) -> dict[str, int]:
        report = escalate(self.engine, county=self.county, settings=self.settings, clock=clock)
        return report.outcomes

    @property
    def alerts(self) -> list[Alert]:
        a = tables.alerts
        with self.engine.begin() as connection:
            return load(connection, Alert, select(a).order_by(a.c.raised_at, a.c.id))

    @property
    def event(self) -> Event:
        with self.engine.begin() as connection:
            return load_one(connection, Event, tables.events, EVENT)

    @property
    def letters(self) -> list[EmailMessage]:
        m = tables.mails
        with self.engine.begin() as connection:
            mails = load(connection, Mail, select(m).order_by(m.c.created_at, m.c.message_id))
        found = []
        for mail in mails:
            content = (self.settings.outbox / mail.body_path).read_bytes()
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found

    @property
    def story(self) -> list[str]:
        line = tables.timeline
        with self.engine.begin() as connection:
            rows = connection.execute(select(line.c.text).order_by(line.c.at, line.c.key))
            return list(rows.scalars())


@pytest.fixture
def house(engine: Engine, pizhou: County, settings: Settings) -> House:
    return House(engine, pizhou, settings)


@pytest.fixture
def yellow(article: Make) -> list[Document]:
    """Three platforms within minutes."""
    return [
        article("a", "2026-10-14T08:00"),
        article("b", "2026-10-14T08:05", channel=Channel.WECHAT, url="http://wx.example/b"),
        article("c", "2026-10-14T08:10", channel=Channel.HOTLINE, url="urn:minyin:hotline:1"),
    ]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_rise_is_two_alerts_and_one_mail_now(house: House, yellow: list[Document]) -> None:
    house.say(*yellow)
    assert house.watch("10-14T08:12").outcomes == {"raised": 1}
    assert [(a.id, a.kind, a.level, a.raised_at) for a in house.alerts] == [
        ("YQ-20261014-001", AlertKind.FIRST, Level.BLUE, yellow[0].published_at),
        ("YQ-20261014-002", AlertKind.UPGRADE, Level.YELLOW, yellow[2].published_at),
    ]
    assert house.alerts[1].previous_level is Level.BLUE
    assert house.alerts[1].articles == tuple(d.id for d in yellow)
    assert (house.event.level, house.event.current_level) == (Level.YELLOW, Level.YELLOW)
    assert house.event.state is EventState.TRIAGE
    (letter,) = house.letters
    assert (
        letter["Subject"] == "【黄色预警·较大】东湖街道 停水引发集中反映（YQ-20261014-002）[升级]"
    )
    assert letter["To"] == "monitor@pizhou.example, analyst@pizhou.example"
    assert "<YQ-20261014-001@localhost>" in letter["References"]
    assert any("黄色预警·较大 升级" in line for line in house.story)


def test_a_mail_told_late_bears_the_name_of_its_time(
    house: House, yellow: list[Document], article: Make
) -> None:
    """The event is named by a notice of the next day; the alert of this morning could not know it."""
    notice = article(
        "d", "2026-10-15T09:00", channel=Channel.GOV, kind=ArticleKind.ARTICLE,
        title="停水引发集中反映", polarity=Polarity.NEUTRAL,
    )  # fmt: skip
    drill = article(
        "e", "2026-10-14T08:01", channel=Channel.NEWS, kind=ArticleKind.ARTICLE,
        title="市里开展停水应急演练", polarity=Polarity.NEUTRAL,
    )  # fmt: skip
    house.say(*yellow, drill, notice)
    house.watch("10-15T10:00")
    upgrade = next(letter for letter in house.letters if "[升级]" in letter["Subject"])
    assert upgrade["Subject"] == "【黄色预警·较大】东湖街道 又停水了（YQ-20261014-002）[升级]"
    assert "停水引发集中反映" not in part(upgrade, "plain")


def test_the_mail_says_what_the_field_asks_for(house: House, yellow: list[Document]) -> None:
    house.say(*yellow)
    house.watch("10-14T08:12")
    text, rich = part(house.letters[0], "plain"), part(house.letters[0], "html")
    for wanted in (
        "24 小时内负面信息覆盖 3 个平台（≥3）",
        "研判确认：10月14日 09:10 前",
        "首报或转办：10月14日 10:10 前",
        "首次回应：10月14日 11:10 前",
        "水务局",
        "24 小时 3 条",
        "负面占 100%",
        "http://wx.example/b",
        "http://127.0.0.1:8600/alerts/YQ-20261014-002",
        "内部资料 请勿转发",
        "数据截至 10月14日 08:10",
    ):
        assert wanted in text, wanted
        assert wanted.replace("≥", "≥") in rich, wanted
    assert "urn:minyin" not in text
    assert "<img" not in rich
    assert "src=" not in rich


def test_orange_says_that_nobody_has_checked_it(house: House, article: Make) -> None:
    house.say(article("a", "2026-10-14T08:00", casualties=2))
    house.watch("10-14T08:01")
    assert "系统自动预警，未经人工核实" in part(house.letters[0], "plain")
    assert house.letters[0]["To"].count("@") == 3


def test_texts_about_minors_are_not_quoted(house: House, article: Make) -> None:
    secret = "某村一名儿童被虐待"
    house.say(
        article(
            "a",
            "2026-10-14T08:00",
            topic="T28",
            topics=("T28",),
            severity=4,
            casualties=1,
            text=secret,
        )
    )
    house.watch("10-14T08:01")
    text = part(house.letters[0], "plain")
    assert "涉及未成年人" in text
    assert secret not in text
    assert secret not in part(house.letters[0], "html")
    assert "停水引发集中反映" not in house.letters[0]["Subject"] + text


def test_watching_twice_changes_nothing(house: House, yellow: list[Document]) -> None:
    house.say(*yellow)
    house.watch("10-14T08:12")
    before = (house.alerts, len(house.letters), house.story)
    assert house.watch("10-14T08:13").outcomes == {"unchanged": 1}
    assert (house.alerts, len(house.letters), house.story) == before


def test_blue_waits_for_the_hour_and_is_told_once(house: House, article: Make) -> None:
    house.say(article("a", "2026-10-14T08:00"))
    house.watch("10-14T08:01")
    assert house.letters == []
    house.watch("10-14T09:00")
    house.watch("10-14T10:00")
    (letter,) = house.letters
    assert "每小时汇总：1 件" in letter["Subject"]
    assert "YQ-20261014-001" in part(letter, "plain")
    assert part(letter, "html").count("<tr>") == 2


def test_an_article_that_comes_late_can_still_raise_the_level(
    house: House, yellow: list[Document]
) -> None:
    house.say(yellow[0], yellow[2])
    house.watch("10-14T09:00")
    assert [a.level for a in house.alerts] == [Level.BLUE]
    house.say(yellow[1])
    assert house.watch("10-14T09:30").outcomes == {"upgraded": 1}
    assert house.alerts[-1].raised_at == yellow[2].published_at
    assert house.alerts[-1].generated_at == at("10-14T09:30")


def test_quiet_lifts_and_a_new_peak_is_a_rebound(
    house: House, article: Make, yellow: list[Document]
) -> None:
    house.say(*yellow)
    house.watch("10-14T08:12")
    assert house.watch("10-17T08:00").outcomes == {"lifted": 1}
    lifted = house.alerts[-1]
    assert (lifted.kind, lifted.raised_at) == (AlertKind.LIFT, at("10-15T08:10"))
    assert {a.state for a in house.alerts} == {AlertState.LIFTED}
    assert house.event.current_level is None
    again = [
        article(f"n{n}", f"2026-10-20T08:0{n}", channel=channel)
        for n, channel in enumerate((Channel.FORUM, Channel.WECHAT, Channel.WEIBO))
    ]
    house.say(*again)
    assert house.watch("10-20T08:10").outcomes == {"raised": 1}
    assert house.event.rebound
    assert "[反弹]" in house.letters[-1]["Subject"]


def test_an_event_that_turns_out_to_be_a_drill_is_taken_back(house: House, article: Make) -> None:
    house.say(article("a", "2026-10-14T08:00", casualties=3))
    house.watch("10-14T08:01")
    drill = {"contexts": (Context.DRILL,)}
    house.say(*[article(f"d{n}", f"2026-10-14T08:1{n}", **drill) for n in range(2)])
    assert house.watch("10-14T09:00").outcomes == {"lifted": 1}
    assert house.alerts[-1].reasons[0].text == "多数信息属演练，不再预警"
    assert "[解除]" in house.letters[-1]["Subject"]


def test_confirming_is_kept_with_name_and_time(
    house: House, engine: Engine, yellow: list[Document]
) -> None:
    house.say(*yellow)
    house.watch("10-14T08:12")
    for _ in range(2):
        with engine.begin() as connection:
            done = acknowledge(
                connection, "YQ-20261014-002", actor="张三", at=at("10-14T08:30"), note="已电话核实"
            )
    assert (done.state, done.acknowledged_by) == (AlertState.ACKNOWLEDGED, "张三")
    assert {a.state for a in house.alerts} == {AlertState.ACKNOWLEDGED}
    with engine.begin() as connection:
        assert audit.verify_chain(connection) == []
        actions = list(connection.execute(select(tables.audit.c.action)).scalars())
    assert actions == ["alert.acknowledge"]


def test_a_false_alarm_stays_silent_below_what_it_had_reached(
    house: House, engine: Engine, article: Make, yellow: list[Document]
) -> None:
    house.say(*yellow)
    house.watch("10-14T08:12")
    with engine.begin() as connection:
        mark_false_alarm(
            connection, "YQ-20261014-002", actor="张三", at=at("10-14T08:30"), note="旧图重发"
        )
    house.say(article("d", "2026-10-14T09:00", channel=Channel.WEIBO))
    assert house.watch("10-14T09:01").outcomes == {"gated/false_alarm": 1}
    house.say(article("e", "2026-10-14T10:00", casualties=2))
    assert house.watch("10-14T10:01").outcomes == {"raised": 1}
    assert house.event.current_level is Level.ORANGE


def test_a_checked_alert_is_confirmed_or_corrected_by_mail(
    house: House, engine: Engine, pizhou: County, settings: Settings, article: Make
) -> None:
    house.say(article("a", "2026-10-14T08:00", casualties=2))
    house.watch("10-14T08:01")
    (alert,) = house.alerts
    when = at("10-14T08:20")
    desk = Desk(pizhou, settings, fixed_clock(when))
    with engine.begin() as connection:
        acknowledge(connection, alert.id, actor="张三", at=when, note="两人轻伤")
        announce_check(connection, alert.id, desk)
        mark_false_alarm(connection, alert.id, actor="张三", at=when, note="旧闻")
        announce_check(connection, alert.id, desk)
    words = {
        letter["Subject"].rpartition("[")[2]: part(letter, "plain") for letter in house.letters
    }
    assert sorted(words) == sorted(["首报]", "已核实]", "更正]"])
    assert "未经人工核实" in words["首报]"]
    assert "已经人工核实（张三）：两人轻伤" in words["已核实]"]
    assert "系统自动预警" not in words["已核实]"]
    assert "更正：经人工核实为误报：旧闻" in words["更正]"]


def test_by_hand_both_ways_with_a_reason(
    house: House, engine: Engine, pizhou: County, settings: Settings, article: Make
) -> None:
    house.say(article("a", "2026-10-14T08:00", severity=1))
    house.watch("10-14T08:01")
    assert house.alerts == []
    when = at("10-14T08:30")
    with engine.begin() as connection:
        with pytest.raises(InputError, match="理由"):
            raise_manually(connection, EVENT, Level.RED, actor="李四", at=when, reason=" ")
        alert = raise_manually(
            connection, EVENT, Level.RED, actor="李四", at=when, reason="领导批示"
        )
        desk = Desk(pizhou, settings, fixed_clock(when))
        announce(connection, alert, load_one(connection, Event, tables.events, EVENT), desk)
    assert "红色预警·特别重大" in house.letters[0]["Subject"]
    assert house.event.current_level is Level.RED
    assert house.watch("10-14T09:00").outcomes == {"unchanged": 1}
    with engine.begin() as connection:
        lift(connection, alert.id, actor="李四", at=at("10-14T10:00"), note="已妥善处置")
    assert house.event.current_level is None
    assert [a.kind for a in house.alerts] == [AlertKind.FIRST, AlertKind.LIFT]
    with pytest.raises(InputError, match="没有编号"), engine.begin() as connection:
        acknowledge(connection, "YQ-1", actor="张三", at=when)


def test_nobody_confirms_and_the_next_duties_are_told_once_each(
    house: House, yellow: list[Document]
) -> None:
    house.say(*yellow)
    house.watch("10-14T08:10")
    before = len(house.letters)
    raised = at("10-14T08:10")
    assert house.escalate(fixed_clock(raised + timedelta(minutes=30))) == {
        "superseded": 1,
        "waiting": 1,
    }
    assert house.escalate(fixed_clock(raised + timedelta(minutes=61)))["escalated"] == 1
    assert house.escalate(fixed_clock(raised + timedelta(minutes=62)))["told_before"] == 1
    assert house.escalate(fixed_clock(raised + timedelta(minutes=125)))["escalated"] == 1
    told = [letter["To"] for letter in house.letters[before:]]
    assert sorted(told) == ["head@pizhou.example", "leader@pizhou.example"]
    assert any("升级通知中心负责人" in line for line in house.story)


KILLED = """
    import os, signal, sys
    from datetime import datetime
    from pathlib import Path
    from alerts.watch import watch
    from minyin.county import load_county
    from minyin.database import open_database
    from minyin.settings import Settings

    calls = 0

    def clock():
        global calls
        calls += 1
        if calls == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        return datetime.fromisoformat("2026-10-14T12:00:00+08:00")

    engine = open_database(sys.argv[1])
    watch(engine, county=load_county("pizhou"), settings=Settings(home=Path(sys.argv[2])), clock=clock)
"""


@pytest.mark.parametrize("call", ["3", "5"])
def test_killed_in_the_middle_the_next_watch_ends_the_same(
    house: House, yellow: list[Document], article: Make, call: str
) -> None:
    """The clock of the child kills it: before the first alert is stored, and while the second one's mail is made."""
    house.say(*yellow)
    other = {"event_id": "PZ-E-20261014-002", "casualties": 2}
    house.say(article("z", "2026-10-14T09:00", **other))
    url = house.engine.url.render_as_string(hide_password=False)
    script = [sys.executable, "-c", textwrap.dedent(KILLED), url, str(house.settings.home), call]
    died = subprocess.run(script, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()})
    assert died.returncode == -signal.SIGKILL
    house.watch("10-14T12:00")
    assert [(a.id, a.kind, a.level) for a in house.alerts] == [
        ("YQ-20261014-001", AlertKind.FIRST, Level.BLUE),
        ("YQ-20261014-002", AlertKind.UPGRADE, Level.YELLOW),
        ("YQ-20261014-003", AlertKind.FIRST, Level.ORANGE),
    ]
    assert len(house.letters) == len(list(house.settings.outbox.glob("*.eml"))) == 3
    assert house.watch("10-14T12:00").outcomes == {"unchanged": 2}
