"""Commands of the search index itself: index status, migrate, copy, compact."""

from typing import Annotated

import typer

from console.commands.common import Json
from console.options import ChineseCommand, house_of, new_app, progress_of

ENGINES = {"embedded": "内置检索库", "elasticsearch": "Elasticsearch"}

app = new_app()
index = new_app(help="检索索引：状态、迁移、两种引擎之间复制。")
app.add_typer(index, name="index")

From = Annotated[str, typer.Option("--from", help="embedded 或 elasticsearch")]
To = Annotated[str, typer.Option("--to", help="elasticsearch 或 embedded")]
Mirror = Annotated[bool, typer.Option("--mirror", help="目标里有、来源里没有的，从目标中删去")]


@index.command(cls=ChineseCommand)
def status(context: typer.Context, as_json: Json = False) -> None:
    """检索索引的引擎、条数、占用，以及还有多少条等待写入。"""
    from console.tables import json_line, table
    from flows.indexing import examine

    found = examine(house_of(context))
    if as_json:
        json_line(found.model_dump(mode="json"))
        return
    rows = [("引擎", ENGINES[found.engine]), ("位置", found.place)]
    rows += [("数据库", f"{found.articles} 条"), ("索引", f"{found.documents} 条")]
    rows += [("等待写入", f"{found.waiting} 条")]
    if found.folder:
        shown = found.folder
        current = (
            "" if shown.current else f"（本程序是版本 {shown.wanted}，请运行 minyin index migrate）"
        )
        rows += [
            ("版本", f"{shown.version}{current}"),
            ("占用", f"{shown.bytes / 1e6:.0f} MB，磁盘剩余 {shown.free / 1e9:.1f} GB"),
            ("分段", f"{shown.segments} 个，其中已删除待整理 {shown.deleted} 条"),
        ]
    typer.echo(table(("项目", "内容"), rows))


@index.command(cls=ChineseCommand)
def migrate(context: typer.Context) -> None:
    """把索引升级到本程序的版本；升级中检索照常，中断后再运行即接着做。"""
    house = house_of(context)
    total = house.store.count()
    with progress_of(context) as progress:
        moved = house.store.migrate(lambda done: progress("迁移", done, total))
    typer.echo(f"已迁移 {moved} 条。" if moved else "索引已是本程序的版本，无需迁移。")


@index.command(cls=ChineseCommand)
def compact(context: typer.Context) -> None:
    """整理内置检索库，收回已删除内容占用的空间；整理中检索照常。"""
    from flows.indexing import compact as run

    house = house_of(context)
    total = house.store.count()
    with progress_of(context) as progress:
        kept = run(house, lambda done: progress("整理", done, total))
    typer.echo(f"整理完毕，{kept} 条。")


@index.command(cls=ChineseCommand)
def copy(context: typer.Context, source: From, target: To, mirror: Mirror = False) -> None:
    """在内置检索库与 Elasticsearch 之间复制全部内容；可反复运行，已相同的不再写。"""
    from console.tables import print_report
    from flows.indexing import copy as run

    house = house_of(context)
    _check(source, target)
    with progress_of(context) as progress:
        report = run(house, source, target, progress, mirror=mirror)
    print_report(report)
    if house.settings.index.engine != target:
        typer.echo(
            f"提醒：程序现在用的仍是{ENGINES[house.settings.index.engine]}；要改用{ENGINES[target]}，请把设置 index.engine 改为 {target}",
            err=True,
        )


def _check(source: str, target: str) -> None:
    from minyin.errors import InputError

    for name in (source, target):
        if name not in ENGINES:
            raise InputError(f"没有名为 {name!r} 的检索引擎，可选：{'、'.join(ENGINES)}")
    if source == target:
        raise InputError(f"来源与目标都是 {source}；请一个写 embedded，一个写 elasticsearch")
