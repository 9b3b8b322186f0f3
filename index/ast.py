"""A search question as a small tree: what the parser makes and what both engines compile.

Every name and value is resolved: fields are mapping fields, Chinese values are codes, dates are milliseconds since
1970 (UTC). `field` None means title and text. Left to others: reading it (`index.query`), what a text match is (`index.text`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class All:
    """Everything."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document at all: a value that cannot occur."""


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class Term:
    """A keyword's exact value, or a free word in a text field."""

    field: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """These characters side by side in a text field."""

    field: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Values, or words of a text, that begin so."""

    field: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """A number or a date between two bounds; None is unbounded."""

    field: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    field: str


Node: TypeAlias = All | Nothing | And | Or | Not | Term | Phrase | Prefix | Range | Exists


def both_of(parts: Sequence[Node]) -> Node:
    """And; one inside another is one.

    >>> both_of([Exists("street"), And((Exists("topic"), Exists("title")))])
    And(parts=(Exists(field='street'), Exists(field='topic'), Exists(field='title')))
    """
    flat = [each for part in parts for each in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either_of(parts: Sequence[Node]) -> Node:
    """Or; one inside another is one."""
    flat = [each for part in parts for each in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negated(part: Node) -> Node:
    """Not; two of them are none."""
    return part.part if isinstance(part, Not) else Not(part)


def any_of(parts: Sequence[Node]) -> Node:
    """One part stays itself; none at all is Nothing."""
    return either_of(parts) if parts else Nothing()


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()
