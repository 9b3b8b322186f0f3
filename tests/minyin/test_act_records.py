"""The audit chain, the working calendar and the watch table's migration."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, inspect, update

from minyin import audit
from minyin.database import tables
from minyin.errors import OperatorError, ProfileError
from minyin.workdays import CALENDAR_END, WorkCalendar, load_calendar
from support.databases import NewDatabase

AT = datetime.fromisoformat("2026-11-01T09:30:00+08:00")


@pytest.fixture
def engine(new_database: NewDatabase) -> Engine:
    engine = new_database("records")
    with engine.begin() as connection:
        for number in range(4):
            audit.record(
                connection,
                at=AT,
                actor="张三",
                action="view",
                object_id=f"E{number}",
                detail={"n": 1},
            )
    return engine


def test_a_whole_chain_has_no_faults(engine: Engine) -> None:
    with engine.begin() as connection:
        assert audit.verify_chain(connection) == []


def test_a_changed_line_and_a_missing_line_are_found(engine: Engine) -> None:
    a = tables.audit
    with engine.begin() as connection:
        connection.execute(update(a).where(a.c.number == 2).values(actor="李四"))
        assert audit.verify_chain(connection) == ["审计日志第 2 条的内容被改动过"]
        connection.execute(delete(a).where(a.c.number == 2))
        assert audit.verify_chain(connection) == ["审计日志缺少第 2 条至第 2 条"]


def test_the_migration_makes_the_watch_table_that_the_module_describes(engine: Engine) -> None:
    columns = {c["name"]: c["nullable"] for c in inspect(engine).get_columns("watch_state")}
    assert columns == {c.name: c.nullable for c in tables.watch_state.columns}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-14", True),  # make-up Saturday before Spring Festival
        ("2026-02-17", False),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # make-up Saturday after National Day
        ("2026-11-01", False),
    ],
)
def test_the_state_councils_days(day: str, worked: bool) -> None:
    assert WorkCalendar().is_workday(date.fromisoformat(day)) is worked


def test_beyond_the_calendar_the_operator_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"2031.*workdays\.csv"):
        WorkCalendar().is_workday(date(2031, 1, 4))
    (tmp_path / "workdays.csv").write_text("date,workday,name\n2031-01-04,no,元旦\n", "utf-8")
    calendar = load_calendar(tmp_path)
    assert calendar.is_workday(date(2031, 1, 4)) is False
    assert calendar.end == CALENDAR_END, "one local day off does not make a year known"


def test_a_year_is_declared_by_the_days_of_the_notice(tmp_path: Path) -> None:
    year = CALENDAR_END.year + 1
    saturday = next(day for day in range(2, 31) if date(year, 1, day).weekday() == 5)
    (tmp_path / "workdays.csv").write_text(
        f"date,workday,name\n{year}-01-01,no,元旦\n{year}-01-{saturday:02},yes,元旦调休\n", "utf-8"
    )
    calendar = load_calendar(tmp_path)
    days = [date(year, 1, 1), date(year, 1, saturday), date(year, 1, saturday + 7)]
    assert [calendar.is_workday(day) for day in days] == [False, True, False]
    assert calendar.is_workday(date(year, 1, saturday + 9)) is True
    assert calendar.days_left(AT) == (date(year, 12, 31) - date(2026, 11, 1)).days
    with pytest.raises(OperatorError, match=str(year + 1)):
        calendar.is_workday(date(year + 1, 1, 4))


def test_a_bad_exception_table_names_its_lines(tmp_path: Path) -> None:
    (tmp_path / "workdays.csv").write_text(
        "date,workday,name\n1月1日,no,\n2027-01-02,也许,\n", "utf-8"
    )
    with pytest.raises(ProfileError) as caught:
        load_calendar(tmp_path)
    assert [fault.split(":")[1] for fault in caught.value.faults] == ["2", "3"]
