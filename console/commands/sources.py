"""Commands on sources: add, test, list, pause, resume."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.commands.common import Actor, Json
from console.options import ChineseCommand, house_of, new_app, say

if TYPE_CHECKING:
    from crawlers.registry.probe import Probe
    from crawlers.registry.scout import Survey
    from minyin.source import Source

Id = Annotated[str, typer.Argument(help="来源编号", show_default=False)]

app = new_app()
source = new_app(help="来源：查看网站并登记、试采、列出、停止与恢复。")
app.add_typer(source, name="source")


@source.command("add", cls=ChineseCommand)
def source_add(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(help="网站首页、栏目页、订阅源或站点地图的网址", show_default=False)
    ],
    actor: Actor,
    impact: Annotated[
        str, typer.Option(help="影响评估的结论；写了才会登记（《网络数据安全管理条例》第十八条）")
    ] = "",
    pick: Annotated[int, typer.Option(help="采用列出的第几个入口", min=1)] = 1,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="改登记内容，可多次：--set name=某县网 --set channel=gov --set tier=4"
        ),
    ] = None,
) -> None:
    """查看一个网站，找出订阅源、站点地图和列表页，试采十篇；写明影响评估才登记，提取不全的不予登记。"""
    from flows.collect import look_at, propose, refuse_unfit, register, try_source

    house = house_of(context)
    changes = read_fields(fields or ())
    say(context, f"正在查看 {url}，每秒一次请求……")
    survey = look_at(house, url)
    _show_candidates(survey)
    entry = propose(house, survey, pick, by=actor, impact=impact or "（待填）")
    entry = _changed(entry, changes)
    say(context, f"正在试采 {entry.start_urls[0]}……")
    tried = try_source(house, entry)
    _show_probe(tried)
    _show_entry(entry)
    refuse_unfit(entry, tried)
    if not impact:
        typer.echo(
            "没有登记：核对上面的内容后，加上 --impact 写明影响评估的结论再运行一次。", err=True
        )
        return
    path = register(house, entry)
    typer.echo(f"已登记 {entry.id}，写入 {path}；采集用 minyin crawl {entry.id}")


def read_fields(pairs: Iterable[str]) -> dict[str, Any]:
    """Changes to an entry, their values read as YAML. Raises InputError.

    >>> read_fields(["tier=4", "name=某县网"])
    {'tier': 4, 'name': '某县网'}
    """
    import yaml

    from minyin.errors import InputError

    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"--set {pair!r} 读不懂，应写作 名称=内容")
        found[name.strip()] = yaml.safe_load(value)
    return found


def _changed(entry: "Source", changes: dict[str, Any]) -> "Source":
    """Raises InputError naming the field that is wrong."""
    from pydantic import ValidationError

    from minyin.errors import InputError
    from minyin.source import Source
    from minyin.yamlfile import faults_of

    try:
        return Source.model_validate(dict(entry) | changes)
    except ValidationError as error:
        raise InputError("；".join(faults_of(error, Source, file="--set", node=None))) from error


def _show_candidates(survey: "Survey") -> None:
    from console.tables import table
    from console.words import WAYS_IN

    typer.echo(f"{survey.name}：robots.txt {survey.robots}")
    rows = [
        (number, WAYS_IN[one.kind], one.links, one.dated, one.url)
        for number, one in enumerate(survey.candidates, start=1)
    ]
    typer.echo(table(("序号", "入口", "链接", "带日期", "网址"), rows, right=(0, 2, 3)))
    for url in survey.refused:
        typer.echo(f"robots.txt 不允许：{url}", err=True)


def _show_entry(entry: "Source") -> None:
    from crawlers.registry.register import entry_text

    typer.echo("登记内容：")
    typer.echo(entry_text(entry).rstrip("\n"))


def _show_probe(tried: "Probe") -> None:
    """The articles, masked as everything that is shown, and how often each field was found."""
    from console import words
    from crawlers.registry.probe import NAMES
    from minyin.accounting import outcome_label
    from nlp.mask.masking import mask

    for number, article in enumerate(tried.articles[:10], start=1):
        untitled = f"（{article.kind.label}）" if article.parent_id else "（无标题）"
        text, title = mask(article.text).text, mask(article.title or untitled).text
        typer.echo(f"{number:>2}. {words.moment(article.published_at)}  {title}")
        typer.echo(f"    {article.outlet or '（无来源）'}  {article.url}")
        typer.echo(f"    {' '.join(text.split())[:80]}")
    shares = "，".join(f"{name} {tried.filled(field):.0%}" for field, name in NAMES.items())
    typer.echo(f"试采 {len(tried.articles)} 篇；提取率：{shares}")
    counts = "，".join(f"{outcome_label(k)} {n}" for k, n in sorted(tried.outcomes.items()))
    typer.echo(f"去向：{counts}")


@source.command("test", cls=ChineseCommand)
def source_test(context: typer.Context, id: Id, as_json: Json = False) -> None:
    """试采一个已登记的来源，显示提取到的内容，不入库；提取不全时退出码为 1。"""
    from console.tables import json_line
    from flows.collect import source_of, try_source

    house = house_of(context)
    tried = try_source(house, source_of(house, id))
    if as_json:
        for article in tried.articles:
            json_line(
                article.model_dump(
                    mode="json", include={"url", "title", "outlet", "published_at", "text"}
                )
            )
    else:
        _show_probe(tried)
    for fault in tried.faults:
        typer.echo(f"不足：{fault}", err=True)
    if tried.faults:
        raise typer.Exit(1)


@source.command("list", cls=ChineseCommand)
def source_list(context: typer.Context, as_json: Json = False) -> None:
    """列出来源和各自的状况，有异常的在前。"""
    from console import words
    from console.commands.common import show_values
    from flows.collect import stop_marks
    from flows.health import source_states
    from minyin.database import reading

    house = house_of(context)
    with reading(house.engine) as connection:
        states = source_states(connection, house.county, house.clock(), stop_marks(house.settings))
    rows = [
        [
            state.id,
            state.name,
            house.county.source_by_id[state.id].kind,
            words.moment(state.crawled_at),
            words.moment(state.new_at),
            str(state.articles),
            state.problem or ("正常" if house.county.source_by_id[state.id].enabled else "未启用"),
        ]
        for state in states
    ]
    head = ("编号", "名称", "方式", "最近采集", "最近有新", "信息", "状况")
    show_values(states, as_json, head, rows)
    if not house.settings.crawl.contact and not as_json:
        say(context, "提醒：没有设置 crawl.contact，网站管理员无从联系采集单位")


@source.command("pause", cls=ChineseCommand)
def source_pause(
    context: typer.Context,
    actor: Actor,
    id: Annotated[str, typer.Argument(help="来源编号；all 停止全部来源", show_default=False)],
) -> None:
    """立即停止采集一个来源或全部来源（all），正在进行的采集一秒内停下；记入审计。"""
    _mark(context, id, actor, stop=True)


@source.command("resume", cls=ChineseCommand)
def source_resume(
    context: typer.Context,
    actor: Actor,
    id: Annotated[str, typer.Argument(help="来源编号；all 解除全部停止", show_default=False)],
) -> None:
    """恢复采集；记入审计。"""
    _mark(context, id, actor, stop=False)


def _mark(context: typer.Context, id: str, actor: str, *, stop: bool) -> None:
    from crawlers.engine.sites import ALL
    from flows.collect import source_of, stop_marks
    from minyin import audit

    house = house_of(context)
    name = ALL if id == ALL else source_of(house, id).id
    marks = stop_marks(house.settings)
    if stop:
        marks.set(name, house.clock(), actor)
    else:
        marks.clear(name)
    with house.engine.begin() as connection:
        audit.record(
            connection,
            at=house.clock(),
            actor=actor,
            action="source.pause" if stop else "source.resume",
            object_id=name,
        )
    whole = "全部来源" if name == ALL else name
    typer.echo(f"{whole} 已{'停止' if stop else '恢复'}采集")
