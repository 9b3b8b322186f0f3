"""检索: query, filters, histogram, facets, result list, and the same as CSV with a line in the audit log."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from console import records, words
from console.web import numbers
from console.web.completions import completions
from console.web.desk import Desk, Fields, desk_of, need_actor
from console.web.facets import FACETS, OPEN, Facet, FacetValue, facet_order, value_name
from console.web.periods import PICKS, minute, named
from console.web.questions import SORTS, Filter, Question, read_question
from console.web.saved import saved_searches
from index.port import SearchRequest, SearchResult
from index.query import parse
from minyin import audit
from minyin.database import reading
from minyin.errors import InputError, QueryError
from minyin.model import Document, Value

router = APIRouter()
PAGE, EXPORT = 30, 10_000
HEADINGS = [
    "编号",
    "外部编号",
    "发布时间",
    "渠道",
    "来源",
    "标题",
    "正文（已脱敏）",
    "情感",
    "诉求",
    "紧急",
    "镇街",
    "主题",
    "事件",
    "转载自",
    "网址",
]


class Answer(Value):
    """A question as far as it could be read, and what was found or what is wrong with it."""

    question: Question
    result: SearchResult = SearchResult(total=0, hits=())
    fault: dict[str, str] | None = None


@router.get("/search")
def search(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    now = desk.house.clock()
    answer = _answer(desk, request)
    question, result = answer.question, answer.result
    helped = "hint" in request.query_params
    completed = completions(desk, question.q)
    hints = completed if helped or answer.fault else []
    with reading(desk.house.engine) as connection:
        reposts = records.repost_counts(connection, [hit.document.id for hit in result.hits])
        events = records.events_by_id(connection, _event_ids(answer))
    titles = {event.id: event.title for event in events.values()}
    return desk.page(
        request,
        "search.html",
        status=400 if answer.fault and not helped else 200,
        question=question,
        fault=None if helped else answer.fault,
        hints=[(one, question.url(q=one.applied(question.q)) + "&hint=1") for one in hints],
        completed=[one.applied(question.q) for one in completed],
        result=result,
        reposts=reposts,
        events=events,
        bars=numbers.bars(result, question) if result.total else [],
        facets=_facets(desk, answer, titles),
        pills=[
            (one, _pill(desk, one, titles), question.without_filter(one))
            for one in question.filters
        ],
        picks={name: question.url(period=named(name, now)) for name in PICKS},
        pick_names=PICKS,
        sorts=SORTS,
        more=question.url(after=result.after) if result.after and result.hits else "",
        saved=saved_searches(),
        start=minute(question.period.start) if question.period.start else "",
        end=minute(question.period.end) if question.period.end else "",
    )


def _answer(desk: Desk, request: Request) -> Answer:
    given, now = request.query_params, desk.house.clock()
    try:
        question = read_question(given, given.getlist("f"), now, _default(desk))
    except InputError as error:
        plain = Question(period=named("30d", now), q=given.get("q", ""))
        return Answer(question=plain, fault={"text": str(error), "caret": ""})
    try:
        # the person's own words are read alone first: our filters must not mend or mask a fault
        parse(question.q, clock=desk.house.clock, names=desk.names)
    except QueryError as error:
        return Answer(question=question, fault=_fault(error, question, 0))
    try:
        return Answer(question=question, result=desk.house.store.search(_request(question)))
    except QueryError as error:
        return Answer(question=question, fault=_fault(error, question, question.shift))


def _event_ids(answer: Answer) -> list[str | None]:
    """Every event that the page names: of hits, facet and filters."""
    ids: list[str | None] = [hit.document.event_id for hit in answer.result.hits]
    ids += [bucket.key for bucket in answer.result.facets.get("event_id", ())]
    return ids + [one.value for one in answer.question.filters if one.field == "event_id"]


def _default(desk: Desk) -> str:
    """The usual period, or everything where the usual one is empty (an old county, a replay)."""
    recent = Question(period=named("30d", desk.house.clock()))
    return "30d" if desk.house.store.count(recent.query) else "all"


def _request(question: Question) -> SearchRequest:
    return SearchRequest(
        query=question.query,
        sort=question.sort,
        ascending=question.ascending,
        limit=PAGE,
        after=question.after,
        facets=tuple(FACETS),
        histogram=question.period.interval,
    )


def _fault(error: QueryError, question: Question, shift: int) -> dict[str, str]:
    """The message, and a caret under the column of the person's own words."""
    column = min(max(1, error.column - shift), len(question.q) + 1)
    text = str(error).partition("：")[2] or str(error)
    before = question.q[: column - 1]
    pad = "".join("　" if ord(sign) > 0x2E7F else " " for sign in before)
    return {"text": f"第 {column} 个字附近：{text}", "caret": f"{question.q}\n{pad}^"}


def _facets(desk: Desk, answer: Answer, titles: dict[str, str]) -> list[Facet]:
    facets = []
    question = answer.question
    active = {one.field for one in question.filters}
    for field, name in FACETS.items():
        buckets = facet_order(answer.result.facets.get(field, ()))
        if not buckets:
            continue
        values = []
        for bucket in buckets:
            here = Filter(field=field, value=bucket.key)
            values.append(
                FacetValue(
                    key=bucket.key,
                    name=_value_name(desk, here, titles),
                    count=bucket.count,
                    negative=bucket.negative,
                    include=question.with_filter(here),
                    exclude=question.with_filter(here.but(negated=True)),
                    active=here in question.filters,
                )
            )
        shown = field in OPEN or field in active
        facets.append(Facet(field=field, name=name, values=tuple(values), open=shown))
    return facets


def _value_name(desk: Desk, one: Filter, titles: dict[str, str]) -> str:
    if one.field == "event_id":
        return titles.get(one.value, one.value)
    return value_name(desk.house.county, one.field, one.value)


def _pill(desk: Desk, one: Filter, titles: dict[str, str]) -> str:
    sign = "不含 " if one.negated else ""
    return f"{sign}{FACETS[one.field]}：{_value_name(desk, one, titles)}"


@router.get("/search/suggest")
def suggestions(request: Request, q: str = "", cursor: int | None = None) -> JSONResponse:
    """What could stand at the cursor of the query bar."""
    found = completions(desk_of(request), q, cursor)
    return JSONResponse([one.model_dump() for one in found])


@router.post("/search/export")
def export(request: Request, fields: Fields) -> Response:
    """The result list as CSV, oldest question of the audit: who took how much, and when."""
    desk = desk_of(request)
    actor = need_actor(fields)
    filters = [text for text in fields.get("filters", "").split("\n") if text]
    now = desk.house.clock()
    question = read_question(fields, filters, now)
    rows = list(islice(desk.house.store.scan(question.query), EXPORT))
    with desk.house.engine.begin() as connection:
        audit.record(
            connection,
            at=now,
            actor=actor,
            action="export",
            object_id="search",
            detail={"query": question.query, "rows": len(rows)},
        )
    mark = (
        f"内部资料 请勿转发 · {actor} 于 {words.moment(now)} 导出 {len(rows)} 条 · {question.query}"
    )
    return Response(
        "\ufeff" + "".join(_lines(desk, rows, mark)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="minyin-{now:%Y%m%d%H%M}.csv"'},
    )


def _lines(desk: Desk, rows: list[Document], mark: str) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([mark])
    writer.writerow(HEADINGS)
    for document in rows:
        writer.writerow([safe_cell(cell) for cell in _cells(desk, document)])
    yield buffer.getvalue()


def _cells(desk: Desk, document: Document) -> list[str]:
    county = desk.house.county
    return [
        document.id,
        document.external_id or "",
        words.moment(document.published_at),
        document.channel.label,
        document.outlet or document.source_name,
        document.title or "",
        document.text,
        document.polarity.label,
        "是" if document.appeal else "",
        "是" if document.urgent else "",
        county.place_name(document.street) if document.street else "",
        words.topic_name(county, document.topic) if document.topic else "",
        document.event_id or "",
        document.repost_of or "",
        document.url,
    ]


def safe_cell(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula becomes text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
