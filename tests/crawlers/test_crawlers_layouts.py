"""What is found on pages of the systems that Chinese sites run on, without a selector."""

import pytest

from crawlers.page.pagekind import PageKind
from crawlers.page.reading import Found, read_page
from crawlers.page.times import parse_time
from minyin.clock import local
from support.pages_of_elsewhere import ELSEWHERE
from support.pages_of_sites import PAGES as SITES
from support.pages_of_sites import Expected
from support.pages_of_traps import TRAPS

PAGES = {**SITES, **TRAPS, **ELSEWHERE}


def found_on(page: Expected) -> Found:
    return read_page(page.html.encode(page.charset))


def minute(found: Found) -> str | None:
    return local(found.published_at).isoformat()[:16] if found.published_at else None


@pytest.mark.parametrize("name", PAGES)
def test_every_field_of_every_layout(name: str) -> None:
    page, found = PAGES[name], found_on(PAGES[name])
    if page.title is not None:
        assert found.title == page.title
    fields = (minute(found), found.outlet, found.author, found.kind)
    assert fields == (page.time, page.outlet, page.author, PageKind(page.kind))


@pytest.mark.parametrize("name", PAGES)
def test_the_text_is_whole_and_nothing_else(name: str) -> None:
    page, found = PAGES[name], found_on(PAGES[name])
    assert [part for part in page.text if part not in found.text] == []
    assert [part for part in page.absent if part in found.text] == []


def test_captions_are_told_apart_from_the_text() -> None:
    assert found_on(PAGES["county media centre"]).captions == ("工作人员在现场抽排积水",)


def test_relative_times_need_the_moment_of_the_visit() -> None:
    page = "<h1>青年路今晚停水</h1><div class='info'>运河在线 昨天 08:30</div><div><p>因管网抢修，今晚22时起青年路沿线停水，请居民提前储水。</p></div>"
    body = f"<html><title>青年路今晚停水</title><body>{page}</body></html>".encode()
    seen = parse_time("2026-08-02 07:00")
    assert read_page(body).published_at is None
    assert read_page(body, seen_at=seen).published_at == parse_time("2026-08-01 08:30")


def test_deep_nesting_and_many_links_end() -> None:
    deep = (
        "<div>" * 3000
        + "<p>很深的地方有一句话，说的是青年路今晚停水，请居民储水。</p>"
        + "</div>" * 3000
    )
    assert "青年路今晚停水" in read_page(deep.encode()).text
    links = (
        "<ul>" + "<li><a href='/a'>县里召开全体会议部署下半年重点工作</a></li>" * 5_000 + "</ul>"
    )
    assert read_page(links.encode()).kind is PageKind.LIST


@pytest.mark.parametrize("cut", range(0, 4000, 97))
def test_a_page_cut_anywhere_is_read_or_empty(cut: int) -> None:
    whole = PAGES["trs"].html.encode("gb18030")
    found = read_page(whole[:cut], "text/html; charset=gbk")
    assert found.kind in PageKind


def test_a_bulletin_on_a_deleted_post_is_no_missing_page() -> None:
    words = "近日网传青年路积水致人触电一事，经公安机关核实为不实信息，发布者已承认编造，相关帖子已被删除，请广大市民不信谣、不传谣。"
    body = f"<html><title>关于网传青年路触电的情况说明</title><h1>关于网传青年路触电的情况说明</h1><p>2026-08-01 08:16</p><p>{words}</p></html>"
    found = read_page(body.encode())
    assert (found.kind, found.text) == (PageKind.ARTICLE, words)
