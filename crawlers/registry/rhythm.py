"""What is usual for a source, learned from its own crawls, and what is not: silence, a changed layout, errors.

Pure: a history in, warnings out, each with the numbers that show it. Left to others: keeping the history
(`crawlers.registry.history`) and telling people (flows.health, the console, the brief's annex by way of the health note).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from pydantic import AwareDatetime, Field

from minyin.model import Value

# Fewer arrivals than this teach no rhythm, and the default holds
ENOUGH_ARRIVALS = 8
UNLEARNED = timedelta(hours=24)
SHORTEST, LONGEST = timedelta(hours=6), timedelta(days=45)
# Silence is unusual when it lasts this many times the longest usual gap (the 95th percentile)
TOLERANCE = 2.0
# A layout is judged on so many articles of late against so many before
RECENT, BASELINE = 10, 20
NAMES = {"title": "标题", "author": "作者", "outlet": "来源"}
LOST = ("rejected/empty", "rejected/no_time", "rejected/no_items")


class Crawl(Value):
    """One crawl of one source."""

    finished_at: AwareDatetime
    outcomes: dict[str, int]
    articles: int = 0
    filled: dict[str, int] = Field(default_factory=dict)

    @property
    def new(self) -> int:
        return self.outcomes.get("stored", 0) + self.outcomes.get("updated", 0)

    def count(self, *heads: str) -> int:
        return sum(n for name, n in self.outcomes.items() if name.startswith(heads))


def expected_gap(history: Sequence[Crawl]) -> timedelta | None:
    """The longest gap between arrivals that is usual for the source; None before it is known.

    `history` is in order of time. The first crawl is no arrival: it takes in what had gathered before.
    """
    arrivals = [crawl.finished_at for crawl in history[1:] if crawl.new]
    if len(arrivals) < ENOUGH_ARRIVALS:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(arrivals))
    return gaps[min(len(gaps) - 1, int(0.95 * len(gaps)))]


def warnings(history: Sequence[Crawl], now: datetime) -> list[str]:
    """What is wrong with a source as people read it, the gravest first; empty when nothing is."""
    found = [*_errors(history), *_layout(history), *_silence(history, now)]
    return [text for text in found if text]


def _silence(history: Sequence[Crawl], now: datetime) -> Iterable[str]:
    if not history:
        return
    usual = expected_gap(history)
    limit = UNLEARNED if usual is None else min(max(usual * TOLERANCE, SHORTEST), LONGEST)
    arrivals = [crawl.finished_at for crawl in history if crawl.new]
    since = arrivals[-1] if arrivals else history[0].finished_at
    if now - since > limit:
        learned = f"平常最多 {span_text(usual)}" if usual else "尚不知其常态，按 24 小时计"
        yield f"已 {span_text(now - since)}没有新数据（{learned}）"


def _errors(history: Sequence[Crawl]) -> Iterable[str]:
    if not history:
        return
    last = history[-1]
    asked = sum(last.outcomes.values()) - last.count("skipped")
    failed = last.count("failed", "quarantined")
    if failed and (failed >= 3 or failed * 5 >= asked) and failed * 20 >= asked:
        yield f"采集失败 {failed} 次（共请求 {asked} 次）"
    down = last.count("skipped/site_down", "skipped/put_off")
    if down:
        yield f"网站连续出错或要求稍后再来，{down} 个网址没有采"


def _layout(history: Sequence[Crawl]) -> Iterable[str]:
    recent, before = _split(history)
    if recent is None or before is None:
        return
    for field, name in NAMES.items():
        was, now = (
            share(before.filled.get(field, 0), before.articles),
            share(recent.filled.get(field, 0), recent.articles),
        )
        if was >= 0.5 and now < was / 2:
            yield f"疑似改版：{name}的提取率由 {was:.0%} 降到 {now:.0%}（近 {recent.articles} 篇）"
    was, now = _lost(before), _lost(recent)
    if now >= 0.5 and now > 2 * was:
        yield f"疑似改版：提不出正文、时间或列表的页面由 {was:.0%} 升到 {now:.0%}"


def _split(history: Sequence[Crawl]) -> tuple[Crawl | None, Crawl | None]:
    """The latest crawls that together saw RECENT pages, and all before them; None where there are too few."""
    seen = 0
    for start in range(len(history) - 1, -1, -1):
        seen += _pages(history[start])
        if seen >= RECENT:
            recent, before = pooled(history[start:]), pooled(history[:start])
            return recent, before if _pages(before) >= BASELINE else None
    return None, None


def pooled(history: Sequence[Crawl]) -> Crawl:
    """Several crawls as one."""
    outcomes: dict[str, int] = {}
    filled: dict[str, int] = {}
    for crawl in history:
        for name, number in crawl.outcomes.items():
            outcomes[name] = outcomes.get(name, 0) + number
        for name, number in crawl.filled.items():
            filled[name] = filled.get(name, 0) + number
    at = history[-1].finished_at if history else datetime.fromisoformat("1970-01-01T00:00:00Z")
    articles = sum(crawl.articles for crawl in history)
    return Crawl(finished_at=at, outcomes=outcomes, articles=articles, filled=filled)


def _pages(crawl: Crawl) -> int:
    """Pages that gave articles or should have."""
    return crawl.new + crawl.count(*LOST)


def _lost(crawl: Crawl) -> float:
    return share(crawl.count(*LOST), _pages(crawl))


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def span_text(span: timedelta) -> str:
    """
    >>> span_text(timedelta(hours=30)), span_text(timedelta(days=3))
    ('30 小时', '3 天')
    """
    hours = round(span.total_seconds() / 3600)
    return f"{hours} 小时" if hours < 48 else f"{round(hours / 24)} 天"


def pages_note(outcomes: Mapping[str, int], names: Mapping[str, str]) -> list[str]:
    """What became of the pages that gave nothing, most frequent first."""
    parts = []
    for name, number in sorted(outcomes.items(), key=lambda item: -item[1]):
        head, _, reason = name.partition("/")
        if head in ("failed", "rejected", "quarantined") or name in names:
            parts.append(f"{names.get(name, f'出错（{reason}）')} {number} 个")
    return parts
