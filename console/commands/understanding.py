"""Commands that understand texts without storing them: explain, analyse, evaluate."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.common import Json
from console.options import ChineseCommand, new_app, progress_of, say, settings_of

if TYPE_CHECKING:
    from nlp.bulk import Understander
    from nlp.event.judge import Judge

app = new_app()


def events_of(context: typer.Context) -> "Judge":
    """What tells one event from another, as `minyin cluster` does; no database is opened."""
    from flows.bootstrap import cluster_judge

    return cluster_judge(settings_of(context))


def understander_of(context: typer.Context) -> "Understander":
    """What reads texts for the county of the settings; no database is opened, nothing is stored."""
    from flows.bootstrap import understander

    return understander(settings_of(context))


@app.command(cls=ChineseCommand)
def analyse(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="JSONL 文件，每行 id、text，可有 title、source_type、home_source、published_at", exists=True, dir_okay=False)],
    target: Annotated[Path, typer.Argument(help="写到哪个 JSONL 文件", dir_okay=False)],
) -> None:  # fmt: skip
    """批量分析：逐行给出倾向、诉求、主题、分类、地点、脱敏、该不该报，各带把握。"""
    from console.tables import table
    from flows.spread import reading
    from minyin.accounting import outcome_label
    from nlp.bulk import analyse_file

    with (
        reading(settings_of(context), source.stat().st_size) as together,
        progress_of(context) as progress,
    ):
        done = analyse_file(source, target, together, lambda count: progress("分析", count, 0))
    for one in done.rejected:
        typer.echo(f"第 {one.number} 行：{one.reason}", err=True)
    total = done.written + len(done.rejected)
    rows = [(outcome_label(name), count) for name, count in done.outcomes.items()]
    typer.echo(table(("去向", "行数"), [*rows, ("合计", total)], right=(1,)))
    say(context, f"已写入 {target}")


@app.command(cls=ChineseCommand)
def evaluate(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="polarity、appeal、urgent、traps、should_alert、category、topic、places、masking、events、pages")],
    path: Annotated[Path, typer.Argument(help="标注文件（JSONL）或文件夹")],
    as_json: Json = False,
) -> None:  # fmt: skip
    """评测：按一份人工标注打分，附 95% 自助法区间。"""
    from functools import cache

    from console.evaluating import TASKS, Means, judged
    from console.tables import json_line, table
    from minyin.county import load_county
    from nlp.judging.evaluate import figures

    county = load_county(settings_of(context).county)
    means = Means(
        county, cache(lambda: understander_of(context)), cache(lambda: events_of(context))
    )
    found = judged(task, path, means)
    rows = figures(found)
    if as_json:
        for figure in rows:
            json_line({"task": task, "texts": len(found.counts), **figure._asdict()})
        return
    typer.echo(f"{TASKS[task].title}：{path}，{found.judged or f'{len(found.counts)} 条'}")
    cells = [(one.name, f"{one.value:.3f}", f"[{one.low:.3f}, {one.high:.3f}]") for one in rows]
    typer.echo(table(("指标", "数值", "95% 区间"), cells, right=(1,)))
    for note in found.notes:
        typer.echo(note)


@app.command(cls=ChineseCommand)
def explain(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="一段文字；- 读标准输入")],
    title: Annotated[str, typer.Option(help="标题")] = "",
    source_type: Annotated[
        str, typer.Option("--source", help="来源类型，如 论坛、政务、热线")
    ] = "",
    home: Annotated[
        bool, typer.Option("--home-source/--other-source", help="是否本县的来源")
    ] = True,
    as_json: Json = False,
) -> None:
    """说明一段文字会被怎样判断：每一项判断、所在位置和理由。"""
    from console.tables import json_line
    from minyin.model import Channel
    from nlp.bulk_lines import Row
    from nlp.explain import explain as explained
    from nlp.opinion.classifier import channel_of

    body = sys.stdin.read() if text == "-" else text
    channel = channel_of(source_type, Channel.FORUM)
    row = Row(1, "explain", body, title or None, channel, source_type, home)
    found = explained(understander_of(context), row)
    if as_json:
        json_line(found.model_dump(mode="json"))
        return
    for finding in found.findings:
        typer.echo(f"{finding.name}：{finding.value}{finding.sureness}")
        for reason in finding.reasons:
            typer.echo(f"    {reason.line}")
