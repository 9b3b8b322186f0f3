"""Small parts of the console: charts, periods, questions, marks, tables."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from console.tables import report_rows, table
from console.web.charts import Bar, histogram, sparkline
from console.web.marks import excerpt, marked
from console.web.periods import Period, custom, filled, named, read_period
from console.web.questions import Filter, ask, read_after, read_question, write_after
from console.web.saved import saved_searches
from index.port import Bucket
from minyin.clock import SHANGHAI
from minyin.errors import InputError
from minyin.model import RunReport, Span

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)


def test_a_histogram_is_well_formed_and_to_scale() -> None:
    bars = [
        Bar(label=f"10-{d:02d}", total=d, negative=d // 2, href=f"/search?d={d}&x=<")
        for d in range(1, 31)
    ]
    root = ElementTree.fromstring(histogram(bars))
    heights = [float(r.get("height", 0)) for r in root.iter("rect") if r.get("class") == "bad"]
    assert len(heights) == 30
    assert heights[29] == pytest.approx(3 * heights[9], abs=0.2)
    assert next(a.get("href") for a in root.iter("a")) == "/search?d=1&x=<"


def test_charts_without_data_say_so() -> None:
    assert "没有数据" in histogram([])
    assert sparkline([]) == ""
    ElementTree.fromstring(sparkline([0, 0, 0]))


def test_empty_intervals_are_filled() -> None:
    period = custom(datetime(2026, 10, 1, tzinfo=SHANGHAI), datetime(2026, 10, 5, tzinfo=SHANGHAI))
    rows = filled([Bucket(key="2026-10-03T00:00:00+08:00", count=7)], period, "day")
    assert [(start.day, bucket.count) for start, _, bucket in rows] == [
        (1, 0),
        (2, 0),
        (3, 7),
        (4, 0),
    ]


def test_months_and_weeks_follow_the_calendar() -> None:
    year = Period(
        name="custom",
        start=datetime(2026, 1, 15, tzinfo=SHANGHAI),
        end=datetime(2026, 4, 2, tzinfo=SHANGHAI),
    )
    assert [start.month for start, _, _ in filled([], year, "month")] == [1, 2, 3, 4]
    assert {start.isoweekday() for start, _, _ in filled([], year, "week")} == {1}


def test_periods_are_half_open_and_local() -> None:
    period = named(
        "lastmonth", datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    )  # 1 November in the county
    assert (
        period.query
        == 'published_at >= "2026-10-01T00:00:00+08:00" and published_at < "2026-11-01T00:00:00+08:00"'
    )
    with pytest.raises(InputError, match="早于"):
        read_period({"from": "2026-10-05", "to": "2026-10-01"}, NOW, "30d")


def test_a_question_survives_its_address() -> None:
    from urllib.parse import parse_qs, urlsplit

    question = ask(NOW, "channel:forum", "-street:320382001", q='停水 or "自来水"', period="7d")
    question = question.model_copy(
        update={"sort": "heat", "ascending": True, "after": (3.5, "abc")}
    )
    given = parse_qs(urlsplit(question.url(after=question.after)).query)
    flat = {key: values[0] for key, values in given.items()}
    assert read_question(flat, given["f"], NOW) == question


def test_filters_are_quoted() -> None:
    assert Filter(field="event_id", value='a"b\\').query == r'event_id:"a\"b\\"'


@pytest.mark.parametrize("text", ["%%", "e30", "eyJhIjoxfQ", "W251bGxd"])
def test_a_foreign_page_mark_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_after(text)
    assert read_after(write_after((1.0, "x"))) == (1.0, "x")


def test_marks_escape_everything_else() -> None:
    text = "<script>停水停水</script>"
    spans = [Span(start=8, end=10, kind="hit"), Span(start=10, end=12, kind="hit")]
    assert marked(text, spans) == "&lt;script&gt;<mark>停水停水</mark>&lt;/script&gt;"
    long = "甲" * 300 + "停水" + "乙" * 300
    window = excerpt(long, [Span(start=300, end=302, kind="hit")])
    assert "<mark>停水</mark>" in window
    assert window.startswith("…")
    assert window.endswith("…")


def test_saved_searches_are_those_of_the_field() -> None:
    names = {saved.name for saved in saved_searches()}
    assert {"今日涉邳负面", "未研判", "无法定位待人工", "采集异常来源", "误报复核"} <= names
    assert all(saved.url.startswith("/") for saved in saved_searches())


def test_the_account_shows_its_sum() -> None:
    report = RunReport(
        id="r",
        flow="ingest",
        started_at=NOW,
        finished_at=NOW,
        inputs=3,
        outcomes={"stored": 2, "repost": 1},
    )
    assert report_rows(report)[-1][1:] == ("合计 / 输入 3（平）", 3)
    drawn = table(("甲", "数"), [("东湖", 3), ("ab", 12)], right=(1,))
    assert drawn.splitlines()[2:] == ["东湖   3", "ab    12"]
