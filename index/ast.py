"""A search question as a small tree: what the parser makes and what both engines compile.

Every name and value is resolved: fields are mapping fields, Chinese values are codes, dates are milliseconds since
1970 (UTC). `field` None means title and text. Left to others: reading it (`index.query`), what a text match is (`index.text`).
"""

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


def all_of(parts: list[Node]) -> Node:
    """
    >>> all_of([Exists("street")])
    Exists(field='street')
    """
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def any_of(parts: list[Node]) -> Node:
    """One part stays itself; none at all is Nothing."""
    if not parts:
        return Nothing()
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()
