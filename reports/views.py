"""What people mainly say of an event, in the brief: the views found by `nlp.event.views` with their shares as metrics."""

from collections.abc import Sequence
from functools import lru_cache

from minyin.model import ArticleKind
from nlp.event.views import View
from nlp.event.views import main_views as views_of
from reports.frozen import Fact, Frozen
from reports.metric_events import key_events
from reports.metric_kinds import Rows, metric, percent

CITIZEN = frozenset({ArticleKind.THREAD, ArticleKind.REPLY, ArticleKind.QUESTION, ArticleKind.ROW})


def voices(facts: Sequence[Fact]) -> list[Fact]:
    """Texts by citizens that criticise or ask for something."""
    return [
        f for f in facts if f.kind in CITIZEN and f.repost_of is None and (f.negative or f.appeal)
    ]


@lru_cache(maxsize=64)
def main_views(facts: tuple[Fact, ...]) -> tuple[View, ...]:
    """Up to three views, most shared first; none where nobody said a quotable sentence."""
    return views_of([(fact.id, fact.excerpt) for fact in voices(facts)])


@metric(
    "view_share",
    "观点占比",
    "%",
    "与该观点相近的网民负面或诉求文本 ÷ 该事件网民负面或诉求文本",
    "该事件网民负面或诉求文本",
)
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
