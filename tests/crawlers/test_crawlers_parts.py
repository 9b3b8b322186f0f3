"""Articles cut into pages: joined into one, bounded, every page counted; cut short, they are completed at the next crawl."""

import pytest

from crawlers.archive.evidence import EvidenceStore
from crawlers.engine.joining import MOST_PARTS
from crawlers.listing.paging import is_next_part, onward
from crawlers.table.local import read_warc
from minyin.identity import article_id
from support.serving import serving

WORDS = "因管网抢修，滨湖小区今日停水八小时，请居民提前储水，恢复时间另行通知，第{}页。"


@pytest.mark.parametrize(
    ("url", "address", "number", "part"),
    [
        ("http://x.cn/a/5.html", "http://x.cn/a/5_2.html", 1, True),
        ("http://x.cn/a/5_2.html", "http://x.cn/a/5_3.html", 2, True),
        ("http://x.cn/a/5.html", "http://x.cn/a/5_1.html", 1, True),  # counted from zero
        ("http://x.cn/a/5_1.html", "http://x.cn/a/5_2.html", 2, True),
        ("http://x.cn/a?id=5", "http://x.cn/a?id=5&page=2", 1, True),
        ("http://x.cn/a?page=2&id=5", "http://x.cn/a?id=5&page=3", 2, True),
        ("http://x.cn/a/5/", "http://x.cn/a/5/2", 1, True),
        ("http://x.cn/a/5", "http://x.cn/a/5/2.html", 1, True),
        ("http://x.cn/a-1.html", "http://x.cn/a-2.html", 1, True),
        ("http://x.cn/c_1123.htm", "http://x.cn/c_1123_2.htm", 1, True),
        ("http://x.cn/8/t20260801_17.html", "http://x.cn/8/t20260801_17_1.html", 1, True),
        ("http://x.cn/a/5.html", "http://x.cn/a/6.html", 1, False),  # the next article
        ("http://x.cn/8/t20260801_17.html", "http://x.cn/8/t20260801_18.html", 1, False),
        ("http://x.cn/a?id=5", "http://x.cn/a?id=6", 1, False),
        ("http://x.cn/a/5_3.html", "http://x.cn/a/5_2.html", 3, False),  # backwards
        ("http://x.cn/a/5_2.html", "http://x.cn/a/5_9.html", 2, False),  # the last page
        ("http://x.cn/a/5.html", "http://y.cn/a/5_2.html", 1, False),
    ],
)
def test_which_address_is_the_next_page_of_the_same_article(
    url: str, address: str, number: int, part: bool
) -> None:
    assert is_next_part(url, address, number) is part


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<a href='5_2.html'>下一页</a>", "http://x.cn/a/5_2.html"),
        (
            '<a class="x" HREF="5_2.html"><span> 下一页 &gt;&gt;</span></a>',
            "http://x.cn/a/5_2.html",
        ),
        ("<a href=5_2.html>[下一页]</a>", "http://x.cn/a/5_2.html"),
        ('<link rel="next" href="/a/5_2.html">', "http://x.cn/a/5_2.html"),
        ("<a href='6.html'>下一篇：停水通知</a>", None),
        ("<a href='javascript:next()'>下一页</a>", None),
        ("<a href='http://y.cn/5_2.html'>下一页</a>", None),
        ("<p>翻到下一页再看</p><a href='/x'>首页</a>", None),
    ],
)
def test_the_link_to_the_next_page(markup: str, found: str | None) -> None:
    assert onward(markup, "http://x.cn/a/5.html") == found


def part(number: int, last: int, stem: str = "101") -> str:
    onward = (
        f'<a href="{stem}_{number + 1}.html">下一页</a>'
        if number < last
        else '<a href="#">下一页</a>'
    )
    return (
        "<html><head><meta charset='utf-8'><title>滨湖小区停水通知_某县网</title></head><body><h1>滨湖小区停水通知</h1>"
        f"<div class='info'>2026年8月1日 8:16 来源：某县融媒</div><div class='text'><p>{WORDS.format(number)}</p><p>请各位居民相互转告。</p></div>{onward}</body></html>"
    )


def pages(last: int) -> dict[str, str]:
    found = {f"/a/101{f'_{n}' if n > 1 else ''}.html": part(n, last) for n in range(1, last + 1)}
    listed = "".join(
        f"<li><a class='item' href='/a/{n}.html'>一条标题很长的新闻 {n}</a></li>"
        for n in (101, 102)
    )
    return found | {
        "/robots.txt": "",
        "/list.html": f"<html><body><ul>{listed}</ul></body></html>",
        "/a/102.html": part(1, 1).replace("<a href=\"#\">下一页</a>", '<a href="/a/103.html">下一篇</a>'),
    }  # fmt: skip


def test_the_pages_of_an_article_are_one_article(site, settings, run, collected) -> None:
    with serving(pages(4)) as base:
        source = site.source("/list.html", start_urls=(f"{base}/list.html",))
        assert run(source).outcomes == {"joined": 3, "listed": 1, "stored": 2}
        whole = next(a for a in collected() if a.id == article_id(f"{base}/a/101.html"))
        expected = [WORDS.format(1), "请各位居民相互转告。", *(WORDS.format(n) for n in (2, 3, 4))]
        assert whole.text.split("\n") == expected
        # every page is in the archive, the first of them where the article points
        store = EvidenceStore(settings.evidence)
        assert store.read(whole.evidence).url == f"{base}/a/101.html"
        cut = [f"{base}/a/101{n}.html" for n in ("", "_2", "_3", "_4")]
        assert [page.url for page in store.read_all(whole.evidence)] == cut
        kept = [one.url for one in read_warc(settings.evidence / whole.evidence.file)]
        assert set(cut) <= set(kept)
        assert run(source).outcomes == {"listed": 1, "skipped": 2}
    assert len(collected()) == 2


def test_an_article_cut_short_is_completed_at_the_next_crawl(site, run, collected) -> None:
    content = pages(3)
    third = content.pop("/a/101_3.html")
    with serving(content) as base:
        source = site.source("/list.html", start_urls=(f"{base}/list.html",))
        first = run(source)
        assert first.outcomes == {"failed/404": 1, "joined": 1, "listed": 1, "stored": 2}
        assert WORDS.format(2) in next(a.text for a in collected() if "101" in a.url)
        content["/a/101_3.html"] = third
        assert run(source).outcomes == {"joined": 2, "listed": 1, "skipped": 1, "updated": 1}
    assert WORDS.format(3) in [a.text for a in collected() if "101" in a.url][-1]


def test_an_endless_article_ends(site, run, collected) -> None:
    content = pages(MOST_PARTS + 9)
    with serving(content) as base:
        source = site.source("/list.html", start_urls=(f"{base}/list.html",))
        outcomes = run(source).outcomes
    joined = MOST_PARTS - 1
    assert outcomes == {"joined": joined, "listed": 1, "skipped/over_limit": 1, "stored": 2}
    assert WORDS.format(MOST_PARTS) in next(a.text for a in collected() if "101" in a.url)
