"""Lists in every form to the same links: RSS of all ages, Atom, JSON Feed, sitemaps, paging by number, JSON mappings."""

import gzip
import json
from datetime import datetime

import pytest
from pydantic import ValidationError

from crawlers.engine.articles import Maker
from crawlers.engine.errand import Errand, Fetched
from crawlers.listing.feeds import feed_page, sitemap_page
from crawlers.listing.links import list_page, read_list
from crawlers.page.extract import extract
from crawlers.page.tuning import tuned
from minyin.clock import fixed_clock
from minyin.errors import Rejected
from minyin.model import ArticleKind
from minyin.source import CleanUp, JsonMap, JsonReplies, Paging, Selectors, Source
from support import hostile_lists

BASE = "http://www.pz.cn"
AT = datetime.fromisoformat("2026-08-01T08:16:00+08:00")
MAKER = Maker("320382", b"k", fixed_clock(datetime.fromisoformat("2026-11-01T09:30:00+08:00")))
BOARD = JsonMap(
    items="data.rows",
    external_id="qid",
    title="subject",
    text="content",
    author="who",
    published_at="asked",
    next="data.next",
    replies=JsonReplies(items="answer", text="text", author="unit", published_at="at", official="`true`"),
)  # fmt: skip


def source(kind: str = "listing", start: str = "/list.html", **more: object) -> Source:
    fields = {
        "id": "s",
        "name": "某县",
        "kind": kind,
        "channel": "board",
        "tier": 4,
        "start_urls": (BASE + start,),
    }
    return Source.model_validate(fields | more)


def fetched(path: str, query: str = "", body: bytes | None = None) -> Fetched:
    pairs = [tuple(pair.split("=")) for pair in query.split("&") if pair]
    kind, text = hostile_lists.answer(path, pairs) or ("text/html", "")
    return Fetched(
        url=f"{BASE}{path}" + (f"?{query}" if query else ""),
        status=200,
        headers={"Content-Type": kind},
        body=text.encode() if body is None else body,
    )


@pytest.mark.parametrize("name", ["rss2.xml", "rss091.xml", "rdf.xml", "atom.xml", "feed.json"])
def test_feeds_of_every_age_lead_to_the_same_articles(name: str) -> None:
    answer = fetched(f"/feed/{name}")
    page = feed_page(answer.body, answer.content_type, answer.url)
    assert [link.url for link in page.links] == [f"{BASE}/many/{n}.html" for n in (1, 2)]
    assert {link.hint.published_at for link in page.links} == {AT}
    assert all(str(link.hint.title).startswith("第") for link in page.links)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"items": 3, "version": "x"}', b"[1]", b""])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match="not_feed"):
        feed_page(body, "application/xml", BASE)


def test_sitemaps_their_index_and_their_news() -> None:
    whole = hostile_lists.SITEMAP.format(hostile_lists.sitemap_url(1)).replace(
        "{host}", "www.pz.cn"
    )
    for body in (whole.encode(), gzip.compress(whole.encode())):
        page = sitemap_page(body, "application/xml", BASE)
        assert [(link.url, link.hint.published_at) for link in page.links] == [
            (f"{BASE}/many/1.html", AT)
        ]
    entry = "<sitemap><loc>/a.xml</loc><lastmod>2026-08-01T08:16:00+08:00</lastmod></sitemap>"
    index = sitemap_page(hostile_lists.INDEX.format(entry).encode(), "", BASE)
    assert [(one.url, one.hint.changed_at) for one in index.lists] == [(f"{BASE}/a.xml", AT)]
    with pytest.raises(Rejected, match="not_sitemap"):
        sitemap_page(b"\x1f\x8b broken", "", BASE)


def test_xpath_and_css_find_the_same_links() -> None:
    body = hostile_lists.listing(["/a/1.html", "/a/2.html"], "/list-2.html").encode()
    css = list_page(body, "text/html", BASE, Selectors(item="a.item", next_page="a.next"))
    xpath = Selectors(item="//a[@class='item']", next_page="//a[contains(., '下一页')]/@href")
    assert list_page(body, "text/html", BASE, xpath) == css
    assert css.next_url == f"{BASE}/list-2.html"


def test_pages_by_number_end_where_a_page_is_empty() -> None:
    paged = source(
        paging=Paging(url=BASE + "/list?page={page}", first=20, step=20),
        selectors=Selectors(item="a.item"),
    )
    body = hostile_lists.listing(["/a/1.html"]).encode()
    urls = [
        read_list(
            paged,
            Errand(source_id="s", url=BASE, role="list", number=n),
            fetched("/list", body=body),
        ).next_url
        for n in (1, 2)
    ]
    assert urls == [f"{BASE}/list?page=20", f"{BASE}/list?page=40"]
    empty = read_list(
        paged,
        Errand(source_id="s", url=BASE, role="list", number=3),
        fetched("/list", body=b"<html><p>x</p></html>"),
    )
    assert (empty.links, empty.next_url) == ((), None)


def test_load_more_gives_a_piece_of_html_in_json() -> None:
    more = source(
        paging=Paging(url=BASE + "/more.json?page={page}", first=1),
        api=JsonMap(html="html"),
        selectors=Selectors(item="a.item"),
    )
    errand = Errand(source_id="s", url=BASE, role="list", number=2)
    page = read_list(more, errand, fetched("/more.json", "page=1"))
    assert [link.url for link in page.links] == [f"{BASE}/many/3.html", f"{BASE}/many/4.html"]
    assert page.next_url == f"{BASE}/more.json?page=2"
    assert read_list(more, errand, fetched("/more.json", "page=3")).next_url is None


def test_a_board_in_json_gives_questions_with_their_official_replies() -> None:
    board = source(
        "api", "/board.json", api=BOARD, paging=Paging(url=BASE + "/board.json?page={page}")
    )
    errand = Errand(source_id="s", url=BASE, role="list")
    answer = fetched("/board.json", "page=1")
    page = read_list(board, errand, answer)
    assert page.next_url == f"{BASE}/board.json?page=2"
    first = page.given[0]
    errand = Errand(source_id="s", url=first.url, role="item", hint=first.hint)
    question, reply = MAKER.articles(board, first.extraction, errand, first.url, None)
    assert (question.kind, reply.kind) == (ArticleKind.QUESTION, ArticleKind.OFFICIAL_REPLY)
    assert reply.parent_id == question.id
    assert question.text == "新城路的路灯不亮，晚上看不见。"
    assert len(page.given[1].extraction.posts) == 1
    assert (
        read_list(board, errand, fetched("/board.json", "page=3")).next_url
        == f"{BASE}/board.json?page=2"
    )


@pytest.mark.parametrize(
    ("api", "body", "reason"),
    [
        (JsonMap(items="data"), b"<html>busy</html>", "not_json"),
        (JsonMap(items="data"), b"[" * 100_000, "not_json"),
        (JsonMap(items="data.rows"), b'{"data": {"rows": 3}}', "no_items"),
        (JsonMap(items="data"), b'callback({"data": []});', None),
    ],
)
def test_json_that_is_not_as_mapped(api: JsonMap, body: bytes, reason: str | None) -> None:
    errand = Errand(source_id="s", url=BASE, role="list")
    if reason is None:
        assert read_list(source("api", api=api), errand, fetched("/x", body=body)).given == ()
        return
    with pytest.raises(Rejected, match=reason):
        read_list(source("api", api=api), errand, fetched("/x", body=body))


def test_clean_ups_and_date_formats_of_the_registry() -> None:
    body = "<h1>【邳州】停水通知</h1><i class=t>01.08.2026 08h16</i><div class=b>正文一句话，说停水的事情。责任编辑：某</div>"
    tuned_source = source(
        selectors=Selectors(title="//h1", body=".b", published_at=".t"),
        clean=(
            CleanUp(field="title", pattern="^【.*?】"),
            CleanUp(field="text", pattern="责任编辑：.*$"),
        ),
        date_formats=("%d.%m.%Y %Hh%M",),
    )
    answer = fetched(
        "/a.html", body=f"<html><meta charset=utf-8><body>{body}</body></html>".encode()
    )
    found = extract(answer.body, url=answer.url, selectors=tuned_source.selectors)
    post = tuned(found, answer, tuned_source).posts[0]
    assert (post.title, post.text) == ("停水通知", "正文一句话，说停水的事情。")
    assert post.published_at == AT
    nothing = tuned_source.but(clean=(CleanUp(field="text", pattern=r"(?s).+"),))
    with pytest.raises(Rejected, match="empty"):
        tuned(found, answer, nothing)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("clean", [{"field": "title", "pattern": "("}]),
        ("api", {"items": "data["}),
        ("paging", {"url": "http://a.cn/list"}),
        ("hours", "25:00-06:00"),
    ],
)
def test_what_cannot_work_is_refused_when_the_registry_is_read(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        source(**{field: value})


def test_a_json_answer_is_an_object_or_a_list() -> None:
    assert json.loads(hostile_lists.json_feed())["version"].startswith("https://jsonfeed.org")
