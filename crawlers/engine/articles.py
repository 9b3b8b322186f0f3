"""Extracted posts to articles: identity, kind, tier, hashed author. Here a name in clear ends its life.

Left to others: whether an article is new (`crawlers.engine.collector`) and everything about its meaning (nlp).
"""

import hashlib
import hmac
import json
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from crawlers.engine.errand import Errand, ThreadPlace
from crawlers.page.extract import ExtractedPost, Extraction
from crawlers.page.times import url_date
from minyin.clock import Clock
from minyin.errors import Rejected
from minyin.identity import article_id, author_hash
from minyin.model import Article, ArticleKind, Channel, Evidence, Interactions
from minyin.source import Source


class Maker(NamedTuple):
    """What every article of a crawl needs besides its page."""

    county_code: str
    key: bytes
    clock: Clock

    def articles(
        self,
        source: Source,
        extraction: Extraction,
        errand: Errand,
        url: str,
        evidence: Evidence | None,
    ) -> list[Article]:
        """The page's articles, the thread's opening first. Raises Rejected('no_time')."""
        if extraction.thread:
            return self._thread(source, extraction, errand, url, evidence)
        post = extraction.posts[0]
        at = post.published_at or errand.hint.published_at or url_date(url)
        if at is None:
            raise Rejected("no_time", "neither the page nor the list that led to it says when")
        external_id = errand.hint.external_id or _stem(url)
        common = self._common(source, post, at, evidence)
        title = post.title or errand.hint.title
        kind = ArticleKind.QUESTION if source.channel is Channel.BOARD else ArticleKind.ARTICLE
        return [
            Article(
                id=article_id(url),
                external_id=external_id,
                url=url,
                kind=kind,
                title=title,
                **common,
            )
        ]

    def _thread(
        self,
        source: Source,
        extraction: Extraction,
        errand: Errand,
        url: str,
        evidence: Evidence | None,
    ) -> list[Article]:
        place = errand.thread or ThreadPlace(url=url)
        root_id = place.root_id
        last: datetime | None = errand.hint.published_at
        made = []
        for post in extraction.posts:
            last = post.published_at or last
            if last is None:
                raise Rejected("no_time", "a post without a time, and none before it")
            common = self._common(source, post, last, evidence)
            part = post.post_id or _fingerprint(post, str(common["author_hash"]))
            opening = root_id is None
            own_id = article_id(place.url, part="" if opening and extraction.own else part)
            made.append(
                Article(
                    id=own_id,
                    external_id=post.post_id or part,
                    url=f"{url}#{post.anchor}" if post.anchor else url,
                    kind=_kind(source, post, opening=opening),
                    parent_id=None if opening or own_id == root_id else root_id,
                    title=post.title or (errand.hint.title if opening else None),
                    **common,
                )
            )
            root_id = root_id or own_id
        return made

    def _common(
        self, source: Source, post: ExtractedPost, at: datetime, evidence: Evidence | None
    ) -> dict[str, object]:
        tier = source.outlets.get(post.outlet, source.tier) if post.outlet else source.tier
        return {
            "source_id": source.id,
            "channel": source.channel,
            "tier": tier,
            "text": post.text,
            "outlet": post.outlet,
            "author_hash": author_hash(source.id, post.author, self.key) if post.author else None,
            "published_at": at,
            "collected_at": self.clock(),
            "interactions": Interactions(
                views=post.views, likes=post.likes, comments=post.comments
            ),
            "local_source": source.home_region == self.county_code,
            "evidence": evidence,
        }


def _kind(source: Source, post: ExtractedPost, *, opening: bool) -> ArticleKind:
    if opening:
        if source.channel is Channel.BOARD:
            return ArticleKind.QUESTION
        if source.kind == "thread_listing" or source.channel is Channel.FORUM:
            return ArticleKind.THREAD
        return ArticleKind.ARTICLE
    return ArticleKind.OFFICIAL_REPLY if post.official else ArticleKind.REPLY


def _stem(url: str) -> str | None:
    """
    >>> _stem("http://gov.example.cn/2026/08/t20260801_17.html")
    't20260801_17'
    """
    return PurePosixPath(urlsplit(url).path).stem or None


def _fingerprint(post: ExtractedPost, author: str) -> str:
    at = post.published_at.isoformat() if post.published_at else ""
    return hashlib.sha256(f"{author}\0{at}\0{post.text}".encode()).hexdigest()[:16]


def page_digest(extraction: Extraction) -> str:
    """What makes a page 'changed': everything said on it, but not how often it was looked at."""
    posts = [
        post.model_dump(mode="json", exclude={"views", "likes", "comments"})
        for post in extraction.posts
    ]
    return hashlib.sha256(
        json.dumps(posts, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def content_digest(article: Article, key: bytes) -> str:
    """Keyed; equal for two collections of the same post with the same words."""
    raw = article.model_dump_json(exclude={"collected_at", "evidence", "interactions"})
    return hmac.new(key, raw.encode(), hashlib.sha256).hexdigest()[:32]
