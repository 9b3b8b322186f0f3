"""`minyin kibana export`: the data view, the usual searches and a dashboard for those who also look through Kibana."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import ChineseCommand, new_app, say, settings_of

if TYPE_CHECKING:
    from index.kibana import SavedSearch
    from index.names import Names
    from minyin.county import County

app = new_app()
kibana = new_app(help="Kibana：导出数据视图、常用检索和仪表板。")
app.add_typer(kibana, name="kibana")

SINCE = {"24h": "now-24h", "7d": "now-7d", "30d": "now-30d", "90d": "now-90d", "all": ""}


@kibana.callback()
def _group() -> None:
    """Kibana：导出数据视图、常用检索和仪表板。"""


@kibana.command(cls=ChineseCommand)
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="写到哪个文件，如 minyin.ndjson", dir_okay=False)],
) -> None:
    """导出 NDJSON，在 Kibana“已保存对象”中导入；再次导入即更新。"""
    from index.kibana import ndjson, saved_objects
    from index.names import names_of
    from minyin.county import load_county
    from minyin.errors import InputError

    settings = settings_of(context)
    county = load_county(settings.county, extra_sources=settings.extra_sources)
    names = names_of(county)
    objects = saved_objects(
        settings.index.name,
        names,
        [*kibana_searches(names), *street_searches(county)],
        kibana_links(settings.console.public_url),
    )
    try:
        file.write_text(ndjson(objects), encoding="utf-8")
    except OSError as error:
        raise InputError(f"写不了 {file}：{error.strerror}；请换一个可写的位置") from error
    typer.echo(f"{file}：{len(objects)} 个对象")
    say(context, "请在 Kibana 的 管理 → 已保存对象 → 导入 中选择这个文件，选“覆盖冲突”")


def kibana_searches(names: "Names") -> "list[SavedSearch]":
    """Those of the console's usual searches that the index alone can answer."""
    from console.web.questions import read_filter
    from console.web.saved import saved_searches
    from index.kibana import SavedSearch
    from index.query import parse

    found = []
    for one in saved_searches():
        if one.page:
            continue
        parts = [f"({one.query})"] if one.query else []
        parts += [read_filter(text).query for text in one.filters]
        node = parse(" and ".join(parts), names=names)
        found.append(
            SavedSearch(
                key=one.name, name=one.name, note=one.note, node=node, since=SINCE[one.period]
            )
        )
    return found


def street_searches(county: "County") -> "list[SavedSearch]":
    """我的镇街24h: what the console has a list to choose from is a search of its own for every 镇街 here."""
    from index.ast import Term
    from index.kibana import SavedSearch

    return [
        SavedSearch(
            key=f"street {street.code}",
            name=f"我的镇街24h：{street.name}",
            note=f"近24小时{street.name}的信息",
            node=Term("street", street.code),
            since=SINCE["24h"],
        )
        for street in county.streets
        if street.ranked
    ]


def kibana_links(public_url: str) -> dict[str, str]:
    """The others, which ask for events, alerts or tickets, as addresses of Minyin's own pages."""
    from console.web.saved import saved_searches

    root = public_url.rstrip("/")
    return {one.name: f"{root}{one.page}" for one in saved_searches() if one.page}
