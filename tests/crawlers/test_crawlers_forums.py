"""Unknown forums and question boards without a selector: every post an article, answers linked to what they answer."""

import pytest
from parsel import Selector

from crawlers.listing.links import list_fragment
from crawlers.page.extract import Expected, Extraction, extract
from minyin.clock import local
from minyin.model import ArticleKind
from minyin.source import Selectors, Source
from support.hostile import ASSESSED
from support.pages_of_forums import (
    ANSWERED,
    ASKED,
    LAYOUTS,
    LETTERS,
    POSTS,
    QUESTION,
    TITLE,
    letter_lines,
    opener_and_replies,
    page,
    rows,
)
from support.pages_of_remarks import LAYOUTS as REMARKED
from support.pages_of_remarks import SAID, written_above
from support.serving import serving

URL = "http://bbs.pz.cn/thread-77-1-1.html"


def read(markup: str, expected: Expected = Expected.THREAD) -> Extraction:
    return extract(markup.encode(), url=URL, expected=expected)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_posts_of_every_layout_are_told_apart(name: str) -> None:
    found = read(LAYOUTS[name](POSTS))
    assert found.posts[0].title == TITLE
    assert [post.author for post in found.posts] == [post.author for post in POSTS]
    assert [post.text for post in found.posts] == [post.text for post in POSTS]
    assert [post.official for post in found.posts] == [post.official for post in POSTS]
    times = [f"{local(p.published_at):%Y-%-m-%-d %H:%M}" for p in found.posts if p.published_at]
    assert times == [post.at for post in POSTS]


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_thread_that_nobody_answered_is_one_post(name: str) -> None:
    (post,) = read(LAYOUTS[name](POSTS[:1])).posts
    assert (post.author, post.text) == (POSTS[0].author, POSTS[0].text)


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("name", LETTERS)
def test_a_question_and_the_office_that_answers_it(name: str, answered: bool) -> None:
    question, *answers = read(LETTERS[name](answered)).posts
    assert (question.title, question.text, question.author) == (QUESTION, ASKED, "张**")
    assert question.published_at is not None
    assert f"{local(question.published_at):%m-%d %H:%M}" == "08-01 08:16"
    assert [(a.text, a.author, a.official) for a in answers] == (
        [(ANSWERED, "某县水务局", True)] if answered else []
    )


def test_an_article_is_no_thread() -> None:
    article = page(
        "<h1>东湖路路灯改造完工</h1><p class='info'>2026-08-01 08:16 来源：某县融媒 作者：张三</p>"
        + "<p>东湖路路灯改造工程昨日完工，沿线居民反映的照明不足问题得到解决，夜间出行更加安全。</p>"
        * 4,
        "东湖路路灯改造完工",
    )
    assert not read(article, Expected.ARTICLE).thread
    (only,) = read(article).posts
    assert only.text.startswith("东湖路路灯改造工程")


LIST = page(
    "<table>"
    + "".join(
        f"<tr><td><a href='/forum-2-1.html'>民生</a></td><td><a href='/thread-{n}-1-1.html'>{title}</a></td><td><a href='/space-uid-{n}9.html'>从不路过的路人甲</a></td>"
        f"<td>2026-8-{n % 9 + 1}</td><td><a href='/forum.php?mod=redirect&tid={n}&goto=lastpost'>2026-8-{n % 9 + 1} 08:16</a></td></tr>"
        for n, title in ((101, "路灯坏了"), (102, "求助"), (103, "小区停水两天了没人管"))
    )
    + "</table>"
)


def test_a_boards_list_leads_to_its_threads_and_to_nothing_else() -> None:
    found = list_fragment(
        Selector(text=LIST), "http://bbs.pz.cn/forum-2-1.html", Selectors(), threads=True
    )
    wanted = [f"http://bbs.pz.cn/thread-{n}-1-1.html" for n in (101, 102, 103)]
    # the list of the newest threads beside it is of the same form
    assert [link.url for link in found.links][:3] == wanted
    assert all("/thread-" in link.url for link in found.links)


PAGES = {
    "/robots.txt": "",
    "/forum-2-1.html": "<html><body>"
    + "".join(
        f"<li><a href='/thread-{n}-1-1.html'>帖子{n}</a></li><li><a href='/space-uid-{n}.html'>从不路过的路人甲</a></li>"
        for n in (77, 78, 79)
    ),
    "/thread-77-1-1.html": rows(POSTS[:3]).replace(
        "</table>", "</table><a href='thread-77-2-1.html'>下一页</a>", 1
    ),
    "/thread-77-2-1.html": rows(POSTS[3:]),
    "/thread-78-1-1.html": opener_and_replies(POSTS),
    "/thread-79-1-1.html": letter_lines(answered=True),
}


def test_a_forum_is_crawled_without_a_selector_and_again(run, collected) -> None:
    with serving(dict(PAGES)) as base:
        source = Source(
            id="bbs", name="某县论坛", kind="thread_listing", channel="forum", tier=5, per_second=200,
            start_urls=(f"{base}/forum-2-1.html",), assessment=ASSESSED,
        )  # fmt: skip
        assert run(source).outcomes == {"listed": 1, "stored": 4}
        found = collected()
        thread = [a for a in found if "-77-" in a.url]
        opening = next(a for a in thread if a.kind is ArticleKind.THREAD)
        assert opening.title == TITLE
        assert {a.parent_id for a in thread} == {None, opening.id}
        kinds = [
            ArticleKind.THREAD,
            ArticleKind.REPLY,
            ArticleKind.REPLY,
            ArticleKind.OFFICIAL_REPLY,
        ]
        assert sorted(a.kind for a in thread) == sorted(kinds)
        answer = next(a for a in found if a.text == ANSWERED)
        asked = next(a for a in found if a.text == ASKED)
        assert (answer.kind, answer.parent_id) == (ArticleKind.OFFICIAL_REPLY, asked.id)
        assert len({a.id for a in found}) == len(found) == 10
        assert run(source).outcomes == {"listed": 1, "unchanged": 4}
    assert len(collected()) == 10


@pytest.mark.parametrize("name", REMARKED)
def test_remarks_on_a_post_are_posts_of_their_own(name: str) -> None:
    found = read(REMARKED[name]()).posts
    assert [(p.author, p.text) for p in found] == [(who, words) for who, _, words, _ in SAID]
    times = [f"{local(p.published_at):%Y-%m-%d %H:%M}" for p in found if p.published_at]
    assert times == [at for _, at, _, _ in SAID]
    # what an office remarks makes the post above it no office's
    assert [p.official for p in found] == [False, False, True, False, False]
    ids = [p.post_id for p in found if p.post_id]
    assert len(ids) == len(set(ids))


def test_words_loose_above_the_writers_name_are_his() -> None:
    found = read(written_above()).posts
    assert [(p.author, p.text) for p in found] == [(who, words) for who, _, words, _ in SAID]


def test_days_in_a_headline_and_below_a_letter_are_no_times_of_posts() -> None:
    asked, answered = (
        "城管局上次答复说已经修好，可是昨天晚上路灯还是不亮。",
        "经核实，线路老化，已于昨日更换。",
    )
    markup = page(
        "<div class='box'><div class='block ask'><h1>城管局8月24日的答复属实吗</h1><p class='info'><span>编号：WZ2026</span><span>网友：<i class='who'>柳絮</i></span>"
        f"<span>提问时间：<i class='when'>2026-09-08 10:47</i></span><span>支持 76</span><span>状态：已答复</span></p><div class='text'><p>{asked}</p></div></div>"
        "<div class='block reply'><p class='info'><span>回复单位：<i class='who'>某县城市管理局</i></span><span>回复时间：<i class='when'>2026-09-30 15:46</i></span></p>"
        f"<div class='text'><p>{answered}</p><p>某县城市管理局 2026年9月30日</p></div></div></div>"
    )
    question, answer = read(markup).posts
    assert (question.author, question.text, question.official) == ("柳絮", asked, False)
    assert answer.author == "某县城市管理局"
    assert answer.text.split("\n")[0] == answered
    times = [f"{local(p.published_at):%m-%d %H:%M}" for p in (question, answer) if p.published_at]
    assert times == ["09-08 10:47", "09-30 15:46"]


def test_a_long_page_of_posts_and_remarks_is_read_to_its_end() -> None:
    remarks = "".join(
        f"<li class='c'><a class='user' href='/u/r{k}'>街坊{k}</a><b class='x'>说得对{k}</b><i>2026-8-2 09:{k:02d}</i></li>"
        for k in range(5)
    )
    posts = "".join(
        f"<div class='p' id='post_{n}'><a class='author' href='/u/{n}'>用户{n}</a> <em>发表于 2026-8-1 08:{n % 60:02d}</em><div class='t'>这是第{n}楼说的话。</div><ul>{remarks}</ul></div>"
        for n in range(150)
    )
    assert len(read(page(f"<div>{posts}</div>")).posts) == 150 * 6
