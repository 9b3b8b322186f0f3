"""A crawl as the rest of Minyin sees it: sources in, an account out; segments and evidence appear on the way.

Runs Scrapy in a child process (`crawlers.job`), follows its progress, and writes the run and each source's health to
the database. Left to others: when to crawl (flows) and what becomes of the segments (ingest).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from crawlers.errand import Job
from minyin.accounting import Tally
from minyin.clock import fixed_clock, system_clock
from minyin.county import Source
from minyin.database import next_number, open_database, save, tables
from minyin.database.values import upsert
from minyin.errors import DependencyError, ProfileError
from minyin.model import RunReport
from minyin.settings import Settings

Progress = Callable[[str, int], None]

NOTES = {
    "failed/unreachable": "连不上",
    "failed/timeout": "超时",
    "failed/cut_body": "内容没有传完",
    "failed/redirect_loop": "循环跳转",
    "rejected/robots": "robots.txt 不允许",
    "rejected/offsite": "跳到了未登记的网站",
    "rejected/too_large": "页面过大",
    "rejected/not_html": "不是网页",
    "rejected/not_feed": "不是 RSS/Atom",
    "rejected/not_sitemap": "不是站点地图",
    "rejected/no_items": "列表页没有找到文章链接，请核对 item 选择器",
    "rejected/no_time": "找不到发布时间",
    "rejected/empty": "没有正文",
}


def crawl(
    sources: Sequence[Source],
    *,
    settings: Settings,
    database_url: str,
    county_code: str,
    clock_now: datetime | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Crawl the enabled sources that have pages; `progress` gets (source id, pages done).

    Raises ProfileError before anything is fetched when a source has no assessment or no start URL, and
    DependencyError when the child process dies; the next crawl then takes up what is missing.
    """
    wanted = tuple(s for s in sources if s.enabled and s.kind != "table")
    _refuse_unassessed(wanted)
    clock = fixed_clock(clock_now) if clock_now else system_clock
    engine = open_database(database_url)
    try:
        with engine.begin() as connection:
            run_id = f"crawl-{next_number(connection, 'crawl'):06d}"
        if wanted:
            job = _job(wanted, settings, database_url, county_code, clock_now)
            account = _run_child(job, settings, run_id, progress)
        else:
            now = clock().isoformat()
            account = {"started_at": now, "finished_at": now, "inputs": 0, "outcomes": {}}
        return _record(engine, run_id, wanted, account)
    finally:
        engine.dispose()


def _refuse_unassessed(sources: Sequence[Source]) -> None:
    faults = [
        f"sources.yaml:1: 来源 {s.id}（{s.name}）没有影响评估 assessment，不得采集"
        "（《网络数据安全管理条例》第十八条）；请补填评估人、日期、影响和 robots 情况，或设 enabled: false"
        for s in sources
        if s.assessment is None
    ]
    faults += [
        f"sources.yaml:1: 来源 {s.id}（{s.name}）没有起始网址 start_urls，请补填，或设 enabled: false"
        for s in sources
        if not s.start_urls
    ]
    if faults:
        raise ProfileError(faults)


def _job(
    sources: tuple[Source, ...],
    settings: Settings,
    database_url: str,
    county_code: str,
    now: datetime | None,
) -> Job:
    return Job(
        sources=sources,
        county_code=county_code,
        now=now,
        database_url=database_url,
        inbox=str(settings.inbox),
        evidence=str(settings.evidence),
        quarantine=str(settings.quarantine),
        **settings.crawl.model_dump(),
    )


def _run_child(
    job: Job, settings: Settings, run_id: str, progress: Progress | None
) -> dict[str, Any]:
    folder = settings.home / "crawl"
    folder.mkdir(parents=True, exist_ok=True)
    path, log = folder / f"{run_id}.json", folder / f"{run_id}.log"
    path.write_text(job.model_dump_json(), encoding="utf-8")
    report: dict[str, Any] | None = None
    with log.open("wb") as errors, _child(path, errors) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(settings.key().hex() + "\n")
            child.stdin.close()
            for line in child.stdout:
                message = json.loads(line)
                report = message.get("report", report)
                if progress and "source" in message:
                    progress(message["source"], message["done"])
        except (BrokenPipeError, ValueError):
            pass  # the child is dying; its exit status says more
        except BaseException:
            child.kill()
            raise
    if child.returncode != 0 or report is None:
        raise DependencyError(
            f"采集进程中断（退出码 {child.returncode}），已封存的内容不受影响，请重新运行采集；日志见 {log}"
        )
    path.unlink()
    return report


def _child(job: Path, errors: Any) -> subprocess.Popen[str]:
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "crawlers.job", str(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _record(
    engine: Engine, run_id: str, sources: Sequence[Source], account: Mapping[str, Any]
) -> RunReport:
    tally = Tally()
    tally.take(account["inputs"])
    for outcomes in account["outcomes"].values():
        for outcome, number in outcomes.items():
            tally.give(outcome, number)
    finished = datetime.fromisoformat(account["finished_at"])
    report = tally.report(
        id=run_id,
        flow="crawl",
        started_at=datetime.fromisoformat(account["started_at"]),
        finished_at=finished,
    )
    with engine.begin() as connection:
        save(connection, tables.runs, [report])
        for source in sources:
            _health(connection, source, account["outcomes"].get(source.id, {}), finished)
    return report


def _health(
    connection: Connection, source: Source, outcomes: Mapping[str, int], at: datetime
) -> None:
    table = tables.source_health
    before = connection.execute(
        select(table.c.new_at).where(table.c.source_id == source.id)
    ).scalar()
    new = outcomes.get("stored", 0) + outcomes.get("updated", 0)
    row = {
        "source_id": source.id,
        "crawled_at": at,
        "new_at": at if new else before,
        "pages": sum(outcomes.values()),
        "failures": sum(
            n for name, n in outcomes.items() if name.startswith(("failed", "quarantined"))
        ),
        "note": health_note(outcomes),
    }
    upsert(connection, table, [row])


def health_note(outcomes: Mapping[str, int]) -> str | None:
    """What was wrong, in words; None when nothing was.

    >>> health_note({"stored": 5, "failed/timeout": 2, "failed/503": 1})
    '超时 2 个；出错（503） 1 个'
    """
    parts = []
    for name, number in sorted(outcomes.items(), key=lambda item: -item[1]):
        head, _, reason = name.partition("/")
        if head in ("failed", "rejected", "quarantined"):
            parts.append(f"{NOTES.get(name, f'出错（{reason}）')} {number} 个")
    return "；".join(parts) or None
