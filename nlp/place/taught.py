"""Names of places that people have taught: every correction becomes an alias that the next analysis uses (DOMAIN §5.5).

One CSV in the data folder, edited here or by hand; a later correction of the same name wins. Left to others: who may
correct (console) and the audit.
"""

import csv
import os
from datetime import datetime
from pathlib import Path

from minyin.clock import local
from minyin.county import County
from minyin.errors import InputError
from nlp.normal import squeeze
from nlp.place.gazetteer import Alias, areas
from nlp.words import ordinary

FILE = "places.csv"
COLUMNS = ("name", "code", "by", "at", "article")
SHORTEST, LONGEST = 2, 20


class TaughtPlaces:
    """The aliases of one data folder; `aliases` reads the file again only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._seen: tuple[int, int] | None = None
        self._aliases: tuple[Alias, ...] = ()

    def aliases(self, county: County) -> tuple[Alias, ...]:
        """What was taught about this county; rows of codes it does not have are left alone."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return ()
        if (stat.st_mtime_ns, stat.st_size) != self._seen:
            known = county.street_by_code.keys() | county.village_by_code.keys()
            rows = self.rows()
            self._aliases = tuple(Alias(r["name"], r["code"]) for r in rows if r["code"] in known)
            self._seen = (stat.st_mtime_ns, stat.st_size)
        return self._aliases

    def rows(self) -> list[dict[str, str]]:
        """Every correction in force, oldest first."""
        if not self.path.is_file():
            return []
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            return [row for row in csv.DictReader(file) if row.get("name") and row.get("code")]

    def teach(
        self, county: County, alias: Alias, *, by: str, at: datetime, article: str = ""
    ) -> str:
        """Remember that a name means a place; returns the name as kept. Raises InputError for a name or a code that cannot be.

        Idempotent; the file is replaced whole, so a kill leaves the old or the new one.
        """
        name = _checked(county, alias)
        rows = [row for row in self.rows() if row["name"] != name]
        rows.append(
            {"name": name, "code": alias.code, "by": by, "at": local(at).isoformat(timespec="seconds"), "article": article}
        )  # fmt: skip
        self._write(rows)
        return name

    def forget(self, name: str) -> None:
        """Raises InputError where nothing was taught under this name."""
        rows = self.rows()
        kept = [row for row in rows if row["name"] != name]
        if len(kept) == len(rows):
            raise InputError(f"没有教过 {name!r} 这个地名；用 minyin place list 查看")
        self._write(kept)

    def _write(self, rows: list[dict[str, str]]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"{FILE}.{os.getpid()}.part")
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        part.replace(self.path)


def _checked(county: County, alias: Alias) -> str:
    name = squeeze(alias.name)[0].strip()
    if not SHORTEST <= len(name) <= LONGEST:
        raise InputError(f"地名 {name!r} 应为 {SHORTEST} 至 {LONGEST} 个字")
    if ordinary(name) or name in areas():
        raise InputError(f"{name!r} 是普通词语或别处的地名，单凭它不能定位；请写得更全一些")
    if alias.code not in county.street_by_code and alias.code not in county.village_by_code:
        raise InputError(
            f"{county.profile.name}没有代码为 {alias.code!r} 的镇街或村居；代码见 streets.csv、villages.csv"
        )
    return name
