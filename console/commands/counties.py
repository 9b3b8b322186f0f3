"""Commands on the county's profile: county new; and on places that people teach: place correct, list, forget."""

from pathlib import Path
from typing import Annotated

import typer

from console.commands.common import Actor
from console.options import ChineseCommand, house_of, new_app

app = new_app()
county = new_app(help="县区资料：新建。")
place = new_app(help="地名更正：教、列出、撤回。")
app.add_typer(county, name="county")
app.add_typer(place, name="place")


@county.command("new", cls=ChineseCommand)
def county_new(
    code: Annotated[str, typer.Argument(help="6 位县区代码，如 320382", show_default=False)],
    folder: Annotated[
        Path | None, typer.Option("--dir", help="写到哪个文件夹，默认 ./counties/代码")
    ] = None,
) -> None:
    """由全国区划代码新建一份县区资料：镇街、村居、同名提示和待填的样例。"""
    from minyin.county import load_county
    from nlp.place.national import county_of
    from nlp.place.newcounty import write_profile

    found = county_of(code)
    target = folder or Path("counties") / code
    write_profile(found, target)
    made = load_county(target)
    typer.echo(
        f"{found.province}{found.prefecture if found.prefecture != found.province else ''}{found.name}："
        f"镇街 {sum(street.ranked for street in made.streets)}，"
        f"其他统计单位 {sum(not street.ranked for street in made.streets)}，村居 {len(made.villages)}"
    )
    typer.echo(
        f"已写入 {target}，检查通过。请核对 county.yaml 的值守邮箱、units.yaml 的承办单位，登记 sources.yaml 的来源。"
    )
    typer.echo(f"启用：在 minyin.yaml 中写 county: {target}，再运行 minyin check")


@place.command("correct", cls=ChineseCommand)
def place_correct(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="文字里的叫法，如 槐香里", show_default=False)],
    code: Annotated[str, typer.Argument(help="镇街 9 位或村居 12 位代码", show_default=False)],
    actor: Actor,
    article: Annotated[str, typer.Option(help="据哪条信息更正")] = "",
) -> None:
    """更正地名：这个叫法从此指这个镇街或村居，下次分析即用。"""
    from console.teaching import teach

    house = house_of(context)
    known = teach(house, name, code, by=actor, article=article)
    typer.echo(f"“{known}”从此指{house.county.place_name(code)}（{code}）")


@place.command("forget", cls=ChineseCommand)
def place_forget(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="教过的叫法", show_default=False)],
    actor: Actor,
) -> None:
    """撤回一条地名更正。"""
    from console.teaching import forget

    forget(house_of(context), name, by=actor)
    typer.echo(f"“{name}”已撤回")


@place.command("list", cls=ChineseCommand)
def place_list(context: typer.Context) -> None:
    """列出教过的地名。"""
    from console.tables import table

    house = house_of(context)
    rows = [
        (
            row["name"],
            row["code"],
            house.county.place_name(row["code"]),
            row["by"],
            row["at"],
            row["article"],
        )
        for row in house.taught.rows()
    ]
    typer.echo(table(("叫法", "代码", "地点", "经办", "时间", "依据"), rows))
