"""From an address to a registered source: what a site offers, a trial, and the refusal of what comes out empty."""

import json
from pathlib import Path

import pytest

from crawlers.crawl import control_folder
from crawlers.registry.probe import Probe, probe
from crawlers.registry.register import add_source, entry_text
from crawlers.registry.scout import Visitor, proposal, survey
from minyin.errors import InputError, ProfileError
from minyin.settings import CrawlSettings
from minyin.source import Source
from minyin.yamlfile import read_values
from support.pages_of_forums import POSTS, letter_table, rows
from support.serving import serving

REGISTRY = "# 监测来源登记，手工写的说明要留着\nsources: []\n"


def visitor() -> Visitor:
    return Visitor(CrawlSettings(timeout_seconds=5), "MinyinBot/0.1 (test)", pause=0.01)


def test_a_site_is_looked_at_tried_and_registered(site, settings, tmp_path: Path) -> None:
    found = survey(f"{site.url}/front.html", visitor())
    kinds = [(one.kind, one.url.removeprefix(site.url)) for one in found.candidates]
    assert kinds[0] == ("feed", "/feed/rss2.xml")
    assert ("listing", "/many/list-1.html") in kinds
    assert ("sitemap", "/sitemap.xml") in kinds
    assert found.refused == (f"{site.url}/private/index.html",)
    assert "/private/index.html" not in [entry["path"] for entry in site.log()]

    entry = proposal(
        found,
        found.candidates[kinds.index(("listing", "/many/list-1.html"))],
        region="320382",
        at=settings.clock(),
    )
    assert entry.assessment is not None
    assert "Disallow: /private/" in str(entry.assessment.robots_text)
    entry = entry.but(
        id="pz",
        name="某县网",
        assessment=entry.assessment.but(by="张三", impact="无"),
        per_second=200,
    )
    tried = probe(entry, settings=settings, county_code="320382")
    assert tried.faults == []
    assert len(tried.articles) == 10
    assert not settings.inbox.exists()  # a trial leaves nothing behind
    assert not list(control_folder(settings).glob("*.json"))

    path = tmp_path / "sources.yaml"
    path.write_text(REGISTRY, encoding="utf-8")
    add_source(path, entry)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# 监测来源登记，手工写的说明要留着\nsources:\n  - id: pz\n")
    assert read_values(path, "sources", Source) == ((entry,), [])
    add_source(path, entry.but(id="second"))
    assert [one.id for one in read_values(path, "sources", Source)[0]] == ["pz", "second"]
    with pytest.raises(InputError, match="已有编号"):
        add_source(path, entry)
    path.write_text(text.replace("kind: listing", "kind: lisitng"), encoding="utf-8")
    with pytest.raises(ProfileError, match="kind"):
        add_source(path, entry.but(id="third"))


def test_what_comes_out_empty_is_named(site, settings) -> None:
    source = site.source("/list.html")
    tried = probe(source.but(max_items=40), settings=settings, county_code="320382", articles=40)
    assert tried.faults == []
    assert tried.filled("published_at") < 1.0
    empty = Probe(articles=(), outcomes={"rejected/empty": 9})
    assert empty.faults == ["一篇文章也没有采到"]
    half = tried.model_copy(update={"outcomes": {"stored": 5, "rejected/no_time": 5}})
    assert half.faults == ["发布时间的提取率只有 50%（至少应为 90%）"]


@pytest.mark.parametrize(
    ("path", "says"), [("/private/x.html", "robots.txt 不允许"), ("/gone.html", "读不到这个网页")]
)
def test_a_page_that_may_or_can_not_be_read_is_no_source(site, path: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        survey(site.url + path, visitor())


@pytest.mark.parametrize(
    ("url", "says"), [("pz.gov.cn", "不是网址"), ("http://no-such-host.invalid/", "连不上")]
)
def test_an_address_that_is_none(url: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        survey(url, visitor())


def test_an_entry_says_only_what_is_not_the_default(site) -> None:
    text = entry_text(site.source("/list.html", kind="feed"))
    assert "per_second: 200" in text
    assert "max_pages" not in text


FORUM = {
    "/robots.txt": "",
    "/": "<html><head><title>首页 - 某县论坛</title></head><body><a href='/forum-2-1.html'>民生</a></body></html>",
    "/forum-2-1.html": "<html><body>"
    + "".join(f"<li><a href='/thread-{n}-1-1.html'>帖子{n}</a></li>" for n in (77, 78, 79)),
} | {f"/thread-{n}-1-1.html": rows(POSTS) for n in (77, 78, 79)}
BOARD = {
    "/robots.txt": "",
    "/": "<html><head><title>某县阳光信箱</title></head><body>"
    + "".join(f"<li><a href='/letter/{n}.html'>滨湖小区自来水发黄</a></li>" for n in (11, 12, 13)),
} | {f"/letter/{n}.html": letter_table(answered=True) for n in (11, 12, 13)}
SHELL = {
    "/robots.txt": "",
    "/": "<html><head><title>某县融媒</title></head><body><div id='app'></div><script src='/app.js'></script></body></html>",
}
ROWS = [
    {"id": n, "subject": f"路灯不亮{n}", "content": f"<p>新城路的路灯不亮，晚上看不见，第{n}盏。</p>", "createTime": 1785543390000,
     "replyContent": "已派人修复。", "replyUnit": "城管局", "replyTime": "2026-09-01 10:00"} for n in range(1, 4)
]  # fmt: skip
API = {"/robots.txt": "", "/api/list?page=1": json.dumps({"data": {"rows": ROWS}})}


@pytest.mark.parametrize(
    ("pages", "path", "kind", "channel"),
    [
        (FORUM, "/", "thread_listing", "forum"),
        (BOARD, "/", "thread_listing", "board"),
        (API, "/api/list?page=1", "api", "board"),
        (SHELL, "/", "listing", "news"),
    ],
)
def test_what_kind_of_source_a_site_is(
    pages: dict[str, str], path: str, kind: str, channel: str, settings
) -> None:
    with serving(pages) as base:
        found = survey(base + path, visitor())
        entry = proposal(found, found.candidates[0], region="320382", at=settings.clock())
    assert (entry.kind, entry.channel.value) == (kind, channel)
    assert entry.rendered is (pages is SHELL)
    if kind == "api":
        assert entry.api is not None
        assert (entry.api.items, entry.api.text) == ("data.rows", "content")
        assert entry.api.replies is not None
        assert entry.api.replies.author == "replyUnit"
        assert entry.paging is not None
        assert entry.paging.url.endswith("/api/list?page={page}")
