"""What the rules look at: the numbers of one event at one moment, from its documents.

Pure: documents in, numbers out. A document counts from the moment it was published, so a back-fill sees what a live
run would have seen. Left to others: which number makes which level (grading) and when to look (watch).
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
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


def official(document: Document) -> bool:
    """An authority's own answer: counted as information, never as a voice against or an appeal."""
    return (
        document.kind is ArticleKind.OFFICIAL_REPLY or Context.OFFICIAL_REPLY in document.contexts
    )


def counts_against(document: Document) -> bool:
    """A negative item that passes the hard gates (DOMAIN §3.3)."""
    return document.negative and document.alertable and not official(document)


class History:
    """An event's documents in time order, cut into windows without walking them again."""

    def __init__(self, documents: Iterable[Document]) -> None:
        adverts_out = (d for d in documents if Context.ADVERT not in d.contexts)
        self.documents = sorted(adverts_out, key=lambda d: (d.published_at, d.id))
        self._times = [d.published_at for d in self.documents]
        self.originals = [d for d in self.documents if d.repost_of is None]
        self._original_times = [d.published_at for d in self.originals]

    def window(self, at: datetime, span: timedelta) -> list[Document]:
        """Documents of (at - span, at], reposts included."""
        return self.documents[bisect_right(self._times, at - span) : bisect_right(self._times, at)]

    def items(self, at: datetime, span: timedelta) -> int:
        """How many originals in (at - span, at]."""
        times = self._original_times
        return bisect_right(times, at) - bisect_right(times, at - span)

    def up_to(self, at: datetime) -> list[Document]:
        return self.documents[: bisect_right(self._times, at)]

    def gate(self, at: datetime) -> Context | None:
        """The excluding context that most items so far carry, if any (演练、旧闻、外地)."""
        voices = [d for d in self.up_to(at) if not official(d)]
        marked = [context for d in voices for context in d.contexts if context in GATING]
        carrying = sum(1 for d in voices if GATING & set(d.contexts))
        if not voices or carrying <= GATE_SHARE * len(voices):
            return None
        return max(sorted(set(marked)), key=marked.count)


def measure(
    history: History,
    at: datetime,
    *,
    overdue_tickets: int = 0,
    repeats_since: datetime | None = None,
) -> dict[str, float]:
    """Every feature of FEATURES at `at`; `repeats_since` leaves out appeals that have had their answer."""
    day = history.window(at, DAY)
    against = [d for d in day if counts_against(d)]
    originals_against = [d for d in against if d.repost_of is None]
    items_24h = history.items(at, DAY)
    so_far = history.up_to(at)
    return {
        "items_1h": history.items(at, HOUR),
        "items_6h": history.items(at, 6 * HOUR),
        "items_24h": items_24h,
        "items_total": sum(d.repost_of is None for d in so_far),
        "negative_24h": len(originals_against),
        "negative_share_24h": len(originals_against) / items_24h if items_24h else 0.0,
        "platforms_24h": len(_platforms(day)),
        "negative_platforms_24h": len(_platforms(against)),
        "authors_24h": len({d.author_hash for d in day if d.author_hash}),
        "interactions": sum(d.interactions for d in so_far),
        "velocity": _velocity(history, at),
        "overdue_tickets": overdue_tickets,
        "growing": float(len(originals_against) > _against_before(history, at)),
        **_gravity(day, against),
        **_media(originals_against),
        "repeat_7d": sum(
            repeats(d)
            for d in history.window(at, WEEK)
            if repeats_since is None or d.published_at > repeats_since
        ),
    }


def platforms(documents: Sequence[Document]) -> tuple[str, ...]:
    """The platforms of some documents, in a fixed order."""
    return tuple(sorted(_platforms(documents)))


def _platforms(documents: Sequence[Document]) -> set[str]:
    return {d.platform for d in documents if d.channel not in NO_PLATFORM}


def _velocity(history: History, at: datetime) -> float:
    usual = median(history.items(at - days * DAY, HOUR) for days in range(1, 29))
    return history.items(at, HOUR) / max(1.0, usual)


def _against_before(history: History, at: datetime) -> int:
    before = history.window(at - DAY, DAY)
    return sum(counts_against(d) and d.repost_of is None for d in before)


def _gravity(day: Sequence[Document], against: Sequence[Document]) -> dict[str, float]:
    sure = [d for d in against if d.place_conf >= PLACE_SURE]
    claims = [
        d for d in day if d.alertable and not official(d) and Context.DENIAL not in d.contexts
    ]
    return {
        "severity": max((d.severity for d in against), default=0),
        "single_severity": max((d.severity for d in sure), default=0),
        "casualties": max((d.casualties for d in claims), default=0),
        "confirmed_casualties": max((d.casualties for d in claims if _confirms(d)), default=0),
    }


def _confirms(document: Document) -> bool:
    return document.tier <= 4 and document.channel in MEDIA | {Channel.GOV}


def _media(against: Sequence[Document]) -> dict[str, float]:
    """Reports, not reposts: a portal that copies a report adds a platform, no medium."""
    tiers = [d.tier for d in against if d.channel in MEDIA]
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
