"""The `minyin` command: global options, the commands of `console.commands`, and how errors end.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 something broke, 2 the operator can mend it.
Importing this module is cheap: heavy rooms are imported inside commands.
"""

import logging
import signal
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from console.commands import (
    acting,
    clustering,
    counties,
    extracting,
    indexing,
    kibana,
    looking,
    running,
    sources,
    telling,
    ticketing,
    understanding,
)
from console.misuse import told
from console.options import ChineseGroup, Options
from minyin.errors import MinyinError, OperatorError, ProfileError

log = logging.getLogger(__name__)
UsageError: type[Exception] = typer.BadParameter.__base__  # type: ignore[assignment]

app = typer.Typer(
    name="minyin",
    cls=ChineseGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="民音：县区舆情监测、预警、工单与简报。\n\n结果写到标准输出，进度与日志写到标准错误；退出码 0 成功，1 出错，2 用法或配置有误。",
)
for _part in (
    running.app,
    sources.app,
    extracting.app,
    looking.app,
    understanding.app,
    clustering.app,
    counties.app,
    acting.app,
    ticketing.app,
    telling.app,
    indexing.app,
    kibana.app,
):
    app.add_typer(_part)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            number = version("minyin")
        except PackageNotFoundError:
            number = "（源码运行，未安装）"
        typer.echo(f"minyin {number}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="数据文件夹，默认 ./minyin-data 或 MINYIN_HOME")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="配置文件，默认 ./minyin.yaml")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度和提示")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = Options(home=home, config=config, quiet=quiet)
    logging.basicConfig(
        level=logging.ERROR if quiet else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def main() -> None:
    """Run the command line; every end is one line, never a traceback."""
    # by default SIGTERM ends a process at once; as an exception it lets children and bars be put away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """The exit code of a command line."""
    try:
        code = app(args=arguments, standalone_mode=False)
    except BrokenPipeError:
        return 0
    except (Exception, KeyboardInterrupt) as error:
        return _failed(error)
    return code if isinstance(code, int) else 0


def _failed(error: BaseException) -> int:
    """One line on stderr for any error, and the exit code that goes with it."""
    match error:
        case ProfileError():
            for fault in error.faults:
                _say(fault)
            return 2
        case OperatorError():
            _say(str(error))
            return 2
        case UsageError():
            return _misused(error)
        case KeyboardInterrupt() | typer.Abort():
            _say_plain("已停止。")
            return 130
        case MinyinError():
            _say(str(error))
        case _:
            _say(f"程序出错（{type(error).__name__}），详情见 {_write_log(error)}")
    return 1


def _say(line: str) -> None:
    _say_plain(f"错误：{' '.join(line.split())}")


def _say_plain(line: str) -> None:
    typer.echo(line, err=True)


def _misused(error: Exception) -> int:
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        _say_plain(text)
        return 2
    if text.startswith("No such command"):
        _say(f"{told(text)}；用 minyin --help 查看全部命令")
    else:
        _say(f"命令写法有误：{told(text)}；在命令后加 --help 查看用法")
    return 2


def _write_log(error: BaseException) -> Path:
    """The traceback goes to a file in the home folder, where it can be found and sent."""
    import os

    folder = Path(os.environ.get("MINYIN_HOME", "minyin-data"))
    if "--home" in sys.argv[:-1]:
        folder = Path(sys.argv[sys.argv.index("--home") + 1])
    path = (folder / "logs" / "minyin.log").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    record = log.makeRecord(
        log.name,
        logging.ERROR,
        __file__,
        0,
        "command %s failed",
        (" ".join(sys.argv[1:]),),
        (type(error), error, error.__traceback__),
    )
    handler.handle(record)
    handler.close()
    return path


if __name__ == "__main__":
    main()
