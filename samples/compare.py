"""Holds a finished run of the sample county against what was planted: `python -m samples.compare --home DIR`.

Works on the database alone and prints ids, never texts. Left to `samples.scores`: the measures; to
`samples.compare_table`: how the result is shown.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from minyin.database.engine import open_database
from minyin.errors import InputError, OperatorError
from minyin.model import Document, Level, Span
from minyin.settings import load_settings
from samples.compare_table import table_of
from samples.found import BACKGROUND, BY_THE_LETTER, SINGLE, Found, read_run
from samples.handling import load_handling
from samples.planted import Item, truths
from samples.results import (
    AlertScore,
    Comparison,
    EventScore,
    ItemScore,
    MaskScore,
    OpinionScore,
)
from samples.scores import Cubed, Score, b_cubed, macro_f1, replaced, squeeze

POLARITY = {"neg": "negative", "neu": "neutral", "pos": "positive"}
LEVELS = {"蓝": Level.BLUE, "黄": Level.YELLOW, "橙": Level.ORANGE, "红": Level.RED}
NO_RUN = "没有示例县的运行结果，请先运行 minyin demo，或用 --home 指到它的数据文件夹"
# Building and unit without a flat: not listed as personal, rightly masked all the same (samples/README.md)
BUILDING = re.compile(r"\d+(号楼|幢|栋)|\d+单元")


def compare(connection: Connection) -> Comparison:
    """The whole comparison. Raises InputError when the run holds nothing of the sample county."""
    found = read_run(connection)
    if not found.documents:
        raise InputError(
            "库里没有示例县的文章，请先运行 minyin demo，或用 --home 指到它的数据文件夹"
        )
    return Comparison(
        items=_items(found),
        events=tuple(_event(found, truth.event, truth.expected) for truth in truths()),
        cubed=_cubed(found),
        alerts=_alerts(found),
        places=_places(found),
        masks=_masks(found),
        reposts=_reposts(found),
        opinion=_opinion(found),
    )


def _planted(found: Found) -> list[tuple[Item, Document]]:
    """Annotated texts with their documents; single texts carry no such notes."""
    return [
        (found.items[id], document)
        for id, document in found.documents.items()
        if not found.items[id].single
    ]


def _items(found: Found) -> ItemScore:
    missing = sorted(set(found.items) - set(found.documents))
    differing = [id for id, d in found.documents.items() if not _faithful(found.items[id], d)]
    late = [
        id
        for id, document in found.documents.items()
        if document.published_at != found.items[id].published_at
    ]
    return ItemScore(
        planted=len(found.items),
        found=len(found.documents),
        missing=tuple(missing),
        differing=tuple(sorted(differing)),
        wrong_time=tuple(sorted(late)),
    )


def _faithful(item: Item, document: Document) -> bool:
    """The stored text is the written text, masks apart."""
    return replaced(item.text, document.text, _text_spans(document)) is not None


def _text_spans(document: Document) -> list[Span]:
    """The masks of the text; those of the title call themselves title:… and count from its own beginning."""
    return [span for span in document.masked if not span.kind.startswith("title:")]


def _cubed(found: Found) -> Cubed:
    planted = {
        item.id: truth.event
        for truth in truths()
        for item in found.members(truth.event)
        if item.id in found.documents
    }
    clusters = {id: found.event_of(id) or f"alone:{id}" for id in planted}
    return b_cubed(planted, clusters)


def _event(found: Found, matter: str, expected: str) -> EventScore:
    members = [item.id for item in found.members(matter) if item.id in found.documents]
    held = Counter(event for id in members if (event := found.event_of(id)))
    best = min(held, key=lambda e: (-held[e], e)) if held else None
    size = sum(d.event_id == best for d in found.documents.values()) if best else 0
    raised = max((a.level for a in found.alerts_of(matter)), key=lambda v: v.rank, default=None)
    tickets = {
        ticket
        for event, name in found.matters.items()
        if name == matter
        for ticket in found.tickets.get(event, ())
    }
    return EventScore(
        matter=matter,
        event_id=best,
        share=Score(right=held[best] if best else 0, found=size, planted=len(members)),
        pieces=len(held),
        expected=LEVELS.get(expected),
        raised=raised,
        tickets_expected=sum(script.event == matter for script in load_handling()),
        tickets=len(tickets),
    )


def _alerts(found: Found) -> AlertScore:
    """Alerts that no planted event accounts for, and what became of the single texts."""
    alerted = {alert.event_id for alert in found.alerts}
    causes = {article for alert in found.alerts for article in alert.articles}
    singles = [
        (item, item.id in found.documents and _in_alert(found.documents[item.id], alerted, causes))
        for item in found.items.values()
        if item.single
    ]
    background = [a for a in found.alerts if found.matters.get(a.event_id) == BACKGROUND]
    lone = [a for a in found.alerts if found.matters.get(a.event_id) == SINGLE]
    return AlertScore(
        alerts=len(found.alerts),
        background=dict(Counter(a.level.value for a in background)),
        background_items=_items_of(found, {a.event_id for a in background}),
        by_the_letter=tuple(
            id
            for id in BY_THE_LETTER
            if id in found.documents and found.documents[id].event_id in alerted
        ),
        singles=dict(Counter(a.level.value for a in lone)),
        should=Score(
            right=sum(hit for item, hit in singles if item.should_alert),
            found=sum(hit for _, hit in singles),
            planted=sum(bool(item.should_alert) for item, _ in singles),
        ),
        false_traps=dict(
            Counter(item.trap or "" for item, hit in singles if hit and not item.should_alert)
        ),
    )


def _in_alert(document: Document, alerted: set[str], causes: set[str]) -> bool:
    return document.id in causes or (document.event_id in alerted and document.negative)


def _items_of(found: Found, events: set[str]) -> tuple[str, ...]:
    return tuple(sorted(id for id, d in found.documents.items() if d.event_id in events))


def _places(found: Found) -> Score:
    """镇街, over all annotated texts."""
    right = seen = planted = 0
    for item, document in _planted(found):
        true = {code[:9] for code in item.places if len(code) >= 9}
        codes = [*document.places, *([document.street] if document.street else [])]
        mine = {code[:9] for code in codes if len(code) >= 9}
        right, seen, planted = right + len(true & mine), seen + len(mine), planted + len(true)
    return Score(right=right, found=seen, planted=planted)


def _masks(found: Found) -> MaskScore:
    leaks: list[str] = []
    extra: Counter[str] = Counter()
    extra_items: set[str] = set()
    strings = spans = 0
    for item, document in _planted(found):
        shown = squeeze(f"{document.title or ''}\n{document.text}")
        strings += len(item.personal)
        leaks += [item.id for secret in item.personal if squeeze(secret) in shown]
        kept = sorted(_text_spans(document), key=lambda s: s.start)
        words = replaced(item.text, document.text, kept) or []
        spans += len(words)
        for span, word in zip(kept, words, strict=False):
            if not _personal(word, item):
                extra[span.kind] += 1
                extra_items.add(item.id)
    return MaskScore(
        strings=strings,
        leaks=tuple(sorted(leaks)),
        spans=spans,
        extra=dict(extra),
        extra_items=tuple(sorted(extra_items)),
    )


def _personal(word: str, item: Item) -> bool:
    secrets = [squeeze(secret) for secret in item.personal]
    return bool(BUILDING.search(word)) or any(s in word or word in s for s in secrets if word)


def _reposts(found: Found) -> Score:
    """Articles that retell another one, and those that the run has merged into another."""
    expected = {
        item.id: found.documents[item.parent]
        for item in found.items.values()
        if item.kind == "article"
        and item.parent
        and {item.id, item.parent} <= found.documents.keys()
    }
    merged = {id: d.repost_of for id, d in found.documents.items() if d.repost_of}
    right = sum(
        merged[id] in {original.id, original.repost_of}
        for id, original in expected.items()
        if id in merged
    )
    return Score(right=right, found=len(merged), planted=len(expected))


def _opinion(found: Found) -> OpinionScore:
    planted = _planted(found)
    pairs = [(POLARITY[item.polarity], d.polarity.value) for item, d in planted]
    confusion = Counter(f"{true}>{mine}" for true, mine in pairs)
    return OpinionScore(
        texts=len(pairs),
        macro_f1=macro_f1(pairs),
        appeal=sum(bool(item.appeal) == d.appeal for item, d in planted) / max(1, len(planted)),
        confusion=dict(sorted(confusion.items())),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m samples.compare", description="把一次演示运行的结果与示例县预埋的内容相比"
    )
    parser.add_argument("--home", type=Path, help="数据文件夹，默认 ./minyin-data")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings(home=chosen.home)
        if not settings.database_url and not (settings.home / "minyin.db").is_file():
            raise InputError(NO_RUN)
        engine = open_database(settings.database)
        with engine.connect().execution_options(reading=True) as connection:
            result = compare(connection)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 2
    print(result.model_dump_json(indent=1) if chosen.json else table_of(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
