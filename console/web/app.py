"""The application: pages put together, headers that keep the browser to this host, and errors as pages."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from console.web.desk import HERE, Desk, Refused, desk_of
from console.web.house import House
from console.web.routes import (
    alerts,
    articles,
    briefs,
    events,
    explaining,
    health,
    overview,
    searching,
    sources,
    tickets,
    triage,
)
from minyin.errors import DependencyError, InputError, OperatorError
from minyin.settings import Settings

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(house: House) -> FastAPI:
    """The console on an opened house."""
    app = FastAPI(title="民音", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(house)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for part in (
        overview,
        searching,
        articles,
        events,
        alerts,
        tickets,
        triage,
        briefs,
        explaining,
        health,
        sources,
    ):
        app.include_router(part.router)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(house.settings))
    app.middleware("http")(_headers)
    for kind, handler in (
        (HTTPException, _http_error),
        (OperatorError, _operator_error),
        (DependencyError, _dependency_error),
        (Exception, _unknown_error),
    ):
        app.add_exception_handler(kind, handler)
    return app


def allowed_hosts(settings: Settings) -> list[str]:
    """Names under which the console answers; any other is refused, against rebinding of names."""
    console = settings.console
    if console.host in ("0.0.0.0", "::"):
        return ["*"]
    return ["127.0.0.1", "localhost", console.host, urlsplit(console.public_url).hostname or ""]


async def _headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    static = request.url.path.startswith("/static/")
    response.headers.setdefault("Cache-Control", "max-age=3600" if static else "no-store")
    return response


def _error(request: Request, status: int, title: str, text: str) -> Response:
    return desk_of(request).page(request, "error.html", status=status, title=title, text=text)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _error(request, 404, "没有这个页面", "请从上方栏目进入，或检查网址。")
    return _error(request, status, "请求没有办成", f"服务器以 {status} 答复了这个请求。")


async def _operator_error(request: Request, error: Exception) -> Response:
    if isinstance(error, Refused):
        return _error(request, 403, "已拒绝这次提交", str(error))
    status = 404 if isinstance(error, InputError) and request.method == "GET" else 400
    return _error(request, status, "没有办成", str(error))


async def _dependency_error(request: Request, error: Exception) -> Response:
    log.error("%s: %s", request.url.path, error)
    return _error(request, 503, "所依赖的服务没有应答", str(error))


async def _unknown_error(request: Request, error: Exception) -> Response:
    log.exception("unexpected error on %s", request.url.path, exc_info=error)
    return _error(
        request, 500, "系统出错了", "这不是您操作的问题。出错情况已写入日志，请联系管理员。"
    )
