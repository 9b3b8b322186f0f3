"""A page to its fields: by selectors, by metas, by what stands near the headline; and where lists lead."""

from datetime import datetime
from typing import Any

import pytest

from crawlers.listing.links import feed_page, list_page, sitemap_page
from crawlers.page.extract import ExtractedPost, extract
from minyin.clock import local
from minyin.county import Selectors
from minyin.errors import Rejected

BODY = (
    "<p>受连日强降雨影响，我市东部三个镇部分路段积水，交通部门已安排人员现场疏导。</p>"
    "<p>市应急局提醒，出行前请留意路况信息，不要涉水行车，遇险情请拨打报警电话。</p>"
)


def page(
    head: str = "", info: str = "", body: str = BODY, title: str = "东部三镇部分路段积水"
) -> bytes:
    return (
        f"<html><head><title>{title}_某县网</title>{head}</head><body><div class='nav'><a href='/'>首页</a><a href='/n'>新闻</a></div>"
        f"<h1>{title}</h1><div class='info'>{info}</div><div class='con'>{body}</div>"
        f"<div class='hot-news'><ul><li><a href='/1'>另一篇完全无关的热门文章标题</a></li></ul></div></body></html>"
    ).encode()


def one(body: bytes, selectors: Selectors | None = None) -> ExtractedPost:
    return extract(body, url="http://x.cn/a.html", selectors=selectors).posts[0]


def test_an_unknown_site_needs_no_selectors() -> None:
    post = one(page(info="2026-8-1 08:16　来源：某县融媒　作者：王某某　浏览：15"))
    assert post.title == "东部三镇部分路段积水"
    assert post.text.split("\n")[0].startswith("受连日强降雨影响")
    assert "热门文章" not in post.text
    assert (post.outlet, post.author) == ("某县融媒", "王某某")
    assert post.published_at == datetime.fromisoformat("2026-08-01T08:16:00+08:00")


@pytest.mark.parametrize(
    ("head", "info"),
    [
        ('<meta name="PubDate" content="2026-08-01 08:16:30">', ""),
        ('<meta property="article:published_time" content="2026-08-01T00:16:30Z">', ""),
        ("", "发布时间：2026年8月1日 8:16"),
        ('<script>var ct = "1785543390";</script>', "昨天"),
        (
            '<script type="application/ld+json">{"datePublished": "2026-08-01T08:16:00+08:00"}</script>',
            "",
        ),
        ('<meta name="PubDate" content="2026-08-01">', "2026-08-01 08:16 来源：本站"),
        ('<meta name="PubDate" content="2026-08-03 10:00:00">', "2026-08-01 08:16 来源：本站"),
    ],
)
def test_the_minute_of_publication_wherever_it_stands(head: str, info: str) -> None:
    found = one(page(head, info)).published_at
    assert found is not None
    assert f"{local(found):%Y-%m-%d %H:%M}" == "2026-08-01 08:16"


def test_selectors_come_first_and_a_changed_page_falls_back() -> None:
    selectors = Selectors(
        title=".t",
        body=".b",
        author=".a",
        outlet=".s",
        published_at="time::attr(datetime)",
        views=".v",
        likes=".z",
    )
    marked = page(
        info="<b class='t'>真正的标题</b><i class='a'>作者：李四</i><i class='s'>来源：县报</i><time datetime='2026-08-01 08:16'>今天</time>"
        "<i class='v'>阅读 1.2万</i><i class='z'>赞(35)</i>",
        body="<div class='b'><p>第一段。</p>尾巴<br>换行<script>x()</script></div><div class='b'>第二块</div>",
    )
    post = one(marked, selectors)
    assert (post.title, post.author, post.outlet) == ("真正的标题", "李四", "县报")
    assert post.text == "第一段。\n尾巴\n换行\n第二块"
    assert (post.views, post.likes) == (12000, 35)
    assert one(page(), selectors).text.startswith("受连日强降雨影响")


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "text/html", "not_html"),
        (b"%PDF-1.7 ...", "text/html", "not_html"),
        (b"<html>", "image/png", "not_html"),
        (bytes(range(32)) * 40, "text/html", "not_html"),
        (b"", "text/html", "empty"),
        (
            b"<html><body><div id='app'></div><script>var a = 'x'</script></body></html>",
            "text/html",
            "empty",
        ),
        (page(body="<div class='con'></div>"), "text/html", "empty"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(body: bytes, kind: str, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        extract(body, url="http://x.cn/a.html", content_type=kind)
    assert refusal.value.reason == reason


def test_deleted_posts_and_quoted_blocks_in_a_thread() -> None:
    blocks = (
        "<div class='p' data-id='1'><p class='m'>楼主的话</p></div><div class='p' data-id='2'><p class='m'></p></div>"
        "<div class='p' data-id='3'><p class='m'>三楼</p><em>官方回复</em></div>"
    )
    selectors = Selectors(
        post=".p", body=".m", post_id="::attr(data-id)", post_kind="em", next_page="a.n"
    )
    found = extract(
        f"<html><title>标题</title><h1>路灯坏了没人修</h1>{blocks}<a class='n' href='?page=2'>下页</a></html>".encode(),
        url="http://x.cn/t?id=7",
        selectors=selectors,
    )
    assert [(p.post_id, p.text, p.official) for p in found.posts] == [
        ("1", "楼主的话", False),
        ("3", "三楼", True),
    ]
    assert found.posts[0].title == "路灯坏了没人修"
    assert found.next_url == "http://x.cn/t?page=2"


RSS = """<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>某县</title>
<item><title>停水通知喆</title><link>/a/1.html</link><guid isPermaLink="false">g-1</guid>
<pubDate>Sat, 01 Aug 2026 08:16:00 +0800</pubDate></item><item><title>无链接</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>停水</title><link href="http://x.cn/a/1.html"/><id>g-1</id>
<updated>2026-08-01T00:16:00Z</updated><author><name>张三</name></author></entry></feed>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://x.cn/a/1.html</loc><n:news><n:publication_date>2026-08-01T08:16:00+08:00</n:publication_date><n:title>停水</n:title></n:news></url>
<url><loc>http://x.cn/b</loc><lastmod>2026-08-02</lastmod></url></urlset>"""
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>'


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (feed_page, RSS.encode("gb18030")),
        (feed_page, ATOM.encode()),
        (sitemap_page, SITEMAP.encode()),
    ],
)
def test_feeds_and_sitemaps_lead_to_dated_pages(read: Any, body: bytes) -> None:
    found = read(body, "application/xml", "http://x.cn/list")
    link = found.links[0]
    assert link.url == "http://x.cn/a/1.html"
    assert link.hint.title.startswith("停水")
    assert link.hint.published_at == datetime.fromisoformat("2026-08-01T08:16:00+08:00")


def test_an_index_leads_to_sitemaps_and_a_page_that_is_neither_is_refused() -> None:
    found = sitemap_page(INDEX.encode(), "", "http://x.cn/sitemap.xml")
    assert [link.url for link in found.lists] == ["http://x.cn/s1.xml"]
    for read, reason in ((feed_page, "not_feed"), (sitemap_page, "not_sitemap")):
        with pytest.raises(Rejected, match=reason):
            read(page(), "text/html", "http://x.cn/")


def test_lists_give_each_link_once_with_the_day_beside_it() -> None:
    body = (
        "<ul><li><a href='/art/101.html'>今日东部三镇积水情况</a><span>2026-08-01</span></li><li><a href='/art/101.html#c'>今日东部三镇积水情况</a></li>"
        "<li><a href='javascript:;'>无用的一个链接文字</a></li><li><a href='http://other.cn/art/102.html'>别的网站的一篇文章</a></li></ul>"
        "<a href='/list-2.html'>下一页</a>"
    ).encode()
    guessed = list_page(body, "text/html; charset=utf-8", "http://x.cn/list-1.html", Selectors())
    assert [link.url for link in guessed.links] == ["http://x.cn/art/101.html"]
    assert guessed.links[0].hint.published_at == datetime.fromisoformat("2026-08-01T00:00:00+08:00")
    assert guessed.next_url == "http://x.cn/list-2.html"
    chosen = list_page(
        body,
        "text/html; charset=utf-8",
        "http://x.cn/list-1.html",
        Selectors(item="li", next_page="a.none"),
    )
    assert [link.url for link in chosen.links] == [
        "http://x.cn/art/101.html",
        "http://other.cn/art/102.html",
    ]
    assert chosen.next_url is None
