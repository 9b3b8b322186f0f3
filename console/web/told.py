"""What the event page tells of an event beside its lists: key phrases, a summary, views, spread."""

from collections import Counter
from collections.abc import Sequence

from minyin.model import ArticleKind, Document, Value
from nlp.event.keywords import Cut, keyphrases
from nlp.event.summary import Sentence, Source, summarise
from nlp.event.views import View, main_views

READ = 300  # articles of a loud event that are read for this; more change nothing that is shown
SAID_BY_CITIZENS = frozenset(
    {ArticleKind.THREAD, ArticleKind.REPLY, ArticleKind.QUESTION, ArticleKind.ROW}
)
TRUST = {
    1: 1.6,
    2: 1.5,
    3: 1.4,
    4: 1.4,
}  # of a sentence, by tier: facts first, a forum post counts 1
TIERS = {1: "中央媒体", 2: "省级媒体", 3: "市级媒体", 4: "县级媒体与政务", 5: "论坛与自媒体"}


class Told(Value):
    phrases: tuple[tuple[str, int], ...]
    summary: tuple[Sentence, ...]
    views: tuple[View, ...]
    first: Document | None  # who said it first
    tiers: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]  # sub-topics: topic code, articles


def told(members: Sequence[Document], cut: Cut) -> Told:
    """Of an event's articles, oldest first."""
    own = [one for one in members if one.repost_of is None and one.kind is not ArticleKind.OFFICIAL_REPLY]  # fmt: skip
    own = own[:: max(1, -(-len(own) // READ))]
    return Told(
        phrases=tuple(keyphrases([f"{one.title or ''}。{one.text[:500]}" for one in own], cut)),
        summary=summarise([_source(one) for one in own if one.kind is not ArticleKind.REPLY]),
        views=main_views([(one.id, one.text) for one in own if _voice(one)]),
        first=next((one for one in members if one.channel.public), None),
        tiers=tuple(
            (TIERS[tier], n) for tier, n in sorted(Counter(one.tier for one in members).items())
        ),
        topics=tuple(Counter(code for one in own for code in one.topics).most_common(4)),
    )


def _source(one: Document) -> Source:
    return Source(id=one.id, text=one.text, at=one.published_at, trust=TRUST.get(one.tier, 1.0))


def _voice(one: Document) -> bool:
    return one.kind in SAID_BY_CITIZENS and (one.negative or one.appeal)
