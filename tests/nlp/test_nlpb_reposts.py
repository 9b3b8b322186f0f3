"""Reposts on a real database: found once, by the earliest, and only among articles that can repeat each other."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection, select

from minyin.clock import SHANGHAI
from minyin.database import open_database, save, tables
from minyin.model import ArticleKind, Channel, Document
from nlp.repost.fingerprint import PERMUTATIONS, essence, signature_of
from nlp.repost.reposts import RepostBook, forget, same_text
from nlp.repost.window import WINDOW, Mark, Window
from nlp.training.events import document

AT = datetime(2026, 10, 14, 9, 0, tzinfo=SHANGHAI)
STORY = (
    "10月14日6时05分，东湖街道沂武路供水主管道爆裂，沿线三个小区停水。供水公司表示抢修人员已到现场，预计当日18时恢复供水。"
    "居民李女士说，早上起来做饭才发现没水，家里还有两个孩子要上学。社区干部挨家送去了矿泉水，并为行动不便的老人提水上楼。"
    "截至发稿时，抢修仍在进行。供水公司提醒居民提前储水，恢复供水初期水质可能发黄，请放水几分钟后再使用。"
)


@pytest.fixture
def connection(tmp_path: object) -> Iterator[Connection]:
    engine = open_database(f"sqlite:///{tmp_path}/minyin.db")
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def article(name: str, text: str = STORY, *, hours: float = 0, **fields: object) -> Document:
    plain: dict[str, object] = {"channel": Channel.NEWS, "kind": ArticleKind.ARTICLE, "polarity": "neutral", "appeal": False}  # fmt: skip
    at = AT + timedelta(hours=hours)
    return document(id=name, text=text, published_at=at, **{**plain, **fields})


def store(connection: Connection, *documents: Document) -> list[str | None]:
    """As ingest does it: find, save, remember."""
    book = RepostBook(connection)
    found = []
    for one in documents:
        signature = signature_of(one.text)
        original = book.find(one, signature)
        save(connection, tables.articles, [one.but(repost_of=original)], indexed=False)
        book.add(one, signature)
        found.append(original)
    book.keep()
    return found


def test_an_edited_and_a_cut_repost_lead_to_the_first(connection: Connection) -> None:
    credited = f"【本文转自邳州融媒，版权归原作者所有】\n{STORY}\n责任编辑：小王"
    cut = STORY[: int(len(STORY) * 0.6)]
    found = store(
        connection,
        article("a"),
        article("b", credited, hours=2),
        article("c", cut, hours=30),
        article("d", "关于举办邳州市第九届银杏节的公告：活动时间为11月1日至15日，地点在铁富镇姚庄村银杏时光隧道，欢迎参加。", hours=31),
    )  # fmt: skip
    assert found == [None, "a", "a", None]


def test_what_cannot_be_a_repost(connection: Connection) -> None:
    """The hotline's repeated call, a reply, an article of long ago."""
    found = store(
        connection,
        article("old", hours=-24 * 40),
        article("a"),
        article("call", hours=1, channel=Channel.HOTLINE, kind=ArticleKind.ROW),
        article("again", hours=2, channel=Channel.HOTLINE, kind=ArticleKind.ROW),
        article("reply", hours=3, channel=Channel.FORUM, kind=ArticleKind.REPLY, parent_id="a"),
    )
    assert found == [None] * 5


def test_twice_changes_nothing(connection: Connection) -> None:
    both = (article("a"), article("b", hours=1))
    assert store(connection, *both) == [None, "a"]
    rows = connection.execute(select(tables.signatures)).all()
    assert store(connection, *both) == [None, "a"]
    assert connection.execute(select(tables.signatures)).all() == rows


def test_an_earlier_article_that_comes_late_is_no_repost(connection: Connection) -> None:
    assert store(connection, article("b", hours=5), article("a")) == [None, None]


def test_short_texts_must_be_equal() -> None:
    assert same_text("今天停水吗？", "今天 停水吗")
    assert not same_text("今天停水吗？", "今天停电吗？")
    assert not same_text("！！！", "。。。")


def test_signature_is_stable_and_deaf_to_punctuation() -> None:
    assert signature_of(STORY) == signature_of(STORY.replace("，", " ， ").replace("。", "\n"))
    assert len(signature_of(STORY)) == 4 * (60 + 6)  # 60 values, 6 clauses that are long enough
    assert signature_of("停水了")[:3] == signature_of("停水了!")[:3]
    assert signature_of("！？") == b""
    assert essence("来源：邳州融媒\n水来了") == "水来了"


def test_a_window_read_back_answers_as_the_one_that_was_filled(connection: Connection) -> None:
    """After a restart; and beside another process, whose articles are noticed by their number."""
    texts = [
        f"{STORY}第{n}天：{'停水' * n}，居民去邻居家打水的第{n}天，供水公司没有新的答复。"
        for n in range(3)
    ]
    mine = Window(PERMUTATIONS)
    book = RepostBook(connection, mine)
    for n, words in enumerate(("甲", "乙", "丙")):
        one = article(words, texts[n] + words * 40, hours=n)
        save(connection, tables.articles, [one], indexed=False)
        book.add(one, signature_of(one.text))
    book.keep()
    asked = article("z", texts[1] + "丁" * 40, hours=9)
    found = book.find(asked, signature_of(asked.text))
    assert found is not None
    assert RepostBook(connection).find(asked, signature_of(asked.text)) == found
    late = article(
        "late",
        "滨河路桥头红绿灯坏了三天，早晚高峰堵成一团，交警到场疏导，市民盼望尽快修好恢复通行。",
        hours=4,
    )
    save(connection, tables.articles, [late], indexed=False)
    other = RepostBook(connection)  # another process, its own window
    other.add(late, signature_of(late.text))
    other.keep()
    again = late.but(id="again", published_at=AT + timedelta(hours=10))
    assert RepostBook(connection, mine).find(again, signature_of(again.text)) == "late"


def test_what_no_article_to_come_can_repeat_is_forgotten(connection: Connection) -> None:
    """The window is not read anew for that, but for what another process stored it is."""
    store(
        connection, article("old", hours=-24 * 45), article("older", hours=-24 * 35), article("new")
    )
    window = Window(PERMUTATIONS)
    asked = article("asked", hours=2)
    assert RepostBook(connection, window).find(asked, signature_of(STORY)) == "new"
    held = window.numbers
    assert forget(connection, AT) == 1
    assert forget(connection, AT + timedelta(days=6)) == 1
    assert connection.execute(select(tables.signatures.c.article_id)).scalars().all() == ["new"]
    RepostBook(connection, window)
    assert window.numbers is held
    store(connection, article("other", "".join(reversed(STORY)), hours=1))
    RepostBook(connection, window)
    assert window.numbers == {}


def test_the_window_is_bounded_and_finds_what_a_plain_scan_finds() -> None:
    """Two hundred days of articles, some of them alike: what is held is what 30 to 40 days bring."""
    dice = np.random.default_rng(5)
    window, plain = Window(60), []
    for n in range(6_000):
        keys = dice.integers(0, 2**32, 30, dtype=np.uint32).tolist()
        low = dice.integers(0, 256, 60, dtype=np.uint8)
        at = AT + timedelta(minutes=48 * n)
        if n % 7 == 6:
            keys[:9] = plain[-3][1].keys[:9]  # three of its keys and more of a late article
        mark = Mark(keys, 20, low)
        if n % 250 == 0:
            alike = [
                (name, len(np.intersect1d(keys, old.keys)), since)
                for name, old, since in plain[-1500:]
            ]
            wanted = {name for name, shared, since in alike if shared > 1 and since >= at - WINDOW}
            assert wanted <= set(window.candidates(mark, at))
        if n % 7 == 6:
            assert f"a{n - 3}" in window.candidates(mark, at)
        window.add(f"a{n}", at, mark)
        plain.append((f"a{n}", mark, at))
    assert len(window) < 40 * 30 * 2  # 30 a day
    assert window.bytes < 8_000_000
    assert window.candidates(plain[10][1], AT + timedelta(minutes=48 * 6_000)) == []


def test_a_key_of_very_many_articles_is_dropped_not_followed() -> None:
    window = Window(60)
    mark = Mark([77] * 30, 20, np.zeros(60, np.uint8))
    for n in range(500):
        window.add(f"a{n}", AT + timedelta(minutes=n), mark)
    assert len(window.candidates(mark, AT + timedelta(days=1))) <= 40
