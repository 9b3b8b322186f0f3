"""简报: the list, one brief with its files, verification and signature."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy import select

from console.web import records
from console.web.desk import Desk, desk_of
from minyin.database import load, load_one, tables
from minyin.errors import InputError
from minyin.model import Brief

router = APIRouter()
KINDS = {
    ".docx": "Word 文档",
    ".pdf": "PDF",
    ".html": "网页",
    ".json": "冻结数据",
    ".svg": "图",
    ".png": "图",
    ".xlsx": "表格",
}
# a brief's page carries its own styles and images; it is kept from running anything or reaching out
BRIEF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; font-src 'self' data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


@router.get("/briefs")
def briefs(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    with records.reading(desk.house.engine) as connection:
        found = load(
            connection, Brief, select(tables.briefs).order_by(tables.briefs.c.id.desc())
        )
    return desk.page(request, "briefs.html", briefs=found)


@router.get("/briefs/{period}")
def brief(request: Request, period: str) -> HTMLResponse:
    desk = desk_of(request)
    with records.reading(desk.house.engine) as connection:
        found = load_one(connection, Brief, tables.briefs, period)
    files = _files(desk, found)
    page = next((name for name, _, _ in files if name.endswith(".html")), "")
    return desk.page(
        request, "brief.html", brief=found, files=files, page=page, folder=_folder(desk, found)
    )


def _folder(desk: Desk, found: Brief) -> Path:
    folder = Path(found.folder)
    return folder if folder.is_absolute() or folder.exists() else desk.house.settings.briefs / folder


def _files(desk: Desk, found: Brief) -> list[tuple[str, str, int]]:
    """Name, kind and size of each file that belongs to a brief."""
    folder = _folder(desk, found)
    if not folder.is_dir():
        return []
    return [
        (path.name, KINDS[path.suffix], path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in KINDS
    ]


@router.get("/briefs/{period}/files/{name}")
def file(request: Request, period: str, name: str) -> FileResponse:
    desk = desk_of(request)
    with records.reading(desk.house.engine) as connection:
        found = load_one(connection, Brief, tables.briefs, period)
    if name not in {known for known, _, _ in _files(desk, found)}:
        raise InputError(f"{period} 的简报没有名为 {name!r} 的文件")
    path = _folder(desk, found) / name
    shown = path.suffix in (".html", ".svg", ".png")
    response = FileResponse(path, content_disposition_type="inline" if shown else "attachment", filename=name)
    response.headers["Content-Security-Policy"] = BRIEF_POLICY
    return response
