"""Collect: crawl registered sources, and import files that arrive by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from crawlers.crawl import crawl
from crawlers.tables import ImportReport, import_table
from flows.bootstrap import House, Progress, no_progress
from minyin.county import Source
from minyin.errors import InputError
from minyin.model import RunReport
from minyin.yamlfile import nearest


def crawl_sources(
    house: House, ids: Sequence[str] = (), progress: Progress = no_progress
) -> RunReport:
    """Crawl the named sources, or every enabled one that is not a table. Raises InputError for an unknown id."""
    sources = [_source(house, id) for id in ids] or [
        source for source in house.county.sources if source.enabled and source.kind != "table"
    ]
    return crawl(
        sources,
        settings=house.settings,
        database_url=house.settings.database,
        county_code=house.county.profile.code,
        clock_now=house.settings.now,
        progress=lambda step, done: progress(step, done, 0),
    )


def import_file(
    house: House, path: Path, source_id: str, columns: Mapping[str, str] | None = None
) -> ImportReport:
    """Take a JSONL, CSV or XLSX file into the inbox; every bad row is in the report with its number."""
    return import_table(
        path,
        _source(house, source_id),
        settings=house.settings,
        clock=house.clock,
        columns=columns,
    )


def _source(house: House, source_id: str) -> Source:
    known = house.county.source_by_id
    if source_id not in known:
        hint = nearest(source_id, list(known))
        raise InputError(
            f"来源登记中没有 {source_id!r}{hint}；请先在 sources.yaml 中登记（已登记：{'、'.join(known) or '无'}）"
        )
    return known[source_id]
