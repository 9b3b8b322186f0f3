"""A crawl as the rest of Minyin sees it: sources in, an account out; segments and evidence appear on the way.

Runs Scrapy in a child process (`crawlers.engine.job`), follows its progress, and writes the run and each source's health to
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

from pydantic import Field
from sqlalchemy import Engine

from crawlers.engine.browser import missing
from crawlers.engine.errand import INBOX_OPTIONS, Job, Span
from crawlers.engine.suspects import in_hand
from crawlers.registry import history
from crawlers.table.local import take_local
from minyin.accounting import Tally
from minyin.database import next_number, open_database, save, tables
from minyin.errors import DependencyError, ProfileError
from minyin.model import RunReport, Value
from minyin.settings import Settings
from minyin.source import Source

Progress = Callable[[str, int], None]


class Plan(Value):
    """What is unusual about a crawl: a back-fill by date, or a probe that takes so many articles of each source."""

    span: Span | None = None
    limit: int | None = None
    control: str | None = Field(None, description="another house's folder of locks and stop marks")


USUAL = Plan()


def control_folder(settings: Settings) -> Path:
    """Where crawls of one house agree on who fetches which site, and are told to stop."""
    return settings.home / "crawl"


def crawl(
    sources: Sequence[Source],
    *,
    settings: Settings,
    county_code: str,
    progress: Progress | None = None,
    plan: Plan = USUAL,
) -> RunReport:
    """Crawl the enabled sources; `progress` gets (source id, pages done). Files dropped for a source are taken too.

    Raises ProfileError before anything is fetched when a source has no assessment or no start URL, and
    DependencyError when the child process dies; the next crawl then takes up what is missing.
    """
    wanted = tuple(s for s in sources if s.enabled and s.kind != "table")
    fetched = tuple(s for s in wanted if s.fetched)
    _refuse_unready(wanted, settings)
    engine = open_database(settings.database)
    try:
        with engine.begin() as connection:
            run_id = f"crawl-{next_number(connection, 'crawl'):06d}"
        account = _empty(settings)
        if fetched:
            job = _job(fetched, settings, county_code, plan)
            account = _run_child(job, settings, run_id, progress)
        local = {
            s.id: take_local(s, settings=settings, county_code=county_code, engine=engine)
            for s in wanted
            if not s.fetched
        }
        account["outcomes"] |= local
        account["inputs"] += sum(sum(found.values()) for found in local.values())
        return _record(engine, run_id, wanted, account)
    finally:
        engine.dispose()


def _empty(settings: Settings) -> dict[str, Any]:
    now = settings.clock().isoformat()
    return {"started_at": now, "finished_at": now, "inputs": 0, "outcomes": {}}


def _refuse_unready(sources: Sequence[Source], settings: Settings) -> None:
    """The registry's own rules: an assessment before a request, an address or a folder to read."""
    faults = [
        f"sources.yaml:1: 来源 {s.id}（{s.name}）没有影响评估 assessment，不得采集"
        "（《网络数据安全管理条例》第十八条）；请补填评估人、日期、影响和 robots 情况，或设 enabled: false"
        for s in sources
        if s.fetched and s.assessment is None
    ]
    faults += [
        f"sources.yaml:1: 来源 {s.id}（{s.name}）没有起始网址 start_urls，请补填，或设 enabled: false"
        for s in sources
        if s.fetched and not s.start_urls
    ]
    faults += [
        f"sources.yaml:1: 来源 {s.id}（{s.name}）没有写投放文件夹 folder，请补填，或设 enabled: false"
        for s in sources
        if not s.fetched and not s.folder
    ]
    faults += missing(sources, settings.crawl.browser)
    if faults:
        raise ProfileError(faults)


def _job(sources: tuple[Source, ...], settings: Settings, county_code: str, plan: Plan) -> Job:
    return Job(
        sources=sources,
        county_code=county_code,
        now=settings.now,
        database_url=settings.database,
        inbox=settings.inbox_at,
        evidence=str(settings.evidence),
        quarantine=str(settings.quarantine),
        control=plan.control or str(control_folder(settings)),
        span=plan.span,
        limit=plan.limit,
        **settings.crawl.model_dump(mode="json"),
    )


def _run_child(
    job: Job, settings: Settings, run_id: str, progress: Progress | None
) -> dict[str, Any]:
    folder = control_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    path, log = folder / f"{run_id}.json", folder / f"{run_id}.log"
    path.write_text(job.model_dump_json(), encoding="utf-8")
    report: dict[str, Any] | None = None
    # not in the job's file: there may be a password among them
    options = json.dumps(settings.inbox_options_given)
    with log.open("wb") as errors, _child(path, errors, options) as child:
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
        page = in_hand(Path(job.control), run_id)
        reading = f"，当时在读 {page}，下次先单独试读它" if page else ""
        raise DependencyError(
            f"采集进程中断（退出码 {child.returncode}{reading}），已封存的内容不受影响，请重新运行采集；日志见 {log}"
        )
    path.unlink()
    return report


def _child(job: Path, errors: Any, options: str) -> subprocess.Popen[str]:
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "crawlers.engine.job", str(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), INBOX_OPTIONS: options},
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
        history.record(connection, sources, run_id, finished, account)
    return report
