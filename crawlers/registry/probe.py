"""A source tried before it is trusted: a few of its articles by a real crawl into a folder that is thrown away.

The same politeness, locks and stop marks hold as in any crawl; nothing reaches the inbox, the ledger or the evidence.
"""

import tempfile
from pathlib import Path

from crawlers.archive.inbox import open_inbox
from crawlers.crawl import Plan, control_folder, crawl
from minyin.model import Article, Value
from minyin.settings import Settings
from minyin.source import Source

ARTICLES = 10
# Of the articles tried, so many must have the field; authors and outlets are often not named at all
NEEDED = {"title": 0.8, "text": 0.9, "published_at": 0.9}
NAMES = {
    "title": "标题",
    "text": "正文",
    "published_at": "发布时间",
    "author": "作者",
    "outlet": "来源",
}


class Probe(Value):
    """What a trial gave."""

    articles: tuple[Article, ...]
    outcomes: dict[str, int]

    @property
    def asked(self) -> int:
        """Pages that should have given an article."""
        given = sum(n for name, n in self.outcomes.items() if name in ("stored", "unchanged"))
        lost = sum(
            n
            for name, n in self.outcomes.items()
            if name.startswith(("rejected/empty", "rejected/no_time", "quarantined"))
        )
        return given + lost

    def filled(self, field: str) -> float:
        """The share of pages asked for that gave this field."""
        if field in ("text", "published_at"):
            without = "rejected/empty" if field == "text" else "rejected/no_time"
            return 1 - self.outcomes.get(without, 0) / self.asked if self.asked else 0.0
        held = {"title": "title", "author": "author_hash", "outlet": "outlet"}[field]
        # a reply has no title of its own
        asked = [a for a in self.articles if field != "title" or a.parent_id is None]
        got = sum(getattr(article, held) is not None for article in asked)
        return got / len(asked) if asked else 0.0

    @property
    def faults(self) -> list[str]:
        """Why the source must not be registered as it is; empty when it may."""
        if not self.articles:
            return ["一篇文章也没有采到"]
        return [
            f"{NAMES[field]}的提取率只有 {self.filled(field):.0%}（至少应为 {needed:.0%}）"
            for field, needed in NEEDED.items()
            if self.filled(field) < needed
        ]


def probe(
    source: Source, *, settings: Settings, county_code: str, articles: int = ARTICLES
) -> Probe:
    """Try a source. Raises ProfileError for an entry that may not be crawled, DependencyError when the crawl breaks."""
    with tempfile.TemporaryDirectory(prefix="minyin-probe-") as folder:
        control = control_folder(settings)
        apart = settings.model_copy(
            update={"home": Path(folder), "database_url": None, "inbox_url": None}
        )
        plan = Plan(limit=articles, control=str(control))
        once = source.but(max_pages=min(source.max_pages, 3), enabled=True)
        report = crawl([once], settings=apart, county_code=county_code, plan=plan)
        inbox = open_inbox(apart)
        found = [article for path in inbox.sealed() for article in inbox.read(path)]
    return Probe(articles=tuple(found), outcomes=report.outcomes)
