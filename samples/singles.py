"""The 860 single texts given a place in the quarter: a time, a site, an author, an outlet, a title where one is due.

Seeded and so the same on every machine. What the texts say, and whether one should raise an alert, was written by hand.
微博 texts appear on the county forum's board 随手发: the sample county has no micro-blog of its own, and a forum board
is where such lines are reposted.
"""

from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from minyin.clock import SHANGHAI
from samples.planted import DATA, Item, cut_title, planted_items, read_jsonl

SEED = 320382
FIRST_DAY = date(2026, 8, 1)
DAYS = 92
SITES = {
    "论坛": ("forum", "thread"),
    "微博": ("forum", "thread"),
    "政务": ("gov", "article"),
    "公众号": ("wechat", "article"),
    "官媒": ("news", "article"),
    "热线": ("hotline", "row"),
}
HOURS = {
    "forum": (6, 23),
    "gov": (8, 17),
    "wechat": (7, 21),
    "news": (6, 20),
    "hotline": (7, 21),
}
FORUM = "运河边论坛（演示）"
NICKNAMES = tuple((DATA / "nicknames.txt").read_text(encoding="utf-8").split())
ACCOUNTS = (
    "邳州生活圈（演示）",
    "邳州大小事（演示）",
    "老邳州故事（演示）",
    "邳州慢生活（演示）",
    "老街坊茶馆（演示）",
    "碾庄在线（演示）",
)
ACCOUNT_OF = {
    "weather": "邳州气象（演示）",
    "ad": "邳州吃喝指南（演示）",
    "history_game": "老邳州故事（演示）",
    "planned_notice": "邳州出行（演示）",
}
OUTLETS = ("邳州融媒（演示）", "邳州融媒（演示）", "彭城日报（演示）")
REPORTERS = ("佟知秋", "鲁北辰", "杭小满", "倪川", "施砚", "魏新晨")


@cache
def single_items() -> tuple[Item, ...]:
    """All single texts, in the order of the file."""
    random = Random(SEED)
    return tuple(_place(row, random) for row in read_jsonl("traps.jsonl"))


@cache
def all_items() -> tuple[Item, ...]:
    """Everything written, in order of time."""
    return tuple(sorted((*planted_items(), *single_items()), key=lambda i: (i.published_at, i.id)))


def _place(row: dict[str, str], random: Random) -> Item:
    site, kind = SITES[row["source_type"]]
    author, source = _byline(row, site, random)
    return Item.model_validate(
        {
            "id": row["id"],
            "site": site,
            "kind": kind,
            "published_at": _time(site, random),
            "title": None if site == "hotline" else cut_title(row["text"]),
            "author": author,
            "source": source,
            "text": row["text"],
            "topic": row["topic"],
            "polarity": row["polarity"],
            "appeal": row["appeal"],
            "urgent": row["urgent"],
            "likes": 0 if site == "hotline" else min(int(random.paretovariate(1.1)), 300),
            "views": 0 if site == "hotline" else random.randrange(40, 2400),
            "note": row["source_type"],
            "should_alert": bool(row["should_alert"]),
            "trap": row["type"],
        }
    )


def _time(site: str, random: Random) -> datetime:
    """Any minute of the quarter at which such a site publishes; offices publish on working days."""
    first, last = HOURS[site]
    day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    hour, minute = random.randint(first, last), random.randrange(60)
    if site == "gov" and day.weekday() >= 5:
        day -= timedelta(days=day.weekday() - 4)
    day = max(day, FIRST_DAY + timedelta(days=2) if site == "gov" else FIRST_DAY)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def _byline(row: dict[str, str], site: str, random: Random) -> tuple[str | None, str]:
    """(author, outlet) of a single text; provincial press is left out, so that no single text is a press report."""
    if site == "forum":
        return random.choice(NICKNAMES), FORUM
    if site == "news":
        return random.choice(REPORTERS), random.choice(OUTLETS)
    if site == "wechat":
        account = random.choice(ACCOUNTS)
        return None, ACCOUNT_OF.get(row["type"], account)
    return None, "邳州12345（演示）" if site == "hotline" else "邳州市政府网（演示）"
