"""A small county month made by hand: 14 items in September, 16 in October, three events, two alerts, five tickets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from minyin.clock import SHANGHAI, Clock, fixed_clock
from minyin.county import County, load_county
from minyin.database import open_database, save, tables
from minyin.database.values import upsert
from minyin.identity import article_id
from minyin.model import Alert, Brief, Document, Event, LevelReason, ServiceRequest, TicketEvent
from minyin.settings import Settings
from reports.brief import build_brief
from support.databases import NewDatabase

BURST, SMELL, PRAISE = "PZ-E-20261014-001", "PZ-E-20260920-001", "PZ-E-20261020-001"
STREETS = {"east": "320382001", "canal": "320382002"}


def at(text: str) -> datetime:
    """'10-14 07:42' in the county."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def document(name: str, when: str, **fields: Any) -> Document:
    """An article with everything that a test does not care about filled in."""
    url = f"http://demo.example/{name}"
    given = {
        "id": article_id(url), "source_id": "forum", "source_name": "运河边论坛（演示）", "external_id": name,
        "url": url, "channel": "forum", "kind": "thread", "tier": 5, "parent_id": None, "title": f"标题{name}",
        "text": "东湖街道停水已经两天，请问什么时候能来水？", "outlet": None, "author_hash": None,
        "published_at": at(when), "collected_at": at(when) + timedelta(minutes=5), "street": STREETS["east"],
        "village": None, "places": (STREETS["east"],), "place_names": ("东湖街道",), "place_conf": 0.9,
        "relevant": True, "topics": ("T04",), "topic": "T04", "severity": 2, "polarity": "negative",
        "score": 0.1, "confidence": 0.9, "appeal": True, "urgent": False, "contexts": (), "casualties": 0,
        "mask_version": "1",
    }  # fmt: skip
    return Document.model_validate(given | fields)


SAID = (
    "沂武路水管爆了，家里停水两天，什么时候能来水？",
    "停水两天了，老人小孩没水用，什么时候来水给个准信",
    "供水公司改了三次来水时间，哪一次是真的？",
    "一楼商户停水停业两天，损失找谁登记赔偿？",
    "停业两天的损失谁来赔偿，登记电话打不通",
    "什么时候能来水，公告一再改时间，没有准信",
)


def documents() -> list[Document]:
    """What was published, by month and event."""
    september = [document(f"s{n}", f"09-{n + 1:02d} 10:00", polarity="neutral") for n in range(13)]
    september.append(document("s13", "09-20 09:00", event_id=SMELL, topic="T03", topics=("T03",)))
    burst = [
        document(f"b{n}", f"10-14 {8 + n:02d}:00", event_id=BURST, text=text, interactions=10 * n)
        for n, text in enumerate(SAID)
    ]
    burst += [
        document("b6", "10-15 09:00", event_id=BURST, channel="news", kind="article", tier=4, source_id="news"),
        document("b7", "10-15 10:00", event_id=BURST, channel="news", kind="article", tier=4, source_id="portal",
                 repost_of=article_id("http://demo.example/b6")),
        document("b8", "10-15 11:00", event_id=BURST, channel="wechat", kind="article", source_id="wx"),
        document("b9", "10-16 09:00", event_id=BURST, channel="board", kind="official_reply", tier=4,
                 polarity="neutral", appeal=False, text="网友您好：停水事项已核实，管道于16日修复，按户减免水费。"),
    ]  # fmt: skip
    hotline = [
        document(
            f"h{n}",
            f"10-14 {9 + n:02d}:30",
            event_id=BURST,
            channel="hotline",
            kind="row",
            source_id="12345",
        )
        for n in range(3)
    ]
    other = [
        document("p0", "10-20 08:00", event_id=PRAISE, polarity="positive", street=STREETS["canal"], topic="T12",
                 topics=("T12",), appeal=False, text="银杏大道今年秩序好，点赞交警。"),
        document("p1", "10-21 08:00", polarity="neutral", street=None, topic=None, topics=(), appeal=False),
        document("p2", "10-22 08:00", polarity="neutral", relevant=False, street=None, topic=None, topics=()),
        document("g0", "10-23 08:00", channel="grid", kind="record", polarity="neutral", street=STREETS["canal"]),
    ]  # fmt: skip
    return [*september, *burst, *hotline, *other]


def events() -> list[Event]:
    def event(id: str, title: str, first: str, last: str, article: str, **fields: Any) -> Event:
        return Event(
            id=id, title=title, first_at=at(first), last_at=at(last), street=STREETS["east"],
            first_article=article_id(f"http://demo.example/{article}"), **fields,
        )  # fmt: skip

    return [
        event(SMELL, "官湖镇板厂夜间异味", "09-20 09:00", "09-20 09:00", "s13", topic="T03"),
        event(BURST, "沂武路水管爆裂停水", "10-14 08:00", "10-16 09:00", "b0", topic="T04",
              state="answered", first_response_at=at("10-14 12:00")),
        event(PRAISE, "银杏大道秩序受好评", "10-20 08:00", "10-20 08:00", "p0", topic="T12"),
    ]  # fmt: skip


def alerts() -> list[Alert]:
    def alert(
        id: str, level: str, kind: str, when: str, event: str = BURST, **fields: Any
    ) -> Alert:
        return Alert.model_validate(
            {
                "id": id, "event_id": event, "level": level, "kind": kind, "raised_at": at(when),
                "generated_at": at(when), "articles": (), "counts": {},
                "reasons": (LevelReason(rule_id="r", text="负面信息达到条数"),), **fields,
            }
        )  # fmt: skip

    acknowledged = {"state": "acknowledged", "acknowledged_by": "研判员"}
    return [
        alert("PZ-A-20260920-001", "blue", "first", "09-20 09:10", SMELL),
        alert("PZ-A-20261014-001", "blue", "first", "10-14 09:00", acknowledged_at=at("10-14 09:20"), **acknowledged),
        alert("PZ-A-20261014-002", "yellow", "upgrade", "10-14 11:00", acknowledged_at=at("10-14 11:40"), **acknowledged),
    ]  # fmt: skip


def ticket(number: int, received: str, **fields: Any) -> ServiceRequest:
    day = at(received)
    given = {
        "id": f"PZ-{day:%Y%m%d}-{number:05d}", "source_channel": "12345", "appeal_type": "complaint",
        "title": f"工单{number}", "content": "内容", "street": STREETS["east"], "policy": "complaint",
        "lead_unit": "water", "received_at": day, "dispatched_at": day + timedelta(minutes=10),
        "sign_due_at": day + timedelta(hours=4), "signed_at": day + timedelta(hours=1),
        "due_at": day + timedelta(days=5), "state": "in_progress",
    }  # fmt: skip
    return ServiceRequest.model_validate(given | fields)


def closed(when: str, **fields: Any) -> dict[str, Any]:
    return {
        "state": "archived", "replied_at": at(when), "closed_at": at(when), "result": "已解决",
        "resolved_level": "市级", **fields,
    }  # fmt: skip


def tickets() -> list[ServiceRequest]:
    """One carried over, four new: in time, late, closed after the cut-off, merged."""
    visited = {"visited_at": at("10-18 09:00"), "satisfaction": "satisfied", "solved": True}
    return [
        ticket(1, "09-25 09:00", **closed("10-08 09:00")),
        ticket(2, "10-14 10:00", event_id=BURST, **closed("10-17 09:00", **visited)),
        ticket(
            3,
            "10-15 10:00",
            signed_at=at("10-16 10:00"),
            lead_unit="housing",
            **closed("10-25 09:00"),
        ),
        ticket(
            4, "10-20 10:00", lead_unit="housing", **closed("11-01 12:00", reply_text="次月答复")
        ),
        ticket(5, "10-21 10:00", state="merged", closed_at=at("10-21 11:00"), due_at=None),
    ]


def log() -> list[TicketEvent]:
    """Ticket 4 was still open at the cut-off; its closing line is from the first of November, noon."""
    number = "PZ-20261020-00004"
    lines = [
        (1, "10-20 10:00", None, "received"),
        (2, "10-20 10:10", "received", "in_progress"),
        (3, "11-01 12:00", "in_progress", "archived"),
    ]
    return [
        TicketEvent.model_validate(
            {"ticket_id": number, "number": n, "at": at(when), "actor": "u", "action": "a",
             "from_state": source, "to_state": target}
        )
        for n, when, source, target in lines
    ]  # fmt: skip


def fill(engine: Engine) -> None:
    with engine.begin() as connection:
        save(connection, tables.articles, documents(), indexed=False)
        save(connection, tables.events, events())
        save(connection, tables.alerts, alerts())
        save(connection, tables.tickets, tickets())
        save(connection, tables.ticket_log, log())
        link = {"event_id": BURST, "ticket_id": "PZ-20261014-00002", "link_type": "created"}
        upsert(connection, tables.event_ticket, [link | {"linked_at": at("10-14 10:00")}])


@pytest.fixture(scope="session")
def reports_county() -> County:
    return load_county("pizhou")


@pytest.fixture(scope="session")
def reports_clock() -> Clock:
    return fixed_clock(at("11-01 09:30"))


@dataclass(frozen=True)
class Built:
    engine: Engine
    settings: Settings
    county: County
    clock: Clock
    brief: Brief

    @property
    def folder(self) -> Path:
        return Path(self.brief.folder)


def build(home: Path, county: County, clock: Clock, *, filled: bool = True) -> Built:
    engine = open_database(f"sqlite:///{home / 'minyin.db'}")
    if filled:
        fill(engine)
    settings = Settings(home=home)
    brief = build_brief(engine, county=county, settings=settings, period="2026-10", clock=clock)
    return Built(engine, settings, county, clock, brief)


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory, reports_county: County, reports_clock: Clock
) -> Iterator[Built]:
    """The October brief, built once; tests that change files work on a copy."""
    made = build(tmp_path_factory.mktemp("brief"), reports_county, reports_clock)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def built_empty(
    tmp_path_factory: pytest.TempPathFactory, reports_county: County, reports_clock: Clock
) -> Iterator[Built]:
    made = build(tmp_path_factory.mktemp("empty"), reports_county, reports_clock, filled=False)
    yield made
    made.engine.dispose()


@pytest.fixture
def own(built: Any, new_database: NewDatabase) -> Engine:
    """A copy of the fixture database that a test may change."""
    engine = new_database("own")
    with built.engine.connect() as source, engine.begin() as target:
        for table in tables.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(table.select())]
            if rows:
                target.execute(table.insert(), rows)
    return engine
