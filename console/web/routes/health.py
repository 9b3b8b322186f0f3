"""运行: whether the monitor can see, for people and (`/healthz`) for other monitors."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from console.tables import FLOWS
from console.web.desk import Desk, desk_of
from flows.health import Health, examine
from minyin.accounting import outcome_label
from minyin.database import reading

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
