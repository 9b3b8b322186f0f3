"""The Prefect flows: thin, each one call to an ordinary function that runs and is tested without Prefect.

A flow finds its house through the settings in the environment (MINYIN_…), so that a worker on another machine
finds the same one. Schedules are DESIGN §8's; `serve_flows` registers them all with a running Prefect server.
"""

from typing import Any

from prefect import flow, serve

from flows import collect
from flows import ingest as ingesting
from flows.bootstrap import PROGRESS, House, open_house
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
def crawl(sources: list[str] | None = None) -> dict[str, Any]:
    """采集：按来源登记抓取新内容，存证，提取，封存收件分段。"""
    return account(collect.crawl_sources(house(), sources or (), PROGRESS.get()))


@flow(name="ingest", log_prints=True)
def ingest() -> dict[str, Any]:
    """入库：脱敏、分析、归并转载、归集事件、建索引。"""
    return account(ingesting.ingest(house(), PROGRESS.get()))


@flow(name="watch", log_prints=True)
def watch() -> dict[str, Any]:
    """预警：按规则研判事件，发出预警邮件，逾时未确认的逐级升级。"""
    from alerts.watch import watch as run

    here = house()
    return account(run(here.engine, county=here.county, settings=here.settings, clock=here.clock))


@flow(name="deliver", log_prints=True)
def deliver() -> dict[str, Any]:
    """发信：把发件箱中未发出的邮件交给邮件服务器。"""
    from minyin.mailing import deliver as run

    here = house()
    return account(run(here.engine, settings=here.settings, clock=here.clock))


@flow(name="supervise", log_prints=True)
def supervise() -> dict[str, Any]:
    """一天一提醒：到期、超期、待签收工单，按承办单位提醒。"""
    from tickets.supervise import daily_reminder as run

    here = house()
    return account(run(here.engine, county=here.county, settings=here.settings, clock=here.clock))


@flow(name="monthly_brief", log_prints=True)
def monthly_brief(period: str | None = None) -> str:
    """月度简报：封存数据、计算指标、编成草稿；不签发不发送。"""
    from reports.brief import build_brief

    here = house()
    year, month = previous_month(local(here.clock()).year, local(here.clock()).month)
    brief = build_brief(
        here.engine,
        county=here.county,
        settings=here.settings,
        period=period or f"{year}-{month:02d}",
        clock=here.clock,
    )
    return brief.folder


def serve_flows() -> None:
    """Register every flow with its schedule and run what is due; returns when interrupted."""
    timezone = "Asia/Shanghai"
    every = min((source.every_minutes for source in house().county.sources), default=60)
    serve(
        crawl.to_deployment(name="定时采集", interval=every * 60),
        ingest.to_deployment(name="随封随入", interval=30),
        watch.to_deployment(name="每分钟", interval=60),
        deliver.to_deployment(name="每分钟发信", interval=60),
        supervise.to_deployment(name="工作日提醒", cron="30 8 * * 1-5", timezone=timezone),
        monthly_brief.to_deployment(name="每月一日", cron="0 9 1 * *", timezone=timezone),
    )
