"""What is done with the index as a whole: looked at, copied between engines, compacted."""

from collections.abc import Callable

from sqlalchemy import func, select

from flows.bootstrap import House, Progress, no_progress
from flows.runs import keep
from index.port import FolderState
from minyin.database import reading, tables
from minyin.errors import InputError
from minyin.model import RunReport, Value


class IndexState(Value):
    """What the index holds and what the database has for it."""

    engine: str
    place: str
    articles: int
    documents: int
    waiting: int
    folder: FolderState | None = None


def examine(house: House) -> IndexState:
    columns = tables.articles.c
    with reading(house.engine) as connection:
        articles = connection.execute(select(func.count()).select_from(tables.articles)).scalar()
        waiting = connection.execute(
            select(func.count()).select_from(tables.articles).where(columns.indexed.is_(False))
        ).scalar()
    settings = house.settings
    own = settings.index.engine == "embedded"
    return IndexState(
        engine=settings.index.engine,
        place=str(settings.index_folder) if own else "、".join(settings.index.hosts),
        articles=articles or 0,
        documents=house.store.count(),
        waiting=waiting or 0,
        folder=house.embedded_store.state() if own else None,
    )


def copy(
    house: House,
    source: str,
    target: str,
    progress: Progress = no_progress,
    *,
    mirror: bool = False,
) -> RunReport:
    """Everything of one engine's index into the other's; the account has one outcome for every document."""
    from index.copying import copy as run
    from index.copying import prune

    started = house.clock()
    first, second = house.store_on(source), house.store_on(target)
    total = first.count()
    tally = run(first, second, lambda done: progress("复制", done, total))
    if mirror:
        gone = prune(first, second)
        tally.take(gone)
        tally.give("removed", gone)
    report = tally.report(
        id="index_copy", flow="index_copy", started_at=started, finished_at=house.clock()
    )
    return keep(house, report)


def compact(house: House, report: Callable[[int], None]) -> int:
    """Raises InputError where the index is not the embedded one."""
    if house.settings.index.engine != "embedded":
        raise InputError("Elasticsearch 自己整理索引，不需要这个命令")
    return house.embedded_store.remake(report)
