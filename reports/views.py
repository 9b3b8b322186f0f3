"""What people mainly say of an event: a few of their own sentences and how many texts stand near each.

Sentences are chosen so that together they cover the most texts (greedy facility location on character pairs,
weighted by rarity); each text then belongs to its nearest sentence. No model, no wording of our own: a quote is
masked text of at most 60 characters.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from minyin.model import ArticleKind, Value
from reports.frozen import Fact, Frozen
from reports.metric_events import key_events
from reports.metric_kinds import Rows, metric, percent

QUOTE = 60
SHORTEST = 8
NEAR = 0.12  # cosine below this: the text says something else
VIEWS = 3
ENOUGH = 5  # texts needed before shares mean anything
CITIZEN = frozenset({ArticleKind.THREAD, ArticleKind.REPLY, ArticleKind.QUESTION, ArticleKind.ROW})
SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?]?")
NOT_SAID = re.compile(r"^(来电人|市民|群众)?(反映|来电)[:：，,]?|^(顶|路过|同问|楼主|回复)")

Vector = dict[str, float]


class View(Value):
    quote: str
    article_id: str
    texts: int
    total: int


def voices(facts: Sequence[Fact]) -> list[Fact]:
    """Texts by citizens that criticise or ask for something."""
    return [
        f for f in facts if f.kind in CITIZEN and f.repost_of is None and (f.negative or f.appeal)
    ]


def sentences(text: str) -> list[str]:
    """Quotable sentences.

    >>> sentences("停水三天了！顶。什么时候才能来水，给个准信行不行？")
    ['什么时候才能来水，给个准信行不行？']
    """
    found = (match.group().strip(" ，,、") for match in SENTENCE.finditer(text))
    return [s for s in found if SHORTEST <= len(s) <= QUOTE and not NOT_SAID.match(s)]


def pairs(text: str) -> Counter[str]:
    clean = "".join(ch for ch in text if "\u4e00" <= ch <= "\u9fff")
    return Counter(clean[i : i + 2] for i in range(len(clean) - 1))


def _unit(counts: Counter[str], rarity: Vector) -> Vector:
    vector = {pair: rarity.get(pair, 0.0) for pair in counts}
    size = math.sqrt(sum(v * v for v in vector.values())) or 1.0
    return {pair: v / size for pair, v in vector.items()}


def _cosine(a: Vector, b: Vector) -> float:
    small, large = (a, b) if len(a) < len(b) else (b, a)
    return sum(v * large.get(pair, 0.0) for pair, v in small.items())


def main_views(facts: Sequence[Fact]) -> tuple[View, ...]:
    """Up to three views, most shared first; none where nobody said a quotable sentence."""
    said = voices(facts)
    bags = [pairs(f.excerpt) for f in said]
    spread = Counter(pair for bag in bags for pair in bag)
    rarity = {p: math.log((1 + len(bags)) / n) for p, n in spread.items() if n > 1}
    texts = [_unit(bag, rarity) for bag in bags]
    candidates = [(s, i) for i, f in enumerate(said) for s in sentences(f.excerpt)]
    near = [[_cosine(_unit(pairs(s), rarity), t) for t in texts] for s, _ in candidates]
    chosen = _cover(near, len(texts))
    return _views(said, candidates, near, chosen)


def _cover(near: list[list[float]], texts: int) -> list[int]:
    """Indices of the sentences that add the most coverage, one after the other."""
    best = [0.0] * texts
    chosen: list[int] = []
    for _ in range(min(VIEWS, len(near))):
        gains = [
            sum(max(0.0, value - have) for value, have in zip(row, best, strict=True))
            for row in near
        ]
        index = max(range(len(gains)), key=lambda i: (gains[i], -i))
        if gains[index] <= 0 and chosen:
            break
        chosen.append(index)
        best = [max(have, value) for have, value in zip(best, near[index], strict=True)]
    return chosen


def _views(
    said: list[Fact],
    candidates: list[tuple[str, int]],
    near: list[list[float]],
    chosen: list[int],
) -> tuple[View, ...]:
    counts = dict.fromkeys(chosen, 0)
    for text in range(len(said)):
        if chosen:
            index = max(chosen, key=lambda c: (near[c][text], -c))
            counts[index] += near[index][text] >= NEAR
    ranked = sorted(chosen, key=lambda c: (-counts[c], c))
    return tuple(
        View(
            quote=candidates[c][0].rstrip("。").replace("“", "‘").replace("”", "’"),
            article_id=said[candidates[c][1]].id,
            texts=counts[c],
            total=len(said),
        )
        for c in ranked
        if counts[c] > 0 or len(said) < ENOUGH
    )


@metric("view_share", "观点占比", "%", "与该观点相近的网民负面或诉求文本 ÷ 该事件网民负面或诉求文本", "该事件网民负面或诉求文本")
def _view_share(frozen: Frozen) -> Rows:
    rows: dict[str, float | None] = {}
    for event in key_events(frozen):
        for number, view in enumerate(main_views(frozen.members.get(event, ())), 1):
            rows[f"{event}#{number}"] = percent(view.texts, view.total)
    return rows


@metric("view_texts", "观点文本量", "条", "该事件网民负面或诉求文本条数")
def _view_texts(frozen: Frozen) -> Rows:
    return {
        event: float(len(voices(frozen.members.get(event, ())))) for event in key_events(frozen)
    }
