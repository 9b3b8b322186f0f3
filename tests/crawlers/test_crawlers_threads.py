"""Threads over several pages, their replies, and what a second crawl asks for and stores."""

from datetime import datetime

from crawlers.archive.evidence import EvidenceStore
from minyin.county import Selectors
from minyin.identity import article_id
from minyin.model import ArticleKind

BOARD = Selectors(
    item="a.item",
    next_page="a.nxt",
    post=".post",
    post_id="::attr(data-id)",
    post_kind="::attr(data-kind)",
    author=".who",
    published_at=".when",
    body=".said",
    title="h1",
    views=".read",
)


def test_posts_of_a_thread_and_what_comes_later(site, settings, run, collected) -> None:
    source = site.source("/t/list.html", kind="thread_listing", channel="board", selectors=BOARD)
    report = run(source)

    assert report.outcomes == {"listed": 1, "stored": 2}
    posts = {article.external_id: article for article in collected()}
    assert [posts[p].kind for p in ("p1", "p2", "p3", "p4", "p5")] == [
        ArticleKind.QUESTION,
        ArticleKind.REPLY,
        ArticleKind.OFFICIAL_REPLY,
        ArticleKind.REPLY,
        ArticleKind.REPLY,
    ]
    question = posts["p1"]
    assert question.title == "路灯坏了"
    assert question.interactions.views > 0
    assert {posts[p].parent_id for p in ("p2", "p3", "p4", "p5")} == {question.id}
    assert posts["p5"].url == f"{site.url}/t/1-2.html#post_p5"
    # the id hangs on the thread's first page, so a post that moves to another page stays itself
    assert posts["p5"].id == article_id(f"{site.url}/t/1-1.html", part="p5")
    assert (
        EvidenceStore(settings.evidence).read(posts["p5"].evidence).url == f"{site.url}/t/1-2.html"
    )

    before = len(site.log())
    unchanged = run(source)
    assert unchanged.outcomes == {"listed": 1, "unchanged": 2}
    assert len(collected()) == 5
    last = [entry for entry in site.log()[before:] if entry["path"] == "/t/1-2.html"]
    assert last[0]["if_none_match"]

    site.get("/_set?extra=1")
    changed = run(source)
    assert changed.outcomes == {"listed": 1, "unchanged": 1, "updated": 1}
    assert {article.external_id for article in collected()} == {"p1", "p2", "p3", "p4", "p5", "p6"}


def test_a_second_crawl_stores_nothing_and_a_new_page_is_found(site, run, collected) -> None:
    source = site.source("/many/list-1.html")
    first = run(source)
    assert first.outcomes == {"listed": 6, "stored": 60}
    second = run(source)
    # the first list page holds nothing new and the site was read to its end before: paging stops
    assert second.outcomes == {"listed": 1, "skipped": 10}
    assert len(collected()) == 60
    assert second.id != first.id
    assert datetime.fromisoformat("2026-11-01T09:30:00+08:00") == second.started_at
