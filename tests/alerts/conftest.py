"""Documents for the alert tests: made one by one, or from the written sample with its gold labels."""

import json
import os
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from minyin.county import County, load_county
from minyin.identity import article_id
from minyin.model import ArticleKind, Channel, Context, Document, Polarity
from minyin.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CHANNELS = {
    "forum": (Channel.FORUM, 5),
    "wechat": (Channel.WECHAT, 5),
    "hotline": (Channel.HOTLINE, 4),
    "wenzheng": (Channel.BOARD, 4),
    "gov": (Channel.GOV, 4),
    "news": (Channel.NEWS, 4),
    "grid": (Channel.GRID, 4),
    "portal": (Channel.NEWS, 3),
}
OUTLETS = {"彭城日报": 3, "江淮时报": 2}
# what the gold file says in its notes and truth.json, not in a column: contexts of whole events, claims of E13
WHOLE = {
    "E04": Context.DRILL,
    "E05": Context.SUCCESS,
    "E06": Context.PLANNED,
    "E08": Context.ELSEWHERE,
    "E09": Context.OLD_NEWS,
}
CLAIMS = {"E13-004": 3, "E13-009": 2, "E13-010": 4, "E13-016": 5}
ADVERTS = {"B2-080", "E01-036", "E07-005"}


@pytest.fixture(scope="session")
def pizhou() -> County:
    return load_county("pizhou")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def article() -> Callable[..., Document]:
    """A negative forum thread about a water cut in 东湖街道; anything may be said otherwise."""

    def make(key: str, at: str, **changes: Any) -> Document:
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
            "text": "东湖街道祥润家园停水两天没人管，打电话都说在修。",
            "outlet": None,
            "author_hash": key,
            "published_at": datetime.fromisoformat(f"{at}+08:00"),
            "collected_at": datetime.fromisoformat(f"{at}+08:00"),
            "street": "320382001",
            "village": None,
            "places": ("320382001",),
            "place_names": ("东湖街道",),
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
            "event_id": "PZ-E-20261014-001",
        }
        return Document.model_validate(fields | changes)

    return make


@pytest.fixture(scope="session")
def gold(pizhou: County) -> dict[str, list[Document]]:
    """Documents of every planted event, from the written labels. Skips where the sample is absent."""
    shared = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data")).parent
    found = [
        folder / "items.jsonl"
        for folder in (ROOT / "samples" / "data", shared / "sample")
        if (folder / "items.jsonl").is_file()
    ]
    if not found:
        pytest.skip("the written sample (items.jsonl) is not on this machine")
    events: dict[str, list[Document]] = defaultdict(list)
    for line in found[0].read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["event"] and item["id"] not in ADVERTS:
            events[item["event"]].append(_document(item, pizhou))
    return dict(events)


def _document(item: dict[str, Any], county: County) -> Document:
    channel, tier = CHANNELS[item["site"]]
    tier = next((t for name, t in OUTLETS.items() if name in (item["source"] or "")), tier)
    text = f"{item['title'] or ''}{item['text']}"
    topic = county.topic_by_code.get(item["topic"])
    raised = topic is not None and any(word in text for word in topic.escalators)
    at = datetime.fromisoformat(item["published_at"])
    return Document(
        id=item["id"],
        source_id=item["site"],
        source_name=item["source"] or item["site"],
        external_id=item["id"],
        url=f"http://127.0.0.1/{item['id']}",
        channel=channel,
        kind=ArticleKind(item["kind"]),
        tier=tier,
        parent_id=item["parent"],
        title=item["title"],
        text=item["text"],
        outlet=None,
        author_hash=item["author"],
        published_at=at,
        collected_at=at,
        views=item["views"],
        interactions=item["likes"],
        street=item["places"][0][:9] if item["places"] else None,
        village=None,
        places=tuple(item["places"]),
        place_names=(),
        place_conf=0.9 if item["places"] else 0.0,
        relevant=item["event"] != "E08",
        topics=(item["topic"],),
        topic=item["topic"],
        severity=topic.severity + raised if topic else 0,
        polarity={"neg": "negative", "neu": "neutral", "pos": "positive"}[item["polarity"]],
        score=0.5,
        confidence=0.9,
        appeal=bool(item["appeal"]),
        urgent=bool(item["urgent"]),
        contexts=_contexts(item),
        casualties=CLAIMS.get(item["id"], 0),
        mask_version="gold",
        repost_of=item["parent"] if item["site"] == "portal" else None,
        event_id=item["event"],
    )


def _contexts(item: dict[str, Any]) -> tuple[Context, ...]:
    found = [WHOLE[item["event"]]] if item["event"] in WHOLE else []
    if item["kind"] == "official_reply":
        found.append(Context.OFFICIAL_REPLY)
    return tuple(found)
