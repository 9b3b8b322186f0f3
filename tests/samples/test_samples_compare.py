"""The comparison on runs made by hand in a real database: one that is perfect, and the same one spoilt."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, delete

from minyin.database import tables
from minyin.database.values import save
from minyin.identity import article_id
from minyin.model import (
    Alert,
    AlertKind,
    ArticleKind,
    Channel,
    Document,
    Level,
    LevelReason,
    Polarity,
    Span,
)
from samples.compare import LEVELS, POLARITY, compare, main
from samples.compare_table import table_of
from samples.found import ADVERTS
from samples.planted import Item, planted_items, truths
from samples.scores import Score, b_cubed, macro_f1, replaced
from samples.singles import all_items

AT = datetime(2026, 11, 1, tzinfo=UTC)


def id_of(item_id: str) -> str:
    return article_id(f"http://demo/{item_id}")


def masked(item: Item) -> tuple[str, tuple[Span, ...]]:
    """The text with every personal string replaced by ＊."""
    text = item.text
    for secret in sorted(item.personal, key=len, reverse=True):
        text = text.replace(secret, "＊")
    places = [i for i, character in enumerate(text) if character == "＊"]
    return text, tuple(Span(start=i, end=i + 1, kind="name") for i in places)


def document(item: Item) -> Document:
    text, spans = masked(item)
    event = item.event if item.event and item.id not in ADVERTS else None
    reposted = item.kind == "article" and item.parent is not None
    return Document(
        id=id_of(item.id),
        source_id=item.site,
        source_name=item.site,
        external_id=item.id,
        url=f"http://demo/{item.id}",
        channel=Channel.OTHER,
        kind=ArticleKind.ARTICLE,
        tier=5,
        parent_id=None,
        title=None,
        text=text,
        outlet=item.source,
        author_hash=None,
        published_at=item.published_at,
        collected_at=AT,
        street=item.places[0][:9] if item.places else None,
        village=None,
        places=item.places,
        place_names=(),
        place_conf=1.0,
        relevant=True,
        topics=(),
        topic=item.topic,
        severity=1,
        polarity=Polarity[POLARITY[item.polarity].upper()],
        score=0.5,
        confidence=1.0,
        appeal=bool(item.appeal),
        urgent=bool(item.urgent),
        contexts=(),
        casualties=0,
        masked=spans,
        mask_version="1",
        repost_of=id_of(item.parent) if reposted and item.parent else None,
        event_id=f"PZ-E-{event}" if event else None,
    )


def alert(event: str, level: Level, article: str) -> Alert:
    return Alert(
        id=f"PZ-A-{event}",
        event_id=f"PZ-E-{event}",
        level=level,
        kind=AlertKind.FIRST,
        reasons=(LevelReason(rule_id="r", text="r"),),
        raised_at=AT,
        generated_at=AT,
        articles=(id_of(article),),
        counts={},
    )


@pytest.fixture
def run(sqlite_engine: Engine) -> Iterator[Connection]:
    """A run that found exactly what was planted."""
    first = {item.event: item.id for item in reversed(planted_items())}
    alerts = [
        alert(t.event, LEVELS[t.expected], first[t.event]) for t in truths() if t.expected in LEVELS
    ]
    with sqlite_engine.begin() as connection:
        save(connection, tables.articles, [document(item) for item in all_items()], indexed=True)
        save(connection, tables.alerts, alerts)
        yield connection


def test_a_perfect_run_scores_full_marks(run: Connection) -> None:
    result = compare(run)
    assert (result.items.found, result.items.missing) == (1953, ())
    assert (result.items.differing, result.items.wrong_time) == ((), ())
    assert all((e.share.precision, e.share.recall) == (1.0, 1.0) for e in result.events)
    assert result.levels_right == len(result.events) == 14
    assert result.cubed.f1 == pytest.approx(1.0)
    assert (result.places.precision, result.places.recall) == (1.0, 1.0)
    assert (result.masks.recall, result.masks.extra_share) == (1.0, 0.0)
    assert (result.reposts.precision, result.reposts.recall) == (1.0, 1.0)
    assert (result.opinion.macro_f1, result.opinion.appeal) == (1.0, 1.0)
    assert result.alerts.background == result.alerts.singles == {}


def test_what_is_wrong_is_counted_and_named(run: Connection) -> None:
    items = {item.id: item for item in all_items()}
    table = tables.articles
    run.execute(delete(table).where(table.c.external_id == "B1-001"))
    spoilt = [
        document(items["B1-002"]).but(text="别的话", masked=()),
        document(items["E02-005"]).but(text=items["E02-005"].text, masked=()),
        document(items["E13-023"]).but(repost_of=None, polarity="positive"),
        document(items["E12b-003"]).but(event_id="PZ-E-E12a"),
        document(items["B2-001"]).but(event_id="PZ-E-lone"),
    ]
    save(run, table, spoilt)
    save(
        run,
        tables.alerts,
        [alert("lone", Level.RED, "B2-001"), alert("E04", Level.BLUE, "E04-001")],
    )
    result = compare(run)
    assert result.items.missing == ("B1-001",)
    assert "B1-002" in result.items.differing
    assert set(result.masks.leaks) == {"E02-005"}
    assert result.reposts.recall < 1
    assert result.alerts.background == {"red": 1}
    assert result.alerts.background_items == ("B2-001",)
    by_matter = {event.matter: event for event in result.events}
    assert by_matter["E12a"].share.precision < 1
    assert by_matter["E12b"].pieces == 2
    assert not by_matter["E04"].level_right
    assert result.levels_right == 13


def test_the_table_shows_ids_and_no_texts(run: Connection) -> None:
    shown = table_of(compare(run))
    assert "预警等级相符 14/14" in shown
    assert "E12b" in shown
    assert not any(item.text[:20] in shown for item in all_items())


def test_the_command_says_what_to_do_when_there_is_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path)]) == 2
    assert "请先运行 minyin demo" in capsys.readouterr().err


def test_measures_on_small_cases() -> None:
    assert Score(right=0, found=0, planted=0).f1 == 1.0
    assert b_cubed({"a": 1, "b": 2}, {"a": 1, "b": 1}).precision == 0.5
    assert macro_f1([("a", "a"), ("b", "a")]) == pytest.approx((2 / 3) / 2)
    assert replaced("电话138，转5", "电话＊，转5", [Span(start=2, end=3, kind="phone")]) == ["138"]
    assert replaced("一二", "一三", []) is None
