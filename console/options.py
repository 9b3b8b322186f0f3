"""What every command shares: the global options, the opened house, progress on stderr, and Chinese help."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from flows.bootstrap import House
    from minyin.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """The global options as given."""

    home: Path | None
    config: Path | None
    quiet: bool


class ChineseCommand(TyperCommand):
    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


class ChineseGroup(TyperGroup):
    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


def _in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = "显示这份帮助"
    return option


def new_app(**given: Any) -> typer.Typer:
    """A group of commands in the manner of the house."""
    return typer.Typer(
        cls=ChineseGroup, no_args_is_help=True, rich_markup_mode=None, add_completion=False, **given
    )


def options_of(context: typer.Context) -> Options:
    options = context.obj
    assert isinstance(options, Options)
    return options


def settings_of(context: typer.Context) -> "Settings":
    from minyin.settings import load_settings

    options = options_of(context)
    return load_settings(options.config, home=options.home)


def house_of(context: typer.Context) -> "House":
    """The house of this command line. Raises OperatorError or DependencyError."""
    from flows.bootstrap import open_house

    return open_house(settings_of(context))


def say(context: typer.Context, text: str) -> None:
    """A word to the person at the keyboard, never among the results."""
    if not options_of(context).quiet:
        typer.echo(text, err=True)


STEPS = {"ingest": "入库", "index": "建索引"}


@contextmanager
def progress_of(context: typer.Context) -> Iterator[Progress]:
    """Progress bars on stderr, one per step; nothing when quiet or when nobody watches."""
    if options_of(context).quiet or not sys.stderr.isatty():
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[amount]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        known: dict[str, Any] = {}

        def advance(step: str, done: int, total: int) -> None:
            amount = f"{done}/{total}" if total else f"{done} 条"
            if step not in known:
                known[step] = bars.add_task(
                    STEPS.get(step, step), total=total or None, amount=amount
                )
            bars.update(known[step], completed=done, total=total or None, amount=amount)

        yield advance
