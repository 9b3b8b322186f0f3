"""What the rules look at: the numbers of one event at one moment, from its documents.

Pure: documents in, numbers out. A document counts from the moment it was published, so a back-fill sees what a live
run would have seen. Left to others: which number makes which level (grading) and when to look (watch).
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median

from minyin.model import ArticleKind, Channel, Context, Document

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

# DOMAIN §3.3; docs/alerts.md says the same at length and a test holds the two together
FEATURES = {
    "items_1h": "1 小时内信息条数（转载不重复计）",
    "items_6h": "6 小时内信息条数（转载不重复计）",
    "items_24h": "24 小时内信息条数（转载不重复计）",
    "items_total": "累计信息条数（转载不重复计）",
    "negative_24h": "24 小时内负面信息条数（转载不重复计）",
    "negative_share_24h": "24 小时内负面信息占比（0–1）",
    "platforms_24h": "24 小时内出现的平台数（转载计入）",
    "negative_platforms_24h": "24 小时内出现负面信息的平台数（转载计入）",
    "authors_24h": "24 小时内发布者数（按不可逆哈希去重）",
    "interactions": "累计互动量（点赞、评论、转发）",
    "velocity": "1 小时信息条数与此前 28 天同一小时中位数（不足 1 按 1 计）之比",
    "severity": "24 小时内负面信息的最高主题严重度（1–4）",
    "single_severity": "24 小时内地点置信度不低于 0.7 的负面信息的最高主题严重度，没有为 0",
    "casualties": "24 小时内说法中的死亡、失联、被困最高人数（未经核实）",
    "confirmed_casualties": "24 小时内政府或一至四级媒体确认的死亡、失联、被困最高人数",
    "negative_local_media": "24 小时内市、县级媒体负面报道篇数",
    "negative_provincial_media": "24 小时内省级媒体负面报道篇数",
    "negative_central_media": "24 小时内中央媒体负面报道篇数",
    "repeat_7d": "7 日内 12345 来件和问政留言中的诉求件数（表扬不计）",
    "overdue_tickets": "已超期仍未反馈的关联工单件数",
    "growing": "24 小时内负面信息多于前一个 24 小时为 1，否则为 0",
}
PLACE_SURE = 0.7
MEDIA = frozenset({Channel.NEWS, Channel.APP, Channel.PRINT, Channel.VIDEO})
# a grid walk is the county's own record of what it heard: it tells, but it is no further place where people talk
NO_PLATFORM = frozenset({Channel.GRID})
# contexts that speak of the whole matter, not of one text: most items carrying one gate the event
GATING = frozenset({Context.DRILL, Context.OLD_NEWS, Context.ELSEWHERE, Context.HISTORY})
GATE_SHARE = 0.5
# one unsure judgement is no alarm: see docs/decisions.md
OPINION_SURE = 0.6


def official(document: Document) -> bool:
    """An authority's own answer: counted as information, never as a voice against or an appeal."""
    return (
        document.kind is ArticleKind.OFFICIAL_REPLY or Context.OFFICIAL_REPLY in document.contexts
    )


def counts_against(document: Document) -> bool:
    """A negative item that passes the hard gates (DOMAIN §3.3)."""
    return document.negative and document.alertable and not official(document)


def clear(document: Document) -> bool:
    """Fit to raise an alert alone: its polarity is sure and it is worth one; others wait for a person (DOMAIN §7.4)."""
    return document.confidence >= OPINION_SURE and Context.MILD not in document.contexts


class Series:
    """Documents in time order; a window is two bisections."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = sorted(documents, key=lambda d: (d.published_at, d.id))
        self.times = [d.published_at for d in self.documents]

    def window(self, at: datetime, span: timedelta) -> list[Document]:
        """Documents of (at - span, at]."""
        return self.documents[bisect_right(self.times, at - span) : bisect_right(self.times, at)]

    def count(self, at: datetime, span: timedelta) -> int:
        return bisect_right(self.times, at) - bisect_right(self.times, at - span)

    def seen(self, at: datetime) -> int:
        """How many there were by then."""
        return bisect_right(self.times, at)


class History(Series):
    """An event's documents, sorted once into what the features count.

    A moment then costs its own day and not the event's life: with 5,000 items in three days the first version
    needed 35 ms a moment, most of it asking every document again what it is.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        super().__init__(d for d in documents if Context.ADVERT not in d.contexts)
        said = self.documents
        self.originals = Series(d for d in said if d.repost_of is None)
        self.against = Series(d for d in said if counts_against(d))
        self.original_against = Series(d for d in self.against.documents if d.repost_of is None)
        self.reports = Series(
            d for d in self.original_against.documents if d.channel in MEDIA and clear(d)
        )
        self.claims = Series(d for d in said if claims(d))
        self.appeals = Series(d for d in said if repeats(d))
        self.platforms = _by_platform(said)
        self.platforms_against = _by_platform(self.against.documents)
        self._interactions = [0, *accumulate(d.interactions for d in said)]
        self._voices = [0, *accumulate(not official(d) for d in said)]
        self._carrying = [0, *accumulate(_gated(d) for d in said)]

    def gate(self, at: datetime) -> Context | None:
        """The excluding context that most items so far carry, if any (演练、旧闻、外地)."""
        n = self.seen(at)
        if not n or self._carrying[n] <= GATE_SHARE * self._voices[n]:
            return None
        marked = [c for d in self.documents[:n] if _gated(d) for c in d.contexts if c in GATING]
        return max(sorted(set(marked)), key=marked.count)

    def interactions(self, at: datetime) -> int:
        return self._interactions[self.seen(at)]


def _gated(document: Document) -> bool:
    return not official(document) and not GATING.isdisjoint(document.contexts)


def claims(document: Document) -> bool:
    """A number of dead, missing or trapped that is said and not denied."""
    return (
        document.casualties > 0
        and document.alertable
        and not official(document)
        and Context.DENIAL not in document.contexts
    )


def _by_platform(documents: Iterable[Document]) -> dict[str, Series]:
    groups: dict[str, list[Document]] = {}
    for document in documents:
        if document.channel not in NO_PLATFORM:
            groups.setdefault(document.platform, []).append(document)
    return {name: Series(found) for name, found in groups.items()}


def measure(
    history: History,
    at: datetime,
    *,
    overdue_tickets: int = 0,
    repeats_since: datetime | None = None,
) -> dict[str, float]:
    """Every feature of FEATURES at `at`; `repeats_since` leaves out appeals that have had their answer."""
    items_24h = history.originals.count(at, DAY)
    negative_24h = history.original_against.count(at, DAY)
    week = at - WEEK if repeats_since is None else max(at - WEEK, repeats_since)
    return {
        "items_1h": history.originals.count(at, HOUR),
        "items_6h": history.originals.count(at, 6 * HOUR),
        "items_24h": items_24h,
        "items_total": history.originals.seen(at),
        "negative_24h": negative_24h,
        "negative_share_24h": negative_24h / items_24h if items_24h else 0.0,
        "platforms_24h": _count(history.platforms, at),
        "negative_platforms_24h": _count(history.platforms_against, at),
        "authors_24h": len({d.author_hash for d in history.window(at, DAY) if d.author_hash}),
        "interactions": history.interactions(at),
        "velocity": _velocity(history, at),
        "overdue_tickets": overdue_tickets,
        "growing": float(negative_24h > history.original_against.count(at - DAY, DAY)),
        **_gravity(history, at),
        **_media(history, at),
        "repeat_7d": history.appeals.seen(at) - history.appeals.seen(week),
    }


def _count(platforms: dict[str, Series], at: datetime) -> int:
    return sum(series.count(at, DAY) > 0 for series in platforms.values())


def platforms(history: History, at: datetime) -> tuple[str, ...]:
    """Where it was said in the last 24 hours, in a fixed order."""
    return tuple(sorted(n for n, series in history.platforms.items() if series.count(at, DAY)))


def _velocity(history: History, at: datetime) -> float:
    items = history.originals
    usual = median(items.count(at - days * DAY, HOUR) for days in range(1, 29))
    return items.count(at, HOUR) / max(1.0, usual)


def _gravity(history: History, at: datetime) -> dict[str, float]:
    against = history.against.window(at, DAY)
    claimed = history.claims.window(at, DAY)
    sure = (d.severity for d in against if d.place_conf >= PLACE_SURE and clear(d))
    confirmed = (d.casualties for d in claimed if _confirms(d))
    return {
        "severity": max((d.severity for d in against), default=0),
        "single_severity": max(sure, default=0),
        "casualties": max((d.casualties for d in claimed), default=0),
        "confirmed_casualties": max(confirmed, default=0),
    }


def _confirms(document: Document) -> bool:
    return document.tier <= 4 and document.channel in MEDIA | {Channel.GOV}


def _media(history: History, at: datetime) -> dict[str, float]:
    """Reports, not reposts: a portal that copies a report adds a platform, no medium."""
    tiers = [d.tier for d in history.reports.window(at, DAY)]
    return {
        "negative_local_media": sum(tier in (3, 4) for tier in tiers),
        "negative_provincial_media": tiers.count(2),
        "negative_central_media": tiers.count(1),
    }


def repeats(document: Document) -> bool:
    """A hotline row or a question on the board that asks for something."""
    return (
        (document.channel is Channel.HOTLINE or document.kind is ArticleKind.QUESTION)
        and document.appeal
        and document.alertable
        and not official(document)
    )
