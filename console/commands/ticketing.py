"""Commands on tickets: list, show, open, act."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.common import Actor, Json, Limit, show_values
from console.options import ChineseCommand, house_of, new_app

if TYPE_CHECKING:
    from minyin.model import ServiceRequest

Number = Annotated[str, typer.Argument(help="工单编号", show_default=False)]

app = new_app()
ticket = new_app(help="工单：列出、查看、由事件生成、办理。")
app.add_typer(ticket, name="ticket")


@ticket.command("list", cls=ChineseCommand)
def ticket_list(
    context: typer.Context,
    view: Annotated[
        str, typer.Option(help="open、to_sign、overdue、today、to_review、closed 或 all")
    ] = "open",
    as_json: Json = False,
    limit: Limit = 50,
) -> None:
    """列出工单，先到期的在前。"""
    from sqlalchemy import select

    from console import records, words
    from minyin.database import load, reading, tables
    from minyin.errors import InputError
    from minyin.model import ServiceRequest

    if view not in records.VIEWS:
        raise InputError(f"没有名为 {view!r} 的工单范围，可选：{'、'.join(records.VIEWS)}")
    house = house_of(context)
    t = tables.tickets
    wanted = select(t).where(records.ticket_view(view, house.clock()))
    with reading(house.engine) as connection:
        found = load(
            connection,
            ServiceRequest,
            wanted.order_by(t.c.due_at.is_(None), t.c.due_at, t.c.id).limit(limit),
        )
    rows = [
        [
            one.id,
            one.state.label,
            one.urgency.label,
            words.unit_name(house.county, one.lead_unit),
            words.moment(one.due_at),
            one.title,
        ]
        for one in found
    ]
    show_values(found, as_json, ("编号", "状态", "紧急", "承办单位", "到期", "标题"), rows)


@ticket.command("show", cls=ChineseCommand)
def ticketshow_values(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """一张工单和它的办理过程，以及现在可办的动作。"""
    from console import words
    from minyin.database import load_one, reading, tables
    from minyin.model import ServiceRequest
    from tickets.actions import allowed
    from tickets.machine import history

    house = house_of(context)
    with reading(house.engine) as connection:
        one = load_one(connection, ServiceRequest, tables.tickets, number)
        log = history(connection, number)
    if as_json:
        show_values([one, *log], True, (), [])
        return
    typer.echo(f"{one.id}  {one.state.label}  {one.urgency.label}  {one.title}")
    typer.echo(
        f"承办：{words.unit_name(house.county, one.lead_unit)}    到期：{words.moment(one.due_at)}"
    )
    typer.echo(one.content)
    for line in log:
        typer.echo(
            f"  {line.number}. {words.moment(line.at)} {line.actor} {line.action} → {line.to_state.label} {line.note}"
        )
    typer.echo(
        "可办：" + ("、".join(f"{a.value}（{a.label}）" for a in allowed(one.state)) or "无")
    )


@ticket.command("open", cls=ChineseCommand)
def ticket_open(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(help="事件编号")],
    actor: Actor,
    unit: Annotated[str, typer.Option(help="承办单位编号，默认用建议单位")] = "",
    dispatch: Annotated[bool, typer.Option(help="生成后即派单")] = True,
) -> None:
    """由事件生成工单，内容自动填好。"""
    from console import records
    from minyin.database import load_one, tables
    from minyin.model import Event
    from tickets.create import open_ticket, prefill

    house = house_of(context)
    now = house.clock()
    with house.engine.begin() as connection:
        found = load_one(connection, Event, tables.events, event_id)
        alerts = records.alerts_of(connection, tables.alerts.c.event_id == event_id, limit=1)
        articles = records.articles_of(connection, tables.articles.c.event_id == event_id)
        draft = prefill(found, next(iter(alerts), None), articles, house.county, at=now)
        made = open_ticket(
            connection,
            draft.but(lead_unit=unit) if unit else draft,
            actor=actor,
            at=now,
            dispatch=dispatch,
            county=house.county,
        )
    _say_ticket(made)


@ticket.command("act", cls=ChineseCommand)
def ticket_act(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="工单编号")],
    action: Annotated[str, typer.Argument(help="动作，如 sign、reply、close；见 ticket show")],
    actor: Actor,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="动作所需的内容，可多次：--set result=已解决 --set reply_text=…"
        ),
    ] = None,
) -> None:
    """办理一步。"""
    from console.ticket_forms import read_fields
    from minyin.errors import InputError
    from tickets.machine import act

    given = {}
    for pair in fields or ():
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"--set {pair!r} 读不懂，应写作 名称=内容")
        given[name.strip()] = value
    house = house_of(context)
    with house.engine.begin() as connection:
        done = act(
            connection,
            number,
            action,
            actor=actor,
            at=house.clock(),
            county=house.county,
            **read_fields(given),
        )
    _say_ticket(done)


def _say_ticket(one: "ServiceRequest") -> None:
    from console import words

    typer.echo(f"{one.id} 现为“{one.state.label}”，到期 {words.moment(one.due_at)}")
