"""Commands of the monthly brief: build, verify, sign, correct, list."""

from pathlib import Path
from typing import Annotated

import typer

from console.commands.common import Actor
from console.options import ChineseCommand, house_of, new_app

app = new_app()
brief = new_app(help="简报：编制、核对、签发、更正、列出。")
app.add_typer(brief, name="brief")
Period = Annotated[str, typer.Argument(help="月份，如 2026-10")]


@brief.command(cls=ChineseCommand)
def build(context: typer.Context, period: Period) -> None:
    """封存一个月的数据，编成简报草稿。"""
    from flows.products import monthly

    made = monthly(house_of(context), period)
    typer.echo(f"{made.id} 简报{made.state.label}：{Path(made.folder).resolve()}")


@brief.command(cls=ChineseCommand)
def verify(
    file: Annotated[Path, typer.Argument(help="简报的文件夹或其中任一文件", exists=True)],
) -> None:
    """由冻结数据重算每个数字；有差异逐条列出，退出码为 1。"""
    from reports.brief import verify_brief

    differences = verify_brief(file)
    for line in differences:
        typer.echo(line)
    if differences:
        typer.echo(f"核对未通过：{len(differences)} 处不一致", err=True)
        raise typer.Exit(1)
    typer.echo("核对通过：每个数字都能由冻结数据重新算出。")


@brief.command(cls=ChineseCommand)
def sign(
    context: typer.Context,
    period: Period,
    actor: Actor,
) -> None:
    """签发：编定期号，此后不再改动。"""
    from minyin import audit
    from reports.brief import sign_brief

    house = house_of(context)
    with house.engine.begin() as connection:
        signed = sign_brief(connection, period, actor=actor, at=house.clock())
        audit.record(
            connection, at=house.clock(), actor=actor, action="brief.sign", object_id=period
        )
    typer.echo(f"{signed.id} 已签发：第{signed.issue}期（总第{signed.issue_total}期）")


@brief.command(cls=ChineseCommand)
def correct(
    context: typer.Context,
    period: Period,
    actor: Actor,
    reason: Annotated[str, typer.Option("--reason", help="更正原因，印在更正件上")],
) -> None:
    """更正已签发的简报：按现有记录重新封存，期号不变，原件保留。"""
    from flows.products import correct as correct_month

    corrected = correct_month(house_of(context), period, actor=actor, reason=reason)
    typer.echo(f"{corrected.id} 第{corrected.issue}期已更正：{Path(corrected.folder).resolve()}")


@brief.command("list", cls=ChineseCommand)
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象")] = False,
) -> None:
    """列出简报。"""
    from sqlalchemy import select

    from console import words
    from console.tables import json_line, table
    from minyin.database import load, reading, tables
    from minyin.model import Brief

    house = house_of(context)
    with reading(house.engine) as connection:
        found = load(connection, Brief, select(tables.briefs).order_by(tables.briefs.c.id.desc()))
    if as_json:
        for one in found:
            json_line(one.model_dump(mode="json"))
        return
    rows = [
        (one.id, one.state.label, one.issue or "—", words.moment(one.cutoff_at), one.folder)
        for one in found
    ]
    typer.echo(table(("月份", "状态", "期号", "截止", "文件夹"), rows))
