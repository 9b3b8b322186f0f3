"""Deadlines in working days, cards, conduct, and the daily reminder."""

from collections.abc import Callable
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from minyin.clock import fixed_clock
from minyin.county import County
from minyin.database import load, tables
from minyin.errors import OperatorError, ProfileError
from minyin.model import Mail, Satisfaction, ServiceRequest
from minyin.settings import Settings
from minyin.workdays import WorkCalendar
from tickets.conduct import (
    Card,
    Misconduct,
    card,
    late_acceptance,
    late_closed,
    overdue,
    perfunctory,
    stalling,
)
from tickets.deadlines import add_duration, check_policies, days_left
from tickets.machine import history
from tickets.supervise import daily_reminder

Do = Callable[..., ServiceRequest]
CALENDAR = WorkCalendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("10-14T09:00", "15min", "10-14 09:15"),
        ("10-31T23:00", "24h", "11-01 23:00"),
        ("10-14T09:00", "1wd", "10-15 18:00"),
        ("10-16T09:00", "1wd", "10-19 18:00"),  # over a week-end
        ("09-30T09:00", "1wd", "10-08 18:00"),  # over National Day
        ("10-08T09:00", "2wd", "10-10 18:00"),  # the 10th is a Saturday that is worked
        ("02-13T17:00", "1wd", "02-14 18:00"),  # make-up Saturday before Spring Festival
        ("10-14T08:00", "0.5wd", "10-14 14:30"),
        ("10-14T12:30", "0.5wd", "10-14 17:30"),
        ("10-16T17:00", "0.5wd", "10-19 11:30"),
        ("10-17T10:00", "0.5wd", "10-19 14:30"),  # dispatched on a Saturday
    ],
)
def test_durations(start: str, duration: str, end: str) -> None:
    assert f"{add_duration(at(start), duration, CALENDAR):%m-%d %H:%M}" == end


@pytest.mark.parametrize("duration", ["3d", "wd", "0wd", "1.5wd", ""])
def test_a_duration_that_cannot_be_read_is_refused(duration: str) -> None:
    with pytest.raises(ProfileError, match=r"sla\.yaml"):
        add_duration(at("10-14T09:00"), duration, CALENDAR)


def test_a_deadline_beyond_the_calendar_says_what_to_do() -> None:
    with pytest.raises(OperatorError, match="请升级 chinesecalendar"):
        add_duration(datetime.fromisoformat("2031-01-06T09:00:00+08:00"), "3wd", CALENDAR)


def test_the_countys_own_holidays_come_first() -> None:
    closed = WorkCalendar({date(2026, 10, 15): False})
    assert f"{add_duration(at('10-14T09:00'), '1wd', closed):%m-%d}" == "10-16"


def test_the_calendars_end_and_the_policies_are_checked(pizhou: County, tmp_path: Path) -> None:
    assert days_left(at("11-01T09:30"), pizhou) >= 60
    assert check_policies(pizhou) == []
    (tmp_path / "sla.yaml").write_text("policies:\n  - {id: odd, finish: 3d}\n", "utf-8")
    odd = pizhou.policies[-1].but(id="odd", finish="3d")
    found = check_policies(pizhou.model_copy(update={"folder": tmp_path, "policies": (odd,)}))
    assert [f.split(":")[1] for f in found] == ["2"]


def test_cards_and_overdue(dispatched: ServiceRequest, do: Do) -> None:
    ticket = dispatched.but(due_at=at("10-21T18:00"))
    assert card(ticket, at("10-19T10:00"), CALENDAR) is None
    assert card(ticket, at("10-20T10:00"), CALENDAR) is Card.YELLOW
    assert card(ticket, at("10-21T18:01"), CALENDAR) is Card.RED
    assert not overdue(ticket, at("10-21T18:00"))
    assert overdue(ticket, at("10-21T18:01"))
    do(dispatched.id, "sign", "10-14T09:20")
    answered = do(dispatched.id, "reply", "10-16T10:00", result="已解决", reply_text="已经恢复供水")
    assert late_closed(answered)
    assert card(answered, at("10-21T18:01"), CALENDAR) is None


def test_late_acceptance(engine: Engine, dispatched: ServiceRequest, do: Do) -> None:
    with engine.begin() as connection:
        log = history(connection, dispatched.id)
    assert late_acceptance(dispatched, log, at("10-14T09:30")) is None
    found = late_acceptance(dispatched, log, at("10-14T09:31"))
    assert found is not None
    assert found.kind is Misconduct.LATE_ACCEPTANCE
    assert found.reasons == ("至今未签收，应于 10月14日 09:30 前签收",)
    do(dispatched.id, "return_ticket", "10-14T09:20", reason="不属本单位")
    with engine.begin() as connection:
        log = history(connection, dispatched.id)
    assert late_acceptance(dispatched, log, at("10-14T12:00")) is None


def test_stalling(engine: Engine, draft: ServiceRequest, open_draft: Do, do: Do) -> None:
    ticket = open_draft(draft.but(urgency="normal", alert_id=None), "10-14T09:00")
    signed = do(ticket.id, "sign", "10-14T10:00")
    with engine.begin() as connection:
        log = history(connection, ticket.id)
    assert stalling(signed, log, at("10-15T10:00"), CALENDAR) is None
    found = stalling(signed, log, at("10-22T10:00"), CALENDAR)
    assert found is not None
    assert found.reasons == (
        "承办单位无动作的时间超过办理时限的一半",
        "承办单位已 6 个工作日无动作",
        "已超期，应于 10月21日 18:00 前反馈",
    )


def test_an_empty_answer_takes_two_signs(dispatched: ServiceRequest, pizhou: County) -> None:
    good = dispatched.but(
        contacted_at=at("10-14T10:00"),
        reply_text="丰华社区祥润家园的停水系主管道爆裂所致，15日10时已恢复供水，水费每户减免5吨。",
    )
    assert perfunctory(good, [], pizhou) is None
    template = "您好，您反映的问题已收悉，我单位高度重视，已安排专人处理，感谢您的理解与支持。"
    empty = good.but(reply_text=template)
    other = good.but(id="PZ-20261001-00001", event_id="E-other", reply_text=template)
    assert perfunctory(empty, [], pizhou) is None
    found = perfunctory(empty, [other], pizhou)
    assert found is not None
    assert len(found.reasons) == 2
    assert "PZ-20261001-00001 的相似度 100%" in found.reasons[0]
    assert perfunctory(empty, [other.but(event_id=empty.event_id)], pizhou) is None
    unhappy = empty.but(reply_text="已处理", satisfaction=Satisfaction.UNSATISFIED)
    assert perfunctory(unhappy, [], pizhou) is not None


class Morning:
    """The daily reminder at an hour, and the letters it left."""

    def __init__(self, engine: Engine, county: County, settings: Settings) -> None:
        self.engine, self.county, self.settings = engine, county, settings

    def remind(self, when: str) -> dict[str, int]:
        report = daily_reminder(
            self.engine, county=self.county, settings=self.settings, clock=fixed_clock(at(when))
        )
        assert report.balanced
        return report.outcomes

    def letters(self) -> dict[str, str]:
        with self.engine.begin() as connection:
            mails = load(connection, Mail, select(tables.mails))
        found = {}
        for mail in mails:
            content = (self.settings.outbox / mail.body_path).read_bytes()
            message = message_from_bytes(content, policy=policy.default)
            body = message.get_body(("plain",))  # type: ignore[attr-defined]
            found[mail.subject] = f"{mail.to}\n{body.get_content()}"
        return found

    def urged(self, ticket: str) -> list[str]:
        with self.engine.begin() as connection:
            return [e.note for e in history(connection, ticket) if e.action == "urge"]


@pytest.fixture
def morning(engine: Engine, pizhou: County, settings: Settings) -> Morning:
    return Morning(engine, pizhou, settings)


def test_one_mail_a_day_per_unit(
    morning: Morning,
    dispatched: ServiceRequest,
    draft: ServiceRequest,
    open_draft: Do,
    do: Do,
) -> None:
    later = open_draft(draft.but(urgency="normal", alert_id=None), "10-15T17:00")
    street = open_draft(draft.but(lead_unit="320382001", co_units=(), alert_id="x"), "10-13T09:00")
    do(dispatched.id, "sign", "10-14T09:20")
    for _ in range(2):
        assert morning.remind("10-15T17:30") == {"quiet": 0, "reminded": 2}
    found = morning.letters()
    water = found["【一天一提醒】水务局：2 件工单需要处理（10月15日）"]
    assert "water@pizhou.example" in water
    assert water.index("【今日到期】1 件") < water.index(dispatched.id) < water.index("【待签收】")
    assert later.id in water
    town = found["【一天一提醒】东湖街道：1 件工单需要处理（10月15日）"]
    assert "head@pizhou.example" in town
    assert "没有登记联络员邮箱" in town
    assert "已超期（红牌，超期未反馈）】1 件" in town
    assert len(found) == 2
    assert morning.urged(street.id) == ["红牌，超期未反馈"]


def test_nothing_due_is_told_to_the_centre_only(
    morning: Morning, draft: ServiceRequest, open_draft: Do, do: Do
) -> None:
    calm = open_draft(draft.but(urgency="normal", alert_id=None), "10-14T09:00")
    do(calm.id, "sign", "10-14T10:00")
    assert morning.remind("10-15T08:30") == {"quiet": 1, "reminded": 0}
    (subject,) = morning.letters()
    assert subject == "【今日清零】10月15日无到期、无超期工单"


def test_on_a_day_off_nobody_is_written_to(morning: Morning, dispatched: ServiceRequest) -> None:
    assert dispatched.due_at is not None
    assert morning.remind("10-17T08:30") == {"reminded": 0, "skipped/day_off": 1}
    assert morning.letters() == {}
