"""The written quarter as values: every text that stands on a page, and what was planted in it.

Left to others: when and where the single texts appear (`samples.singles`), and how pages look (`samples.kinds`).
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime

from minyin.model import Value

DATA = Path(__file__).parent / "data"
NOTICE = "演示数据，纯属虚构"


class Item(Value):
    """One written text. `should_alert` and `trap` are set on single texts only, `event` on planted ones."""

    id: str
    event: str | None = None
    site: str
    kind: str
    parent: str | None = None
    published_at: AwareDatetime
    title: str | None = None
    author: str | None = None
    source: str | None = None
    text: str
    places: tuple[str, ...] = ()
    topic: str
    polarity: str
    appeal: int
    urgent: int
    likes: int = 0
    views: int = 0
    personal: tuple[str, ...] = ()
    note: str | None = None
    should_alert: bool | None = None
    trap: str | None = None

    @property
    def single(self) -> bool:
        """One of the 860 texts that stand alone, annotated without places or personal strings."""
        return self.trap is not None

    @property
    def heading(self) -> str:
        """The title, or one cut honestly from the text."""
        return self.title or cut_title(self.text)


class Truth(Value):
    """One planted event and the level that a careful reader expects for it."""

    event: str
    name: str
    kind: str
    places: tuple[str, ...]
    topic: str
    first: AwareDatetime
    last: AwareDatetime
    matters: int
    relevant: bool
    expected: str
    why: str
    story: str
    items: int
    hotline_rows: int


def cut_title(text: str, limit: int = 24) -> str:
    """The first sentence, cut at its last natural stop within `limit` characters.

    >>> cut_title("媳妇给批了半天假，只有半天。沿河那一段水流太急。")
    '媳妇给批了半天假，只有半天'
    >>> cut_title("俺家在陈楼袁湾，变压器就挂在山墙外头一胳膊远，夜里嗡嗡响，床头的铁架子摸着手麻。")
    '俺家在陈楼袁湾，变压器就挂在山墙外头一胳膊远'
    """
    sentence = text.strip()
    for index, character in enumerate(sentence):
        if character in "。！？!?；;\n" and index >= 4:
            sentence = sentence[: index + (character in "？?！!")]
            break
    if len(sentence) <= limit:
        return sentence
    stops = [i for i, c in enumerate(sentence[: limit + 1]) if c in "，,、：: " and i >= 6]
    return sentence[: stops[-1]] if stops else sentence[: limit - 1] + "…"


def read_jsonl(name: str) -> list[dict[str, Any]]:
    """The rows of one file under `samples/data`."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@cache
def planted_items() -> tuple[Item, ...]:
    """The 1,093 texts of the quarter, in order of time."""
    return tuple(Item.model_validate(row) for row in read_jsonl("items.jsonl"))


@cache
def truths() -> tuple[Truth, ...]:
    """The planted events."""
    rows = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))
    return tuple(Truth.model_validate(row) for row in rows)
