"""`minyin cluster`: which messages of a file speak of one matter."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from console.options import ChineseCommand, new_app, progress_of, say, settings_of

if TYPE_CHECKING:
    from nlp.event.file import Line

app = new_app()
LISTED = 20


@app.command(cls=ChineseCommand)
def cluster(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="输入", help="每行一个 JSON 对象：id、title、text、time")
    ],
    target: Annotated[
        Path, typer.Argument(metavar="输出", help="每行一个 JSON 对象：id、event_id")
    ],
) -> None:
    """把一批留言归并成事件：逐行给出事件编号；读不懂的行列出并计数。"""
    from flows.bootstrap import cluster_judge
    from nlp.event.file import REASONS
    from nlp.event.file import cluster as clustered

    lines = _lines(source)
    judge = cluster_judge(settings_of(context))
    outcomes: Counter[str] = Counter()
    events: set[str | None] = set()
    part = target.with_name(f".{target.name}.part")
    with _opened(part) as out, progress_of(context) as progress:
        for line in clustered(lines, judge):
            row = {"id": line.id, "event_id": line.event_id}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            outcomes[line.reason or ""] += 1
            events.add(line.event_id)
            _complain(context, line, outcomes)
            progress("cluster", line.number, len(lines))
    os.replace(part, target)
    bad = [f"{REASONS[key]} {n}" for key, n in sorted(outcomes.items()) if key]
    account = [f"归入 {len(events - {None})} 个事件 {outcomes['']}", *bad]
    say(context, f"共 {outcomes.total()} 行：{'，'.join(account)}")


def _complain(context: typer.Context, line: "Line", outcomes: Counter[str]) -> None:
    """Lists the first lines that could not be taken; the account counts all."""
    from nlp.event.file import REASONS

    if line.reason and outcomes.total() - outcomes[""] <= LISTED:
        say(context, f"第 {line.number} 行（id {line.id!r}）未归并：{REASONS[line.reason]}")


def _lines(source: Path) -> list[bytes]:
    """Raises InputError."""
    from minyin.errors import InputError

    try:
        return source.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(
            f"读不了 {str(source)!r}：{error.strerror}；请给出一个 JSON Lines 文件"
        ) from None


def _opened(path: Path) -> TextIO:
    """Raises InputError."""
    from minyin.errors import InputError

    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"写不了 {str(path.parent)!r}：{error.strerror}；请换一个可写的文件夹"
        ) from None
