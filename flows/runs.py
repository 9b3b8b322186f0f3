"""Every run's account is kept in table `runs`, so that it can be shown, audited and added up."""

from sqlalchemy import func, select

from flows.bootstrap import House
from minyin.clock import local
from minyin.database import reading, save, tables
from minyin.model import RunReport


def run_id(house: House, flow: str) -> str:
    """A new id, sortable by time; runs under a fixed clock are told apart by their number."""
    with reading(house.engine) as connection:
        number = connection.execute(select(func.count()).select_from(tables.runs)).scalar() or 0
    return f"{flow}-{local(house.clock()):%Y%m%d%H%M%S}-{number + 1:04d}"


def keep(house: House, report: RunReport) -> RunReport:
    """The report, stored under a new id."""
    kept = report.but(id=run_id(house, report.flow))
    with house.engine.begin() as connection:
        save(connection, tables.runs, [kept])
    return kept
