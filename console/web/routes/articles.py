"""One article: its masked text, why it was judged so, its evidence, its event and its reposts."""

import logging
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from console import records
from console.web.desk import Desk, Fields, desk_of, need_actor
from crawlers.archive.evidence import EvidenceStore
from index.like import similar
from minyin import audit
from minyin.database import load_one, reading, tables
from minyin.errors import InputError, MinyinError
from minyin.model import Analysis, Article, Document, Interactions, Span

router = APIRouter()
log = logging.getLogger(__name__)
SIMILAR = 6


@router.get("/articles/{article_id}")
def article(request: Request, article_id: str) -> HTMLResponse:
    desk = desk_of(request)
    a = tables.articles.c
    with reading(desk.house.engine) as connection:
        document = load_one(connection, Document, tables.articles, article_id)
        original = document.repost_of or document.id
        copies = records.articles_of(connection, a.repost_of == original, a.id != document.id)
        thread = records.articles_of(
            connection, a.parent_id == (document.parent_id or document.id), a.id != document.id
        )
        parent = records.articles_of(connection, a.id.in_([document.parent_id, document.repost_of]))
        same = (
            records.articles_of(connection, a.event_id == document.event_id, limit=200)
            if document.event_id
            else []
        )
        event = records.events_by_id(connection, [document.event_id]).get(document.event_id or "")
    analysis = why(desk, document, next(iter(parent), None))
    return desk.page(
        request,
        "article.html",
        document=document,
        analysis=analysis,
        reasons=reasons(document, analysis),
        copies=copies,
        thread=thread,
        parents=parent,
        event=event,
        same=[other for other in same if other.id != document.id],
        same_words=_same_words(document),
        similar=_similar(desk, document),
    )


def _similar(desk: Desk, document: Document) -> list[Document]:
    """None where the index does not answer: the article itself is in the database and is shown all the same."""
    try:
        hits = similar(desk.house.store, document, desk.house.segmenter.cut, limit=SIMILAR)
    except MinyinError as error:
        log.warning("similar articles of %s: %s", document.id, error)
        return []
    return [hit.document for hit in hits]


def _same_words(document: Document) -> str:
    """The address that finds the same words elsewhere, in any period."""
    phrase = (document.title or document.text)[:12].replace("\\", "").replace('"', "").strip()
    given = {"q": f'"{phrase}"', "period": "all", "sort": "relevance"}
    return f"/search?{urlencode(given)}"


def why(desk: Desk, document: Document, parent: Document | None) -> Analysis | None:
    """The judgement made again on the stored (masked) text, with the words that led to it."""
    analyser = desk.house.analyser
    if analyser is None:
        return None
    return analyser.analyse(as_article(document), parent)


def reasons(document: Document, analysis: Analysis | None) -> list[Span]:
    """Where the words that led to the judgement stand in the stored text."""
    spans = []
    for reason in analysis.opinion.reasons if analysis else ():
        start = document.text.find(reason.text) if reason.text else -1
        if start >= 0:
            end = start + len(reason.text)
            spans.append(Span(start=start, end=end, kind=reason.kind, text=reason.text))
    return spans


def as_article(document: Document) -> Article:
    """The stored document as an article, so that it can be analysed once more."""
    return Article(
        id=document.id,
        source_id=document.source_id,
        external_id=document.external_id,
        url=document.url,
        channel=document.channel,
        kind=document.kind,
        tier=document.tier,
        parent_id=document.parent_id,
        title=document.title,
        text=document.text,
        outlet=document.outlet,
        author_hash=document.author_hash,
        published_at=document.published_at,
        collected_at=document.collected_at,
        interactions=Interactions(views=document.views),
        evidence=document.evidence,
    )


@router.post("/articles/{article_id}/evidence")
def evidence(request: Request, article_id: str, fields: Fields) -> Response:
    """Read the archived page back and compare its digest; that somebody looked is written down."""
    desk = desk_of(request)
    actor, house = need_actor(fields), desk.house
    with house.engine.begin() as connection:
        document = load_one(connection, Document, tables.articles, article_id)
        if document.evidence is None:
            raise InputError("这条信息没有存证可核验（启用存证以前采集，或已到期清理）")
        pages, faults = [], []
        found = EvidenceStore(house.settings.evidence).read_all(document.evidence)
        for number, (where, one) in enumerate(zip(document.evidence.pages, found, strict=True), 1):
            which = f"第 {number} 页：" if document.evidence.rest else ""
            if isinstance(one, InputError):
                faults.append(f"{which}{one}")
            else:
                pages.append((which, where, one))
        audit.record(
            connection,
            at=house.clock(),
            actor=actor,
            action="evidence",
            object_id=article_id,
            detail={"good": not faults},
        )
    return desk.page(
        request,
        "evidence.html",
        document=document,
        pages=pages,
        faults=faults,
    )
