"""What is being searched for, as an address carries it: query, filters, period, order, page.

`Question.query` is the one KQL string that the store sees, so a number on any page and the list behind it are the
same question.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from console.web.facets import FACETS
from console.web.periods import Period, custom, named, read_period
from minyin.errors import InputError
from minyin.model import Value

Sort = Literal["time", "relevance", "heat"]
SORTS = {"time": "时间", "relevance": "相关度", "heat": "热度"}
DEFAULT_PERIOD = "30d"
PUBLIC = ("relevant:true", "public:true")


class Filter(Value):
    """One pill: field:value, or its negation."""

    field: str
    value: str
    negated: bool = False

    @property
    def text(self) -> str:
        return f"{'-' if self.negated else ''}{self.field}:{self.value}"

    @property
    def query(self) -> str:
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{"not " if self.negated else ""}{self.field}:"{escaped}"'


def read_filter(text: str) -> Filter:
    """
    >>> read_filter("-channel:forum").query
    'not channel:"forum"'
    """
    field, _, value = text.removeprefix("-").partition(":")
    if field not in FACETS or not value:
        raise InputError(f"筛选条件 {text!r} 读不懂，应写作 字段:值，字段可用 {'、'.join(FACETS)}")
    return Filter(field=field, value=value, negated=text.startswith("-"))


class Question(Value):
    q: str = ""
    filters: tuple[Filter, ...] = ()
    period: Period
    sort: Sort = "time"
    ascending: bool = False
    after: tuple[float | str, ...] | None = None

    @property
    def query(self) -> str:
        """Everything asked, in the query language."""
        parts = [f"({self.q})"] if self.q else []
        parts += [one.query for one in self.filters]
        if self.period.query:
            parts.append(self.period.query)
        return " and ".join(parts)

    @property
    def shift(self) -> int:
        """How many columns further right the person's own words stand in `query`."""
        return 1 if self.q else 0

    def url(self, path: str = "/search", **changes: Any) -> str:
        """The address of this question with some parts changed; a change of content goes back to page one."""
        other = self.model_copy(update={"after": None} | changes)
        pairs: list[tuple[str, str]] = [("q", other.q)] if other.q else []
        pairs += [("f", one.text) for one in other.filters]
        pairs += other.period.parameters.items()
        if other.sort != "time":
            pairs.append(("sort", other.sort))
        if other.ascending:
            pairs.append(("order", "asc"))
        if other.after is not None:
            pairs.append(("after", write_after(other.after)))
        return f"{path}?{urlencode(pairs)}"

    def with_filter(self, one: Filter) -> str:
        """The address with a filter added; one on the same value is replaced."""
        kept = tuple(f for f in self.filters if (f.field, f.value) != (one.field, one.value))
        return self.url(filters=(*kept, one))

    def without_filter(self, one: Filter) -> str:
        return self.url(filters=tuple(f for f in self.filters if f != one))

    def between(self, start: datetime, end: datetime) -> str:
        """The address for one interval of the histogram."""
        return self.url(period=custom(start, end))


def write_after(key: tuple[float | str, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_after(text: str) -> tuple[float | str, ...] | None:
    """The place to go on from. Raises InputError on anything this console did not write."""
    if not text:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(key, list):
            raise TypeError(key)
        return tuple(part if isinstance(part, str) else float(part) for part in key)
    except (ValueError, TypeError) as error:
        raise InputError("翻页位置读不懂，请从第一页重新开始") from error


def read_question(
    parameters: Mapping[str, str],
    filters: Sequence[str],
    now: datetime,
    default: str = DEFAULT_PERIOD,
) -> Question:
    """The question of an address. Raises InputError where a part cannot be read."""
    sort = parameters.get("sort") or "time"
    if sort not in SORTS:
        raise InputError(f"没有名为 {sort!r} 的排序方式，可选：{'、'.join(SORTS)}")
    return Question(
        q=parameters.get("q", "").strip(),
        filters=tuple(read_filter(text) for text in filters if text),
        period=read_period(parameters, now, default),
        sort=sort,
        ascending=parameters.get("order") == "asc",
        after=read_after(parameters.get("after", "")),
    )


def ask(now: datetime, *filters: str, q: str = "", period: str | Period = "all") -> Question:
    """A question put together in code, for the numbers of the other pages."""
    span = period if isinstance(period, Period) else named(period, now)
    return Question(q=q, filters=tuple(read_filter(text) for text in filters), period=span)
