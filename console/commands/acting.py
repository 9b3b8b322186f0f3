"""Commands on what was found: alert, event."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.common import Actor, Json, Limit, show_values
from console.options import ChineseCommand, house_of, new_app

if TYPE_CHECKING:
    from minyin.model import Alert, Event

Id = Annotated[str, typer.Argument(help="编号", show_default=False)]
Note = Annotated[str, typer.Option(help="说明")]

app = new_app()
alert = new_app(help="预警：列出、查看、确认、误报、解除。")
event = new_app(help="事件：列出、查看、并入、拆出。")
app.add_typer(alert, name="alert")
app.add_typer(event, name="event")

# --- alerts -------------------------------------------------------------------------------------------------------


@alert.command("list", cls=ChineseCommand)
def alert_list(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="open、acknowledged、lifted 或 false_alarm")] = "",
    as_json: Json = False,
    limit: Limit = 50,
) -> None:
    """列出预警，新的在前。"""
    from console import records, words
    from minyin.database import reading, tables

    house = house_of(context)
    where = [tables.alerts.c.state == state] if state else []
    with reading(house.engine) as connection:
        found = records.alerts_of(connection, *where, limit=limit)
        events = records.events_by_id(connection, [one.event_id for one in found])
    rows = [_alert_row(one, events, words.moment(one.raised_at)) for one in found]
    show_values(found, as_json, ("编号", "等级", "类别", "状态", "发生", "事件"), rows)


def _alert_row(one: "Alert", events: dict[str, "Event"], raised: str) -> list[str]:
    title = events[one.event_id].title if one.event_id in events else one.event_id
    return [one.id, one.level.label, one.kind.label, one.state.label, raised, title]


@alert.command("show", cls=ChineseCommand)
def alertshow_values(context: typer.Context, id: Id, as_json: Json = False) -> None:
    """一条预警的原因、数值和状态。"""
    from console import records, words
    from minyin.database import load_one, reading, tables
    from minyin.model import Alert

    house = house_of(context)
    with reading(house.engine) as connection:
        one = load_one(connection, Alert, tables.alerts, id)
        title = records.events_by_id(connection, [one.event_id])[one.event_id].title
    if as_json:
        show_values([one], True, (), [])
        return
    typer.echo(f"{one.id}  {one.level.label}  {one.kind.label}  {one.state.label}")
    typer.echo(f"事件：{title}（{one.event_id}）")
    typer.echo(f"发生：{words.moment(one.raised_at)}")
    for reason in one.reasons:
        typer.echo(f"原因：{reason.text}  {json.dumps(reason.values, ensure_ascii=False)}")
    typer.echo("信息量：" + "，".join(f"{span} {number}" for span, number in one.counts.items()))
    if one.acknowledged_by:
        typer.echo(f"{one.acknowledged_by} 于 {words.moment(one.acknowledged_at)} 确认")


def _decide(context: typer.Context, name: str, id: str, actor: str, note: str) -> None:
    from alerts import respond

    house = house_of(context)
    with house.engine.begin() as connection:
        one = getattr(respond, name)(connection, id, actor=actor, at=house.clock(), note=note)
    typer.echo(f"{one.id} 现为“{one.state.label}”")


@alert.command("ack", cls=ChineseCommand)
def alert_ack(context: typer.Context, id: Id, actor: Actor, note: Note = "") -> None:
    """确认收到。"""
    _decide(context, "acknowledge", id, actor, note)


@alert.command("false", cls=ChineseCommand)
def alert_false(
    context: typer.Context,
    id: Id,
    actor: Actor,
    note: Annotated[str, typer.Option(help="理由")],
) -> None:
    """标为误报。"""
    _decide(context, "mark_false_alarm", id, actor, note)


@alert.command("lift", cls=ChineseCommand)
def alert_lift(
    context: typer.Context,
    id: Id,
    actor: Actor,
    note: Annotated[str, typer.Option(help="依据")],
) -> None:
    """解除预警。"""
    _decide(context, "lift", id, actor, note)


# --- events -------------------------------------------------------------------------------------------------------


@event.command("list", cls=ChineseCommand)
def event_list(context: typer.Context, as_json: Json = False, limit: Limit = 50) -> None:
    """列出事件，最近有动静的在前。"""
    from sqlalchemy import select

    from console import records, words
    from minyin.database import load, reading, tables
    from minyin.model import Event

    house = house_of(context)
    e = tables.events
    newest = (
        select(e).where(e.c.merged_into.is_(None)).order_by(e.c.last_at.desc(), e.c.id).limit(limit)
    )
    with reading(house.engine) as connection:
        found = records.event_rows(connection, load(connection, Event, newest), house.clock())
    rows = [
        [
            row.event.id,
            words.level_name(row.event.level),
            row.event.state.label,
            str(row.total),
            str(row.negative),
            words.moment(row.event.last_at),
            row.event.title,
        ]
        for row in found
    ]
    show_values(found, as_json, ("编号", "等级", "状态", "条数", "负面", "最近", "标题"), rows)


@event.command("show", cls=ChineseCommand)
def eventshow_values(context: typer.Context, id: Id, as_json: Json = False) -> None:
    """一个事件的经过：信息、预警、工单、回应。"""
    from sqlalchemy import select

    from console import records, words
    from minyin.database import load_one, reading, tables
    from minyin.model import Event

    house = house_of(context)
    t = tables.timeline
    with reading(house.engine) as connection:
        found = load_one(connection, Event, tables.events, id)
        row = records.event_rows(connection, [found], house.clock())[0]
        lines = connection.execute(
            select(t).where(t.c.event_id == id).order_by(t.c.at, t.c.key)
        ).all()
    if as_json:
        show_values([row], True, (), [])
        return
    typer.echo(f"{found.id}  {words.level_name(found.level)}  {found.state.label}  {found.title}")
    place = words.place(house.county, found.street, found.village)
    typer.echo(
        f"{place}  {words.topic_name(house.county, found.topic)}  {row.total} 条，负面 {row.negative} 条"
    )
    for line in lines:
        typer.echo(f"  {words.moment(line.at)}  {line.text}")


@event.command("merge", cls=ChineseCommand)
def event_merge(
    context: typer.Context,
    id: Id,
    into: Annotated[str, typer.Argument(help="并入的事件编号")],
    actor: Actor,
) -> None:
    """把一个事件并入另一个：以后的信息都归后者。"""
    from flows.corrections import merge_events

    kept = merge_events(house_of(context), (id, into), actor=actor)
    typer.echo(f"{id} 已并入 {kept.id}（{kept.title}）")


@event.command("split", cls=ChineseCommand)
def event_split(
    context: typer.Context,
    id: Id,
    articles: Annotated[list[str], typer.Argument(help="要拆出的信息编号")],
    actor: Actor,
) -> None:
    """把几条信息（连同回帖和转载）从事件里拆成新事件。"""
    from flows.corrections import split_event

    made = split_event(house_of(context), id, articles, actor=actor)
    typer.echo(f"新事件 {made.id}（{made.title}）")
