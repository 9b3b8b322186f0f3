"""Some six thousand documents from the sample county's own texts: each as planted, then twice recombined, then hostile ones.

A recombined document has the first half of one text and the second half of another, by sentences, with a time, an
address and fields of its own; `parts` names the written texts in it, so what was planted in them is still known.
"""

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from index.ast import Node
from index.names import names_of
from index.query import parse
from minyin.clock import SHANGHAI, fixed_clock
from minyin.county import County, load_county
from minyin.identity import article_id
from minyin.model import ArticleKind, Channel, Context, Document, Polarity, Span
from nlp.words import Segmenter
from samples.planted import Item
from samples.singles import all_items
from tests.support.index_documents import document as hostile

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)
HOSTILE = 240
CHANNELS = {"forum": Channel.FORUM, "gov": Channel.GOV, "news": Channel.NEWS, "portal": Channel.APP}
CHANNELS |= {"wechat": Channel.WECHAT, "wenzheng": Channel.BOARD}
CHANNELS |= {"hotline": Channel.HOTLINE, "grid": Channel.GRID}
POLARITIES = {"neg": Polarity.NEGATIVE, "neu": Polarity.NEUTRAL, "pos": Polarity.POSITIVE}
PHONE = re.compile(r"1\d{10}")

Cut = Callable[[str], list[str]]


class Corpus(NamedTuple):
    """Documents, and for each id the written texts in it (none for the hostile ones)."""

    documents: tuple[Document, ...]
    parts: dict[str, tuple[Item, ...]]
    cut: Cut


@cache
def county() -> County:
    return load_county("pizhou")


def tree(question: str) -> Node:
    """A question read at the corpus' own time, with the county's names."""
    return parse(question, clock=fixed_clock(NOW), names=names_of(county()))


@cache
def corpus() -> Corpus:
    """The same documents on every machine."""
    cut = Segmenter(county()).cut
    dice = random.Random(20261101)
    items = all_items()
    made = [(_planted(item, dice), (item,)) for item in items]
    for turn in (1, 2):
        others = list(items)
        dice.shuffle(others)
        pairs = zip(items, others, strict=True)
        made += [(_recombined(a, b, dice, turn), (a, b)) for a, b in pairs]
    strange = [
        hostile(dice, serial).but(words_title="", words_text="") for serial in range(HOSTILE)
    ]
    documents = tuple(
        _segmented(d, cut) for d in (*(d for d, _ in made), *strange, *_edges(strange[0]))
    )
    return Corpus(documents, {document.id: parts for document, parts in made}, cut)


def _segmented(document: Document, cut: Cut) -> Document:
    return document.but(
        words_title=" ".join(cut(document.title or "")), words_text=" ".join(cut(document.text))
    )


def _planted(item: Item, dice: random.Random) -> Document:
    text, masked = _masked(item.text)
    return _document(item, item.title, text, item.published_at, item.id, dice).but(masked=masked)


def _recombined(first: Item, second: Item, dice: random.Random, turn: int) -> Document:
    head, tail = _sentences(first.text), _sentences(second.text)
    text, masked = _masked("".join([*head[: (len(head) + 1) // 2], *tail[len(tail) // 2 :]]))
    at = NOW - timedelta(minutes=dice.randrange(60 * 24 * 95), seconds=dice.choice((0, 0, 30)))
    made = _document(first, second.title, text, at, f"{first.id}-{turn}", dice)
    topics = tuple(dict.fromkeys((first.topic, second.topic)))
    return made.but(
        masked=masked,
        topics=topics,
        topic=topics[0],
        score=round(dice.random(), 3),
        severity=dice.randint(0, 4),
        contexts=tuple(dice.sample(list(Context), dice.choice((0, 0, 1, 2)))),
        repost_of=article_id(f"http://bbs.example.cn/{second.id}") if dice.random() < 0.1 else None,
        casualties=dice.choice((0, 0, 0, 0, 1, 3)),
    )


def _document(
    item: Item, title: str | None, text: str, at: datetime, serial: str, dice: random.Random
) -> Document:
    url = f"http://{item.site}.example.cn/{serial}.html"
    streets = [code for code in item.places if len(code) == 9]
    villages = [code for code in item.places if len(code) == 12]
    street = streets[0] if streets else villages[0][:9] if villages else None
    return Document(
        id=article_id(url),
        source_id=f"demo-{item.site}",
        source_name=f"示例{item.site}（演示）",
        external_id=item.id if item.site in ("hotline", "grid") else None,
        url=url,
        channel=CHANNELS[item.site],
        kind=ArticleKind(item.kind),
        tier=dice.randint(1, 5),
        parent_id=item.parent,
        title=title,
        text=text,
        outlet=item.source,
        author_hash=f"a{dice.randrange(400):03}" if item.author else None,
        published_at=at,
        collected_at=at + timedelta(minutes=dice.randrange(600)),
        views=item.views,
        interactions=item.likes,
        street=street,
        village=villages[0] if villages else None,
        places=item.places,
        place_names=tuple(dict.fromkeys(county().place_name(code) for code in item.places)),
        place_conf=dice.choice((0.5, 0.85, 1.0)) if item.places else 0.0,
        relevant=bool(item.places),
        topics=(item.topic,),
        topic=item.topic,
        severity=dice.randint(0, 2) + 2 * item.urgent,
        polarity=POLARITIES[item.polarity],
        score=round(dice.random(), 3),
        confidence=round(dice.random(), 2),
        appeal=bool(item.appeal),
        urgent=bool(item.urgent),
        contexts=(),
        casualties=0,
        mask_version="1",
        event_id=f"PZ-E-{item.event}" if item.event else None,
    )


def _edges(pattern: Document) -> list[Document]:
    """What only a fault would make: values at the limits of both engines."""
    long_url = "http://bbs.example.cn/" + "long/" * 2_000
    edges = (
        {"text": "x" * 150 + " " + "9" * 64 + "停水"},
        {"text": "零宽\u200b空格：停\u200b水，停\n\n电，ｗｉｆｉ与㎡、①②、Ⅳ、é、ß"},
        {"outlet": "back\\slash"},
        {"outlet": "tab\there"},
        {"outlet": 'quo"te'},
        {"outlet": "and"},
        {"outlet": "媒体，有　全角：符号（号）"},
        {"outlet": "😡"},
        {"url": long_url, "external_id": "长" * 9_000},
        {"title": "。。。", "text": "，，，"},
        {"published_at": datetime(1969, 12, 31, 23, 59, tzinfo=SHANGHAI), "views": 2**53},
        {"published_at": datetime(2038, 1, 19, 12, 0, tzinfo=SHANGHAI), "score": 1.0},
        {"collected_at": datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=SHANGHAI)},
    )
    return [
        pattern.but(id=f"edge-{n}", title=None, text="边上", masked=()).but(**edge)
        for n, edge in enumerate(edges)
    ]


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^。！？!?\n]+[。！？!?\n]*|[。！？!?\n]+", text)


def _masked(text: str) -> tuple[str, tuple[Span, ...]]:
    """Telephone numbers as the masker leaves them."""
    text, marks = PHONE.sub("[电话]", text), []
    for match in re.finditer(re.escape("[电话]"), text):
        marks.append(Span(start=match.start(), end=match.end(), kind="phone"))
    return text, tuple(marks)
