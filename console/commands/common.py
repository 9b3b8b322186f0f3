"""Options and output that several commands share."""

from collections.abc import Sequence
from getpass import getuser
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象")]
Limit = Annotated[int, typer.Option(help="条数", min=1)]
Actor = Annotated[
    str,
    typer.Option(
        "--by", help="经办人，默认当前系统用户", default_factory=getuser, show_default=False
    ),
]


def show_values(
    values: Sequence[Any], as_json: bool, head: Sequence[str], rows: list[list[str]]
) -> None:
    """Values as JSON Lines, or their rows as a table."""
    from console.tables import json_line, table

    if as_json:
        for value in values:
            json_line(value.model_dump(mode="json"))
    else:
        typer.echo(table(head, rows))
