"""What is usual for a source and what is not, on histories as they happen."""

from datetime import UTC, datetime, timedelta

from crawlers.registry.rhythm import Crawl, expected_gap, warnings

START = datetime(2026, 8, 3, 1, tzinfo=UTC)  # a Monday
FULL = {"title": 4, "author": 0, "outlet": 4}


def crawls(
    days: int, *, every: int = 1, articles: int = 4, filled: dict[str, int] | None = None
) -> list[Crawl]:
    """A source crawled daily that publishes `articles` every so many days."""
    return [
        Crawl(
            finished_at=START + timedelta(days=day),
            outcomes={"listed": 1, "skipped": 20}
            | ({"stored": articles} if day % every == 0 else {}),
            articles=articles if day % every == 0 else 0,
            filled=(filled or FULL) if day % every == 0 else {},
        )
        for day in range(days)
    ]


def test_a_rhythm_is_learned_and_only_silence_beyond_it_is_told() -> None:
    weekly = crawls(80, every=7)
    assert expected_gap(weekly) == timedelta(days=7)
    last = weekly[77].finished_at
    assert warnings(weekly, last + timedelta(days=13)) == []
    assert warnings(weekly, last + timedelta(days=15)) == ["已 15 天没有新数据（平常最多 7 天）"]
    daily = crawls(40)
    assert warnings(daily, daily[-1].finished_at + timedelta(days=3)) == [
        "已 3 天没有新数据（平常最多 24 小时）"
    ]


def test_weekends_are_part_of_the_rhythm() -> None:
    office = [
        crawl.model_copy(update={"outcomes": {"listed": 1}, "articles": 0, "filled": {}})
        if crawl.finished_at.weekday() >= 5
        else crawl
        for crawl in crawls(60)
    ]
    assert expected_gap(office) == timedelta(days=3)
    assert warnings(office[:55], office[54].finished_at + timedelta(days=5)) == []


def test_before_anything_is_learned_a_day_without_news_is_told() -> None:
    young = crawls(2)
    assert expected_gap(young) is None
    assert warnings(young, young[-1].finished_at + timedelta(hours=20)) == []
    found = warnings(young, young[-1].finished_at + timedelta(hours=25))
    assert found == ["已 25 小时没有新数据（尚不知其常态，按 24 小时计）"]


def test_a_field_that_is_no_longer_found_is_a_changed_layout() -> None:
    changed = crawls(12) + [
        crawl.model_copy(update={"finished_at": crawl.finished_at + timedelta(days=12)})
        for crawl in crawls(3, filled={"title": 4, "author": 0, "outlet": 0})
    ]
    assert warnings(changed, changed[-1].finished_at) == [
        "疑似改版：来源的提取率由 100% 降到 0%（近 12 篇）"
    ]
    # the author was never found here, and that is no news
    assert warnings(crawls(15), START + timedelta(days=14)) == []


def test_pages_that_give_nothing_any_more_are_a_changed_layout_too() -> None:
    lost = Crawl(
        finished_at=START + timedelta(days=12), outcomes={"listed": 1, "rejected/no_time": 9, "stored": 1}, articles=1,
        filled={"title": 1, "outlet": 1},
    )  # fmt: skip
    assert warnings([*crawls(12), lost], lost.finished_at) == [
        "疑似改版：提不出正文、时间或列表的页面由 0% 升到 90%"
    ]


def test_errors_are_told_with_their_share_and_a_lost_page_among_many_is_not() -> None:
    def last(**outcomes: int) -> list[str]:
        named = {name.replace("__", "/"): n for name, n in outcomes.items()}
        crawl = Crawl(
            finished_at=START + timedelta(days=12),
            outcomes={"stored": 1, **named},
            articles=1,
            filled={"title": 1, "outlet": 1},
        )
        return warnings([*crawls(12), crawl], crawl.finished_at)

    assert last(listed=1, failed__timeout=8) == ["采集失败 8 次（共请求 10 次）"]
    assert last(listed=200, failed__404=1) == []
    assert last(listed=1, skipped__site_down=40)[0].startswith("网站连续出错")
