"""Events on a real database: joining, opening, waiting, replies, places, replays."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import rjieba
from sqlalchemy import Connection, select

from minyin.clock import SHANGHAI
from minyin.county import load_county
from minyin.database import load, load_one, open_database, save, tables
from minyin.errors import InputError
from minyin.model import ArticleKind, Channel, Context, Document, Event, EventState, Polarity
from nlp.event.book import Assignment, EventBook, opens
from nlp.event.edit import merge, split
from nlp.event.judge import judge_of
from nlp.event.store import EventStore
from nlp.event.title import title_of, title_rank
from nlp.training.events import document

AT = datetime(2026, 10, 14, 9, 0, tzinfo=SHANGHAI)
COUNTY = load_county("pizhou")
JUDGE = judge_of(COUNTY, rjieba.cut)
EAST, GUANHU = "320382001", "320382103"


@pytest.fixture
def connection(tmp_path: object) -> Iterator[Connection]:
    engine = open_database(f"sqlite:///{tmp_path}/minyin.db")
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def post(name: str, text: str, *, hours: float = 0, **fields: object) -> Document:
    plain: dict[str, object] = {
        "channel": Channel.FORUM, "kind": ArticleKind.THREAD, "polarity": Polarity.NEGATIVE,
        "appeal": False, "street": EAST, "topic": "T04", "severity": 2,
    }  # fmt: skip
    at = AT + timedelta(hours=hours)
    return document(id=name, text=text, published_at=at, **{**plain, **fields})


def feed(connection: Connection, *documents: Document) -> list[Assignment]:
    book = EventBook(EventStore(connection, COUNTY), JUDGE)
    found = []
    for one in documents:
        save(connection, tables.articles, [one], indexed=False)
        found.append(book.assign(one))
    return found


def event_ids(connection: Connection) -> dict[str, str | None]:
    rows = connection.execute(select(tables.articles.c.id, tables.articles.c.event_id))
    return {row.id: row.event_id for row in rows}


BURST = post("burst", "沂武路主管道爆了，祥润家园三天没水，供水公司一直改口，到底什么时候来水")
CALL = post("call", "来电人反映：东湖街道祥润家园小区停水已两天，沂武路管道爆裂后供水公司多次推迟来水时间，诉求：尽快恢复供水。",
            hours=5, channel=Channel.HOTLINE, kind=ArticleKind.ROW, appeal=True)  # fmt: skip
SMELL = post(
    "smell", "官湖下沟村板厂夜里胶水味呛人，孩子咳了十来天", hours=6, street=GUANHU, topic="T03"
)


def test_one_matter_joins_another_opens(connection: Connection) -> None:
    burst, call, smell = feed(connection, BURST, CALL, SMELL)
    assert burst.event_id == call.event_id == "PZ-E-20261014-001"
    assert smell.event_id == "PZ-E-20261014-002"
    event = load_one(connection, Event, tables.events, "PZ-E-20261014-001")
    assert (event.first_at, event.last_at) == (BURST.published_at, CALL.published_at)
    assert (event.street, event.topic, event.first_article) == (EAST, "T04", "burst")
    assert event.state is EventState.NEW
    assert "祥润家园" in event.title
    assert len(event.title) <= 30


def test_the_same_words_in_another_street_are_another_event(connection: Connection) -> None:
    elsewhere = post("other", BURST.text, hours=2, street=GUANHU)
    burst, other = feed(connection, BURST, elsewhere)
    assert burst.event_id != other.event_id


def test_replies_follow_unless_advert(connection: Connection) -> None:
    thread = {"kind": ArticleKind.REPLY, "parent_id": "burst", "street": None}
    burst, same, advert = feed(
        connection,
        BURST,
        post("same", "俺家也是", hours=1, polarity=Polarity.NEUTRAL, topic=None, **thread),
        post("ad", "出租挖机，价格好说，微信同号", hours=2, contexts=(Context.ADVERT,), **thread),
    )
    assert same.event_id == burst.event_id
    assert advert.event_id is None


def test_chat_waits_and_joins_when_an_event_opens(connection: Connection) -> None:
    asked = post(
        "asked", "祥润家园沂武路这边今天是不是停水了，有人知道吗", polarity=Polarity.NEUTRAL
    )
    fishing = post(
        "fishing", "求个钓点，哪位大哥指个稳水窝子", polarity=Polarity.NEUTRAL, topic="T00"
    )
    first, second, opened = feed(
        connection, asked, fishing, BURST.but(id="late", published_at=AT + timedelta(hours=3))
    )
    assert first == second == Assignment(None)
    assert opened.also == ("asked",)
    assert event_ids(connection) == {
        "asked": opened.event_id,
        "late": opened.event_id,
        "fishing": None,
    }
    event = load_one(connection, Event, tables.events, opened.event_id or "")
    assert (event.first_at, event.first_article) == (AT, "asked")


def test_waiting_survives_a_restart(connection: Connection) -> None:
    asked = post(
        "asked", "祥润家园沂武路这边今天是不是停水了，有人知道吗", polarity=Polarity.NEUTRAL
    )
    feed(connection, asked)
    (opened,) = feed(connection, BURST.but(published_at=AT + timedelta(hours=3)))
    assert opened.also == ("asked",)


def test_replay_changes_nothing(connection: Connection) -> None:
    first = feed(connection, BURST, CALL, SMELL)
    events = load(connection, Event, select(tables.events).order_by(tables.events.c.id))
    book = EventBook(EventStore(connection, COUNTY), JUDGE)
    again = [book.assign(one).event_id for one in (BURST, CALL, SMELL)]
    assert again == [one.event_id for one in first]
    assert load(connection, Event, select(tables.events).order_by(tables.events.c.id)) == events


def test_batches_are_as_one(tmp_path: object) -> None:
    """A book per article gives the events that one book gives."""
    results = []
    for size in (1, 3):
        engine = open_database(f"sqlite:///{tmp_path}/{size}.db")
        with engine.begin() as opened:
            for start in range(0, 3, size):
                feed(opened, *(BURST, CALL, SMELL)[start : start + size])
            results.append(event_ids(opened))
        engine.dispose()
    assert results[0] == results[1]


def test_what_opens_an_event() -> None:
    assert opens(BURST)
    assert opens(CALL)
    assert not opens(BURST.but(polarity=Polarity.NEUTRAL))
    assert not opens(BURST.but(polarity=Polarity.POSITIVE))
    assert not opens(BURST.but(relevant=False))
    assert opens(BURST.but(polarity=Polarity.NEUTRAL, contexts=(Context.DRILL,)))
    assert not opens(CALL.but(kind=ArticleKind.OFFICIAL_REPLY))
    assert not opens(BURST.but(kind=ArticleKind.REPLY, text="真差劲"))


def test_another_countys_homonym_gets_no_event(connection: Connection) -> None:
    (found,) = feed(connection, BURST.but(relevant=False, contexts=(Context.ELSEWHERE,)))
    assert found == Assignment(None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (CALL.text, "东湖街道祥润家园小区停水已两天"),
        ("来电人褚先生（138****2716）反映：槐香里小区4号楼污水倒灌。要求处理。", "槐香里小区4号楼污水倒灌"),
        ("尊敬的领导您好：下沟村夜里有胶水味，请查一查", "下沟村夜里有胶水味，请查一查"),
    ],
)  # fmt: skip
def test_titles_are_sentences(text: str, title: str) -> None:
    assert title_of(CALL.but(text=text)) == title


def test_what_is_said_when_it_is_mended_does_not_name_the_matter() -> None:
    report = BURST.but(
        kind=ArticleKind.ARTICLE, channel=Channel.NEWS, title="姚宋路坑槽成片，谁来管"
    )
    visit = report.but(title="回访姚宋路：坑补了，心顺了")
    assert title_rank(report, 0.5, first=False) > title_rank(visit, 0.6, first=False)


def test_a_row_title_that_only_begins_its_text_is_none() -> None:
    row = CALL.but(kind=ArticleKind.ROW, text="来电人求助：其父王某，83岁，至今未归。请协助。")
    assert title_of(row.but(title="来电人求助")) == "其父王某，83岁，至今未归"
    assert title_of(row.but(title="老人走失求助")) == "老人走失求助"


def test_merged_events_stay_one(connection: Connection) -> None:
    """What joins the event that is gone goes to the one kept, also for a book that starts afresh."""
    burst, smell = feed(connection, BURST, SMELL)
    kept = merge(connection, COUNTY, JUDGE, (smell.event_id or "", burst.event_id or ""))
    assert (kept.id, kept.last_at) == (burst.event_id, SMELL.published_at)
    again, reply = feed(
        connection,
        SMELL.but(id="again", published_at=AT + timedelta(hours=9)),
        post("same", "俺家也是", hours=10, kind=ArticleKind.REPLY, parent_id="smell", street=None),
    )
    assert again.event_id == reply.event_id == kept.id
    with pytest.raises(InputError, match="已并入"):
        merge(connection, COUNTY, JUDGE, (smell.event_id or "", burst.event_id or ""))


def test_split_articles_keep_their_new_event(connection: Connection) -> None:
    burst, _, smell = feed(connection, BURST, CALL, SMELL)
    made = split(connection, COUNTY, JUDGE, burst.event_id or "", ["call"])
    assert made.id not in (burst.event_id, smell.event_id)
    assert feed(connection, CALL)[0].event_id == made.id
    assert event_ids(connection)["burst"] == burst.event_id
    with pytest.raises(InputError, match="不在事件"):
        split(connection, COUNTY, JUDGE, burst.event_id or "", ["smell"])
