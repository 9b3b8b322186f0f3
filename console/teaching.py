"""Corrections of places by people: kept as aliases, written into the audit."""

from typing import Protocol

from flows.products import Records
from nlp.place.gazetteer import Alias
from nlp.place.taught import TaughtPlaces


class House(Records, Protocol):
    """What a correction needs of the opened house."""

    @property
    def taught(self) -> TaughtPlaces: ...


def teach(house: House, name: str, code: str, *, by: str, article: str = "") -> str:
    """Remember a correction; returns the name as it was kept. Raises InputError for what cannot be one."""
    from minyin import audit

    at = house.clock()
    known = house.taught.teach(house.county, Alias(name, code), by=by, at=at, article=article)
    with house.engine.begin() as connection:
        audit.record(connection, at=at, actor=by, action="place.correct", object_id=code, detail={"name": known, "article": article})  # fmt: skip
    return known


def forget(house: House, name: str, *, by: str) -> None:
    """Raises InputError where nothing was taught under this name."""
    from minyin import audit

    house.taught.forget(name)
    with house.engine.begin() as connection:
        audit.record(
            connection, at=house.clock(), actor=by, action="place.forget", object_id=name, detail={}
        )
