"""What the registry adds to extraction: date formats of the source's own, and pieces cut out of fields by regex."""

import re
from datetime import datetime

from crawlers.engine.errand import Fetched
from crawlers.page.extract import ExtractedPost, Extraction
from crawlers.page.fields import squeeze
from crawlers.page.html import parse
from crawlers.page.selecting import select
from minyin.clock import SHANGHAI
from minyin.errors import Rejected
from minyin.source import Source


def tuned(extraction: Extraction, answer: Fetched, source: Source) -> Extraction:
    """The extraction as the source's entry wants it. Raises Rejected('empty') when a clean-up leaves no text at all."""
    if not (source.clean or source.date_formats):
        return extraction
    posts = [cleaned(post, source) for post in extraction.posts]
    if source.date_formats and source.selectors.published_at:
        at = own_time(answer, source)
        posts[0] = posts[0].but(published_at=at or posts[0].published_at)
    kept = tuple(post for post in posts if post.text.strip())
    if not kept:
        raise Rejected("empty", "nothing is left after the clean-ups")
    return extraction.but(posts=kept)


def cleaned(post: ExtractedPost, source: Source) -> ExtractedPost:
    changes: dict[str, str | None] = {}
    for rule in source.clean:
        before = changes.get(rule.field, getattr(post, rule.field))
        if before:
            changes[rule.field] = re.sub(rule.pattern, rule.replace, before).strip()
    for name in ("title", "author", "outlet"):
        if changes.get(name) == "":
            changes[name] = None
    return post.but(**changes) if changes else post


def own_time(answer: Fetched, source: Source) -> datetime | None:
    """The first match of selectors.published_at that one of the source's formats reads."""
    page = parse(answer.body, answer.content_type)
    for match in select(page, source.selectors.published_at or ""):
        words = squeeze(
            match.root if isinstance(match.root, str) else "".join(match.root.itertext())
        )
        for form in source.date_formats:
            if at := read_time(words, form):
                return at
    return None


def read_time(words: str, form: str) -> datetime | None:
    """Asia/Shanghai unless the format reads a zone.

    >>> read_time("01.08.2026 08:16", "%d.%m.%Y %H:%M").isoformat()
    '2026-08-01T08:16:00+08:00'
    """
    try:
        at = datetime.strptime(words.strip(), form)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
