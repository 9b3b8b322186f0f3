"""Tables that somebody exported (12345 rows, grid walks, messages) into the inbox, every bad row named.

A row becomes an article whose id hangs on the source and the row's own number, so importing a file twice is
importing it once. Left to others: reading files (`crawlers.table.rows`), privacy and meaning (nlp).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine

from crawlers.archive.inbox import Postbox, inbox_at
from crawlers.archive.wordings import Wordings
from crawlers.table.rows import Row, Sheet, cell_time, is_blank, read_sheet
from crawlers.table.tablefiles import keep_table
from minyin.accounting import Tally
from minyin.clock import Clock, local
from minyin.database import next_number, open_database, save, tables
from minyin.errors import InputError, Rejected
from minyin.identity import article_id, author_hash, row_url
from minyin.model import Article, ArticleKind, Channel, Evidence, Interactions, RunReport, Value
from minyin.settings import Settings
from minyin.source import Source
from minyin.yamlfile import nearest

FIELDS = ["text", "title", "published_at", "external_id", "author", "outlet", "parent", "kind", "views", "likes", "comments", "shares"]  # fmt: skip
KINDS = {
    Channel.HOTLINE: ArticleKind.ROW,
    Channel.GRID: ArticleKind.RECORD,
    Channel.BOARD: ArticleKind.QUESTION,
    Channel.FORUM: ArticleKind.THREAD,
}
# shorter is a test entry or an empty form; replies may be one word
SHORTEST_TEXT = 4
NOTHING = ("", "-", "—", "--", "/", "无", "null", "None")


class BadRow(Value):
    """A row that was not taken: its number in the file, why (Chinese), and the outcome's code."""

    number: int
    reason: str
    code: str


class ImportReport(Value):
    run: RunReport
    bad_rows: tuple[BadRow, ...]


class _Bad(Rejected):
    """The row is refused; `detail` is the Chinese reason."""


def import_table(
    path: Path,
    source: Source,
    *,
    settings: Settings,
    clock: Clock,
    columns: Mapping[str, str] | None = None,
    county_code: str | None = None,
) -> ImportReport:
    """Import a file; `columns` maps article fields to headings (default: the source's, then equal names).

    Raises InputError when the file or the mapping cannot be used; a bad row only counts.
    """
    started = clock()
    mapping = dict(columns or source.columns)
    _check_fields(mapping)
    sheet = read_sheet(path, headings_of(mapping))
    mapping = mapping or {name: name for name in FIELDS if name in sheet.headings}
    _check_columns(path, mapping, sheet)
    kept = keep_table(settings.evidence, path, headings_of(mapping))
    maker = _Maker(source, mapping, settings.key(), started, county_code)
    articles, bad = _made(maker, sheet.rows, kept)
    tally = Tally()
    tally.take(len(sheet.rows))
    for row in bad:
        tally.give(f"rejected/{row.code}")
    engine = open_database(settings.database)
    try:
        _take(
            articles,
            inbox_at(settings.inbox_at, settings.inbox_options_given, clock),
            Wordings(engine, articles, maker.key),
            tally,
            settings,
        )
        run = _record(engine, tally, started, clock())
    finally:
        engine.dispose()
    return ImportReport(run=run, bad_rows=tuple(bad))


def _made(
    maker: "_Maker", rows: Iterable[Row], kept: Evidence
) -> tuple[list[Article], list[BadRow]]:
    """The articles of the good rows, each pointing to its row, and the bad rows."""
    articles, bad = [], []
    for row in rows:
        try:
            articles.append(maker.article(row).but(evidence=kept.but(offset=row.number)))
        except Rejected as refusal:
            bad.append(BadRow(number=row.number, reason=refusal.detail, code=refusal.reason))
    return articles, bad


def _take(
    articles: Iterable[Article],
    inbox: Postbox,
    wordings: Wordings,
    tally: Tally,
    settings: Settings,
) -> None:
    """Into the inbox goes what is new or changed; a row that came before as it is needs no second look."""
    for article in articles:
        verdict = wordings.verdict(article)
        if verdict != "unchanged":
            inbox.append(article)
            wordings.note(article)
        tally.give(verdict)
        if inbox.count >= settings.crawl.segment_articles:
            inbox.seal()
            wordings.commit()
    inbox.seal()
    wordings.commit()


def _record(engine: Engine, tally: Tally, started: datetime, finished: datetime) -> RunReport:
    with engine.begin() as connection:
        run_id = f"import-{next_number(connection, 'import'):06d}"
        report = tally.report(id=run_id, flow="import", started_at=started, finished_at=finished)
        save(connection, tables.runs, [report])
    return report


def headings_of(mapping: Mapping[str, str]) -> list[str]:
    """The headings by which a file's header row is known."""
    return list(mapping.values()) or FIELDS


def _check_fields(mapping: Mapping[str, str]) -> None:
    for field in mapping:
        if field not in FIELDS:
            raise InputError(
                f"没有 {field!r} 这个字段{nearest(field, FIELDS)}；可用的字段：{'、'.join(FIELDS)}"
            )


def _check_columns(path: Path, mapping: Mapping[str, str], sheet: Sheet) -> None:
    listed = "、".join(sheet.headings) or "（没有）"
    for field, heading in mapping.items():
        if heading not in sheet.headings:
            raise InputError(
                f"{path.name}：找不到 {field} 对应的列 {heading!r}{nearest(heading, list(sheet.headings))}；文件中的列：{listed}"
            )
    for field, name in (("text", "正文"), ("published_at", "时间")):
        if field not in mapping:
            raise InputError(
                f"{path.name}：没有指定{name}列，请用 --map {field}=列名；文件中的列：{listed}"
            )


class _Maker:
    """Rows to articles; remembers the numbers it has seen."""

    def __init__(
        self,
        source: Source,
        mapping: Mapping[str, str],
        key: bytes,
        now: datetime,
        county_code: str | None,
    ) -> None:
        self.source, self.mapping, self.key, self.now = source, mapping, key, now
        self.home = county_code is None or source.home_region in (None, county_code)
        self.seen: dict[str, int] = {}

    def article(self, row: Row) -> Article:
        """Raises Rejected with the reason in Chinese."""
        if row.fault:
            raise _Bad("bad_row", row.fault)
        text = self._text(row)
        at = self._time(row)
        external_id = self._external_id(row)
        parent = self._string(row, "parent")
        author = self._string(row, "author")
        url = row_url(self.source.id, quote(external_id, safe=""))
        article = Article(
            id=article_id(url),
            source_id=self.source.id,
            external_id=external_id,
            url=url,
            channel=self.source.channel,
            kind=self._kind(row, parent),
            tier=self.source.outlets.get(self._string(row, "outlet") or "", self.source.tier),
            parent_id=article_id(row_url(self.source.id, quote(parent, safe="")))
            if parent
            else None,
            title=self._string(row, "title"),
            text=text,
            outlet=self._string(row, "outlet"),
            author_hash=author_hash(self.source.id, author, self.key) if author else None,
            published_at=at,
            collected_at=self.now,
            interactions=Interactions(
                **{n: self._number(row, n) for n in ("views", "likes", "comments", "shares")}
            ),
            local_source=self.home,
        )
        self.seen[external_id] = row.number
        return article

    def _cell(self, row: Row, field: str) -> Any:
        return row.cells.get(self.mapping[field]) if field in self.mapping else None

    def _string(self, row: Row, field: str) -> str | None:
        cell = self._cell(row, field)
        if is_blank(cell):
            return None
        whole = isinstance(cell, float) and cell.is_integer()
        return str(int(cell) if whole else cell).strip()

    def _text(self, row: Row) -> str:
        text = self._string(row, "text")
        if text is None:
            raise _Bad("no_text", f"“{self.mapping['text']}”为空")
        if len(text) < SHORTEST_TEXT and self._string(row, "parent") is None:
            raise _Bad(
                "short_text", f"“{self.mapping['text']}”只有 {text!r}，少于 {SHORTEST_TEXT} 个字"
            )
        return text

    def _time(self, row: Row) -> datetime:
        cell, heading = self._cell(row, "published_at"), self.mapping["published_at"]
        if is_blank(cell):
            raise _Bad("no_time", f"“{heading}”为空")
        at = cell_time(cell)
        if at is None:
            raise _Bad(
                "bad_time", f"“{heading}”{str(cell)!r} 不是日期，应写成 2026-08-01 13:53 这样"
            )
        if at > self.now:
            raise _Bad(
                "future_time",
                f"“{heading}”{local(at):%Y-%m-%d %H:%M} 晚于现在 {local(self.now):%Y-%m-%d %H:%M}",
            )
        return at

    def _external_id(self, row: Row) -> str:
        if "external_id" not in self.mapping:
            cells = json.dumps(row.cells, ensure_ascii=False, sort_keys=True, default=str)
            external_id = hashlib.sha256(cells.encode()).hexdigest()[:20]
        else:
            given = self._string(row, "external_id")
            if given is None:
                raise _Bad("no_id", f"“{self.mapping['external_id']}”为空")
            external_id = given
        if external_id in self.seen:
            what = (
                f"“{self.mapping['external_id']}”{external_id!r}"
                if "external_id" in self.mapping
                else "内容"
            )
            raise _Bad("duplicate_id", f"{what} 与第 {self.seen[external_id]} 行重复")
        return external_id

    def _kind(self, row: Row, parent: str | None) -> ArticleKind:
        given = self._string(row, "kind")
        if given is None:
            if parent is None:
                return KINDS.get(self.source.channel, ArticleKind.ARTICLE)
            return (
                ArticleKind.OFFICIAL_REPLY
                if self.source.channel is Channel.BOARD
                else ArticleKind.REPLY
            )
        for kind in ArticleKind:
            if given in (kind.value, kind.label):
                return kind
        known = "、".join(kind.label for kind in ArticleKind)
        raise _Bad("bad_kind", f"“{self.mapping['kind']}”{given!r} 不认识，应为 {known} 之一")

    def _number(self, row: Row, field: str) -> int:
        given = (self._string(row, field) or "").replace(",", "")
        if given in NOTHING:
            return 0
        try:
            return max(0, int(float(given)))
        except (ValueError, OverflowError):
            raise _Bad("bad_number", f"“{self.mapping[field]}”{given!r} 不是数字") from None
