"""The Prefect flows: thin, each one call to an ordinary function that runs and is tested without Prefect.

A flow finds its house through the settings in the environment (MINYIN_…), so that a worker on another machine
finds the same one. Schedules are DESIGN §8's; `serve_flows` registers them all with a running Prefect server.
"""

from datetime import date
from typing import Any

from prefect import Flow, flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval

from crawlers.crawl import Plan
from crawlers.engine.sites import shard
from flows import collect
from flows import ingest as ingesting
from flows.blindness import tell
from flows.bootstrap import PROGRESS, House, open_house
from flows.health import findings
from flows.products import monthly, weekly
from flows.runs import keep
from flows.upkeep import retention as keep_tidy
from minyin.clock import local, previous_month
from minyin.model import RunReport
from minyin.settings import load_settings


def house() -> House:
    """The house of this process's environment."""
    return open_house(load_settings())


def account(report: RunReport) -> dict[str, Any]:
    """What Prefect keeps of a run."""
    return {"inputs": report.inputs, "outcomes": report.outcomes}


@flow(name="crawl", log_prints=True)
def crawl(
    sources: list[str] | None = None,
    part: str = "",
    since: date | None = None,
    until: date | None = None,
) -> dict[str, Any]:
    """采集：到点的来源（或指名的来源）抓取新内容，存证，提取，封存收件分段。

    part 如 1/3 是按网站分给几个进程中的一份；写了 since、until（含）就补采这些天，不论是否到点。
    """
    here, watcher = house(), PROGRESS.get()
    plan = Plan(span=collect.span_of(since, until))
    if sources or plan.span:
        return account(collect.crawl_sources(here, sources or (), watcher, plan=plan, part=part))
    return account(collect.crawl_due(here, watcher, part))


@flow(name="ingest", log_prints=True)
def ingest() -> dict[str, Any]:
    """入库：脱敏、分析、归并转载、归集事件、建索引。"""
    return account(ingesting.ingest(house(), PROGRESS.get()))


@flow(name="watch", log_prints=True)
def watch() -> dict[str, Any]:
    """预警：按规则研判事件，发出预警邮件，逾时未确认的逐级升级。"""
    from alerts.notices import escalate
    from flows.watching import watch as run

    here = house()
    kept = keep(here, run(here))
    keep(here, escalate(here.engine, county=here.county, settings=here.settings, clock=here.clock))
    return account(kept)


@flow(name="deliver", log_prints=True)
def deliver() -> dict[str, Any]:
    """发信：编好到时的订阅邮件，把发件箱中未发出的邮件交给邮件服务器。"""
    from flows.subscriptions import tell
    from minyin.mailing import deliver as run

    here = house()
    if (told := tell(here)).inputs:
        keep(here, told)
    return account(keep(here, run(here.engine, settings=here.settings, clock=here.clock)))


@flow(name="supervise", log_prints=True)
def supervise() -> dict[str, Any]:
    """一天一提醒：到期、超期、待签收工单，按承办单位提醒。"""
    from tickets.supervise import daily_reminder as run

    here = house()
    report = run(here.engine, county=here.county, settings=here.settings, clock=here.clock)
    return account(keep(here, report))


@flow(name="weekly_bulletin", log_prints=True)
def weekly_bulletin() -> str:
    """一周一通报：承办单位办理情况、红榜黄榜、重复诉求，发给中心。"""
    return weekly(house()).id


@flow(name="monthly_brief", log_prints=True)
def monthly_brief(period: str | None = None) -> str:
    """月度简报：封存数据、计算指标、编成草稿；不签发不发送。"""
    here = house()
    now = local(here.clock())
    year, month = previous_month(now.year, now.month)
    return monthly(here, period or f"{year}-{month:02d}").folder


@flow(name="retention", log_prints=True)
def retention() -> dict[str, Any]:
    """到期清理与每夜备份。"""
    return account(keep_tidy(house()))


@flow(name="health", log_prints=True)
def health() -> list[str]:
    """自检：来源静默、改版、出错，积压、邮件、日历、磁盘；每天首次发现时发信给中心。"""
    here = house()
    found = findings(here)
    tell(here, found)
    return found


ONE_AT_A_TIME = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
)
"""A run that lasts longer than its interval is not joined by the next, which would find the same work."""


def deployed(
    wanted: Flow[Any, Any],
    name: str,
    *,
    every: int | None = None,
    cron: str | None = None,
    **more: Any,
) -> RunnerDeployment:
    """A flow with its schedule: every so many seconds, or a cron line in the county's time."""
    schedule = Cron(cron, timezone="Asia/Shanghai") if cron else Interval(every or 60)
    return RunnerDeployment.from_flow(
        wanted, name=name, schedule=schedule, concurrency_limit=ONE_AT_A_TIME, **more
    )


def crawls(here: House, part: str = "") -> list[RunnerDeployment]:
    """The crawl as deployments, one for each part of the sites or the part named, as often as its busiest source."""
    number = here.settings.prefect.parts
    parts = [part] if part else [f"{k}/{number}" for k in range(1, number + 1)]
    found = []
    for one in parts:
        sources = [s for s in shard(here.county.sources, one) if s.enabled]
        minutes = min((source.every_minutes for source in sources), default=60)
        whole = one == "1/1"
        found.append(
            deployed(
                crawl,
                "定时采集" if whole else f"定时采集 {one.replace('/', ' of ')}",
                every=minutes * 60,
                parameters={} if whole else {"part": one},
                description=f"网站：{len(sources)} 个来源，每 {minutes} 分钟看一次谁到点了",
                tags=["采集"],
            )
        )
    return found


def serve_crawls(part: str) -> None:
    """Serve one part of the crawl only; returns when interrupted."""
    serve(*crawls(house(), part))


def serve_flows(part: str = "") -> None:
    """Register every flow with its schedule and run what is due; returns when interrupted. `part`: of the crawl only this."""
    serve(
        *crawls(house(), part),
        deployed(ingest, "随封随入", every=30),
        deployed(watch, "每分钟", every=60),
        deployed(deliver, "每分钟发信", every=60),
        deployed(supervise, "工作日提醒", cron="30 8 * * 1-5"),
        deployed(weekly_bulletin, "每周一", cron="0 9 * * 1"),
        deployed(monthly_brief, "每月一日", cron="0 9 1 * *"),
        deployed(retention, "每夜", cron="30 2 * * *"),
        deployed(health, "每十分钟", every=600),
    )
