"""运行: whether the monitor can see, for people and (`/healthz`) for other monitors."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from console.tables import FLOWS
from console.web.desk import Desk, Fields, desk_of, need_actor
from crawlers.probe import NAMES
from flows.collect import source_of, try_source
from flows.health import Health, examine
from minyin import audit
from minyin.accounting import outcome_label
from minyin.database import reading
from minyin.errors import MinyinError
from minyin.model import Article
from nlp.masking import mask

router = APIRouter()


def _look(desk: Desk) -> Health:
    house = desk.house
    with reading(house.engine) as connection:
        return examine(
            connection,
            county=house.county,
            settings=house.settings,
            store=house.store,
            now=house.clock(),
        )


@router.get("/health")
def health(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    return desk.page(
        request,
        "health.html",
        health=_look(desk),
        outcome=outcome_label,
        flows=FLOWS,
        settings=desk.house.settings,
    )


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    """200 when all is well, 503 when the monitor is blind or stuck; the body says what."""
    found = _look(desk_of(request))
    body = {
        "good": found.good,
        "checks": [check.model_dump() for check in found.checks],
        "blind": [source.id for source in found.blind],
    }
    return JSONResponse(body, status_code=200 if found.good else 503)


@router.post("/sources/{source_id}/test")
def source_test(request: Request, source_id: str, fields: Fields) -> HTMLResponse:
    """A few articles of a registered source, fetched now and kept nowhere; that somebody did so is written down."""
    desk = desk_of(request)
    actor, house = need_actor(fields), desk.house
    source = source_of(house, source_id)
    with house.engine.begin() as connection:
        audit.record(
            connection, at=house.clock(), actor=actor, action="source.test", object_id=source_id
        )
    tried, fault = None, ""
    try:
        tried = try_source(house, source)
    except MinyinError as error:
        fault = str(error)
    return desk.page(
        request,
        "source_test.html",
        source=source,
        tried=tried,
        fault=fault,
        rows=[_row(article) for article in tried.articles] if tried else [],
        names=NAMES,
        outcome=outcome_label,
    )


def _row(article: Article) -> dict[str, Any]:
    """An article as it may be shown: masked, and its beginning only."""
    return {
        "at": article.published_at,
        "title": mask(article.title or "（无标题）").text,
        "text": " ".join(mask(article.text).text.split())[:160],
        "url": article.url,
        "outlet": article.outlet or "",
    }
