"""A JSON answer that nobody described: which list in it holds the articles, and which names hold what.

A proposal for the registry, tried before it is trusted. Left to others: the mapping's meaning (`crawlers.listing.api`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.listing.paging import PAGE_NAMES
from crawlers.page.times import parse_time
from minyin.source import JsonMap, JsonReplies, Paging

DEEPEST, FEWEST = 5, 2
PLAIN_NAME = re.compile(r"^[A-Za-z_]\w*$")
NUMBERS = PAGE_NAMES | {"pageindex", "currentpage", "current"}


class Guess(NamedTuple):
    mapping: JsonMap
    items: int
    dated: int


def guess_mapping(data: Any) -> Guess | None:
    """The mapping of the list that holds most; None where no list holds articles.

    >>> found = guess_mapping({"data": {"rows": [{"id": 1, "title": "停水通知", "url": "/a/1"}, {"id": 2, "title": "恢复供水", "url": "/a/2"}]}})
    >>> found.mapping.items, found.mapping.title, found.mapping.url
    ('data.rows', 'title', 'url')
    """
    found = [(path, rows, _mapping(path, rows)) for path, rows in _lists(data, "")]
    able = [(path, rows, one) for path, rows, one in found if one is not None]
    if not able:
        return None
    _, rows, mapping = max(able, key=lambda one: (len(one[1]), -len(one[0])))
    dated = len(rows) if mapping.published_at else 0
    return Guess(mapping, len(rows), dated)


def guess_paging(url: str) -> Paging | None:
    """How the address is turned over, where it bears the number of its page.

    >>> guess_paging("http://x.cn/api?page=1&size=20").url
    'http://x.cn/api?page={page}&size=20'
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [
        (name, value) for name, value in pairs if name.lower() in NUMBERS and value.isdigit()
    ]
    if not numbers:
        return None
    name, value = numbers[0]
    query = urlencode([(k, "{page}" if k == name else v) for k, v in pairs], safe="{}")
    return Paging(url=urlunsplit(parts._replace(query=query)), first=int(value) + 1)


def _lists(data: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(data, list):
        rows = [one for one in data if isinstance(one, dict)]
        if len(rows) >= FEWEST and len(rows) == len(data):
            yield path or "@", rows
    elif isinstance(data, dict) and depth < DEEPEST:
        for name, value in data.items():
            inner = _quoted(name)
            yield from _lists(value, f"{path}.{inner}" if path else inner, depth + 1)


def _quoted(name: str) -> str:
    return name if PLAIN_NAME.match(name) else '"' + name.replace('"', '\\"') + '"'


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) >= 10


def _is_title(value: Any) -> bool:
    return isinstance(value, str) and 2 <= len(value.strip()) <= 150


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://", "/"))


def _is_time(value: Any) -> bool:
    return isinstance(value, (str, int)) and parse_time(str(value)) is not None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value.strip()) <= 30


def _is_id(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


WANTED: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("url", r"^(?:url|link|href|.*(?:page|detail|info|web|share)_?url|.*link)$|网址|链接", _is_url),
    ("title", r"^(?:.*title|subject|name|headline|topic|bt|biaoti)$|标题|主题", _is_title),
    ("text", r"^(?:.*content|.*text|body|question|detail|.*desc(?:ription)?|nr|neirong|message)$|内容|正文|诉求", _is_text),
    ("published_at", r"^(?:.*(?:pub|create|add|ask|post|send|submit|write|show).*(?:time|date|at|on)|time|date|.*time|.*date|asked|published|ctime)$|时间|日期", _is_time),
    ("author", r"^(?:author|.*user_?name|nick(?:name)?|writer|asker|.*person|creator)$|作者|网友|姓名|昵称", _is_name),
    ("outlet", r"^(?:source|media|origin|.*source_?name|site_?name)$|来源", _is_name),
    ("external_id", r"^(?:id|.*(?:^|_)id|[a-z]*Id|qid|no|code|guid|uuid)$|编号|单号", _is_id),
)  # fmt: skip
REPLY = re.compile(r"reply|answer|response|huifu|dafu|答复|回复", re.IGNORECASE)


def _mapping(path: str, rows: Sequence[dict[str, Any]]) -> JsonMap | None:
    """None for a list without a way to its articles: an address, or the words themselves and a number."""
    names = list(dict.fromkeys(name for row in rows[:20] for name in row))
    own = [name for name in names if not REPLY.search(name)]
    found = {field: _named(pattern, own, rows, fits) for field, pattern, fits in WANTED}
    named = found["url"] or (found["text"] and found["external_id"])
    if not named or not (found["title"] or found["text"]):
        return None
    paths = {field: _quoted(name) for field, name in found.items() if name}
    replies = _replies(names, rows) if found["text"] else None
    return JsonMap(items=path, replies=replies, **paths)


def _named(
    pattern: str, names: Sequence[str], rows: Sequence[dict[str, Any]], fits: Callable[[Any], bool]
) -> str | None:
    """The first name of that form whose values are of that kind, in most rows that have it."""
    for name in names:
        values = [row[name] for row in rows[:20] if row.get(name) not in (None, "")]
        fitting = sum(map(fits, values))
        if re.search(pattern, name, re.IGNORECASE) and fitting and fitting >= 0.8 * len(values):
            return name
    return None


def _replies(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> JsonReplies | None:
    """Answers beside the question: an object or a list of its own, or names that begin like one."""
    for name in names:
        if not REPLY.search(name):
            continue
        values = [row[name] for row in rows if row.get(name)]
        inner = [v[0] if isinstance(v, list) and v else v for v in values]
        if inner and all(isinstance(one, dict) for one in inner):
            return _reply_fields(_quoted(name), list(inner), lambda _: True)
    flat = [{k: v for k, v in row.items() if REPLY.search(k)} for row in rows]
    return _reply_fields("@", [row for row in flat if row], lambda name: bool(REPLY.search(name)))


def _reply_fields(
    items: str, rows: Sequence[dict[str, Any]], which: Callable[[str], bool]
) -> JsonReplies | None:
    names = [name for name in dict.fromkeys(n for row in rows for n in row) if which(name)]
    text = _named(
        r"content|text|body|detail|reply$|answer$|内容|答复$|回复$", names, rows, _is_name_or_text
    )
    if text is None:
        return None
    at = _named(r"time|date|at$|时间|日期", names, rows, _is_time)
    unit = _named(r"unit|dept|department|org|user|name|author|单位|部门", names, rows, _is_name)
    found = {"text": text, "published_at": at, "author": unit}
    paths = {field: _quoted(name) for field, name in found.items() if name}
    return JsonReplies(items=items, official="`true`", **paths)


def _is_name_or_text(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) >= 2
