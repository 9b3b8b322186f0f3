"""Judges event detection: `python -m nlp.training.events --data DIR` prints B³ on two sets with known events.

The civic gold (real messages of one city, labelled by a reader) and the planted events of the sample quarter. Articles
carry the labels of the sets, not those of our own analysis, so the figures are of event detection alone.
"""

import argparse
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import rjieba
from sqlalchemy import Connection, create_engine

from minyin.clock import SHANGHAI
from minyin.county import County, load_county
from minyin.database import save, tables
from minyin.model import ArticleKind, Channel, Context, Document, Polarity
from nlp.event.book import EventBook
from nlp.event.file import FILE
from nlp.event.judge import Judge, judge_of
from nlp.event.memory import MemoryStore
from nlp.event.profile import Tuning
from nlp.event.store import EventStore
from nlp.repost.fingerprint import signature_of
from nlp.repost.reposts import RepostBook
from nlp.training.datasets import read_jsonl

SITES = {
    "forum": Channel.FORUM,
    "wechat": Channel.WECHAT,
    "hotline": Channel.HOTLINE,
    "wenzheng": Channel.BOARD,
    "gov": Channel.GOV,
    "news": Channel.NEWS,
    "grid": Channel.GRID,
    "portal": Channel.NEWS,
}
CONTEXTS = {
    "E04": Context.DRILL,
    "E05": Context.SUCCESS,
    "E06": Context.PLANNED,
    "E09": Context.OLD_NEWS,
}
ADVERTS = frozenset({"B2-080", "E01-036", "E07-005", "E10-024"})
POLARITY = {"neg": Polarity.NEGATIVE, "neu": Polarity.NEUTRAL, "pos": Polarity.POSITIVE}


@dataclass(frozen=True)
class BCubed:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)

    def __str__(self) -> str:
        return f"P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f}"


def bcubed(
    gold: Mapping[str, Hashable],
    found: Mapping[str, Hashable],
    judged: Collection[str] | None = None,
) -> BCubed:
    """Bagga & Baldwin's B³ over the keys of `gold`; averaged over `judged` of them, all being there to be confused with.

    >>> str(bcubed({"a": 1, "b": 1, "c": 2}, {"a": 1, "b": 1, "c": 1}))
    'P 0.556 R 1.000 F1 0.714'
    """
    real, said = Counter(gold.values()), Counter(found[key] for key in gold)
    both = Counter((gold[key], found[key]) for key in gold)
    keys = gold if judged is None else judged
    shared = [(both[gold[key], found[key]], real[gold[key]], said[found[key]]) for key in keys]
    return BCubed(
        precision=sum(n / all_said for n, _, all_said in shared) / len(keys),
        recall=sum(n / all_real for n, all_real, _ in shared) / len(keys),
    )


def document(**fields: Any) -> Document:
    """A document with what event detection looks at; the rest is plain."""
    plain: dict[str, Any] = {
        "source_id": "x", "source_name": "x", "external_id": None, "url": f"urn:x:{fields['id']}", "tier": 5,
        "outlet": None, "author_hash": None, "collected_at": fields["published_at"], "parent_id": None,
        "title": None, "places": (), "place_names": (), "place_conf": 0.9, "relevant": True, "topics": (),
        "topic": None, "severity": 1, "score": 0.5, "confidence": 0.9, "urgent": False, "contexts": (),
        "casualties": 0, "mask_version": "0", "street": None, "village": None,
    }  # fmt: skip
    return Document(**{**plain, **fields})


def sample_documents(folder: Path, county: County) -> list[tuple[Document, str | None]]:
    """The sample quarter with its gold labels; (document, planted event)."""
    found = []
    for row in read_jsonl(folder / "items.jsonl"):
        codes = [code for code in row["places"] if len(code) >= 9]
        villages = [code for code in codes if len(code) == 12]
        outside = row["event"] == "E08" or (row["note"] or "").startswith("外地")
        context = CONTEXTS.get(row["event"] or "")
        contexts = [Context.ADVERT] if row["id"] in ADVERTS else [context] if context else []
        topic = county.topic_by_code.get(row["topic"])
        made = document(
            id=row["id"],
            channel=SITES[row["site"]],
            kind=ArticleKind._value2member_map_[row["kind"]],
            parent_id=None if row["site"] == "portal" else row["parent"],
            title=row["title"],
            text=row["text"],
            published_at=datetime.fromisoformat(row["published_at"]),
            street=codes[0][:9] if codes else None,
            village=villages[0] if villages else None,
            places=tuple(codes),
            relevant=not outside,
            topic=row["topic"],
            severity=topic.severity if topic else 0,
            polarity=POLARITY[row["polarity"]],
            appeal=bool(row["appeal"]),
            contexts=tuple(contexts),
        )
        found.append((made, None if row["id"] in ADVERTS else row["event"]))
    return sorted(found, key=lambda pair: (pair[0].published_at, pair[0].id))


def civic_documents(folder: Path) -> list[Document]:
    """The 4,326 messages of 2019, as `minyin cluster` takes them: no place is known."""
    found = []
    for row in read_jsonl(folder / "complaints_2019.jsonl"):
        at = datetime.strptime(row["time"].replace("-", "/"), "%Y/%m/%d %H:%M:%S")
        made = document(
            id=row["id"],
            channel=Channel.BOARD,
            kind=ArticleKind.QUESTION,
            title=row["title"],
            text=row["text"].strip(),
            published_at=at.replace(tzinfo=SHANGHAI),
            polarity=Polarity.NEGATIVE,
            appeal=True,
            author_hash=row["user"],
        )
        found.append(made)
    return sorted(found, key=lambda d: (d.published_at, d.id))


def run(
    documents: Sequence[Document],
    county: County,
    tuning: Tuning,
    *,
    judge: Judge | None = None,
    batch: int = 10_000,
) -> tuple[dict[str, str | None], float]:
    """Feed documents as ingest does, a fresh book per batch; article id → event, and documents per second."""
    judge = judge or judge_of(county, rjieba.cut)
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    started = time.perf_counter()
    with engine.begin() as connection:
        for start in range(0, len(documents), batch):
            _feed(connection, documents[start : start + batch], county, (judge, tuning))
        rows = connection.execute(
            tables.articles.select().with_only_columns(
                tables.articles.c.id, tables.articles.c.event_id
            )
        ).all()
    spent = time.perf_counter() - started
    return {row.id: row.event_id for row in rows}, len(documents) / spent


def _feed(
    connection: Connection,
    documents: Sequence[Document],
    county: County,
    how: tuple[Judge, Tuning],
) -> None:
    events = EventBook(EventStore(connection, county), *how)
    reposts = RepostBook(connection)
    for one in documents:
        signature = signature_of(one.text)
        stored = one.but(repost_of=reposts.find(one, signature))
        save(connection, tables.articles, [stored], indexed=False)
        reposts.add(stored, signature)
        events.assign(stored)


def run_memory(
    documents: Sequence[Document], judge: Judge, tuning: Tuning
) -> tuple[dict[str, str | None], float]:
    """The same without a database, as `minyin cluster` does it: no reposts, no restarts."""
    store = MemoryStore()
    book = EventBook(store, judge, tuning)
    started = time.perf_counter()
    for one in documents:
        book.assign(one)
    spent = time.perf_counter() - started
    return {one.id: store.event_of.get(one.id) for one in documents}, len(documents) / spent


def clusters(found: Mapping[str, str | None]) -> dict[str, str]:
    """Every article without an event is alone."""
    return {key: event or f"alone {key}" for key, event in found.items()}


@dataclass(frozen=True)
class SampleResult:
    score: BCubed
    foreign: int  # background articles inside planted events
    homonyms: int  # E08 articles that were given an event
    opened: int
    split: Mapping[str, int]  # planted event → events it was cut into (of two or more articles)


def judge_sample(
    pairs: Sequence[tuple[Document, str | None]], found: Mapping[str, str | None]
) -> SampleResult:
    gold = {d.id: event for d, event in pairs if event and event != "E08"}
    said = clusters(found)
    sizes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, event in gold.items():
        sizes[event][said[key]] += 1
    main = {counter.most_common(1)[0][0] for counter in sizes.values()}
    return SampleResult(
        score=bcubed(gold, said),
        foreign=sum(1 for d, event in pairs if not event and said[d.id] in main),
        homonyms=sum(1 for d, event in pairs if event == "E08" and found[d.id]),
        opened=len({event for event in found.values() if event}),
        split={e: sum(1 for n in c.values() if n > 1) for e, c in sorted(sizes.items())},
    )


@dataclass(frozen=True)
class CivicGold:
    clusters: Mapping[str, Hashable]
    hard: Sequence[tuple[str, str]]


def civic_gold(folder: Path) -> CivicGold:
    def read(name: str) -> Any:
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    gold: dict[str, Hashable] = {str(row["id"]): f"alone {row['id']}" for row in read("singletons")}
    gold |= {str(m): event["event_id"] for event in read("events") for m in event["member_ids"]}
    return CivicGold(gold, [(str(p["a"]), str(p["b"])) for p in read("hard_negatives")])


def merged_share(gold: CivicGold, found: Mapping[str, str | None]) -> float:
    """Share of the look-alike pairs that were put into one event."""
    return sum(found[a] is not None and found[a] == found[b] for a, b in gold.hard) / len(gold.hard)


def main() -> None:
    parser = argparse.ArgumentParser(description="评判事件归并")
    default = Path(os.environ.get("MINYIN_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="研究数据文件夹")
    data = parser.parse_args().data
    county, tuning = load_county("pizhou"), Tuning()
    pairs = sample_documents(data.parent / "sample", county)
    found, pace = run([d for d, _ in pairs], county, tuning)
    print("sample", judge_sample(pairs, found), f"{pace:.0f}/s")
    gold = civic_gold(data / "events")
    judge = judge_of(county, rjieba.cut)
    said, pace = run_memory(civic_documents(data / "civic_messages"), judge, FILE)
    print(
        "civic",
        bcubed(gold.clusters, clusters(said)),
        f"hard {merged_share(gold, said):.2f} {pace:.0f}/s",
    )


if __name__ == "__main__":
    main()
