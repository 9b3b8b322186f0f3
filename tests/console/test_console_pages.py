"""The console as a browser without JavaScript sees it."""

import re
from collections import deque
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from console.web.app import create_app
from console.web.routes.events import RANKED
from console.web.sheets import SIZE
from minyin.database import load, reading, save, tables
from minyin.model import Alert, Event
from support.console_seed import NOW, SeededHouse

PAGES = ["/", "/search", "/events", "/alerts", "/tickets", "/briefs", "/health"]
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action"}


class Parts(HTMLParser):
    """What a page links to, what it loads, and what it carries inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADING and LOADING[tag] in given:
            self.loads.append(given[LOADING[tag]])
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_there_and_keeps_to_this_host(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    parts = Parts(answer.text)
    assert parts.loads
    assert not [url for url in parts.loads if not url.startswith("/") or url.startswith("//")]
    assert parts.inline == []
    assert "内部资料" in answer.text


def test_every_link_within_three_steps_resolves(client: httpx.Client) -> None:
    seen, waiting, broken = {"/"}, deque([("/", 0)]), []
    kinds: dict[str, int] = {}
    while waiting:
        path, depth = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 and not path.startswith("/healthz"):
            broken.append((path, answer.status_code))
        if depth == 3 or "html" not in answer.headers.get("content-type", ""):
            continue
        for link in Parts(answer.text).links:
            url = urlsplit(urljoin(str(answer.url), link))
            target = f"{url.path}?{url.query}" if url.query else url.path
            # one page of a kind tells about its like: six of each are followed
            kind = re.sub(r"/[\w-]*\d[\w-]*|/[a-z2-7]{26}", "/#", url.path) + str(
                sorted(re.findall(r"(?:^|&)(\w+)=", url.query))
            )
            if (
                url.netloc != answer.url.netloc.decode()
                or target in seen
                or kinds.get(kind, 0) >= 6
            ):
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            seen.add(target)
            waiting.append((target, depth + 1))
    assert broken == []
    assert len(seen) > 100
    assert {"/articles/#[]", "/events/#[]", "/alerts/#[]", "/tickets/#[]", "/briefs/#[]"} <= set(
        kinds
    )


def test_search_finds_marks_and_counts(client: httpx.Client, house: SeededHouse) -> None:
    page = client.get("/search", params={"q": "停水", "period": "all"}).text
    total = house.store.count("(停水)")
    assert f"<h1>{total} 条</h1>" in page
    assert "<mark>停水</mark>" in page
    assert "东湖街道" in page
    assert 'class="chart"' in page


def test_filter_links_narrow_and_exclude(client: httpx.Client) -> None:
    def total(**parameters: str) -> int:
        page = client.get("/search", params={"period": "all"} | parameters).text
        found = re.search(r"<h1>(\d+) 条</h1>", page)
        assert found
        return int(found[1])

    whole, forum, others = total(), total(f="channel:forum"), total(f="-channel:forum")
    assert (whole, forum, forum + others) == (1093, 447, whole)


def test_bars_and_figures_lead_to_what_they_count(client: httpx.Client) -> None:
    page = client.get("/").text
    figure = re.search(
        r'<a class="figure" href="([^"]+)"><span class="what">近30天负面信息</span><b>(\d+)</b>',
        page,
    )
    assert figure
    found = client.get(figure[1].replace("&amp;", "&")).text
    assert f"<h1>{figure[2]} 条</h1>" in found
    bar = re.search(r'<a href="(/search[^"]+)"><title>10-15：(\d+) 条', page)
    assert bar
    assert f"<h1>{bar[2]} 条</h1>" in client.get(bar[1].replace("&amp;", "&")).text


def test_pages_of_results_join_without_gap_or_repeat(client: httpx.Client) -> None:
    ids: list[str] = []
    path = "/search?f=channel:hotline&period=all"
    while path:
        page = client.get(path).text
        ids += re.findall(r'<h3><a href="/articles/([^"]+)"', page)
        following = re.search(r'<a href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(ids) == len(set(ids)) == 113


def test_query_error_is_shown_under_its_column(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": "停水 and (street:", "period": "all"})
    assert answer.status_code == 400
    assert "检索语句有误" in answer.text
    caret = re.search(r"<pre>(.*?)\n(\s*)\^</pre>", answer.text, re.DOTALL)
    assert caret
    assert caret[1] == "停水 and (street:"
    assert "右括号" not in answer.text  # the brackets put around the words are ours, not theirs
    assert len(caret[2]) >= len("停水 and (")


def suggested(client: httpx.Client, question: str, **more: int) -> list[str]:
    answer = client.get("/search/suggest", params={"q": question, **more})
    assert answer.status_code == 200
    return [one["text"] for one in answer.json()]


def test_suggestions_follow_the_cursor(client: httpx.Client) -> None:
    assert suggested(client, "镇")[0] == "镇街"
    assert suggested(client, "镇街:东")[0] == "东湖街道"
    assert suggested(client, "情感：（负面 or ") == ["负面", "中性", "正面", "*"]
    assert suggested(client, "停水 ")[:3] == ["and", "or", "and not"]
    assert suggested(client, "情感: and 停水", cursor=3)[0] == "负面"
    outlets = suggested(client, "媒体:")
    assert len(outlets) > 2
    assert all("演示" in text for text in outlets if text.startswith('"'))
    assert suggested(client, "a" * 9_000) == []


def test_suggestions_without_any_script(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "停水 and 情感:", "period": "all", "hint": "1"})
    assert page.status_code == 200
    assert '<option value="停水 and 情感:负面"></option>' in page.text
    hints = re.search(r'<ul class="hints".*?</ul>', page.text, re.DOTALL)
    assert hints
    links = re.findall(r'href="([^"]+)"', hints[0])
    following = client.get(links[0].replace("&amp;", "&"))
    assert 'value="停水 and 情感:负面"' in following.text
    assert "检索语句有误" not in following.text


def test_a_fault_comes_with_what_could_stand_there(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "停水 and ", "period": "all"})
    assert page.status_code == 400
    assert "还缺" in page.text
    assert 'class="hints"' in page.text


@pytest.mark.parametrize(
    "monster", ["*水*", "(" * 3_000, "水 " * 3_000, "not " * 800 + "水", "a" * 9_000]
)
def test_a_monstrous_question_is_one_line(client: httpx.Client, monster: str) -> None:
    page = client.get("/search", params={"q": monster, "period": "all"})
    assert page.status_code == 400
    assert "检索语句有误" in page.text


def test_words_cannot_break_out_of_their_brackets(client: httpx.Client) -> None:
    parameters = {"q": "停水) or (充电", "period": "all", "f": "channel:grid"}
    assert client.get("/search", params=parameters).status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, "没有这个页面"),
        ("/articles/nothing", 404, "请核对编号"),
        ("/search?period=never", 400, "没有名为"),
        ("/search?after=%21%21", 400, "翻页位置读不懂"),
        ("/search?f=secret:1", 400, "筛选条件"),
        ("/alerts?state=purple", 404, "没有名为"),
    ],
)
def test_faulty_addresses_are_told_in_chinese(
    client: httpx.Client, path: str, status: int, words: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text


def test_article_is_escaped_and_says_why(client: httpx.Client, house: SeededHouse) -> None:
    hit = house.store.get([_first(house, "polarity:negative and street:320382001")])[0]
    page = client.get(f"/articles/{hit.id}").text
    assert "为什么这样判断" in page
    assert "核验原始网页" in page or "没有网页存证" in page
    assert house.county.place_name(hit.street) in page


def test_article_leads_to_similar_ones(client: httpx.Client, house: SeededHouse) -> None:
    id = _first(house, "停水 and event_id:*")
    page = client.get(f"/articles/{id}").text
    similar = page.partition("相似的信息")[2].partition("</section>")[0]
    linked = set(re.findall(r'href="/articles/([^"]+)"', similar))
    assert 1 <= len(linked) <= 6
    assert id not in linked


def _first(house: SeededHouse, query: str) -> str:
    return str(next(iter(house.store.scan(query))).id)


def test_a_level_always_carries_its_word(client: httpx.Client) -> None:
    for path in ("/", "/alerts", "/events"):
        chips = re.findall(r'<(?:span|a) class="level (\w+)[^>]*>([^<]*)', client.get(path).text)
        assert chips
        assert all("色·" in text for _, text in chips)


def test_a_blind_monitor_says_so(client: httpx.Client) -> None:
    assert "监测盲区" in client.get("/").text
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert set(answer.json()["blind"]) == {"news", "portal"}


def test_a_foreign_host_name_is_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.fixture
def years(house: SeededHouse, sqlite_engine: Engine) -> TestClient:
    """The console over a house with more events and alerts than one sheet holds, an hour apart."""
    with reading(house.engine) as connection:
        event = load(connection, Event, select(tables.events).limit(1))[0]
        alert = load(connection, Alert, select(tables.alerts).limit(1))[0]
    late = [NOW - timedelta(hours=n) for n in range(RANKED + 2 * SIZE + 30)]
    events = [{"id": f"E{n:05}", "last_at": at} for n, at in enumerate(late)]
    alerts = [
        {"id": f"A{n:05}", "raised_at": at, "event_id": "E00000"} for n, at in enumerate(late[:230])
    ]
    with sqlite_engine.begin() as connection:
        save(connection, tables.events, (event.model_copy(update=one) for one in events))
        save(connection, tables.alerts, (alert.model_copy(update=one) for one in alerts))
    return TestClient(create_app(replace(house, engine=sqlite_engine)), base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("path", "total"), [("/events?sort=last", 1230), ("/events?sort=heat", 1230), ("/alerts", 230)]
)
def test_sheets_of_a_long_list_join_without_gap_or_repeat(
    years: TestClient, path: str, total: int
) -> None:
    ids: list[str] = []
    while path:
        page = years.get(path).text
        assert f"共 {total} 条" in page
        ids += re.findall(r'<td class="wide"><a href="/(?:events|alerts)/([^"]+)">', page)
        following = re.search(r'<a href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert ids == sorted(set(ids))
    assert len(ids) == total


def test_a_sheet_past_the_end_is_no_fault_and_a_wrong_one_is_refused(client: httpx.Client) -> None:
    assert "<h1>事件</h1>" in client.get("/events?page=99999").text
    answer = client.get("/events?page=two")
    assert answer.status_code == 404
    assert "页码 &#39;two&#39; 读不懂" in answer.text
