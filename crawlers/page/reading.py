"""A page of an unknown site read as a whole: headline, text, time, outlet, author, captions, kind.

A pure function of the markup, the address and the moment of the visit. What is shown comes before what scripts hold;
a page that shows next to nothing is read from its state, its templates, and at last from what its styles hide. Left to
others: selectors of known sites (`crawlers.page.extract`).
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from typing import NamedTuple

from crawlers.page.blocks import Layout, folded, read_layout
from crawlers.page.body import captions, choose, text_of_lines
from crawlers.page.bylines import find_author
from crawlers.page.fields import Clues, Place, find_time
from crawlers.page.html import source_of, split_scripts
from crawlers.page.outlets import find_outlet
from crawlers.page.pagekind import PageKind, kind_of
from crawlers.page.states import State, linked_data, page_states
from crawlers.page.titles import find_title, is_doubtful, key, title_above
from crawlers.page.weighing import Weights, features, shipped, title_place, weigh
from minyin.errors import Rejected

# A page that shows fewer characters than this is looked at again in its scripts and templates
THIN = 120
TEXTAREA = re.compile(r"<textarea\b[^>]*>(.*?)</textarea", re.IGNORECASE | re.DOTALL)
MARKUP = re.compile(r"<(?:p|div|br|span|section|article)\b", re.IGNORECASE)


class Found(NamedTuple):
    """`author` is in clear and must not be stored."""

    title: str | None
    text: str
    published_at: datetime | None
    outlet: str | None
    author: str | None
    kind: PageKind
    captions: tuple[str, ...]


class Known(NamedTuple):
    """What a page's selectors have told."""

    title: str
    text: str
    published_at: datetime


class View(NamedTuple):
    """One way to look at a page: its layout and what in it is the article."""

    layout: Layout
    title: str | None
    place: Place
    text: str


def read_page(
    body: bytes, content_type: str = "", url: str = "", seen_at: datetime | None = None
) -> Found:
    """Raises Rejected('not_html'); a page without text is found to be empty."""
    try:
        source = source_of(body, content_type)
    except Rejected as refusal:
        if refusal.reason != "empty":
            raise
        return Found(None, "", None, None, None, PageKind.EMPTY, ())
    return read(source, url, seen_at)


def read(
    source: str, url: str = "", seen_at: datetime | None = None, weights: Weights | None = None
) -> Found:
    """`weights`: others than the shipped ones, for their cross-validation."""
    markup, scripts = split_scripts(source)
    states = linked_data(scripts)
    view = look(read_layout(markup), states, weights)
    if len(view.text) < THIN:
        view, states = _deeper(view, markup, scripts, states, weights)
    times = [state.time for state in states if state.time]
    clues = Clues(scripts, markup, times)
    return _with_fields(
        view, states, lambda: find_time(view.layout, view.place, clues, seen_at, url)
    )


def read_around(source: str, known: Known, url: str = "", seen_at: datetime | None = None) -> Found:
    """The other fields of a page of which selectors have told text, title and time: half of the work is to find these.

    Reads the page as a whole where the text does not stand on it as shown.
    """
    markup, scripts = split_scripts(source)
    layout, states = read_layout(markup), linked_data(scripts)
    article = _places(layout, [folded(line) for line in known.text.split("\n")])
    if not article:
        return read(source, url, seen_at)
    place = Place(*title_place(layout.lines, known.title), tuple(article))
    view = View(layout, known.title, place, known.text)
    return _with_fields(view, states, lambda: known.published_at)


def _places(layout: Layout, text: list[str]) -> list[int]:
    """Numbers of the lines of a text, around its longest; none where not all of them are shown."""
    wanted, longest = set(text), max(text, key=len)
    found = [number for number, line in enumerate(layout.lines) if line.text in wanted]
    middle = next((number for number in found if layout.lines[number].text == longest), 0)
    near = [number for number in found if abs(number - middle) <= 2 * len(text) + 10]
    return near if wanted <= {layout.lines[number].text for number in near} else []


def _with_fields(
    view: View, states: list[State], published_at: Callable[[], datetime | None]
) -> Found:
    layout, place = view.layout, view.place
    kind = kind_of(layout, view.title, view.text, place.article)
    if kind in (PageKind.LIST, PageKind.EMPTY):
        return Found(view.title, view.text, None, None, None, kind, ())
    outlet = find_outlet(layout, place, [state.outlet for state in states if state.outlet])
    authors = [state.author for state in states if state.author]
    return Found(
        title=view.title,
        text=view.text,
        published_at=published_at(),
        outlet=outlet,
        author=find_author(layout, place, outlet, authors),
        kind=kind,
        captions=captions(layout, place.article),
    )


def look(layout: Layout, states: list[State], weights: Weights | None = None) -> View:
    title = find_title(layout, [state.title for state in states if state.title])
    headline = title_place(layout.lines, title)
    chosen = choose(layout, weigh(features(layout, title, headline), weights or shipped()))
    doubtful = is_doubtful(title, layout, headline)
    for _ in range(
        2
    ):  # under another headline the article may begin elsewhere, below a headline of its own
        above = title_above(layout, chosen[0]) if chosen and doubtful else None
        if above is None or above == title:
            break
        title, headline = above, title_place(layout.lines, above)
        chosen = choose(layout, weigh(features(layout, title, headline), weights or shipped()))
    if chosen and headline[1] > chosen[0] >= headline[0]:
        headline = (headline[0], headline[0])  # the other is a link to the page on itself
    place = Place(*headline, tuple(chosen))
    return View(layout, title, place, text_of_lines(layout, chosen, title))


def _deeper(
    view: View, markup: str, scripts: list[str], states: list[State], weights: Weights | None
) -> tuple[View, list[State]]:
    """The best of what scripts, templates and hidden boxes hold, where it is more than what is shown."""
    best, told = view, states
    for state in [*states, *page_states(scripts)[:3]]:
        text = _plain(state.body or "")
        if len(text) > 1.5 * len(best.text) + 20 and state.prose >= 1:
            title = state.title if state.title and len(key(state.title)) >= 4 else view.title
            best, told = (
                view._replace(text=text, title=title, place=view.place._replace(article=())),
                [state, *states],
            )
    if len(best.text) < THIN:
        for inner in _templates(markup, scripts):
            other = look(read_layout(inner), states, weights)
            if len(other.text) > 1.5 * len(best.text) + 20:
                best = view._replace(text=other.text, place=view.place._replace(article=()))
    if len(best.text) < THIN:
        other = look(read_layout(markup, show_all=True), states, weights)
        if len(other.text) > 2 * len(best.text) + 40:
            best = other
    return best, told


def _templates(markup: str, scripts: list[str]) -> Iterator[str]:
    """Markup that waits in text areas and script templates."""
    for text in [
        *TEXTAREA.findall(markup),
        *(script for script in scripts if script.lstrip()[:1] == "<"),
    ]:
        inner = unescape(text) if "&lt;" in text else text
        if len(inner) > 80 and MARKUP.search(inner):
            yield inner


def _plain(body: str) -> str:
    """A state's text in lines, be it markup or not."""
    if MARKUP.search(body):
        layout = read_layout(split_scripts(body)[0])
        return "\n".join(line.text for line in layout.lines if not line.caption)
    lines = (
        re.sub(r"[ \t\u3000\xa0]+", " ", line).strip()
        for line in body.replace("\r", "\n").split("\n")
    )
    return "\n".join(line for line in lines if line)
