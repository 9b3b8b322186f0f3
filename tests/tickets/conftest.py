"""An event with three masked articles, a database, and tickets opened from it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from minyin.county import County, load_county
from minyin.database import save, tables
from minyin.identity import article_id
from minyin.model import (
    Alert,
    AlertKind,
    ArticleKind,
    Channel,
    Document,
    Event,
    Level,
    LevelReason,
    Polarity,
    ServiceRequest,
)
from minyin.settings import Settings
from tickets.create import open_ticket, prefill
from tickets.machine import act

EVENT = "PZ-E-20261014-001"
START = datetime.fromisoformat("2026-10-14T09:00:00+08:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


@pytest.fixture(scope="session")
def pizhou() -> County:
    return load_county("pizhou")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def document(key: str, when: str, **changes: Any) -> Document:
    fields: dict[str, Any] = {
        "id": article_id(f"http://bbs.example/{key}"),
        "source_id": "forum",
        "source_name": "运河边论坛",
        "external_id": None,
        "url": f"http://bbs.example/{key}",
        "channel": Channel.FORUM,
        "kind": ArticleKind.THREAD,
        "tier": 5,
        "parent_id": None,
        "title": "又停水了",
        "text": "祥润家园停水两天没人管。",
        "outlet": None,
        "author_hash": key,
        "published_at": at(when),
        "collected_at": at(when),
        "street": "320382001",
        "village": "320382001005",
        "places": ("320382001005",),
        "place_names": ("丰华社区",),
        "place_conf": 0.9,
        "relevant": True,
        "topics": ("T04",),
        "topic": "T04",
        "severity": 2,
        "polarity": Polarity.NEGATIVE,
        "score": 0.1,
        "confidence": 0.9,
        "appeal": True,
        "urgent": False,
        "contexts": (),
        "casualties": 0,
        "mask_version": "1",
        "event_id": EVENT,
    }
    return Document.model_validate(fields | changes)


@pytest.fixture
def make_document() -> Callable[..., Document]:
    return document


@pytest.fixture
def event(engine: Engine, documents: list[Document]) -> Event:
    said = documents
    found = Event(
        id=EVENT,
        title="停水引发集中反映",
        street="320382001",
        village="320382001005",
        topic="T04",
        first_at=said[0].published_at,
        last_at=said[-1].published_at,
        first_article=said[0].id,
        level=Level.YELLOW,
        current_level=Level.YELLOW,
    )
    with engine.begin() as connection:
        save(connection, tables.events, [found])
        save(connection, tables.articles, said, indexed=False)
    return found


@pytest.fixture
def documents() -> list[Document]:
    return [
        document("a", "10-14T07:42"),
        document("b", "10-14T08:00", text="水厂电话打不通", appeal=False),
        document(
            "c",
            "10-14T08:30",
            channel=Channel.HOTLINE,
            kind=ArticleKind.ROW,
            external_id="12345-0042",
            url="urn:minyin:hotline:12345-0042",
            text="来电人[电话]反映家中停水。要求供水公司说明何时来水。",
        ),
    ]


@pytest.fixture
def alert() -> Alert:
    return Alert(
        id="YQ-20261014-001",
        event_id=EVENT,
        level=Level.YELLOW,
        kind=AlertKind.FIRST,
        reasons=(LevelReason(rule_id="yellow-platforms", text="3 个平台"),),
        raised_at=at("10-14T08:30"),
        generated_at=at("10-14T08:30"),
        articles=(),
        counts={"24h": 3},
    )


@pytest.fixture
def draft(event: Event, alert: Alert, documents: list[Document], pizhou: County) -> ServiceRequest:
    return prefill(event, alert, documents, pizhou, at=START)


@pytest.fixture
def do(engine: Engine, pizhou: County) -> Callable[..., ServiceRequest]:
    """One action in a transaction of its own."""

    def go(
        ticket: str, action: str, when: str, actor: str = "张三", **fields: Any
    ) -> ServiceRequest:
        with engine.begin() as connection:
            return act(
                connection, ticket, action, actor=actor, at=at(when), county=pizhou, **fields
            )

    return go


@pytest.fixture
def dispatched(engine: Engine, draft: ServiceRequest, pizhou: County) -> ServiceRequest:
    return opened(engine, draft, pizhou)


def opened(
    engine: Engine, draft: ServiceRequest, county: County, when: datetime = START
) -> ServiceRequest:
    with engine.begin() as connection:
        return open_ticket(connection, draft, actor="派单员", at=when, dispatch=True, county=county)


@pytest.fixture
def open_draft(engine: Engine, pizhou: County) -> Callable[..., ServiceRequest]:
    def go(draft: ServiceRequest, when: str) -> ServiceRequest:
        return opened(engine, draft, pizhou, at(when))

    return go
