"""A house with the sample quarter in it, put together from gold labels instead of a crawl: for the console's tests.

The records are the written ones of `samples/`; alerts, tickets and runs are what a working day leaves behind. The
store is the real embedded one. Nothing here imitates a room: rooms are called by the console itself.
"""

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jieba
from sqlalchemy import Connection, Engine

from index.embedded import EmbeddedStore
from index.names import names_of
from index.port import ArticleStore
from minyin.clock import Clock, local_day
from minyin.county import County, Source, load_county
from minyin.database import open_database, save, tables
from minyin.database.values import upsert
from minyin.identity import article_id, dated_id, row_url
from minyin.model import (
    Alert,
    AlertKind,
    AlertState,
    AppealType,
    ArticleKind,
    Brief,
    Channel,
    Context,
    Document,
    Event,
    EventState,
    Evidence,
    Level,
    LevelReason,
    Mail,
    Polarity,
    RunReport,
    ServiceRequest,
    TicketEvent,
    TicketState,
    Urgency,
)
from minyin.settings import Settings
from nlp.analyse import Analyser
from nlp.bulk import Understander
from nlp.opinion.linear import LinearClassifier
from nlp.place.taught import TaughtPlaces

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
POLARITY = {"neg": Polarity.NEGATIVE, "neu": Polarity.NEUTRAL, "pos": Polarity.POSITIVE}
SITES = {
    "forum": ("forum", Channel.FORUM, 5, "thread_listing", "运河边论坛（演示）"),
    "wechat": ("wechat", Channel.WECHAT, 5, "listing", "微信公众号（演示）"),
    "hotline": ("hotline", Channel.HOTLINE, 4, "table", "12345热线导出（演示）"),
    "wenzheng": ("wenzheng", Channel.BOARD, 4, "listing", "邳州网上问政（演示）"),
    "gov": ("gov", Channel.GOV, 4, "listing", "邳州市政府网（演示）"),
    "news": ("news", Channel.NEWS, 4, "feed", "新闻网站（演示）"),
    "grid": ("grid", Channel.GRID, 4, "table", "网格走访记录（演示）"),
    "portal": ("portal", Channel.NEWS, 5, "listing", "大运河门户（演示）"),
}
LEVELS = {"蓝": Level.BLUE, "黄": Level.YELLOW, "橙": Level.ORANGE}
TIERS = {"江淮时报（演示）": 2, "彭城日报（演示）": 3}


@dataclass(frozen=True)
class SeededHouse:
    """Satisfies `console.web.house.House`."""

    settings: Settings
    county: County
    engine: Engine
    store: ArticleStore
    segmenter: Any
    analyser: Any = None

    @property
    def clock(self) -> Clock:
        return self.settings.clock

    def with_new_sources(self) -> "SeededHouse":
        """The seeded sources, and what was registered since."""
        read = load_county("pizhou", extra_sources=self.settings.extra_sources).sources
        seeded = self.county.source_by_id
        new = tuple(source for source in read if source.id not in seeded)
        return replace(self, county=self.county.but(sources=self.county.sources + new))

    @cached_property
    def taught(self) -> TaughtPlaces:
        return TaughtPlaces(self.settings.home)

    @cached_property
    def understander(self) -> Understander:
        """Built when a page first asks for it; the seeded articles were not analysed."""
        analyser = Analyser(self.county, LinearClassifier.load(), taught=self.taught)
        return Understander(self.county, analyser, self.clock())


def sample_folder() -> Path | None:
    """Where the written sample lies: in the project, or beside the research data."""
    data = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
    places = (ROOT / "samples" / "data", data.parent / "sample")
    return next((place for place in places if (place / "items.jsonl").is_file()), None)


def seeded_house(home: Path, **settings: Any) -> SeededHouse:
    """A house in `home` holding the sample quarter, with its clock at the demo's instant."""
    folder = sample_folder()
    assert folder is not None, "the sample quarter is not here"
    config = Settings(home=home, now=NOW, **settings)
    county = load_county("pizhou")
    county = county.but(sources=tuple(_source(*site) for site in SITES.values()))
    engine = open_database(config.database)
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]
    truth = {one["event"]: one for one in json.loads((folder / "truth.json").read_text("utf-8"))}
    ids = {item["id"]: _id(item) for item in items}
    events = _events(items, truth, ids)
    documents = [_document(item, ids, county, events) for item in items]
    with engine.begin() as connection:
        save(connection, tables.articles, documents, indexed=True)
        save(connection, tables.events, events.values())
        _seed_records(connection, events, truth, documents)
    store = EmbeddedStore(config.index_folder, _cut, clock=config.clock, names=names_of(county))
    store.write(documents)
    return SeededHouse(config, county, engine, store, SimpleNamespace(cut=_cut))


def _cut(text: str) -> list[str]:
    return [word for word in jieba.lcut(text) if word.strip()]


def _source(id: str, channel: Channel, tier: int, kind: str, name: str) -> Source:
    return Source.model_validate(
        {
            "id": id,
            "name": name,
            "kind": kind,
            "channel": channel,
            "tier": tier,
            "assessment": {
                "by": "演示",
                "on": "2026-07-01",
                "impact": "本机演示",
                "robots": "允许",
            },
        }
    )


def _id(item: dict[str, Any]) -> str:
    return article_id(_url(item))


def _url(item: dict[str, Any]) -> str:
    if item["site"] in ("hotline", "grid"):
        return row_url(item["site"], item["id"])
    return f"http://127.0.0.1:8611/{item['site']}/{item['id']}.html"


def _events(
    items: list[dict[str, Any]], truth: dict[str, Any], ids: dict[str, str]
) -> dict[str, Event]:
    events: dict[str, Event] = {}
    for name, planted in truth.items():
        mine = [item for item in items if item["event"] == name]
        if not mine:
            continue
        first = datetime.fromisoformat(mine[0]["published_at"])
        level = LEVELS.get(planted["expected"])
        street = (planted["places"] or [None])[0]
        events[name] = Event(
            id=dated_id("PZ-E", local_day(first), len(events) + 1),
            title=planted["name"],
            street=street[:9] if street else None,
            topic=planted["topic"],
            first_at=first,
            last_at=datetime.fromisoformat(mine[-1]["published_at"]),
            first_article=ids[mine[0]["id"]],
            state=EventState.HANDLING if level else EventState.NEW,
            level=level,
            current_level=level if name in ("E07", "E10", "E12b", "E13") else None,
            rebound=name == "E10",
        )
    return events


def _document(
    item: dict[str, Any], ids: dict[str, str], county: County, events: dict[str, Event]
) -> Document:
    source_id, channel, tier, _, name = SITES[item["site"]]
    text = item["text"]
    for secret in item["personal"]:
        text = text.replace(secret, "［已脱敏］")
    places = tuple(item["places"])
    street = places[0][:9] if places else None
    topic = item["topic"] if item["topic"] in county.topic_by_code else None
    at = datetime.fromisoformat(item["published_at"])
    parent = ids.get(item["parent"] or "")
    repost = item["site"] == "portal"
    event = events.get(item["event"] or "")
    return Document(
        id=ids[item["id"]],
        source_id=source_id,
        source_name=name,
        external_id=item["id"],
        url=_url(item),
        channel=channel,
        kind=ArticleKind(item["kind"]),  # type: ignore[call-arg]
        tier=TIERS.get(item["source"], tier),
        parent_id=None if repost else parent,
        title=item["title"],
        text=text,
        words_title=" ".join(_cut(item["title"] or "")),
        words_text=" ".join(_cut(text)),
        outlet=item["source"],
        author_hash=None,
        published_at=at,
        collected_at=at + timedelta(minutes=20),
        views=item["views"] or 0,
        interactions=item["likes"] or 0,
        street=street,
        village=next((code for code in places if len(code) == 12), None),
        places=places,
        place_names=tuple(county.place_name(code) for code in places),
        place_conf=0.9 if places else 0.0,
        relevant=item["event"] not in ("E08",),
        topics=(topic,) if topic else (),
        topic=topic,
        severity=county.topic_by_code[topic].severity if topic else 0,
        polarity=POLARITY[item["polarity"]],
        score={"neg": 0.1, "neu": 0.5, "pos": 0.9}[item["polarity"]],
        confidence=0.9,
        appeal=bool(item["appeal"]),
        urgent=bool(item["urgent"]),
        contexts=(Context.DRILL,) if item["event"] == "E04" else (),
        casualties=0,
        mask_version="seed",
        repost_of=parent if repost else None,
        event_id=event.id if event else None,
        evidence=Evidence(file="seed.warc.gz", offset=0, digest="sha1:NONE")
        if channel.public
        else None,
    )


def _seed_records(
    connection: Connection,
    events: dict[str, Event],
    truth: dict[str, Any],
    documents: list[Document],
) -> None:
    lines: list[dict[str, Any]] = []
    alerts, tickets, log = [], [], []
    for number, (name, event) in enumerate(events.items(), 1):
        members = [d for d in documents if d.event_id == event.id]
        bad = [d for d in members if d.negative]
        lines += [
            _line(event, f"article:{d.id}", d.published_at, d.title or d.text[:30], d.id)
            for d in members[:3]
        ]
        if event.level is None:
            continue
        alert = _alert(event, number, bad, truth[name]["why"])
        alerts.append(alert)
        lines.append(
            _line(
                event,
                f"alert:{alert.id}",
                alert.raised_at,
                f"{event.level.label}预警 {alert.id}",
                alert.id,
            )
        )
        ticket, history = _ticket(event, number, bad or members)
        tickets.append(ticket)
        log += history
        lines += [
            _line(
                event,
                f"ticket:{ticket.id}:{h.number}",
                h.at,
                f"工单 {ticket.id} {h.to_state.label}",
                ticket.id,
            )
            for h in history
        ]
    lifted = alerts[0].but(id="YQ-20261101-900", kind=AlertKind.LIFT, state=AlertState.LIFTED)
    save(connection, tables.alerts, [*alerts, lifted])
    save(connection, tables.tickets, tickets)
    save(connection, tables.ticket_log, log)
    upsert(connection, tables.timeline, lines)
    link = [
        {
            "event_id": t.event_id,
            "ticket_id": t.id,
            "link_type": "created",
            "linked_at": t.received_at,
        }
        for t in tickets
    ]
    upsert(connection, tables.event_ticket, link)
    _seed_runs(connection, documents)


def _line(event: Event, key: str, at: datetime, text: str, object_id: str) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "key": key,
        "at": at,
        "kind": key.partition(":")[0],
        "text": text,
        "object_id": object_id,
    }


def _alert(event: Event, number: int, bad: list[Document], why: str) -> Alert:
    at = bad[len(bad) // 3].published_at
    day = [d for d in bad if at - timedelta(hours=24) < d.published_at <= at]
    assert event.level is not None
    return Alert(
        id=dated_id("YQ", local_day(at), number),
        event_id=event.id,
        level=event.level,
        kind=AlertKind.FIRST,
        reasons=(
            LevelReason(
                rule_id=f"{event.level.value}-volume",
                text=why.split("；", maxsplit=1)[0][:60],
                values={"negative_24h": len(day)},
            ),
        ),
        raised_at=at,
        generated_at=NOW,
        articles=tuple(d.id for d in day),
        counts={"1h": 1, "6h": min(3, len(day)), "24h": len(day), "total": len(bad)},
        platforms=tuple(sorted({d.platform for d in day})),
        negative_share=0.7,
        suggested_unit=event.street,
    )


def _ticket(
    event: Event, number: int, members: list[Document]
) -> tuple[ServiceRequest, list[TicketEvent]]:
    states = (
        TicketState.TO_SIGN,
        TicketState.IN_PROGRESS,
        TicketState.IN_PROGRESS,
        TicketState.DONE,
    )
    state = states[number % 4]
    at = NOW - timedelta(days=number % 7, hours=3)
    due = NOW + (timedelta(hours=5), timedelta(days=2), -timedelta(days=1))[number % 3]
    ticket_no = dated_id("PZ", local_day(at), number, width=5)
    ticket = ServiceRequest(
        id=ticket_no,
        source_channel="舆情监测",
        event_id=event.id,
        appeal_type=AppealType.COMPLAINT,
        topic=event.topic,
        title=event.title[:30],
        content=members[0].text,
        street=event.street,
        urgency=Urgency.URGENT if event.level is not Level.BLUE else Urgency.NORMAL,
        state=state,
        lead_unit=event.street or "housing",
        articles=tuple(d.id for d in members[:3]),
        policy="urgent",
        received_at=at,
        dispatched_at=at + timedelta(minutes=20),
        sign_due_at=at + timedelta(minutes=50),
        due_at=due,
        signed_at=None if state is TicketState.TO_SIGN else at + timedelta(minutes=40),
        replied_at=NOW - timedelta(hours=5) if state is TicketState.DONE else None,
        closed_at=NOW - timedelta(hours=1) if state is TicketState.DONE else None,
    )
    steps = [
        ("open", None, TicketState.RECEIVED, "监测员"),
        ("dispatch", TicketState.RECEIVED, TicketState.TO_SIGN, "派单员"),
    ]
    if state is not TicketState.TO_SIGN:
        steps.append(("sign", TicketState.TO_SIGN, TicketState.IN_PROGRESS, "单位联络员"))
    history = [
        TicketEvent(
            ticket_id=ticket_no,
            number=n,
            at=at + timedelta(minutes=20 * n),
            actor=actor,
            action=action,
            from_state=before,
            to_state=after,
        )
        for n, (action, before, after, actor) in enumerate(steps, 1)
    ]
    return ticket, history


def _seed_runs(connection: Connection, documents: list[Document]) -> None:
    start = NOW - timedelta(minutes=12)
    runs = [
        RunReport(
            id="run-ingest",
            flow="ingest",
            started_at=start,
            finished_at=start + timedelta(seconds=41),
            inputs=len(documents) + 12,
            outcomes={"stored": len(documents) - 58, "repost": 58, "rejected/bad_row": 12},
        )
    ]
    save(connection, tables.runs, runs)
    mail = Mail(
        id="mail-1",
        subject="【黄色预警·较大】东湖街道 停水引发集中反映[首报]",
        to=("monitor@pizhou.example",),
        message_id="<seed@minyin>",
        body_path="seed.eml",
        about="seed",
        created_at=NOW,
        attempts=2,
        last_error="550 mailbox unavailable",
    )
    save(connection, tables.mails, [mail])
    healthy = [
        {
            "source_id": id,
            "crawled_at": NOW - timedelta(minutes=20),
            "new_at": NOW - timedelta(hours=9 if id == "news" else 1),
            "pages": 40,
            "failures": 3 if id == "portal" else 0,
            "note": None,
        }
        for id, _, _, kind, _ in SITES.values()
        if kind != "table"
    ]
    upsert(connection, tables.source_health, healthy)
    upsert(connection, tables.source_crawls, [crawl_of(row["source_id"]) for row in healthy])
    brief = Brief(
        id="2026-09",
        cutoff_at=NOW - timedelta(days=31),
        built_at=NOW - timedelta(days=30),
        digest="0" * 64,
        folder="2026-09",
    )
    save(connection, tables.briefs, [brief])


def crawl_of(source: str) -> dict[str, object]:
    """The last crawl that brought something: news has been quiet since, portal failed."""
    hours = 30 if source == "news" else 1
    return {
        "source_id": source,
        "run_id": f"seed-{source}",
        "finished_at": NOW - timedelta(hours=hours),
        "outcomes": {"stored": 4} | ({"failed/503": 3} if source == "portal" else {}),
        "articles": 4,
        "filled": {},
    }
