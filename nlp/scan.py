"""Many patterns over one text: one automaton finds where each may begin, and only there is it tried.

What a match of a pattern can begin with is read off the pattern itself, two characters deep. A pattern that may begin
with anything is searched as ever; what is found is the same either way. Left to others: the patterns.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from re import _parser as parser  # the only one who reads patterns as `re` does
from typing import Any

from nlp.automaton import Automaton

DEEP = 2
"""Characters of a beginning: with one, every second character of a text begins something."""
MOST = 6000
"""Beginnings of one pattern; with more, it may as well be searched."""
WIDE = 64
"""Characters of a class that are still spelt out."""

LONGEST = 20_000
"""Characters of a text that is read so: a megabyte of one sign would begin everything everywhere."""
SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What \\s matches."""

Starts = dict[str, bool]
"""Beginning → whether what follows it is known, so that more may be appended."""
ANYTHING: Starts = {"": False}


class Patterns:
    """Patterns that are looked for together; build it once, it holds the automaton."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        owners: dict[str, list[int]] = {}
        # by identity: the hash of a pattern is that of its whole program, every time
        kept = {id(pattern): pattern for pattern in patterns}
        self._kept = tuple(kept.values())
        for owner, pattern in kept.items():
            for start in beginnings(pattern) or ():
                owners.setdefault(start, []).append(owner)
        self.known = frozenset(chain.from_iterable(owners.values()))
        self.automaton = Automaton(owners)

    def scan(self, text: str) -> "Scan":
        return Scan(self, text)


class Scan:
    """One text, read once; `finditer`, `findall` and `search` answer as the pattern itself would."""

    __slots__ = ("_known", "_starts", "text")

    def __init__(self, patterns: Patterns, text: str) -> None:
        self.text = text
        self._known = patterns.known if len(text) <= LONGEST else frozenset()
        self._starts: dict[int, list[int]] = {}
        if self._known:
            for start, _, owners in patterns.automaton.find(text):
                for owner in owners:
                    self._starts.setdefault(owner, []).append(start)

    def may_hold(self, pattern: re.Pattern[str]) -> bool:
        """False where the pattern can begin nowhere."""
        return id(pattern) in self._starts or id(pattern) not in self._known

    def finditer(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        if id(pattern) not in self._known:
            yield from pattern.finditer(self.text)
            return
        end = 0
        for start in self._starts.get(id(pattern), ()):
            if start >= end and (match := pattern.match(self.text, start)):
                end = match.end()
                yield match

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return next(self.finditer(pattern), None)

    def findall(self, pattern: re.Pattern[str]) -> list[str]:
        """What matched, whole: for patterns without groups."""
        return [match.group() for match in self.finditer(pattern)]


def beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Every match begins with one of these; None where nothing can be said.

    >>> sorted(beginnings(re.compile("没人管|(?:多次|好)?反映")))
    ['反映', '多次', '好反', '没人']
    >>> beginnings(re.compile("[^，]人"))
    """
    if pattern.flags & (re.IGNORECASE | re.VERBOSE):
        return None
    found = _of_sequence(list(parser.parse(pattern.pattern, pattern.flags)))
    if found is None or "" in found:
        return None
    # what begins with another beginning says nothing more
    return frozenset(s for s in found if not any(s[:n] in found for n in range(1, len(s))))


def _of_sequence(items: list[Any]) -> Starts | None:
    """Beginnings of a sequence of parsed items; None for too many of them."""
    found: Starts | None = {"": True}
    for place, (kind, value) in enumerate(items):
        if kind is parser.ASSERT and value[0] > 0:
            return found and _with_lookahead(found, list(value[1]), items[place + 1 :])
        found = _joined(found, _of_item(kind, value))
        if found is None or not any(found.values()):
            break
    return found


def _with_lookahead(found: Starts, ahead: list[Any], rest: list[Any]) -> Starts | None:
    """What stands there must begin as the lookahead does and as the rest does: whichever says something."""
    following = _joined(found, _of_sequence(rest))
    if following is not None and "" not in following:
        return following
    seen = _of_sequence(ahead)
    return seen and _joined(found, dict.fromkeys(seen, False))


def _joined(first: Starts | None, second: Starts | None) -> Starts | None:
    """Every beginning that goes on, with every beginning of what follows."""
    if first is None or second is None:
        return None
    found: Starts = {}
    for start, open_ in first.items():
        for more, goes_on in second.items() if open_ else [("", False)]:
            text = (start + more)[:DEEP]
            found[text] = found.get(text, True) and goes_on and len(text) < DEEP
    return found if len(found) <= MOST else dict.fromkeys(first, False)


def _of_item(kind: Any, value: Any) -> Starts | None:
    match kind:
        case parser.LITERAL:
            return {chr(value): True}
        case parser.IN:
            return _of_class(value)
        case parser.BRANCH:
            return _united(_of_sequence(list(branch)) for branch in value[1])
        case parser.SUBPATTERN:
            return ANYTHING if value[1] or value[2] else _of_sequence(list(value[3]))
        case parser.MAX_REPEAT | parser.MIN_REPEAT:
            return _of_repeat(*value)
        case parser.AT | parser.ASSERT | parser.ASSERT_NOT:
            return {"": True}
    return ANYTHING


def _of_class(items: list[Any]) -> Starts:
    found: Starts = {}
    for kind, value in items:
        if kind is parser.LITERAL:
            found[chr(value)] = True
        elif kind is parser.RANGE and value[1] - value[0] < WIDE:
            found.update((chr(code), True) for code in range(value[0], value[1] + 1))
        elif kind is parser.CATEGORY and value is parser.CATEGORY_SPACE:
            found.update((char, True) for char in SPACES)
        else:
            return ANYTHING
    return found


def _of_repeat(least: int, most: int, item: Any) -> Starts | None:
    once = _of_sequence(list(item))
    found: Starts | None = {"": True}
    for _ in range(min(least, DEEP)):
        found = _joined(found, once)
    for _ in range(min(most, DEEP) - min(least, DEEP)):
        found = _united((found, _joined(found, once)))
    return found


def _united(parts: Iterable[Starts | None]) -> Starts | None:
    found: Starts = {}
    for part in parts:
        if part is None:
            return None
        for start, goes_on in part.items():
            found[start] = found.get(start, True) and goes_on
    return found if len(found) <= MOST else None
