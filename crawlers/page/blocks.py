"""A page as a reader's eye takes it in: lines of text, each in its box, with what the markup says about them.

One pass over the parser's events, no tree: three quarters of the time of an extraction is the parser's own. Left
to others: which lines are the article (`crawlers.page.body`) and what the marked ones mean (`crawlers.page.fields`).
"""

import re
import threading
from typing import Any, NamedTuple

from lxml import etree

from crawlers.page.boxnames import UNNAMED, Named, what_names_say
from crawlers.page.html import BLOCKS, NOT_SHOWN

# What an element is to a reader: nothing of its own, a link or picture, unseen, a break, a line or a box of lines
PLAIN, INLINE, HIDDEN, BREAK, BLOCK = range(5)
ROLES = (
    dict.fromkeys(BLOCKS, BLOCK)
    | dict.fromkeys(("br", "hr"), BREAK)
    | dict.fromkeys(("a", "img"), INLINE)
    | dict.fromkeys(NOT_SHOWN, HIDDEN)
)
LONGEST_MARK, MOST_PIECES = 300, 60
# Elements that say something of the page though they are not shown
TOLD_UNSEEN = frozenset({"title", "meta", "time"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
SPECIAL = HEADINGS | {"figcaption"}
# `display:none` hides; `visibility:hidden` is what page scripts undo once the article is laid out
CONCEALED = re.compile(r"display\s*:\s*none|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)


class Box(NamedTuple):
    """An element that begins a line of its own; `parent` and itself are indexes into `Layout.boxes`."""

    parent: int
    tag: str
    good: bool
    bad: bool


class Line(NamedTuple):
    """A line as shown. `link` counts characters inside links; `pictured`: a picture stands right before it;
    `leading`: a link of some words begins it, as in teasers."""

    text: str
    box: int
    link: int
    heading: int
    pictured: bool
    caption: bool
    leading: bool


class Mark(NamedTuple):
    """Text of an element whose class or id names a field; `line` is the number of the line it stands in."""

    name: str
    tag: str
    text: str
    line: int


# An element that has begun: tag, box to return to, whether it hides, what its names say, where its text begins in pieces
# and lines, and whether it is a heading or caption. A plain tuple: a named one takes thrice as long to make, and there
# are a thousand on a page
Open = tuple[str, int, bool, Named, int, int, bool]


class Layout:
    """All of a page's lines, boxes, marks and metas."""

    def __init__(self) -> None:
        self.boxes = [Box(-1, "html", False, False)]
        self.lines: list[Line] = []
        self.marks: list[Mark] = []
        self.metas: dict[str, str] = {}
        self.times: list[str] = []
        self.title = ""

    def said(self, number: int) -> str:
        """A line's text, with its value from the next line where it is a label alone, as in tables."""
        text = self.lines[number].text
        if text[-1:] in (":", "：") and len(text) <= 12 and number + 1 < len(self.lines):
            return f"{text}{self.lines[number + 1].text}"
        return text


class Events:
    """The parser's target. One serves any number of pages, as lxml takes as long to look at a target's signature as to
    read a small page; `begin` comes before each."""

    def __init__(self) -> None:
        self.begin(show_all=False)

    def begin(self, *, show_all: bool) -> None:
        self._layout = Layout()
        self._show_all = show_all
        self._pieces: list[str] = []
        self._from = 0
        self._box = 0
        self._hidden = 0
        self._link = 0
        self._link_chars = 0
        self._picture = False
        self._leading = False
        self._titled = False
        # headings and captions that are open
        self._special = 0
        # an element that changes nothing is there as None, a plain link as its tag
        self._open: list[Open | str | None] = []

    # --- the parser's events ---------------------------------------------------------------------------------

    def start(self, tag: str, attrib: Any) -> None:
        if self._hidden and tag not in TOLD_UNSEEN:
            self._open.append(None)
            return
        role = ROLES.get(tag, PLAIN)
        named, hides = UNNAMED, role == HIDDEN
        if attrib and not TELLING.isdisjoint(attrib):
            named = self._attributes(tag, attrib)
            if ("style" in attrib or "hidden" in attrib) and not self._show_all:
                hides = hides or _conceals(attrib)
        if self._hidden and tag != "title":
            self._open.append(None)
        elif hides or named is not UNNAMED or role >= BREAK:
            self._begin(tag, role, named, hides=hides)
        elif role == PLAIN:
            self._open.append(None)
        else:
            self._open.append(tag)
            if tag == "a":
                self._link += 1
            else:
                self._picture = True

    def _begin(self, tag: str, role: int, named: Named, *, hides: bool) -> None:
        """An element that is more than plain text or a plain link."""
        if role >= BREAK and not hides and self._from != len(self._pieces):
            self._flush()
        layout = self._layout
        special = named.caption or tag in SPECIAL
        here = (len(self._pieces), len(layout.lines))
        self._open.append((tag, self._box, hides, named, *here, special))
        self._special += special
        if hides:
            self._hidden += 1
        elif role == BLOCK:
            # a named tuple made by way of its own constructor takes twice as long
            layout.boxes.append(tuple.__new__(Box, (self._box, tag, named.good, named.bad)))
            self._box = len(layout.boxes) - 1
        elif role == INLINE:
            if tag == "a":
                self._link += 1
            else:
                self._picture = True

    def end(self, _tag: str) -> None:
        if not self._open:
            return
        one = self._open[-1]
        if one.__class__ is tuple:
            self._close(one)
            return
        self._open.pop()
        if one == "a":
            self._link -= 1

    def data(self, text: str) -> None:
        if self._hidden:
            if not self._titled and self._open:
                inner = self._open[-1]
                if inner is not None and inner[0] == "title":
                    self._layout.title += text
        elif text.isspace():
            if self._from != len(self._pieces):
                self._pieces.append(" ")
        else:
            if self._link:
                if not self._link_chars and len(text) >= 8 and self._from == len(self._pieces):
                    self._leading = True
                self._link_chars += len(text.strip())
            self._pieces.append(text)

    def close(self) -> Layout:
        if self._from != len(self._pieces):
            self._flush()
        return self._layout

    # --- bookkeeping -----------------------------------------------------------------------------------------

    def _close(self, one: Open) -> None:
        """The end of an element that is more than plain."""
        tag, box, hides, named, piece, line, special = one
        if hides:
            self._special -= special
            self._open.pop()
            self._hidden -= 1
            self._titled = self._titled or tag == "title"
            return
        if self._from != len(self._pieces) and ROLES.get(tag) == BLOCK:
            self._flush()
        self._open.pop()
        self._box = box
        self._special -= special
        if tag == "a":
            self._link -= 1
        if named.marked or tag in HEADINGS:
            self._mark(tag, named.marked, piece, line)

    def _attributes(self, tag: str, attrib: Any) -> Named:
        if tag == "meta":
            self._meta(attrib)
            return UNNAMED
        if tag == "time" and attrib.get("datetime"):
            self._layout.times.append(attrib["datetime"])
        names = attrib.get("class") or ""
        if other := attrib.get("id") or attrib.get("itemprop"):
            names = f"{names} {other}"
        return what_names_say(names) if names else UNNAMED

    def _meta(self, attrib: Any) -> None:
        value = folded(attrib.get("content") or "")
        for key in ("name", "property", "itemprop", "http-equiv"):
            if value and (name := attrib.get(key)):
                self._layout.metas.setdefault(name.lower(), value)

    def _mark(self, tag: str, name: str, piece: int, line: int) -> None:
        if len(self._pieces) - piece > MOST_PIECES:
            return
        text = folded("".join(self._pieces[piece:]))
        if text and len(text) <= LONGEST_MARK:
            self._layout.marks.append(Mark(name, tag, text, line))

    def _flush(self) -> None:
        text = folded("".join(self._pieces[self._from :]))
        self._from = len(self._pieces)
        if text:
            heading, caption = self._standing() if self._special else (0, False)
            link = min(len(text), self._link_chars)
            line = (text, self._box, link, heading, self._picture, caption, self._leading)
            self._layout.lines.append(tuple.__new__(Line, line))
            self._picture = False
        self._link_chars = 0
        self._leading = False

    def _standing(self) -> tuple[int, bool]:
        """Which heading the line is of, if any, and whether it is a caption."""
        heading, caption = 0, False
        for one in self._open[-4:]:
            if one.__class__ is tuple:
                tag, _, _, named, _, _, _ = one
                if tag in HEADINGS:
                    heading = int(tag[1])
                if named.caption or tag == "figcaption":
                    caption = True
        return heading, caption


def folded(text: str) -> str:
    """In one line, runs of any blanks folded to one.

    >>> folded("\\u3000\\u3000停水 \\xa0\\n通知\\u200b")
    '停水 通知'
    """
    if "\u200b" in text or "\ufeff" in text:
        text = text.replace("\u200b", " ").replace("\ufeff", " ")
    return " ".join(text.split())


# Attributes that tell a reader anything; half of all elements have none of them
TELLING = frozenset(
    ("class", "id", "itemprop", "style", "hidden", "datetime", "name", "property", "http-equiv")
)


def _conceals(attrib: Any) -> bool:
    if attrib.get("hidden") is not None:
        return True
    style = attrib.get("style")
    return bool(style) and CONCEALED.search(style) is not None


class Parser(threading.local):
    """One parser and target for each thread."""

    def __init__(self) -> None:
        self.events = Events()
        self.parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=self.events)


PARSER = Parser()


def read_layout(source: str, *, show_all: bool = False) -> Layout:
    """`source` without scripts and comments. With `show_all`, what styles hide counts as shown."""
    PARSER.events.begin(show_all=show_all)
    layout: Layout = etree.fromstring(source.encode("utf-8", "replace"), PARSER.parser)
    return layout
