"""What the six kinds of site share: a page as bytes, the templates, paging, and the page that robots.txt forbids.

Left to `samples.kinds`: what each site shows; to `samples.serve`: HTTP.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from minyin.clock import SHANGHAI, local
from samples.planted import NOTICE, Item

T = TypeVar("T")
OPENED = datetime(2026, 7, 1, 9, 0, tzinfo=SHANGHAI)


class Page(NamedTuple):
    """One answer of a site: bytes as they go over the wire, and when they last changed."""

    body: bytes
    content_type: str
    modified: datetime


Pages = dict[str, Page]


class Slice(NamedTuple):
    """One page of a list: the entries, and the addresses of its neighbours."""

    entries: Sequence[Any]
    number: int
    paths: tuple[str, ...]

    @property
    def path(self) -> str:
        return self.paths[self.number - 1]

    @property
    def next(self) -> str | None:
        return self.paths[self.number] if self.number < len(self.paths) else None

    @property
    def previous(self) -> str | None:
        return self.paths[self.number - 2] if self.number > 1 else None


def slices(
    entries: Sequence[Any], size: int, pattern: str, first: str | None = None
) -> list[Slice]:
    """Cut a list into pages; `pattern` holds {n}, `first` is the first page's own address."""
    parts = [entries[i : i + size] for i in range(0, len(entries), size)] or [entries]
    paths = tuple(pattern.format(n=n) for n in range(1, len(parts) + 1))
    if first:
        paths = (first, *paths[1:])
    return [Slice(part, n, paths) for n, part in enumerate(parts, 1)]


def newest_first(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda i: (i.published_at, i.id), reverse=True)


def latest(items: Iterable[Item]) -> datetime:
    """When a page showing these items last changed."""
    return max((i.published_at for i in items), default=OPENED)


def neighbours(items: Sequence[Item], item: Item, count: int = 6) -> list[Item]:
    """Other articles to recommend beside this one: those that stand before it in the list."""
    at = items.index(item)
    ring = [*items[at + 1 : at + 1 + count], *items[:count]]
    return [other for other in ring if other.id != item.id][:count]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _time(at: datetime, form: str = "%Y-%m-%d %H:%M") -> str:
    return local(at).strftime(form)


def _discuz(at: datetime) -> str:
    """2026-8-1 08:16, as forums write it."""
    here = local(at)
    return f"{here.year}-{here.month}-{here.day} {here:%H:%M}"


def _day_path(at: datetime) -> str:
    here = local(at)
    return f"{here.year}/{here.month}/{here.day}"


environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters.update(lines=_lines, time=_time, discuz=_discuz, day_path=_day_path)
environment.globals.update(notice=NOTICE)


def html(template: str, modified: datetime, *, encoding: str = "utf-8", **names: Any) -> Page:
    """A rendered page. GB18030 bytes are declared gb2312, as old forums do."""
    body = environment.get_template(template).render(**names)
    charset = "gb2312" if encoding == "gb18030" else encoding
    return Page(body.encode(encoding), f"text/html; charset={charset}", modified)


def xml(template: str, modified: datetime, content_type: str, **names: Any) -> Page:
    body = environment.get_template(template).render(**names)
    return Page(body.encode("utf-8"), content_type, modified)


def robots(*disallowed: str, sitemap: str | None = None) -> Page:
    """robots.txt with the one folder that may not be fetched."""
    rules = [f"# {NOTICE}", "User-agent: *", *(f"Disallow: {path}" for path in disallowed)]
    if sitemap:
        rules.append(f"Sitemap: {sitemap}")
    return Page("\n".join([*rules, ""]).encode("utf-8"), "text/plain; charset=utf-8", OPENED)


def forbidden(title: str, *, encoding: str = "utf-8") -> Page:
    """The page that is linked like an article and that robots.txt forbids."""
    return html("forbidden.html", OPENED, encoding=encoding, title=title)
