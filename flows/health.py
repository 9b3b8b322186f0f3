"""Whether Minyin can see: sources, backlog, mail, calendar, disk, and the index against the database.

A monitor that is blind must say so (DOMAIN §7.6): 'no opinion' may only mean 'no data'. Used by the health page,
`/healthz` and `minyin health`.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, Select, func, select

from crawlers.engine.sites import ALL, StopMarks
from crawlers.registry.history import history_of
from crawlers.registry.rhythm import Crawl, warnings
from flows.bootstrap import House
from flows.collect import stop_marks
from index.port import ArticleStore
from minyin.audit import verify_chain
from minyin.county import County
from minyin.database import load, reading, tables
from minyin.errors import MinyinError
from minyin.model import Mail, RunReport, Value
from minyin.settings import Settings
from minyin.source import Source
from minyin.workdays import WorkCalendar, load_calendar

CALENDAR_DAYS, DISK_GB = 60, 2.0


def pairs(connection: Connection, statement: Select[Any]) -> dict[Any, Any]:
    """The rows of a statement with two columns, first → second."""
    return {row[0]: row[1] for row in connection.execute(statement)}


class SourceState(Value):
    """One source with what is wrong with it; no problem is an empty string."""

    id: str
    name: str
    channel: str
    fetched: bool = False
    crawled_at: AwareDatetime | None = None
    new_at: AwareDatetime | None = None
    pages: int = 0
    failures: int = 0
    articles: int = 0
    note: str = ""
    retry_at: AwareDatetime | None = None
    stopped: str = Field("", description="who told it to stop and when")
    problem: str = ""


class Check(Value):
    """One line of the health list."""

    name: str
    good: bool
    text: str


class Health(Value):
    checks: tuple[Check, ...]
    sources: tuple[SourceState, ...]
    runs: tuple[RunReport, ...]
    mails: tuple[Mail, ...]

    @property
    def good(self) -> bool:
        return all(check.good for check in self.checks)

    @property
    def blind(self) -> tuple[SourceState, ...]:
        return tuple(source for source in self.sources if source.problem)


def examine(
    connection: Connection,
    *,
    county: County,
    settings: Settings,
    store: ArticleStore,
    now: datetime,
    deep: bool = False,
) -> Health:
    """Everything looked at once; `deep` also walks the whole audit log."""
    sources = source_states(connection, county, now, stop_marks(settings))
    runs = load(
        connection,
        RunReport,
        select(tables.runs).order_by(tables.runs.c.started_at.desc()).limit(40),
    )
    mails = load(
        connection, Mail, select(tables.mails).order_by(tables.mails.c.created_at.desc()).limit(60)
    )
    checks = (
        _sources(sources),
        _backlog(connection),
        _index(connection, store),
        _mail(connection, settings),
        _calendar(load_calendar(county.folder), now),
        _disk(settings.home),
        *([_audit(connection)] if deep else []),
    )
    return Health(checks=checks, sources=tuple(sources), runs=tuple(runs), mails=tuple(mails))


def findings(house: House) -> list[str]:
    """What is wrong now, one line each; empty when all is well."""
    with reading(house.engine) as connection:
        found = examine(
            connection,
            county=house.county,
            settings=house.settings,
            store=house.store,
            now=house.clock(),
            deep=True,
        )
    return [f"{check.name}：{check.text}" for check in found.checks if not check.good]


def source_states(
    connection: Connection, county: County, now: datetime, marks: StopMarks | None = None
) -> list[SourceState]:
    """Every registered source, the troubled ones first."""
    rows = {row.source_id: row for row in connection.execute(select(tables.source_health))}
    a = tables.articles.c
    counts = pairs(connection, select(a.source_id, func.count()).group_by(a.source_id))
    histories = history_of(connection, [source.id for source in county.sources])
    states = []
    for source in county.sources:
        row = rows.get(source.id)
        found = {k: v for k, v in row._mapping.items() if k != "source_id"} if row else {}
        state = SourceState(
            id=source.id,
            name=source.name,
            channel=source.channel.label,
            fetched=source.fetched,
            articles=counts.get(source.id, 0),
            stopped=marks.note(ALL) or marks.note(source.id) if marks else "",
            **(found | {"note": found.get("note") or ""}),
        )
        states.append(state.but(problem=_problem(source, state, histories[source.id], now)))
    return sorted(states, key=lambda state: (not state.problem, state.id))


def _problem(source: Source, state: SourceState, history: list[Crawl], now: datetime) -> str:
    """What is wrong with a source, the gravest first; empty when nothing is."""
    if not source.enabled:
        return ""
    if source.kind == "table":
        return "" if state.articles else "尚未导入过数据"
    faults = [text for wrong, text in _faults(source, state, now) if wrong]
    return "；".join([*faults[:1], *warnings(history, now)])


def _faults(source: Source, state: SourceState, now: datetime) -> Iterator[tuple[bool, str]]:
    yield source.fetched and source.assessment is None, "没有影响评估，不予采集"
    yield bool(state.stopped), f"已停止采集（{state.stopped}）"
    yield state.crawled_at is None, "尚未采集过"
    late = now - (state.crawled_at or now)
    hours = int(late.total_seconds() // 3600)
    waits = state.retry_at is not None and now < state.retry_at
    due = timedelta(minutes=2 * source.every_minutes + 10)
    overdue = late > due and not waits and source.hours is None
    yield overdue, f"已 {hours} 小时未采集（应每 {source.every_minutes} 分钟一次）"
    yield source.hours is not None and late > timedelta(days=2), f"已 {hours} 小时未采集"


def _sources(states: list[SourceState]) -> Check:
    blind = [state.name for state in states if state.problem]
    if not states:
        return Check(
            name="采集来源",
            good=False,
            text="没有登记任何来源：目前看不到任何信息，“无舆情”不代表没有",
        )
    if blind:
        return Check(
            name="采集来源", good=False, text=f"{len(blind)} 个来源异常：{'、'.join(blind)}"
        )
    return Check(name="采集来源", good=True, text=f"{len(states)} 个来源正常")


def _backlog(connection: Connection) -> Check:
    s = tables.segments.c
    waiting = connection.execute(
        select(func.count()).select_from(tables.segments).where(s.done_at.is_(None))
    ).scalar()
    text = f"有 {waiting} 个分段尚未处理完" if waiting else "没有积压"
    return Check(name="入库积压", good=not waiting, text=text)


def _index(connection: Connection, store: ArticleStore) -> Check:
    rows = connection.execute(select(func.count()).select_from(tables.articles)).scalar()
    try:
        found = store.count("")
    except MinyinError as error:
        return Check(name="检索索引", good=False, text=str(error))
    if rows == found:
        return Check(name="检索索引", good=True, text=f"数据库与索引一致，各 {found} 条")
    return Check(
        name="检索索引",
        good=False,
        text=f"数据库 {rows} 条，索引 {found} 条，不一致；请运行 minyin rebuild 重建索引",
    )


def _mail(connection: Connection, settings: Settings) -> Check:
    m = tables.mails.c
    count = select(func.count()).select_from(tables.mails).where(m.sent_at.is_(None))
    waiting = connection.execute(count).scalar() or 0
    failed = connection.execute(count.where(m.last_error.is_not(None))).scalar() or 0
    if failed:
        return Check(name="邮件", good=False, text=f"{failed} 封发送失败，留在发件箱等待重发")
    if settings.mail.host is None:
        left = f"，{waiting} 封待存" if waiting else ""
        return Check(
            name="邮件", good=True, text=f"未配置发信主机，邮件存于 {settings.outbox}{left}"
        )
    return Check(name="邮件", good=True, text=f"{waiting} 封待发" if waiting else "没有待发邮件")


def _calendar(calendar: WorkCalendar, now: datetime) -> Check:
    left = calendar.days_left(now)
    text = f"节假日安排到 {calendar.end:%Y-%m-%d} 为止，还有 {left} 天"
    if left < CALENDAR_DAYS:
        text += "；请在国务院办公厅公布新一年安排后升级 chinesecalendar，或在 workdays.csv 补上"
    return Check(name="工作日历", good=left >= CALENDAR_DAYS, text=text)


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(home if home.exists() else Path.cwd()).free / 1e9
    return Check(name="磁盘", good=free >= DISK_GB, text=f"数据目录所在磁盘剩余 {free:.1f} GB")


def _audit(connection: Connection) -> Check:
    faults = verify_chain(connection)
    text = "；".join(faults[:3]) if faults else "逐条封印完好"
    return Check(name="审计日志", good=not faults, text=text)
