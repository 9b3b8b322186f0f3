"""Commands that look: search, evidence, health, explain."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.common import Actor
from console.options import ChineseCommand, house_of, new_app

if TYPE_CHECKING:
    from crawlers.archive.evidence import ArchivedPage
    from flows.bootstrap import House
    from index.port import Hit
    from minyin.county import County
    from minyin.model import Evidence

app = new_app()


@app.command(cls=ChineseCommand)
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help='检索语句，如：停水 and street:"东湖街道"')] = "",
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象")] = False,
    limit: Annotated[int, typer.Option(help="条数", min=1, max=5_000)] = 20,
    sort: Annotated[str, typer.Option(help="time、relevance 或 heat")] = "time",
) -> None:
    """检索信息。"""
    from console.tables import json_line
    from index.port import SearchRequest
    from minyin.errors import InputError

    if sort not in ("time", "relevance", "heat"):
        raise InputError(f"没有名为 {sort!r} 的排序方式，可选：time、relevance、heat")
    house = house_of(context)
    result = house.store.search(
        SearchRequest.model_validate({"query": query, "sort": sort, "limit": limit})
    )
    for hit in result.hits:
        if as_json:
            json_line(hit_as_json(hit))
        else:
            _print_hit(hit, house.county)
    if not as_json:
        typer.echo(f"共 {result.total} 条，列出 {len(result.hits)} 条", err=True)


def hit_as_json(hit: "Hit") -> dict[str, object]:
    """One line of `minyin search --json`; the time is local."""
    from minyin.clock import local

    document = hit.document
    return {
        "id": document.id,
        "external_id": document.external_id,
        "title": document.title,
        "url": document.url,
        "source": document.outlet or document.source_name,
        "published_at": local(document.published_at).isoformat(),
        "polarity": document.polarity.value,
        "places": list(document.places),
        "event_id": document.event_id,
        "highlight": highlight(hit),
    }


def highlight(hit: "Hit") -> list[str]:
    """The found words in their surroundings, marked 【】."""
    document, found = hit.document, []
    for text, spans in ((document.title or "", hit.title_spans), (document.text, hit.text_spans)):
        for span in spans[:3]:
            before, after = (
                text[max(0, span.start - 15) : span.start],
                text[span.end : span.end + 15],
            )
            found.append(f"{before}【{text[span.start : span.end]}】{after}".replace("\n", " "))
    return found


def _print_hit(hit: "Hit", county: "County") -> None:
    from console import words

    document = hit.document
    title = document.title or document.text[:30].replace("\n", " ")
    typer.echo(
        f"{words.moment(document.published_at)}  {document.polarity.label}  {document.channel.label}·"
        f"{document.outlet or document.source_name}  {words.place(county, document.street)}"
    )
    typer.echo(f"  {title}  [{document.id}]")
    for line in highlight(hit)[:2]:
        typer.echo(f"    …{line}…")


@app.command(cls=ChineseCommand)
def evidence(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="信息编号")],
    actor: Actor,
    raw: Annotated[
        bool, typer.Option("--raw", help="把原始网页写到标准输出（含未脱敏内容）")
    ] = False,
) -> None:
    """核验一条信息的原始网页（分页的逐页核验）或表格行存证，列出它的历次版本；调阅记入审计。"""
    from crawlers.archive.evidence import EvidenceStore
    from minyin import audit
    from minyin.database import load_one, tables
    from minyin.errors import InputError
    from minyin.model import Document

    house = house_of(context)
    with house.engine.begin() as connection:
        document = load_one(connection, Document, tables.articles, article)
        if document.evidence is None:
            raise InputError(f"{article} 没有存证（启用存证以前采集，或已到期清理）")
        audit.record(
            connection,
            at=house.clock(),
            actor=actor,
            action="evidence.raw" if raw else "evidence",
            object_id=article,
            detail={"digest": "、".join(one.digest for one in document.evidence.pages)},
        )
    found = list(EvidenceStore(house.settings.evidence).read_all(document.evidence))
    faults = [one for one in found if isinstance(one, InputError)]
    pages = [one for one in found if not isinstance(one, InputError)]
    if raw and not faults:
        for page in pages:
            sys.stdout.buffer.write(page.body)
        return
    for number, (where, one) in enumerate(
        zip(document.evidence.pages, found, strict=True), start=1
    ):
        if not isinstance(one, InputError):
            _show_evidence(where, one, f"第 {number} 页" if len(found) > 1 else "")
    if faults:
        bad = [n for n, one in enumerate(found, start=1) if isinstance(one, InputError)]
        which = (
            f"共 {len(found)} 页，第 {'、'.join(map(str, bad))} 页未通过核验；"
            if len(found) > 1
            else ""
        )
        raise InputError(f"{which}{faults[0]}")
    for line in versions_of(house, article):
        typer.echo(line)


def _show_evidence(evidence: "Evidence", page: "ArchivedPage", which: str) -> None:
    from crawlers.table.tablefiles import is_row
    from nlp.mask.masking import mask

    if is_row(evidence):
        typer.echo(f"核验通过：原始表格 {evidence.file} 第 {evidence.offset} 行，{evidence.digest}")
        typer.echo(mask(page.body.decode()).text)
        return
    typer.echo(f"核验通过：{which}{' ' if which else ''}{page.url}")
    typer.echo(f"HTTP {page.status}，{len(page.body)} 字节，{evidence.digest}")
    typer.echo(f"存证文件 {evidence.file}，位置 {evidence.offset}")


def versions_of(house: "House", article: str) -> list[str]:
    """One line for each wording in which the article was met, oldest first; none where it never changed."""
    from sqlalchemy import select

    from console import words
    from minyin.database import reading, tables

    v = tables.versions
    with reading(house.engine) as connection:
        rows = connection.execute(
            select(v).where(v.c.article_id == article).order_by(v.c.collected_at, v.c.digest)
        ).all()
    if len(rows) < 2:
        return []
    places = [
        f"{row.evidence.get('file', '—')}，位置 {row.evidence.get('offset', '—')}" for row in rows
    ]
    return [
        f"第 {number} 版：{words.moment(row.collected_at)} 采到，{place}"
        for number, (row, place) in enumerate(zip(rows, places, strict=True), start=1)
    ]


@app.command(cls=ChineseCommand)
def health(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象")] = False,
) -> None:
    """运行情况：来源、积压、索引、邮件、日历、磁盘；有异常时退出码为 1。"""
    from console.tables import json_line, table
    from flows.health import examine
    from minyin.database import reading

    house = house_of(context)
    with reading(house.engine) as connection:
        found = examine(
            connection,
            county=house.county,
            settings=house.settings,
            store=house.store,
            now=house.clock(),
            deep=True,
        )
    if as_json:
        for check in found.checks:
            json_line(check.model_dump())
    else:
        rows = [
            (check.name, "正常" if check.good else "异常", check.text) for check in found.checks
        ]
        typer.echo(table(("项目", "状态", "说明"), rows))
        for source in found.blind:
            typer.echo(f"  {source.id}（{source.name}）：{source.problem}")
    if not found.good:
        raise typer.Exit(1)
