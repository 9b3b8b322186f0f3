"""Reposts on a real database: found once, by the earliest, and only among articles that can repeat each other."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from minyin.clock import SHANGHAI
from minyin.database import open_database, save, tables
from minyin.model import ArticleKind, Channel, Document
from nlp.reposts import RepostBook, essence, same_text, signature_of
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
    rows = connection.execute(select(tables.bands)).all()
    assert store(connection, *both) == [None, "a"]
    assert connection.execute(select(tables.bands)).all() == rows


def test_an_earlier_article_that_comes_late_is_no_repost(connection: Connection) -> None:
    assert store(connection, article("b", hours=5), article("a")) == [None, None]


def test_short_texts_must_be_equal() -> None:
    assert same_text("今天停水吗？", "今天 停水吗")
    assert not same_text("今天停水吗？", "今天停电吗？")
    assert not same_text("！！！", "。。。")


def test_signature_is_stable_and_deaf_to_punctuation() -> None:
    assert signature_of(STORY) == signature_of(STORY.replace("，", " ， ").replace("。", "\n"))
    assert len(signature_of(STORY)) == 60
    assert signature_of("停水了")[:3] == signature_of("停水了!")[:3]
    assert signature_of("！？") == ()
    assert essence("来源：邳州融媒\n水来了") == "水来了"
