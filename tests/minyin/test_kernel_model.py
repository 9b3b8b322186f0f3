from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from minyin.accounting import Tally, Unbalanced
from minyin.identity import article_id, canonical_url
from minyin.model import Brief, Level, TicketState

AT = datetime(2026, 10, 1, tzinfo=UTC)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Brief(id="2026-10", cutoff_at=datetime(2026, 11, 1), built_at=AT, digest="", folder="")


def test_levels_rise_and_always_say_more_than_a_colour() -> None:
    assert [level.rank for level in Level] == [1, 2, 3, 4]
    assert all("·" in level.label for level in Level)


def test_closed_ticket_states_are_the_five_of_the_state_machine() -> None:
    assert {state.label for state in TicketState if state.closed} == {
        "已办结",
        "已归档",
        "不予受理",
        "已合并",
        "已作废",
    }


@given(
    st.lists(st.tuples(st.sampled_from("abcxyz"), st.text("0123456789", max_size=3)), max_size=5),
    st.sampled_from(["", "#p1", "?utm_source=wx"]),
)
def test_canonical_urls_are_fixed_points_and_ignore_order(
    query: list[tuple[str, str]], tail: str
) -> None:
    asked = "&".join(f"{k}={v}" for k, v in query)
    url = "http://Example.CN/t.html" + (f"?{asked}" if asked else "")
    assert canonical_url(canonical_url(url)) == canonical_url(url)
    reverse = "http://example.cn/t.html?" + "&".join(f"{k}={v}" for k, v in sorted(query))
    assert article_id(url) == article_id(reverse)
    if not query:
        assert article_id(url + tail) == article_id(url)


def test_posts_of_one_page_have_ids_of_their_own() -> None:
    page = "http://example.cn/thread-1.html"
    assert len({article_id(page), article_id(page, "p1"), article_id(page, "p2")}) == 3


def test_an_unbalanced_account_is_refused() -> None:
    tally = Tally()
    tally.take(2)
    tally.give("stored")
    with pytest.raises(Unbalanced):
        tally.report(id="r", flow="ingest", started_at=AT, finished_at=AT)
    tally.give("unchanged")
    assert tally.report(id="r", flow="ingest", started_at=AT, finished_at=AT).balanced
