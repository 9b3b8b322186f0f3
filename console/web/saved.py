"""Saved searches (DOMAIN §7.6), read from `saved_searches.yaml`: a query, or the page that answers better."""

from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import yaml

from minyin.model import Value

FILE = Path(__file__).parent / "saved_searches.yaml"


class SavedSearch(Value):
    name: str
    note: str = ""
    query: str = ""
    filters: tuple[str, ...] = ()
    period: str = "7d"
    sort: str = "time"
    page: str = ""

    @property
    def url(self) -> str:
        if self.page:
            return self.page
        pairs = [("q", self.query)] if self.query else []
        pairs += [("f", text) for text in self.filters]
        pairs += [("period", self.period), ("sort", self.sort)]
        return f"/search?{urlencode(pairs)}"


@cache
def saved_searches() -> tuple[SavedSearch, ...]:
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(SavedSearch.model_validate(entry) for entry in entries)
