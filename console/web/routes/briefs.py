"""简报: the list, one brief with its files, verification and signature.

`reports.brief` brings the drawing of charts with it (a second or two), so it is imported when it is needed.
"""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlalchemy import Connection, select

from console.web.desk import CHECKED, Desk, Fields, desk_of, need_actor
from minyin import audit
from minyin.clock import local, previous_month
from minyin.database import load, load_one, reading, tables
from minyin.errors import InputError
from minyin.model import Brief

router = APIRouter()
KINDS = {
    "brief.docx": "Word 文档",
    "brief.pdf": "PDF",
    "brief.html": "网页",
    "brief.json": "简报内容",
    "frozen.json": "冻结数据",
    "metrics.json": "指标",
    "manifest.json": "校验清单",
}
# a brief's page carries its own styles and images; it is kept from running anything or reaching out
BRIEF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; font-src 'self' data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


@router.get("/briefs")
def briefs(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    with reading(desk.house.engine) as connection:
        found = load(connection, Brief, select(tables.briefs).order_by(tables.briefs.c.id.desc()))
    year, month = local(desk.house.clock()).year, local(desk.house.clock()).month
    last = "{}-{:02d}".format(*previous_month(year, month))
    return desk.page(request, "briefs.html", briefs=found, last=last)


@router.get("/briefs/{period}")
def brief(request: Request, period: str) -> HTMLResponse:
    desk = desk_of(request)
    with reading(desk.house.engine) as connection:
        found = load_one(connection, Brief, tables.briefs, period)
    folder = _folder(desk, found)
    files = _files(folder)
    page = next((name for name, _, _ in files if name.endswith(".html")), "")
    return desk.page(request, "brief.html", brief=found, files=files, page=page, folder=folder)


def _folder(desk: Desk, found: Brief) -> Path:
    folder = Path(found.folder)
    return (
        folder if folder.is_absolute() or folder.exists() else desk.house.settings.briefs / folder
    )


def _files(folder: Path) -> list[tuple[str, str, int]]:
    """Name, kind and size of each file that belongs to a brief."""
    return [
        (name, kind, (folder / name).stat().st_size)
        for name, kind in KINDS.items()
        if (folder / name).is_file()
    ]


@router.get("/briefs/{period}/files/{name}")
def file(request: Request, period: str, name: str) -> FileResponse:
    desk = desk_of(request)
    with reading(desk.house.engine) as connection:
        found = load_one(connection, Brief, tables.briefs, period)
    path = _folder(desk, found) / name
    if name not in KINDS or not path.is_file():
        raise InputError(f"{period} 的简报没有名为 {name!r} 的文件")
    response = FileResponse(
        path,
        content_disposition_type="inline" if name.endswith(".html") else "attachment",
        filename=f"{period}-{name}",
    )
    response.headers["Content-Security-Policy"] = BRIEF_POLICY
    return response


@router.post("/briefs")
def build(request: Request, fields: Fields) -> Response:
    """Freeze a month and write its draft."""
    from flows.products import monthly

    desk = desk_of(request)
    house, actor = desk.house, need_actor(fields)
    built = monthly(house, fields.get("period", ""))
    with house.engine.begin() as connection:
        _record(connection, desk, actor, "brief.build", built.id)
    return desk.done(f"/briefs/{built.id}", "简报草稿已编制", fields)


@router.post("/briefs/{period}/verify", dependencies=[CHECKED])
def verify(request: Request, period: str) -> HTMLResponse:
    from reports.brief import verify_brief

    desk = desk_of(request)
    with reading(desk.house.engine) as connection:
        found = load_one(connection, Brief, tables.briefs, period)
    differences = verify_brief(_folder(desk, found))
    return desk.page(request, "verified.html", period=period, differences=differences)


@router.post("/briefs/{period}/sign")
def sign(request: Request, period: str, fields: Fields) -> Response:
    from reports.brief import sign_brief

    desk = desk_of(request)
    actor = need_actor(fields)
    with desk.house.engine.begin() as connection:
        signed = sign_brief(connection, period, actor=actor, at=desk.house.clock())
        _record(connection, desk, actor, "brief.sign", period)
    notice = f"已签发，编为第{signed.issue}期（总第{signed.issue_total}期）"
    return desk.done(f"/briefs/{period}", notice, fields)


@router.post("/briefs/{period}/issue")
def issue(request: Request, period: str, fields: Fields) -> Response:
    from reports.brief import issue_brief

    desk = desk_of(request)
    actor = need_actor(fields)
    with desk.house.engine.begin() as connection:
        issue_brief(connection, period)
        _record(connection, desk, actor, "brief.issue", period)
    return desk.done(f"/briefs/{period}", "已印发", fields)


@router.post("/briefs/{period}/correct")
def correct(request: Request, period: str, fields: Fields) -> Response:
    """Issue a signed brief again, with the reason."""
    from flows.products import correct as correct_month

    desk = desk_of(request)
    reason = fields.get("reason", "")
    correct_month(desk.house, period, actor=need_actor(fields), reason=reason)
    return desk.done(f"/briefs/{period}", "更正件已编成，原件保留", fields)


def _record(connection: Connection, desk: Desk, actor: str, action: str, period: str) -> None:
    audit.record(connection, at=desk.house.clock(), actor=actor, action=action, object_id=period)
