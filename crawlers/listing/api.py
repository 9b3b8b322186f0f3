"""JSON answers to lists and articles by the source's JMESPath mapping; a load-more answer may carry a piece of HTML.

Left to others: the mapping's shape (`minyin.source`), identity and hashing (`crawlers.engine.articles`).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from parsel import Selector

from crawlers.engine.errand import Fetched, Given, Hint, Link, ListPage
from crawlers.listing.feeds import absolute
from crawlers.page.charset import decode
from crawlers.page.extract import ExtractedPost, Extraction
from crawlers.page.html import text_of
from crawlers.page.times import parse_time
from minyin.errors import Rejected
from minyin.identity import row_url
from minyin.source import JsonMap, JsonReplies, Selectors, Source

Fragment = Callable[[Selector, str, Selectors], ListPage]


def looks_like_json(body: bytes) -> bool:
    """
    >>> looks_like_json(b' {"a": 1}'), looks_like_json(b"<html>")
    (True, False)
    """
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def json_page(source: Source, answer: Fetched, fragment: Fragment) -> ListPage:
    """The items of a JSON answer. Raises Rejected: not_json, no_items (the mapping finds no list)."""
    mapping = source.api or JsonMap()
    data = _data(answer)
    onward = _next(source, mapping, data, answer)
    if mapping.html:
        piece = _text(mapping.html, data)
        if not piece:
            return ListPage()
        found = fragment(Selector(text=piece, type="html"), answer.url, source.selectors)
        return found.but(next_url=onward or found.next_url)
    items = jmespath.search(mapping.items or "@", data)
    if not isinstance(items, list):
        raise Rejected("no_items", f"{mapping.items!r} finds no list in the JSON")
    links, given = [], []
    for item in items:
        made = _item(source, mapping, item, answer)
        if isinstance(made, Link):
            links.append(made)
        elif made is not None:
            given.append(made)
    return ListPage(links=tuple(links), given=tuple(given), next_url=onward)


def _data(answer: Fetched) -> Any:
    text = decode(answer.body, answer.content_type or "application/json").text.strip()
    if text[:1] not in ("{", "["):  # JSONP: callback({...});
        text = text[text.find("(") + 1 : text.rfind(")")]
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Rejected("not_json", "the answer is not JSON") from error


def _item(source: Source, mapping: JsonMap, item: Any, answer: Fetched) -> Link | Given | None:
    name = _text(mapping.external_id, item)
    address = absolute(answer.url, _text(mapping.url, item) or "")
    hint = Hint(
        title=_text(mapping.title, item),
        published_at=parse_time(_text(mapping.published_at, item) or ""),
        changed_at=parse_time(_text(mapping.changed_at, item) or ""),
        external_id=name,
    )
    if mapping.text is None:
        return Link(url=address, hint=hint) if address else None
    if address is None and name is None:
        return None
    posts = [_post(mapping, item, name), *_replies(mapping.replies, item)]
    extraction = Extraction(posts=tuple(posts), thread=mapping.replies is not None)
    return Given(url=address or row_url(source.id, name or ""), hint=hint, extraction=extraction)


def _post(mapping: JsonMap, item: Any, name: str | None) -> ExtractedPost:
    return ExtractedPost(
        title=_text(mapping.title, item),
        text=_words(_text(mapping.text, item) or ""),
        author=_text(mapping.author, item),
        outlet=_text(mapping.outlet, item),
        published_at=parse_time(_text(mapping.published_at, item) or ""),
        post_id=name,
    )


def _replies(mapping: JsonReplies | None, item: Any) -> Iterator[ExtractedPost]:
    found = jmespath.search(mapping.items, item) if mapping else None
    for reply in found if isinstance(found, list) else [found] if found else []:
        assert mapping is not None
        text = _words(_text(mapping.text, reply) or "")
        if text:
            yield ExtractedPost(
                text=text,
                author=_text(mapping.author, reply),
                published_at=parse_time(_text(mapping.published_at, reply) or ""),
                post_id=_text(mapping.external_id, reply),
                official=bool(jmespath.search(mapping.official, reply)),
            )


def _next(source: Source, mapping: JsonMap, data: Any, answer: Fetched) -> str | None:
    """The address itself, or the number that the paging's address takes."""
    found = _text(mapping.next, data)
    if found is None:
        return None
    if source.paging and not found.startswith(("http", "/", "?")):
        return source.paging.url.replace("{page}", found)
    return absolute(answer.url, found)


def _text(path: str | None, data: Any) -> str | None:
    if path is None:
        return None
    try:
        found = jmespath.search(path, data)
    except JMESPathError as error:
        raise Rejected("bad_mapping", f"{path!r}: {error}") from error
    if found is None or isinstance(found, (dict, list, bool)):
        return None
    return str(found).strip() or None


def _words(text: str) -> str:
    """Plain words of a field that may hold HTML."""
    if "<" not in text or ">" not in text:
        return text
    node = Selector(text=f"<div>{text}</div>", type="html").css("div")
    return text_of(node[0].root) if node else text
