"""来源: a site looked at, a source tried, and registered once its fields come out full; as `minyin source add` does.

Nothing is kept between the steps: an entry travels through the form as text, and what says that its trial went well is
a seal that only this console can make. Left to others: looking, trying and registering (`flows.collect`).
"""

import hashlib
import hmac
from typing import Any

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from console.web.desk import Desk, Fields, desk_of, need_actor
from console.words import WAYS_IN
from crawlers.registry.probe import NAMES, Probe
from crawlers.registry.register import entry_text
from flows.collect import look_at, propose, register, source_of, try_source
from minyin import audit
from minyin.accounting import outcome_label
from minyin.errors import InputError, MinyinError
from minyin.model import Article
from minyin.source import Source
from minyin.yamlfile import faults_of
from nlp.mask.masking import mask

router = APIRouter()
TO_FILL = "（待填）"


@router.get("/sources/new")
def new_source(request: Request) -> HTMLResponse:
    return _page(request)


@router.post("/sources/look")
def look(request: Request, fields: Fields) -> HTMLResponse:
    """What a site offers to be read from: some requests to it, one a second."""
    desk, actor, url = desk_of(request), need_actor(fields), fields.get("url", "")
    _record(desk, actor, "source.look", url)
    try:
        found = look_at(desk.house, url)
        entries = [
            propose(desk.house, found, n, by=actor, impact=TO_FILL)
            for n in range(1, len(found.candidates) + 1)
        ]
    except MinyinError as error:
        return _page(request, url=url, by=actor, fault=str(error))
    ways = [(one, _text(entry)) for one, entry in zip(found.candidates, entries, strict=True)]
    return _page(request, url=url, by=actor, found=found, ways=ways)


@router.post("/sources/try")
def try_entry(request: Request, fields: Fields) -> HTMLResponse:
    """Ten articles of an entry that is not registered, fetched now and kept nowhere."""
    desk, actor, text = desk_of(request), need_actor(fields), fields.get("entry", "")
    try:
        entry = entry_of(text, actor)
        _record(desk, actor, "source.test", entry.id)
        tried = try_source(desk.house, entry)
    except MinyinError as error:
        return _page(request, by=actor, entry=text, fault=str(error))
    seal = "" if tried.faults else seal_of(desk, entry)
    return _page(
        request, by=actor, entry=_text(entry), seal=seal, titled=entry.name, **shown(tried)
    )


@router.post("/sources/add")
def add(request: Request, fields: Fields) -> Response:
    """Register an entry whose trial went well. Raises InputError for any other."""
    desk, actor = desk_of(request), need_actor(fields)
    entry = entry_of(fields.get("entry", ""), actor)
    impact = fields.get("impact", "")
    if not hmac.compare_digest(fields.get("seal", ""), seal_of(desk, entry)):
        raise InputError("登记内容试采之后改过，或没有试采过；请先试采，提取齐全的才能登记")
    if len(impact) < 2:
        raise InputError("请写明影响评估的结论（《网络数据安全管理条例》第十八条）")
    assert entry.assessment is not None
    register(desk.house, entry.but(assessment=entry.assessment.but(by=actor, impact=impact)))
    _record(desk, actor, "source.add", entry.id)
    desk.renew()
    return desk.done("/health", f"已登记 {entry.name}（{entry.id}），下次采集即用", fields)


@router.post("/sources/{source_id}/test")
def source_test(request: Request, source_id: str, fields: Fields) -> HTMLResponse:
    """A few articles of a registered source, fetched now and kept nowhere; that somebody did so is written down."""
    desk = desk_of(request)
    actor = need_actor(fields)
    source = source_of(desk.house, source_id)
    _record(desk, actor, "source.test", source_id)
    try:
        tried = shown(try_source(desk.house, source))
    except MinyinError as error:
        tried = {"tried": None, "rows": [], "fault": str(error)}
    return desk.page(
        request,
        "source_test.html",
        source=source,
        names=NAMES,
        outcome=outcome_label,
        **({"fault": ""} | tried),
    )


def entry_of(text: str, actor: str) -> Source:
    """The entry as the form holds it. Raises InputError naming what is wrong."""
    try:
        loaded = yaml.safe_load(text)
        values = loaded[0] if isinstance(loaded, list) and loaded else loaded
        entry = Source.model_validate(values)
    except yaml.YAMLError as error:
        raise InputError(
            f"登记内容不是 YAML（{str(error).splitlines()[0]}），请照原来的写法改"
        ) from error
    except ValidationError as error:
        raise InputError("；".join(faults_of(error, Source, file="登记内容", node=None))) from error
    if entry.assessment is None or not entry.fetched:
        raise InputError("登记内容缺少 assessment，或不是采集网站的来源；请重新查看网站")
    return entry.but(assessment=entry.assessment.but(by=actor))


def seal_of(desk: Desk, entry: Source) -> str:
    """Says that the trial of this very entry went well; who did it and with what impact may still change."""
    assert entry.assessment is not None
    bare = entry.but(assessment=entry.assessment.but(by="", impact=""))
    return hmac.new(desk.secret, bare.model_dump_json().encode(), hashlib.sha256).hexdigest()


def shown(tried: Probe) -> dict[str, Any]:
    """A trial as a page shows it."""
    return {"tried": tried, "rows": [_row(article) for article in tried.articles[:10]]}


def _page(request: Request, **found: Any) -> HTMLResponse:
    empty: dict[str, Any] = {"url": "", "fault": "", "found": None, "ways": [], "entry": "", "seal": "", "tried": None, "rows": [], "titled": "", "by": ""}  # fmt: skip
    return desk_of(request).page(
        request,
        "source_new.html",
        ways_in=WAYS_IN,
        names=NAMES,
        outcome=outcome_label,
        **(empty | found),
    )


def _text(entry: Source) -> str:
    return "\n".join(line.removeprefix("  ") for line in entry_text(entry).splitlines())


def _record(desk: Desk, actor: str, action: str, about: str) -> None:
    with desk.house.engine.begin() as connection:
        audit.record(
            connection, at=desk.house.clock(), actor=actor, action=action, object_id=about[:200]
        )


def _row(article: Article) -> dict[str, Any]:
    """An article as it may be shown: masked, and its beginning only."""
    untitled = f"（{article.kind.label}）" if article.parent_id else "（无标题）"
    return {
        "at": article.published_at,
        "title": mask(article.title or untitled).text,
        "text": " ".join(mask(article.text).text.split())[:160],
        "url": article.url,
        "outlet": article.outlet or "",
    }
