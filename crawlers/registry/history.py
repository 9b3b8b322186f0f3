"""The crawls of each source in the database: recorded after every run, read back as what health learns from."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from crawlers.registry.rhythm import Crawl, pages_note, warnings
from minyin.database import tables
from minyin.database.values import upsert
from minyin.source import Source

# Long enough to learn weekends and holidays from, short enough to forget how a site once was
MEMORY = timedelta(days=90)

NOTES = {
    "failed/unreachable": "连不上",
    "failed/timeout": "超时",
    "failed/cut_body": "内容没有传完",
    "failed/redirect_loop": "循环跳转",
    "rejected/robots": "robots.txt 不允许",
    "rejected/offsite": "跳到了未登记的网站",
    "rejected/too_large": "页面过大",
    "rejected/not_html": "不是网页",
    "rejected/not_feed": "不是 RSS/Atom/JSON Feed",
    "rejected/not_json": "不是 JSON",
    "rejected/bad_mapping": "JSON 对应写法不合用，请核对 api",
    "rejected/not_sitemap": "不是站点地图",
    "rejected/no_items": "列表页没有找到文章链接，请核对 item 选择器",
    "rejected/no_time": "找不到发布时间",
    "rejected/empty": "没有正文",
    "skipped/site_down": "网站连续出错，本次不再访问，余下",
    "skipped/put_off": "网站要求稍后再来，余下",
    "skipped/host_busy": "同一网站正由另一个进程采集，余下",
    "skipped/stopped": "已按指令停止，余下",
    "skipped/over_limit": "超过每次上限，余下",
    "skipped/outside_hours": "不在允许的时段，余下",
}


def record(
    connection: Connection,
    sources: Sequence[Source],
    run_id: str,
    finished: datetime,
    account: Mapping[str, Any],
) -> None:
    """Keep what a run found at each source, and each source's health with its warnings in words."""
    for source in sources:
        outcomes = account["outcomes"].get(source.id, {})
        filled = dict(account.get("filled", {}).get(source.id, {}))
        row = {
            "source_id": source.id,
            "run_id": run_id,
            "finished_at": finished,
            "outcomes": outcomes,
            "articles": filled.pop("articles", 0),
            "filled": filled,
        }
        upsert(connection, tables.source_crawls, [row])
        retry = account.get("retry_at", {}).get(source.id)
        _health(connection, source, outcomes, finished, retry)
    old = tables.source_crawls.c.finished_at < finished - MEMORY
    connection.execute(delete(tables.source_crawls).where(old))


def history_of(connection: Connection, source_ids: Sequence[str]) -> dict[str, list[Crawl]]:
    """The crawls of each source, oldest first."""
    table = tables.source_crawls
    rows = connection.execute(
        select(table)
        .where(table.c.source_id.in_(source_ids))
        .order_by(table.c.finished_at, table.c.run_id)
    )
    found: dict[str, list[Crawl]] = {name: [] for name in source_ids}
    for row in rows:
        values = {k: v for k, v in row._mapping.items() if k in Crawl.model_fields}
        found[row.source_id].append(Crawl.model_validate(values))
    return found


def _health(
    connection: Connection,
    source: Source,
    outcomes: Mapping[str, int],
    at: datetime,
    retry: str | None,
) -> None:
    table = tables.source_health
    before = connection.execute(
        select(table.c.new_at).where(table.c.source_id == source.id)
    ).scalar()
    new = outcomes.get("stored", 0) + outcomes.get("updated", 0)
    history = history_of(connection, [source.id])[source.id]
    row = {
        "source_id": source.id,
        "crawled_at": at,
        "new_at": at if new else before,
        "pages": sum(outcomes.values()),
        "failures": sum(
            n for name, n in outcomes.items() if name.startswith(("failed", "quarantined"))
        ),
        "note": health_note(outcomes, warnings(history, at)),
        "retry_at": datetime.fromisoformat(retry) if retry else None,
    }
    upsert(connection, table, [row])


def health_note(outcomes: Mapping[str, int], warned: Sequence[str] = ()) -> str | None:
    """What was wrong, in words, warnings first; None when nothing was.

    >>> health_note({"stored": 5, "failed/timeout": 2, "failed/503": 1}, ["疑似改版"])
    '疑似改版；超时 2 个；出错（503） 1 个'
    """
    return "；".join([*warned, *pages_note(outcomes, NOTES)]) or None
