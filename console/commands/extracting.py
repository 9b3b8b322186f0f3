"""The command that looks at single pages: extract."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from console.commands.common import Json
from console.options import ChineseCommand, new_app, say, settings_of

if TYPE_CHECKING:
    from crawlers.engine.visit import Visitor
    from crawlers.page.reading import Found
    from minyin.settings import Settings

app = new_app()
REASONS = {
    FileNotFoundError: "没有这个文件",
    IsADirectoryError: "这是文件夹",
    PermissionError: "没有权限",
}


class Page(NamedTuple):
    """One input on its way: `id` is the file's stem, or the address."""

    id: str
    url: str
    body: bytes
    content_type: str


@app.command(cls=ChineseCommand)
def extract(
    context: typer.Context,
    inputs: Annotated[
        list[str], typer.Argument(metavar="文件或网址…", help="保存的网页文件，或网址")
    ],
    as_json: Json = False,
    url_map: Annotated[
        Path | None, typer.Option(help="文件与网址对照表：JSON、JSON Lines、CSV 或 TSV")
    ] = None,
    seen_at: Annotated[
        str | None, typer.Option(help="网页的采集时间，用来换算“昨天 08:30”“3小时前”")
    ] = None,
) -> None:
    """抽取网页的标题、正文、作者、来源、发布时间和类型。"""
    from crawlers.engine.visit import Visitor
    from crawlers.page.reading import read_page
    from minyin.accounting import Tally, outcome_label
    from minyin.errors import InputError, Rejected

    settings = settings_of(context)
    max_bytes = int(settings.crawl.max_page_mb * 1024 * 1024)
    addresses, visitor = _addresses(url_map), Visitor(settings.crawl.user_agent, max_bytes)
    at, tally, faults = _moment(seen_at), Tally(), list[str]()
    for given in inputs:
        tally.take()
        try:
            page = _page(given, addresses, visitor, max_bytes)
            found = read_page(page.body, page.content_type, page.url, at or _now(page, settings))
        except Rejected as refusal:
            outcome = f"rejected/{refusal.reason}"
            tally.give(outcome)
            say(context, f"{given}：{outcome_label(outcome)}")
        except InputError as error:
            tally.give("failed/unreadable")
            faults.append(str(error))
        else:
            tally.give(f"extracted/{found.kind}")
            _show(page.id, found, as_json=as_json)
    say(context, _account(tally.inputs, dict(tally.outcomes)))
    _faults_told(faults)


def _now(page: Page, settings: "Settings") -> datetime | None:
    """The moment of the visit; when a file was fetched nobody knows."""
    return settings.clock() if page.id == page.url else None


def _faults_told(faults: list[str]) -> None:
    from minyin.errors import InputError

    if faults:
        raise InputError("；".join(faults))


def _page(given: str, addresses: dict[str, str], visitor: "Visitor", max_bytes: int) -> Page:
    """Raises InputError for a file that cannot be read, Rejected for an address or a size that is refused."""
    from minyin.errors import InputError, Rejected

    if given.startswith(("http://", "https://")):
        visited = visitor.visit(given)
        return Page(given, given, visited.body, visited.content_type)
    path = Path(given)
    try:
        if path.is_file() and path.stat().st_size > max_bytes:
            raise Rejected("too_large", f"{path.stat().st_size} bytes")
        body = path.read_bytes()
    except (OSError, ValueError) as error:
        what = next(
            (words for kind, words in REASONS.items() if isinstance(error, kind)), str(error)
        )
        raise InputError(f"读不到 {given!r}：{what}；应为网页文件或 http(s) 网址") from error
    return Page(path.stem, _address_of(path, addresses), body, "")


def _address_of(path: Path, addresses: dict[str, str]) -> str:
    return next(
        (addresses[name] for name in (str(path), path.name, path.stem) if name in addresses), ""
    )


def _addresses(path: Path | None) -> dict[str, str]:
    from crawlers.table.urlmap import read_url_map

    return read_url_map(path) if path else {}


def _moment(text: str | None) -> datetime | None:
    from crawlers.page.times import parse_time
    from minyin.errors import InputError

    if text is None:
        return None
    at = parse_time(text)
    if at is None:
        raise InputError(f"--seen-at {text!r} 不是时间，应如 2026-08-01 08:30")
    return at


def _show(id: str, found: "Found", *, as_json: bool) -> None:
    from console.tables import json_line

    record: dict[str, Any] = {
        "id": id,
        "title": found.title,
        "author": found.author,
        "source": found.outlet,
        "published_at": found.published_at.isoformat() if found.published_at else None,
        "text": found.text,
        "kind": str(found.kind),
    }
    if as_json:
        json_line(record)
        return
    names = {
        "title": "标题",
        "author": "作者",
        "source": "来源",
        "published_at": "发布时间",
        "kind": "类型",
    }
    typer.echo(f"—— {id}")
    for key, name in names.items():
        typer.echo(f"{name}：{record[key] or '（无）'}")
    typer.echo(f"图注：{'；'.join(found.captions)}\n" if found.captions else "")
    typer.echo(found.text)


def _account(inputs: int, outcomes: dict[str, int]) -> str:
    from crawlers.page.pagekind import PageKind
    from minyin.accounting import outcome_label

    kinds = {f"extracted/{kind}": f"抽取（{kind.label}）" for kind in PageKind}
    parts = [
        f"{kinds.get(name) or outcome_label(name)} {number}"
        for name, number in sorted(outcomes.items())
    ]
    return f"共 {inputs} 页：{'，'.join(parts)}"
