"""When a page was published: what is shown by the headline first, then metas, then scripts.

Left to others: the headline (`crawlers.page.titles`), the outlet (`crawlers.page.outlets`), the author
(`crawlers.page.bylines`), the text (`crawlers.page.body`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from crawlers.page.blocks import Layout
from crawlers.page.html import SPACES
from crawlers.page.times import find_times, parse_time, relative_time, short_time, undated, url_date
from minyin.clock import SHANGHAI

TIME_METAS = (
    "pubdate", "article:published_time", "og:published_time", "publishdate", "datepublished", "og:release_date", "weibo: article:create_at",
    "weibo:article:create_at", "bytedance:published_time", "publish-date", "publish_date", "publish_time", "publishtime", "apub:time", "_pubtime",
    "dcterms.created", "dc.date", "dc.date.issued", "release_date", "og:time", "createdate", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
# the last change, where nothing says when it was first there
UPDATE_METAS = (
    "dateupdate",
    "datemodified",
    "article:modified_time",
    "og:updated_time",
    "lastmod",
    "last-modified",
)
# Each with the words that it needs: a plain search for them is a hundred times as fast
TIME_SCRIPTS = tuple(
    (needed, re.compile(pattern))
    for needed, pattern in (
        (("ct",), r"\bct\s*=\s*[\"'](1\d{9})[\"']"),
        (("createTime",), r"\bcreateTime\s*=\s*[\"'](\d{4}-[^\"']{6,20})[\"']"),
        (
            ("publish", "pubtime", "pubdate", "pub_", "release", "showtime", "showdate", "show_"),
            r"\b(?:publish|pub|release|show)_?(?:time|date)[\"']?\s*[:=]\s*[\"']?([\dT:./年月日 +-]{8,30})",
        ),
        (
            ("datePublished", "ptime", "publishTime", "publishDate", "pubTime", "createTime", "createdAt", "created_at", "create_time"),
            r"\"(?:datePublished|ptime|publishTime|publishDate|pubTime|createTime|createdAt|created_at|create_time)\"\s*:\s*\"?([\dT:. +-]{8,30})",
        ),
    )
)  # fmt: skip
MARKED = re.compile(
    r"(?:发布|发表|发文|刊登|发稿|发帖|提问|留言|来信|信件|写信|成文|公开|创建|录入|添加|上传|撰写|(?<![\u4e00-\u9fff]))(?:时间|日期)\s*[:：]|发[表布]于|(?:發布|發表)(?:時間|日期)?\s*[:：]?|post(?:ed)? (?:on|at)|published",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"更新|修改|编辑于|最后|回复|截[止至]|有效|失效|实施|施行|生效|开标|活动时间|办理时间|工作时间|答复|回复时间"
)
# The last change is better than the time of something else; the first publication is better
UPDATED = re.compile(
    r"^\D{0,6}(?:最后)?(?:更新|修改)(?:时间|日期|于)?\D{0,4}\d[\d\s:：/.年月日-]+$|\d\s*(?:更新|修改)(?!\S*(?:截|有效|施行|生效|回复))"
)
# The day of the visit, which many sites show in their head, and times of other things
TODAY = re.compile(
    r"今天是|现在是|当前时间|^\D{0,8}(?:星期|周)[一二三四五六日天]\D{0,6}$|Copyright|©|版权|备案|ICP",
    re.IGNORECASE,
)
# a year of two digits needs no other: 18-03-08 23:16
WHOLE_SHORT = re.compile(
    r"(?<!\d)(?:1\d|2\d)[-/.](?:1[0-2]|0[1-9])[-/.](?:3[01]|[12]\d|0[1-9])\s+\d{1,2}:\d\d(?!\d)"
)
NEVER = datetime(2099, 1, 1, tzinfo=SHANGHAI)
PIECE = re.compile(r"^[\d\s:：/.年月日-]{1,12}$")
HINTED = re.compile("[时時日]|[发發][表布]")
PUBLISHED = frozenset(
    {"发布", "发表", "发稿", "發布", "發表", "发帖", "写信", "来信", "信件", "留言", "提问"}
)
# How much else a line of the article's own may hold beside a date that is the article's
LONGEST_BESIDE = 16
TIME_NAME = re.compile(r"time|date|pub|shijian|riqi|(?<![a-z])sj(?![a-z])")


class Place(NamedTuple):
    """Where a page's parts stand among its lines: the headline's first and last place (-1: none) and the article's lines."""

    first: int
    last: int
    article: tuple[int, ...]


class Clues(NamedTuple):
    """What else a page holds that may tell the time: its scripts, its markup, the times of its states."""

    scripts: list[str]
    markup: str
    times: list[str]


class Shown(NamedTuple):
    at: datetime
    clear: bool
    rank: int


def squeeze(text: str) -> str:
    """In one line, runs of any blanks folded."""
    return SPACES.sub(" ", text.replace("\n", " ")).strip()


def find_time(
    layout: Layout, place: Place, clues: Clues, now: datetime | None = None, url: str = ""
) -> datetime | None:
    """A clock reading beats a bare day, what stands by the headline beats what a meta says, and that what stands elsewhere."""
    shown = _shown(layout, place)
    stated = _declared(layout, clues.times)
    if shown and shown.clear and (shown.rank <= 2 or not stated or _is_midnight(stated)):
        return _finer(shown.at, stated)
    hinted = stated or _scripted(clues.scripts)
    if shown and hinted and (hinted.date() == shown.at.date() or shown.rank > 3):
        return hinted
    if shown:
        return shown.at
    if hinted and not _is_midnight(hinted):
        return hinted
    return (
        _vague(layout, place, clues, now)
        or hinted
        or _declared(layout, [], UPDATE_METAS)
        or (url_date(url) if url else None)
    )


def _finer(shown: datetime, stated: datetime | None) -> datetime:
    """With the seconds of the meta where both name one minute."""
    if stated and stated.replace(second=0, microsecond=0) == shown.replace(second=0):
        return stated
    return shown


def _is_midnight(at: datetime) -> bool:
    return at.hour == at.minute == at.second == 0


def _declared(
    layout: Layout, states: list[str], names: tuple[str, ...] = TIME_METAS
) -> datetime | None:
    times = [*(layout.metas[name] for name in names if name in layout.metas), *states]
    if names is TIME_METAS:
        times += layout.times[:1]
    found = [at for value in times if (at := parse_time(value))]
    return next((at for at in found if not _is_midnight(at)), found[0] if found else None)


def _scripted(scripts: list[str]) -> datetime | None:
    for needed, pattern in TIME_SCRIPTS:
        for script in scripts:
            if not any(word in script for word in needed):
                continue
            for value in pattern.findall(script):
                if at := parse_time(value):
                    return at
    return None


def _candidates(layout: Layout, place: Place) -> Iterator[tuple[int, int, str]]:
    """Lines that may show the time, best places first: rank, number, text."""
    lines = layout.lines
    start = place.article[0] if place.article else min(len(lines), place.last + 12)
    end = place.article[-1] if place.article else start
    article = set(place.article)
    for number in range(max(0, place.last), min(len(lines), max(start, place.last + 1) + 1)):
        text = layout.said(number)
        near = number - place.last <= 14 and place.last >= 0
        if number not in article or len(undated(text)) <= LONGEST_BESIDE:
            yield (1 if near else 3), number, text
    for number in range(place.first - 1, max(-1, place.first - 7), -1):
        yield 2, number, layout.said(number)
    for number in (n for n in place.article if n >= end - 3 or n <= start + 2):
        if len(undated(layout.said(number))) <= LONGEST_BESIDE:
            yield 4, number, layout.said(number)
    for number in range(end + 1, min(len(lines), end + 10)):
        yield 4, number, layout.said(number)
    for number in range(max(0, start - 12), start):
        yield 3, number, layout.said(number)


def _pieced(layout: Layout, place: Place) -> Iterator[tuple[int, int, str]]:
    """Dates laid out in pieces: a big day over `2026-08`, or year, day and clock on lines of their own."""
    numbers = [
        number
        for rank, number, text in _candidates(layout, place)
        if rank <= 3 and len(text) <= 12 and PIECE.match(text)
    ]
    for number in sorted(set(numbers)):
        words = [
            line.text.strip()
            for line in layout.lines[number : number + 3]
            if PIECE.match(line.text)
        ]
        joined = " ".join(words)
        yield (
            2,
            number,
            re.sub(
                r"^(\d{1,2}) ((?:19|20)\d\d[-/.年]\d{1,2})月?(?= |$)",
                r"\2-\1",
                re.sub(r"^((?:19|20)\d\d)年? (?=\d)", r"\1-", joined),
            ),
        )


def _shown(layout: Layout, place: Place) -> Shown | None:
    """The time shown with the article; one marked as that of publication counts wherever it stands."""
    best: Shown | None = None
    for rank, _, text in [*_candidates(layout, place), *_pieced(layout, place), *_marked(layout)]:
        if len(text) > 240 or TODAY.search(text):
            continue
        for at, clear in _publication(text):
            behind = 2 * bool(CHANGED.search(text) and not MARKED.search(text))
            found = Shown(at, clear, rank - bool(MARKED.search(text)) + behind)
            if best is None or (not found.clear, found.rank) < (not best.clear, best.rank):
                best = found
    return best


def _publication(text: str) -> Iterator[tuple[datetime, bool]]:
    """The line's times, from the words on that mark the one of publication; not those marked as another's."""
    if found := MARKED.search(text):
        text = text[found.end() :] if any(find_times(text[found.end() :])) else text
    elif CHANGED.search(text) and not UPDATED.search(text):
        return
    yield from list(find_times(text))[:1]


def _marked(layout: Layout) -> Iterator[tuple[int, int, str]]:
    """Lines that say of a time, wherever they stand, that it is the one of publication."""
    for number, line in enumerate(layout.lines):
        if len(line.text) >= 120 or line.link * 2 > len(line.text) or not HINTED.search(line.text):
            continue
        text = layout.said(number)
        if (found := MARKED.search(text)) and found.group()[:2] in PUBLISHED:
            yield 3, number, text


def _vague(layout: Layout, place: Place, clues: Clues, now: datetime | None) -> datetime | None:
    """A time without its year, or relative to the visit; the year is that of the page's last change, of the same day
    written in full anywhere in the markup (addresses of pictures carry their day), or of the visit."""
    changed = (
        _declared(layout, [], UPDATE_METAS) or _declared(layout, []) or _scripted(clues.scripts)
    )
    lines = [
        text
        for rank, _, text in _candidates(layout, place)
        if rank <= 2 and len(text) <= 80 and not TODAY.search(text)
    ]
    marks = [m.text for m in layout.marks if TIME_NAME.search(m.name) and len(m.text) <= 40]
    bare = None  # a day without a clock is believed by the headline only, and where nothing else is
    for text in (*lines, *marks):
        if found := WHOLE_SHORT.search(text):
            return short_time(found.group(), NEVER)
        at = short_time(text, changed) if changed else None
        if at and changed and abs((at - changed).days) < 400 and not _is_midnight(at):
            return _finer(at, changed)
        at = short_time(text, NEVER)
        year = _year_of(at, clues.markup) if at and not _is_midnight(at) else None
        if at and year:
            return at.replace(year=year)
        if now and (at := relative_time(text, now)):
            if not _is_midnight(at):
                return at
            bare = bare or (at if text in lines else None)
    return bare


def _year_of(at: datetime, markup: str) -> int | None:
    """The year in which the markup writes this month and day, if it does so of one year only."""
    pattern = rf"(?<!\d)(20\d\d)[-/_.年]?0?{at.month}[-/_.月]?0?{at.day}(?!\d)"
    years = {int(year) for year in re.findall(pattern, markup)}
    return years.pop() if len(years) == 1 else None
