"""Commands that run the flows: check, demo, up, crawl, import, ingest, watch, supervise, deliver, rebuild, console."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import ChineseCommand, house_of, new_app, progress_of, say, settings_of

if TYPE_CHECKING:
    from crawlers.engine.errand import Span
    from flows.bootstrap import House
    from flows.demo import DemoResult
    from minyin.model import RunReport

app = new_app()


@app.command(cls=ChineseCommand)
def check(context: typer.Context) -> None:
    """检查配置与县区资料，一次列出全部问题。"""
    from flows.checking import check_questions
    from minyin.county import load_county

    settings = settings_of(context)
    county = load_county(settings.county, extra_sources=settings.extra_sources)
    subscriptions = check_questions(county, settings.clock)
    ready = [s for s in county.sources if s.enabled and (s.assessment or not s.fetched)]
    typer.echo(
        f"{county.profile.name}：镇街 {sum(s.ranked for s in county.streets)}，村居 {len(county.villages)}，"
        f"主题 {len(county.topics)}，单位 {len(county.unit_by_id)}，预警规则 {len(county.rules)}，"
        f"时限规则 {len(county.policies)}，来源 {len(county.sources)}（可采集 {len(ready)}），订阅 {subscriptions}"
    )
    for source in county.sources:
        if source.enabled and source.assessment is None and source.fetched:
            typer.echo(f"提醒：来源 {source.id}（{source.name}）没有影响评估，不会采集", err=True)
    if not county.sources:
        typer.echo("提醒：没有登记任何来源，请在 sources.yaml 中登记", err=True)
    typer.echo(f"配置无误。数据文件夹：{settings.home.resolve()}")


@app.command(cls=ChineseCommand)
def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option(help="完成后打开控制台，直到按 Ctrl-C")] = True,
    sites_port: Annotated[int, typer.Option(help="示例站点的起始端口（连用六个）")] = 8611,
) -> None:
    """演示：采集示例县的六个站点，走完从采集到简报的全程。"""
    from console.serving import address_of, need_free
    from console.serving import serve as serve_console
    from flows.demo import demo as run_demo

    settings = settings_of(context)
    if serve:
        need_free(settings.console.host, settings.console.port)
    with (
        progress_of(context) as progress,
        run_demo(
            settings,
            sites_port=sites_port,
            progress=progress,
            say=lambda text: say(context, text),
        ) as result,
    ):
        _print_demo(result)
        if serve:
            typer.echo(
                f"控制台：{address_of(settings)}    流程：{result.prefect_page}    按 Ctrl-C 结束"
            )
            serve_console(result.house)


def _print_demo(result: "DemoResult") -> None:
    from console.tables import print_report
    from console.words import moment

    print_report(*result.runs)
    for name, number in result.bad_rows.items():
        typer.echo(f"{name}：{number} 行有误，未采用（行号和原因见运行记录）")
    if not result.new_articles:
        typer.echo("没有新内容：全部信息此前已经入库。")
    settings = result.house.settings
    typer.echo(f"演示时钟固定在 {moment(result.house.clock())}；示例站点内容为演示数据，纯属虚构。")
    for name, path in (
        ("数据文件夹", settings.home),
        ("预警与提醒邮件", settings.outbox),
        ("网页存证", settings.evidence),
        ("上月简报", result.brief_folder),
    ):
        typer.echo(f"{name}：{path.resolve()}")


Part = Annotated[
    str, typer.Option(help="采集只跑几份中的一份，如 1/3，按网站分；其余由 minyin worker 跑")
]


@app.command(cls=ChineseCommand)
def up(context: typer.Context, part: Part = "") -> None:
    """启动：流程按时运行，控制台开放，直到按 Ctrl-C。"""
    from console.serving import address_of, need_free, serve
    from flows.serve import running

    house = house_of(context)
    need_free(house.settings.console.host, house.settings.console.port)
    say(context, "启动 Prefect 服务与各项流程……")
    with running(house.settings, part) as page:
        typer.echo(f"控制台：{address_of(house.settings)}    流程：{page}    按 Ctrl-C 结束")
        serve(house)


@app.command(cls=ChineseCommand)
def worker(
    context: typer.Context,
    part: Annotated[str, typer.Argument(help="几份中的一份，如 2/3，按网站分", show_default=False)],
) -> None:
    """分担采集：在另一个进程或另一台机器上只跑采集的一份，直到按 Ctrl-C。"""
    from flows.serve import worker as run

    settings = settings_of(context)
    say(context, f"采集第 {part} 份，流程见 {settings.prefect.api_url}；按 Ctrl-C 结束")
    run(settings, part)


@app.command(cls=ChineseCommand)
def console(context: typer.Context) -> None:
    """只开控制台，不运行流程。"""
    from console.serving import address_of, need_free, serve

    house = house_of(context)
    need_free(house.settings.console.host, house.settings.console.port)
    typer.echo(f"控制台：{address_of(house.settings)}    按 Ctrl-C 结束")
    serve(house)


@app.command(cls=ChineseCommand)
def crawl(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(help="来源编号；不写则采集全部启用的来源")
    ] = None,
    since: Annotated[str, typer.Option(help="补采：从这一天起，如 2026-01-01")] = "",
    until: Annotated[str, typer.Option(help="补采：到这一天为止（含）")] = "",
    part: Annotated[str, typer.Option(help="只采几份中的一份，如 2/3，按网站分")] = "",
) -> None:
    """采集来源的新内容，存证，放入收件箱。"""
    from crawlers.crawl import Plan
    from flows.collect import crawl_sources

    house = house_of(context)
    plan = Plan(span=read_span(since, until))
    with progress_of(context) as progress:
        report = crawl_sources(house, sources or (), progress, plan=plan, part=part)
    _finish(house, report)


def read_span(since: str, until: str) -> "Span | None":
    """The days of a back-fill; None when neither is given. Raises InputError."""
    from datetime import date

    from flows.collect import span_of
    from minyin.errors import InputError

    def day(text: str) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise InputError(f"日期 {text!r} 读不懂，应写作 2026-01-01") from None

    return span_of(day(since), day(until))


@app.command("import", cls=ChineseCommand)
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSONL、CSV 或 XLSX 文件", exists=True, dir_okay=False)
    ],
    source: Annotated[str, typer.Option(help="来源编号，须已登记")],
    columns: Annotated[
        str,
        typer.Option(
            "--map", help="字段=列名，逗号分隔，如 text=内容,title=标题,published_at=时间"
        ),
    ] = "",
) -> None:
    """导入表格（热线工单、走访记录、留言），列出每一个有误的行。"""
    from flows.collect import import_file

    house = house_of(context)
    result = import_file(house, file, source, read_map(columns) or None)
    for row in result.bad_rows:
        typer.echo(f"第 {row.number} 行：{row.reason}", err=True)
    _finish(house, result.run)
    say(context, "接着运行 minyin ingest 入库")


def read_map(text: str) -> dict[str, str]:
    """
    >>> read_map("text=内容, title=标题")
    {'text': '内容', 'title': '标题'}
    """
    from minyin.errors import InputError

    columns = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        field, sign, column = pair.partition("=")
        if not sign or not field.strip() or not column.strip():
            raise InputError(f"--map 中的 {pair!r} 读不懂，应写作 字段=列名，用逗号分隔")
        columns[field.strip()] = column.strip()
    return columns


@app.command(cls=ChineseCommand)
def ingest(context: typer.Context) -> None:
    """入库：脱敏、分析、归并转载、归集事件、建索引。"""
    from flows.ingest import ingest as run

    house = house_of(context)
    with progress_of(context) as progress:
        report = run(house, progress)
    _finish(house, report)


@app.command(cls=ChineseCommand)
def watch(context: typer.Context) -> None:
    """按规则研判事件，发出预警，逾时未确认的逐级升级。"""
    from flows.watching import watch as run

    house = house_of(context)
    _finish(house, run(house))


@app.command(cls=ChineseCommand)
def supervise(context: typer.Context) -> None:
    """一天一提醒：到期、超期、待签收的工单，按承办单位发提醒。"""
    from tickets.supervise import daily_reminder as run

    house = house_of(context)
    report = run(house.engine, county=house.county, settings=house.settings, clock=house.clock)
    _finish(house, report)


@app.command(cls=ChineseCommand)
def deliver(context: typer.Context) -> None:
    """编好到时的订阅邮件，发出发件箱里还没有发出的邮件。"""
    from flows.runs import keep
    from flows.subscriptions import tell
    from minyin.mailing import deliver as run

    house = house_of(context)
    if (told := tell(house)).inputs:
        _finish(house, keep(house, told))
    _finish(house, run(house.engine, settings=house.settings, clock=house.clock))


@app.command(cls=ChineseCommand)
def rebuild(context: typer.Context) -> None:
    """由数据库重建检索索引。"""
    from flows.rebuild import rebuild as run

    house = house_of(context)
    with progress_of(context) as progress:
        number = run(house, progress)
    typer.echo(f"索引已重建，{number} 条。")


@app.command(cls=ChineseCommand)
def retention(context: typer.Context) -> None:
    """到期清理：删除超过保存期限的存证、收件分段、旧邮件，并备份数据库。"""
    from flows.upkeep import retention as run

    house = house_of(context)
    _finish(house, run(house))


def _finish(house: "House", report: "RunReport") -> None:
    """Keep the account (again: it is an upsert) and print it."""
    from console.tables import print_report
    from minyin.database import save, tables

    with house.engine.begin() as connection:
        save(connection, tables.runs, [report])
    print_report(report)
