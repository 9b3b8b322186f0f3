"""Which indices there are: one a month behind one alias, made from one template a mapping version.

    minyin-articles                 the alias that is searched
    minyin-articles-v2-2026.11      what was published in November 2026, local time, under mapping version 2

A generation is all indices of one mapping version. Another version of the program makes the next generation beside the
old one and the alias moves in one step (`Migration`). Left to others: writing (`index.elastic_writing`).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from index.elastic_access import cause
from index.elastic_schema import index_settings, mappings
from index.mapping import VERSION
from minyin.clock import Clock, local
from minyin.errors import OperatorError

# A shard a month is cheap, twenty years of imported archives a month each are not: those share one a year.
MONTHLY_SINCE = 2020


class Generations:
    """The indices behind the alias `name`."""

    def __init__(self, client: Elasticsearch, name: str, clock: Clock) -> None:
        self._client = client
        self.name = name
        self._clock = clock
        self._own = re.compile(rf"{re.escape(name)}-v{VERSION}-\d{{4}}(\.\d\d)?")
        self._readable = False

    def index_of(self, published_at: datetime) -> str:
        """The index of what was published then, in local time."""
        at = local(published_at)
        period = f"{at:%Y.%m}" if at.year >= MONTHLY_SINCE else f"{at:%Y}"
        return f"{self.name}-v{VERSION}-{period}"

    def live(self) -> list[str]:
        """Every index behind the alias, sorted. Raises OperatorError when an index has the alias's name."""
        try:
            found = self._client.indices.get_alias(name=self.name)
        except NotFoundError:
            if self._client.indices.exists(index=self.name):
                raise OperatorError(
                    f"Elasticsearch 上已有名为 {self.name} 的索引，别名不能同名；请改 index.name，或删去该索引"
                ) from None
            return []
        return sorted(found)

    def old(self, live: Iterable[str]) -> list[str]:
        """Those of an earlier layout or mapping version. Raises OperatorError for one of a later version."""
        others = [index for index in live if not self._own.fullmatch(index)]
        for index in others:
            version = re.match(rf"{re.escape(self.name)}-v(\d+)-", index)
            if version and int(version[1]) > VERSION:
                raise OperatorError(
                    f"Elasticsearch 索引 {index} 是更新的版本建的，本程序只认到版本 {VERSION}；请升级本程序"
                )
        return others

    def for_reading(self) -> None:
        """Something to search is there. An old generation is searched too: search stays up until it is moved."""
        if self._readable:
            return
        live = self.live()
        self.old(live)
        if not live:
            self.begin()
        self._readable = True

    def for_writing(self) -> set[str]:
        """The live indices. Raises OperatorError when they are of another generation; asked before every write."""
        live = self.live()
        if old := self.old(live):
            raise OperatorError(
                f"Elasticsearch 索引 {old[0]} 是旧版本的，本程序需要版本 {VERSION}；"
                "请运行 minyin index migrate（其间检索照常），文章已留存"
            )
        return set(live) if live else {self.begin()}

    def begin(self) -> str:
        """The template, the index of the present month and the alias; its name."""
        self.put_template(live=True)
        return self.open(self.begin_index(), live=True)

    def begin_index(self) -> str:
        """The index of the present month."""
        return self.index_of(self._clock())

    def put_template(self, *, live: bool) -> None:
        """The composable template of this generation; its indices are behind the alias if it is `live`."""
        made: dict[str, Any] = {"mappings": mappings(), "settings": index_settings()}
        if live:
            made["aliases"] = {self.name: {}}
        self._client.indices.put_index_template(
            name=f"{self.name}-v{VERSION}",
            index_patterns=[f"{self.name}-v{VERSION}-*"],
            priority=200 + VERSION,  # above the catch-all templates that clusters tend to have
            template=made,
            meta={"minyin_mapping": VERSION},
        )

    def open(self, index: str, *, live: bool) -> str:
        """Make an index if it is not there; two writers may try at once, or a migration was given up half-way."""
        try:
            self._client.indices.create(index=index, aliases={self.name: {}} if live else None)
        except ApiError as error:
            if cause(error.body)[0] != "resource_already_exists_exception":
                raise
            if live:
                self._client.indices.put_alias(index=index, name=self.name)
        return index

    def clear(self) -> None:
        """Away with every generation, also one that is not behind the alias yet; the next write begins anew.

        With them goes what the percolator keeps, which is stored again when it is asked.
        """
        own = re.compile(rf"{re.escape(self.name)}-(v\d+-[\d.]+|standing-v\d+-[0-9a-f]+-questions)")
        named = self._client.indices.get(index=f"{self.name}-*", expand_wildcards="all")
        ours = {index for index in named if own.fullmatch(index)} | set(self.live())
        if ours:
            self._client.indices.delete(index=sorted(ours))
        self._readable = False

    def over(self, index: str) -> bool:
        """Whether the month of an index ended at least a month ago, so that hardly anybody writes there."""
        now = local(self._clock())
        last = now.year * 12 + now.month - 3
        period = index.rpartition("-")[2]
        year, _, month = period.partition(".")
        return int(year) * 12 + int(month or 12) - 1 <= last
