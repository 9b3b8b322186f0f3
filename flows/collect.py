"""Collect: crawl registered sources, try and register new ones, and import files that arrive by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from crawlers.crawl import USUAL, Plan, control_folder, crawl
from crawlers.engine.errand import Span
from crawlers.engine.sites import StopMarks, open_now, shard, stopped
from crawlers.registry.probe import Probe, probe
from crawlers.registry.register import add_source
from crawlers.registry.scout import Survey, Visitor, proposal, survey
from crawlers.table.tables import ImportReport, import_table
from flows.bootstrap import House, Progress, no_progress
from minyin.clock import day_start
from minyin.county import County
from minyin.database import reading, tables
from minyin.errors import InputError
from minyin.model import RunReport
from minyin.settings import Settings
from minyin.source import Source
from minyin.yamlfile import nearest

# A source is due a little early, so that a beat of the schedule that comes a second too soon is not a whole beat late
EARLY = timedelta(minutes=1)


class Registry(Protocol):
    """The part of a house that looks sources up and tries them."""

    @property
    def settings(self) -> Settings: ...

    @property
    def county(self) -> County: ...


def crawl_sources(
    house: House,
    ids: Sequence[str] = (),
    progress: Progress = no_progress,
    *,
    plan: Plan = USUAL,
    part: str = "",
) -> RunReport:
    """Crawl the named sources, or every enabled one that is not a table, or one part of them ('2/3').

    Raises InputError for an unknown id or part.
    """
    sources = [source_of(house, id) for id in ids] or [
        source for source in house.county.sources if source.enabled and source.kind != "table"
    ]
    return _crawl(house, shard(sources, part) if part else sources, progress, plan)


def span_of(since: date | None, until: date | None) -> Span | None:
    """The days of a back-fill, the last one included; None when neither is given. Raises InputError."""
    if since is None and until is None:
        return None
    begin = day_start(since) if since else None
    end = day_start(until + timedelta(days=1)) if until else None
    if begin and end and begin >= end:
        raise InputError(f"补采的起止日期颠倒了：{since} 到 {until}")
    return Span(since=begin, until=end)


def crawl_due(house: House, progress: Progress = no_progress, part: str = "") -> RunReport:
    """Crawl the sources whose time has come by their own schedules."""
    sources = due(house)
    return _crawl(house, shard(sources, part) if part else sources, progress, USUAL)


def _crawl(house: House, sources: Sequence[Source], progress: Progress, plan: Plan) -> RunReport:
    return crawl(
        sources,
        settings=house.settings,
        county_code=house.county.profile.code,
        progress=lambda step, done: progress(step, done, 0),
        plan=plan,
    )


def due(house: House) -> list[Source]:
    """Enabled sources that were not crawled within their interval, are not stopped and not put off."""
    now = house.clock()
    marks = stop_marks(house.settings).found()
    with reading(house.engine) as connection:
        rows = {row.source_id: row for row in connection.execute(select(tables.source_health))}
    return [
        source
        for source in house.county.sources
        if source.enabled
        and source.kind != "table"
        and (source.assessment is not None or not source.fetched)
        and not stopped(source.id, marks)
        and open_now(source, now)
        and _has_come(source, rows.get(source.id), now, fixed=house.settings.now is not None)
    ]


def _has_come(source: Source, health: object, now: datetime, *, fixed: bool) -> bool:
    """Under a fixed clock (demo, replay) no time passes, and every source has come."""
    if health is None or fixed:
        return True
    retry_at = getattr(health, "retry_at", None)
    if retry_at is not None and now < retry_at:
        return False
    crawled_at = getattr(health, "crawled_at", None)
    return crawled_at is None or now - crawled_at >= timedelta(minutes=source.every_minutes) - EARLY


def stop_marks(settings: Settings) -> StopMarks:
    """The kill switch of this house."""
    return StopMarks(control_folder(settings))


# --- registering ------------------------------------------------------------------------------------------------


def look_at(house: Registry, url: str) -> Survey:
    """What a site offers to be read from. Raises InputError when it cannot be read."""
    from crawlers.engine.job import agent

    settings = house.settings.crawl
    return survey(url, Visitor(settings, agent(settings.user_agent, settings.contact)))


def propose(house: Registry, found: Survey, number: int, *, by: str, impact: str) -> Source:
    """A registry entry for the way in of that number. Raises InputError where there is none such."""
    if not 1 <= number <= len(found.candidates):
        raise InputError(
            f"{found.url} 找到 {len(found.candidates)} 个入口，没有第 {number} 个；请换一个更具体的栏目网址再试"
        )
    entry = proposal(
        found,
        found.candidates[number - 1],
        region=house.county.profile.code,
        at=house.settings.clock(),
    )
    assert entry.assessment is not None
    return entry.but(assessment=entry.assessment.but(by=by, impact=impact))


def refuse_unfit(entry: Source, tried: Probe) -> None:
    """Raises InputError for a source whose fields come out empty."""
    if tried.faults:
        raise InputError(
            f"{entry.id} 不予登记：{'；'.join(tried.faults)}。请换一个入口，"
            "或在来源登记文件中手工登记并写明 selectors，再用 minyin source test 试采"
        )


def try_source(house: Registry, source: Source) -> Probe:
    """A few articles of a source, kept nowhere."""
    return probe(source, settings=house.settings, county_code=house.county.profile.code)


def register(house: Registry, source: Source, file: Path | None = None) -> Path:
    """Write the entry into the registry; the file it went to. Raises InputError or ProfileError."""
    path = file or house.settings.extra_sources or house.county.folder / "sources.yaml"
    if source.id in house.county.source_by_id:
        raise InputError(f"已有编号 {source.id!r} 的来源，请用 --set id=… 换一个编号")
    add_source(path, source)
    return path


# --- importing --------------------------------------------------------------------------------------------------


def import_file(
    house: House, path: Path, source_id: str, columns: Mapping[str, str] | None = None
) -> ImportReport:
    """Take a JSONL, CSV or XLSX file into the inbox; every bad row is in the report with its number."""
    return import_table(
        path,
        source_of(house, source_id),
        settings=house.settings,
        clock=house.clock,
        columns=columns,
    )


def source_of(house: Registry, source_id: str) -> Source:
    """The registered source of this id. Raises InputError, with the nearest id there is."""
    known = house.county.source_by_id
    if source_id not in known:
        hint = nearest(source_id, list(known))
        raise InputError(
            f"来源登记中没有 {source_id!r}{hint}；请先在 sources.yaml 中登记（已登记：{'、'.join(known) or '无'}）"
        )
    return known[source_id]
