"""What a page's scripts hold: JSON-LD, and the states from which script-rendered pages are drawn.

`__NEXT_DATA__`, `__NUXT__`, `window.__INITIAL_STATE__ = {…}`, `RENDER_DATA` (percent-encoded) and the like are read
as data, never run. Left to others: whether what they say or what is shown counts (`crawlers.page.extract`).
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from minyin.model import Value

# Where states are deeper or larger than this they are no article's
DEPTH, NODES, SCRIPT_CHARS = 24, 20_000, 4_000_000
ASSIGNED = re.compile(
    r"(?:^|[;,{\s(])(?:window\.|var\s+|let\s+|const\s+|self\.)?([A-Za-z_$][\w.$]*)\s*=\s*(?=[{\[\"'(]|JSON\.parse|decodeURIComponent)"
)
TITLES = (
    "headline",
    "title",
    "articletitle",
    "doctitle",
    "newstitle",
    "subject",
    "contenttitle",
    "name",
)
BODIES = (
    "articlebody", "content", "body", "text", "articlecontent", "contenthtml", "htmlcontent", "newscontent", "detail", "maintext", "richtext",
    "html", "cont", "contenttxt", "contentdata", "doccontent", "message",
)  # fmt: skip
TIMES = (
    "datepublished", "publishtime", "publish_time", "pubtime", "pub_time", "publishdate", "publish_date", "pubdate", "publishat", "publishedat",
    "published_at", "ptime", "releasetime", "releasedate", "showtime", "displaytime", "createtime", "create_time", "createdat", "created_at", "ctime",
    "inputtime", "doctime", "newstime", "date", "time",
)  # fmt: skip
OUTLETS = (
    "source",
    "sourcename",
    "media",
    "medianame",
    "origin",
    "publisher",
    "docsource",
    "newssource",
    "from",
    "accountname",
    "medianame",
    "publishername",
)
AUTHORS = ("author", "authors", "authorname", "writer", "byline", "docauthor")
PROSE = re.compile(r"[，。！？；]")
TAG = re.compile(r"<(?:p|br|div|span|section|img|strong)\b", re.IGNORECASE)


class State(Value):
    """An article as a script describes it; `body` may be markup."""

    title: str | None = None
    body: str | None = None
    time: str | None = None
    outlet: str | None = None
    author: str | None = None
    linked: bool = False

    @property
    def prose(self) -> int:
        return len(PROSE.findall(self.body or ""))


def linked_data(scripts: list[str]) -> list[State]:
    """Articles of JSON-LD, in order."""
    found = []
    for script in scripts:
        if "schema.org" in script and (data := _loads(script)) is not None:
            for item in _objects(data):
                if "datePublished" in item or "headline" in item or "articleBody" in item:
                    found.append(_state(item, linked=True))
    return found


def page_states(scripts: list[str]) -> list[State]:
    """Articles of other states, those with most sentences first; only objects that hold a text."""
    found = [
        state
        for script in scripts
        if len(script) <= SCRIPT_CHARS
        for data in _values(script)
        for item in _objects(data)
        if (state := _state(item)).prose >= 2
    ]
    return sorted(found, key=lambda state: -state.prose)


def _values(script: str) -> Iterator[Any]:
    script = script.strip()
    if script.startswith("%7B") or script.startswith("%5B"):
        script = unquote(script)
    if script[:1] in ("{", "[") and (data := _loads(script)) is not None:
        yield data
        return
    if (
        not PROSE.search(unquote(script[:200_000]) if "%E" in script[:5000] else script)
        and "\\u" not in script
    ):
        return
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while found := ASSIGNED.search(script, at):
        at = found.end()
        value, end = _assigned(script, at, decoder)
        if value is not None:
            yield value
            at = max(at, end)


def _assigned(script: str, at: int, decoder: json.JSONDecoder) -> tuple[Any, int]:
    """The data after an equals sign: an object, or a string that holds one; None for anything else."""
    wrapped = re.compile(
        r"JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?|decodeURIComponent\(\s*|\(\s*"
    ).match(script, at)
    start = wrapped.end() if wrapped else at
    try:
        if script[start : start + 1] == "'":
            end = script.index("'", start + 1)
            value: Any = script[start + 1 : end].replace("\\'", "'").replace('\\"', '"')
        else:
            value, end = decoder.raw_decode(script, start)
    except (ValueError, RecursionError):
        return None, at
    if isinstance(value, str):
        value = _loads(unquote(value) if value[:1] == "%" else value)
    return value, end


def _loads(text: str) -> Any:
    try:
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in the data, the outer first, within bounds."""
    queue, seen = [(data, 0)], 0
    while queue and seen < NODES:
        value, depth = queue.pop(0)
        seen += 1
        if isinstance(value, str) and value[:1] in "{[" and len(value) > 100:
            value = _loads(value)
        if isinstance(value, dict):
            yield value
        if isinstance(value, (dict, list)) and depth < DEPTH:
            inner = value.values() if isinstance(value, dict) else value
            queue += [
                (item, depth + 1)
                for item in inner
                if isinstance(item, (dict, list)) or (isinstance(item, str) and item[:1] in "{[")
            ]


def _state(item: dict[str, Any], *, linked: bool = False) -> State:
    lowered = {
        name.lower().replace("-", "_"): value
        for name, value in item.items()
        if isinstance(name, str)
    }
    return State(
        title=_words(lowered, TITLES),
        body=_body(lowered),
        time=_words(lowered, TIMES),
        outlet=_words(lowered, ("publisher",) if linked else OUTLETS),
        author=_words(lowered, AUTHORS),
        linked=linked,
    )


def _words(item: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = item.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return unescape(str(value)).strip()[:300]
    return None


def _body(item: dict[str, Any]) -> str | None:
    """The longest text under a name that bodies go by; lists of paragraphs are joined."""
    best = ""
    for name in BODIES:
        value = item.get(name)
        if isinstance(value, list):
            value = "\n".join(
                part
                if isinstance(part, str)
                else str(part.get("text") or part.get("value") or part.get("content") or "")
                for part in value
                if isinstance(part, (str, dict))
            )
        if isinstance(value, str) and len(value) > len(best):
            best = value
    if "&lt;" in best and not TAG.search(best):
        best = unescape(best)
    return best or None
