"""The demo: the sample county's whole quarter, from its six sites to last month's brief.

Every step is a run of a Prefect flow. The clock stands still at the morning of 1 November 2026, so that every run
gives the same result; a second run finds nothing new and says so. Left to others: what is printed and how (console).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flows.bootstrap import PROGRESS, House, Progress, open_house
from flows.collect import import_file
from flows.handling import apply_handling
from flows.prefect_server import prefect_server
from flows.serve import environment_of
from minyin.clock import SHANGHAI
from minyin.database import load, reading, tables
from minyin.model import RunReport
from minyin.settings import Settings, load_settings

DEMO_NOW = datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)
DEMO_PERIOD = "2026-10"
ORDER = ("crawl", "import", "ingest", "watch", "escalate", "handling", "supervise", "deliver")
SITES_PORT = 8611


@dataclass
class DemoResult:
    """What the demo did, for whoever prints it."""

    house: House
    runs: list[RunReport] = field(default_factory=list)
    bad_rows: dict[str, int] = field(default_factory=dict)
    brief_folder: Path = Path()
    prefect_page: str = ""
    new_articles: int = 0


def demo_settings(settings: Settings, *, sites_port: int = SITES_PORT) -> Settings:
    """The operator's settings with the demo's clock and the sample sites registered."""
    from samples import sources_yaml

    folder = settings.home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    registry = folder / "sources.yaml"
    registry.write_text(sources_yaml(sites_port), encoding="utf-8")
    return settings.model_copy(
        update={"now": DEMO_NOW, "extra_sources": registry, "county": "pizhou"}
    )


@contextmanager
def demo(
    settings: Settings,
    *,
    sites_port: int = SITES_PORT,
    progress: Progress,
    say: Callable[[str], None],
) -> Iterator[DemoResult]:
    """Run every step; inside the context the sample sites and Prefect's page are still up."""
    from samples.serve import serving

    wanted = demo_settings(settings, sites_port=sites_port)
    os.environ.update(environment_of(wanted))
    with ExitStack() as stack:
        say("启动示例站点与 Prefect 服务……")
        stack.enter_context(serving(sites_port))
        api = stack.enter_context(prefect_server(wanted))
        result = DemoResult(
            house=open_house(load_settings()), prefect_page=api.removesuffix("/api")
        )
        token = PROGRESS.set(progress)
        try:
            _run_steps(result, say)
        finally:
            PROGRESS.reset(token)
        yield result


def _run_steps(result: DemoResult, say: Callable[[str], None]) -> None:
    from flows import served

    house = result.house
    known = _run_ids(house)
    say("采集六个示例站点……")
    served.crawl()
    say("导入 12345 导出表与网格走访记录……")
    _import_tables(result)
    say("入库：脱敏、分析、归并、归集事件、建索引……")
    result.new_articles = _new_articles(served.ingest())
    say("研判预警……")
    served.watch()
    say("工单：转办、签收、答复、回访……")
    apply_handling(house)
    served.watch()
    served.supervise()
    served.deliver()
    say(f"编制 {DEMO_PERIOD} 简报……")
    result.brief_folder = Path(served.monthly_brief(DEMO_PERIOD))
    result.runs = _new_runs(house, known)


def _new_articles(account: dict[str, Any]) -> int:
    return sum(n for outcome, n in account["outcomes"].items() if outcome in ("stored", "repost"))


def _import_tables(result: DemoResult) -> None:
    from samples.tables import write_grid, write_hotline

    folder = result.house.settings.home / "demo"
    for source_id, name, write in (
        ("hotline", "12345导出.xlsx", write_hotline),
        ("grid", "网格走访记录.csv", write_grid),
    ):
        path = folder / name
        write(path)
        report = import_file(result.house, path, source_id)
        result.bad_rows[name] = len(report.bad_rows)


def _new_runs(house: House, known: set[str]) -> list[RunReport]:
    """The runs that were not there before, in the order of an article's way."""
    with reading(house.engine) as connection:
        found = load(connection, RunReport, select(tables.runs))
    new = [report for report in found if report.id not in known]
    return sorted(new, key=lambda report: ORDER.index(report.flow))


def _run_ids(house: House) -> set[str]:
    with reading(house.engine) as connection:
        return set(connection.execute(select(tables.runs.c.id)).scalars())
