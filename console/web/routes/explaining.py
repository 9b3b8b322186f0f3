"""判读: one text, everything found in it and why; the same for programs at `/api/explain`; and corrections of places.

Nothing of a text that is asked about is stored or logged.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from console.teaching import forget, teach
from console.web.desk import Desk, Fields, desk_of, need_actor
from minyin.errors import InputError, OperatorError
from minyin.model import Channel
from nlp.bulk_lines import Row
from nlp.explain import Explanation, explain
from nlp.opinion.classifier import channel_of

router = APIRouter()
LONGEST = 20_000
SOURCES = ("论坛", "微博", "公众号", "热线", "政务", "官媒", "问政", "视频")


class Question(BaseModel):
    """What `/api/explain` takes: a text, and what is known of where it stood."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST)
    title: str = Field("", max_length=500)
    source_type: str = Field("", max_length=20)
    home_source: bool = True


def _explained(desk: Desk, question: Question) -> Explanation:
    channel = channel_of(question.source_type, Channel.FORUM)
    row = Row(
        1, "explain", question.text, question.title or None, channel,
        question.source_type, question.home_source,
    )  # fmt: skip
    understander = desk.house.understander
    if understander is None:
        raise OperatorError("这个控制台没有装配分析，不能判读")
    return explain(understander, row)


def _page(
    desk: Desk, request: Request, question: Question, found: Explanation | None
) -> HTMLResponse:
    return desk.page(
        request,
        "explain.html",
        question=question,
        found=found,
        sources=SOURCES,
        taught=desk.house.taught.rows(),
    )


@router.get("/explain")
def ask(request: Request) -> HTMLResponse:
    return _page(desk_of(request), request, Question(text=""), None)


@router.post("/explain")
def answer(request: Request, fields: Fields) -> HTMLResponse:
    desk = desk_of(request)
    if not fields.get("text"):
        raise InputError("请先填写要判读的文字")
    question = Question(
        text=fields["text"][:LONGEST],
        title=fields.get("title", "")[:500],
        source_type=fields.get("source_type", "")[:20],
        home_source=fields.get("home_source", "") == "on",
    )
    return _page(desk, request, question, _explained(desk, question))


@router.post("/places/correct")
def correct(request: Request, fields: Fields) -> Response:
    """A name means a place from now on."""
    desk = desk_of(request)
    by = need_actor(fields)
    name = teach(desk.house, fields.get("name", ""), fields.get("code", ""), by=by, article=fields.get("article", ""))  # fmt: skip
    place = desk.house.county.place_name(fields["code"])
    return desk.done("/explain", f"“{name}”从此指{place}，下次分析即用", fields)


@router.post("/places/forget")
def withdraw(request: Request, fields: Fields) -> Response:
    desk = desk_of(request)
    forget(desk.house, fields.get("name", ""), by=need_actor(fields))
    return desk.done("/explain", f"“{fields['name']}”已撤回", fields)


@router.post("/api/explain")
def api(request: Request, question: Question) -> JSONResponse:
    """JSON in and out. A form of another site cannot reach it: it takes application/json only."""
    found: dict[str, Any] = _explained(desk_of(request), question).model_dump(mode="json")
    return JSONResponse(found)
