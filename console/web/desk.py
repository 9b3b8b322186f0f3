"""What every page shares: the house, the templates, who is working, and the token that forms must carry.

Accounts and roles (DOMAIN §6.3) come later. Until then the console listens on this machine only, and the name of the
person at work (经办人) is what the form says, kept in a cookie, or what a reverse proxy puts into the header
`X-Minyin-User`; it is written into histories and the audit log as given.
"""

import hashlib
import hmac
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import records, words
from console.web import charts, marks
from console.web.house import House
from index.names import Names, names_of
from minyin.clock import local
from minyin.database import reading, tables
from minyin.errors import OperatorError
from minyin.model import Level
from minyin.workdays import WorkCalendar, load_calendar

HERE = Path(__file__).parent
SESSION, ACTOR = "minyin_session", "minyin_actor"
NAV = (
    ("/", "总览"),
    ("/search", "检索"),
    ("/events", "事件"),
    ("/alerts", "预警"),
    ("/tickets", "工单"),
    ("/briefs", "简报"),
    ("/explain", "判读"),
    ("/health", "运行"),
)


class Refused(OperatorError):
    """A form came from elsewhere, or carries no valid token."""


class Desk:
    """The house as the pages see it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.secret = hashlib.sha256(b"console forms" + house.settings.key()).digest()

    def renew(self) -> None:
        """Read the registry of sources anew, and what is made from it."""
        self.house = self.house.with_new_sources()
        for made in ("names", "templates"):
            vars(self).pop(made, None)

    @cached_property
    def names(self) -> Names:
        return names_of(self.house.county)

    @cached_property
    def templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        county = self.house.county
        environment.filters |= {
            "moment": words.moment,
            "short": words.short,
            "label": words.label,
            "place": county.place_name,
            "topic": lambda code: words.topic_name(county, code),
            "unit": lambda code: words.unit_name(county, code),
            "source": lambda code: words.source_name(county, code),
            "quoted": lambda text: quote(str(text), safe=""),
        }
        environment.globals |= {
            "histogram": charts.histogram,
            "meter": charts.meter,
            "sparkline": charts.sparkline,
            "marked": marks.marked,
            "excerpt": marks.excerpt,
            "percent": words.percent,
            "mask_names": words.mask_names,
            "where": lambda street, village=None: words.place(county, street, village),
            "ago": words.ago,
            "county": county,
            "levels": tuple(Level),
            "tiers": words.TIERS,
        }
        return environment

    def page(
        self, request: Request, name: str, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """A template drawn with what every page shows."""
        now = self.house.clock()
        session = request.cookies.get(SESSION) or secrets.token_urlsafe(24)
        with reading(self.house.engine) as connection:
            counts = records.level_counts(connection)
            waiting = records.count(connection, tables.alerts, records.WAITING)
        context |= {
            "nav": NAV,
            "here": "/" + request.url.path.split("/")[1],
            "now": now,
            "today": words.full_day(now),
            "clock_text": f"{local(now):%H:%M}",
            "clock_fixed": self.house.settings.now is not None,
            "actor": self.actor(request),
            "token": self.token(session),
            "level_counts": counts,
            "waiting": waiting,
            "notice": request.query_params.get("notice", ""),
        }
        html = self.templates.get_template(name).render(**context)
        response = HTMLResponse(html, status_code=status)
        if SESSION not in request.cookies:
            response.set_cookie(SESSION, session, httponly=True, samesite="strict", path="/")
        return response

    @cached_property
    def calendar(self) -> WorkCalendar:
        return load_calendar(self.house.county.folder)

    def actor(self, request: Request) -> str:
        """Who is at work, as far as anybody has said."""
        named = request.headers.get("x-minyin-user") or request.cookies.get(ACTOR, "")
        return unquote(named).strip()[:20]

    def token(self, session: str) -> str:
        return hmac.new(self.secret, session.encode(), hashlib.sha256).hexdigest()

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form of our own. Raises Refused for a form from elsewhere."""
        origin = request.headers.get("origin") or request.headers.get("referer")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            raise Refused("这次提交不是从本系统的页面发出的，已拒绝；请在本系统页面上重新操作")
        fields = {key: str(value) for key, value in (await request.form()).items()}
        session = request.cookies.get(SESSION, "")
        given = fields.pop("token", "")
        if not session or not hmac.compare_digest(given, self.token(session)):
            raise Refused("表单校验码缺失或已过期，请返回上一页刷新后重新提交")
        fields.setdefault("actor", self.actor(request))
        return {key: value.strip() for key, value in fields.items()}

    def done(self, path: str, notice: str, fields: dict[str, str]) -> Response:
        """Back to a page, with a word on what happened; the name of the person is kept for the next form."""
        mark = "&" if "?" in path else "?"
        response = RedirectResponse(f"{path}{mark}notice={quote(notice)}", status_code=303)
        if fields.get("actor"):
            response.set_cookie(
                ACTOR, quote(fields["actor"]), httponly=True, samesite="strict", path="/"
            )
        return response


def need_actor(fields: dict[str, str]) -> str:
    """The name given. Raises OperatorError when nobody says who acts."""
    name = fields.get("actor", "").strip()
    if not name:
        raise OperatorError("请填写经办人姓名，操作记录须注明是谁办的")
    return name[:20]


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _fields(request: Request) -> dict[str, str]:
    return await desk_of(request).form(request)


# the checked fields of a form: reading the body is asynchronous, the work on it runs in a thread
Fields = Annotated[dict[str, str], Depends(_fields)]
CHECKED = Depends(_fields)  # for a form that carries nothing but its token
