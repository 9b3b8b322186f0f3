"""The articles of the last weeks by what their texts share: a hash table in memory, bounded by the window.

A key is one band of a MinHash signature or one clause; an article has some 20 to 44 of them. Every key lies in one flat
table of 64-bit entries (its 32 bits, then the number of the article), found by linear probing: some 10 µs for all keys
of an article one by one, where arrays of forty took 30; 0.8 KB per article held. Left to others: how keys are made
(`nlp.repost.fingerprint`), what is stored, and whether two texts are one (`nlp.repost.reposts`).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WINDOW = timedelta(days=30)
SLACK = timedelta(
    days=10
)  # how much longer than the window articles may stay before the table is made anew
LEAST = 1 << 14  # slots of an empty table
FULL = 0.5  # share of slots in use from which the table grows
CROWD = 64  # entries of one key, or slots between it and its place: a key of more articles than this tells nothing
SHARE = 0.25  # of the fewer clauses that two texts must share: set phrases and a common sentence are in many texts
ALIKE = 8  # of 60 values that a single common band must be backed by: two strange texts have 1 or 2
LOOKED_AT = 40  # candidates, those with most keys in common first

Keys = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)


class Mark(NamedTuple):
    """What is compared of a text: keys (the bands first, then clauses) and the low bytes of its signature."""

    keys: list[int]
    bands: int
    low: Bytes


class Entries(NamedTuple):
    """Keys, each with the number of its article."""

    tags: Keys
    numbers: NDArray[np.int64]


class Held(NamedTuple):
    """By the number of the article: seconds, low bytes of the signature, how many clauses."""

    at: NDArray[np.float64]
    low: Bytes
    clauses: Bytes


class Window:
    """`held` articles by number; numbers grow, and are dealt anew when old articles are let go."""

    def __init__(self, width: int) -> None:
        self._width = width
        self.since: datetime | None = None
        """From when on everything stored is here; None before the first load."""
        self.stored = 0
        """Rows of the store when it was last the same as what is here."""
        self.empty()

    def empty(self) -> None:
        self.since, self.stored = None, 0
        self._clear(LEAST)
        self._ids: list[str] = []
        self._at = np.zeros(LEAST, np.float64)
        self._low = np.zeros((LEAST, self._width), np.uint8)
        self._clauses = np.zeros(LEAST, np.uint8)
        self.numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def held_since(self, at: datetime) -> int:
        """How many of the articles held are from then or later."""
        return int((self._at[: len(self._ids)] >= at.timestamp()).sum())

    @property
    def bytes(self) -> int:
        """Of the arrays."""
        return sum(one.nbytes for one in (self._table, self._at, self._low, self._clauses))

    def _clear(self, slots: int) -> None:
        self._mask = slots - 1
        # no wrapping round: the last places have room behind them
        self._table = np.zeros(slots + 2 * CROWD, np.uint64)  # key, number + 1; 0 is free
        self._used = 0

    def add(self, id: str, at: datetime, mark: Mark) -> None:
        """Once or twice makes no difference; a changed text has its new keys beside the old ones."""
        if self._used + len(mark.keys) > FULL * (self._mask + 1):
            self._renew(at)
        number = self.numbers.get(id)
        if number is None:
            number = len(self._ids)
            self._ids.append(id)
            self.numbers[id] = number
            if number == len(self._at):
                self._at = np.concatenate([self._at, np.zeros_like(self._at)])
                self._low = np.concatenate([self._low, np.zeros_like(self._low)])
                self._clauses = np.concatenate([self._clauses, np.zeros_like(self._clauses)])
        elif np.array_equal(self._low[number], mark.low):
            return
        self._at[number] = at.timestamp()
        self._low[number], self._clauses[number] = mark.low, len(mark.keys) - mark.bands
        table, mask, mine = self._table.data, self._mask, number + 1
        for key in mark.keys:
            place = key & mask
            last = place + CROWD
            while place < last and table[place]:
                place += 1
            if place < last:
                table[place] = key << 32 | mine
                self._used += 1

    def candidates(self, mark: Mark, before: datetime) -> list[str]:
        """Ids of older articles of the window that share bands or enough clauses, most in common first."""
        hits = self._hits(mark.keys)
        if not hits:
            return []
        which, numbers = np.array(hits).T
        end = before.timestamp()
        at = self._at[numbers]
        kept = (at <= end) & (at >= end - WINDOW.total_seconds())
        if not kept.any():
            return []
        found, place, shared = np.unique(numbers[kept], return_inverse=True, return_counts=True)
        clauses = np.bincount(place, which[kept] >= mark.bands, len(found))
        fewer = np.minimum(len(mark.keys) - mark.bands, self._clauses[found])
        alike = (self._low[found] == mark.low).sum(axis=1)
        quoted = (clauses > 0) & (clauses >= SHARE * fewer)
        good = quoted | (shared - clauses > 1) | (alike >= ALIKE)
        order = np.argsort(-shared[good], kind="stable")[:LOOKED_AT]
        return [self._ids[number] for number in found[good][order].tolist()]

    def _hits(self, keys: list[int]) -> list[tuple[int, int]]:
        """(which key, number of an article) of every entry with one of the keys."""
        table, mask, found = self._table.data, self._mask, []
        for which, key in enumerate(keys):
            place = key & mask
            for entry in table[place : place + CROWD]:
                if not entry:
                    break
                if entry >> 32 == key:
                    found.append((which, (entry & 0xFFFF_FFFF) - 1))
        return found

    def fill(self, ids: list[str], held: Held, found: Entries) -> None:
        """Everything at once, in place of what was held."""
        self._ids, self.numbers = ids, {id: number for number, id in enumerate(ids)}
        room = max(LEAST, 1 << (2 * len(ids)).bit_length())
        self._at, self._low = _moved(held.at, room), _moved(held.low, room)
        self._clauses = _moved(held.clauses, room)
        self._clear(max(LEAST, 1 << int(len(found.tags) / (FULL * 0.6)).bit_length()))
        self._lay(found.tags, found.numbers)

    def _renew(self, at: datetime) -> None:
        """Let go of what is too old, deal the numbers anew, and lay out what stays in a table that it half fills."""
        first = at - WINDOW - SLACK
        count = len(self._ids)
        live = self._at[:count] >= first.timestamp()
        if self.since is not None:
            self.since = max(self.since, first)
        moved = np.cumsum(live) - 1
        laid = self._table[self._table > 0]
        numbers = (laid & _LOW).astype(np.int64) - 1
        stays = live[numbers]
        ids = [id for id, here in zip(self._ids, live.tolist(), strict=True) if here]
        entries = Entries((laid[stays] >> _HALF).astype(np.uint32), moved[numbers[stays]])
        kept = np.flatnonzero(live)
        held = Held(self._at[kept], self._low[kept], self._clauses[kept])
        self.fill(ids, held, entries)

    def _lay(self, tags: Keys, numbers: NDArray[np.int64]) -> None:
        """Linear probing for all at once: in the order of their places, each stands there or right behind the last."""
        home = (tags & np.uint32(self._mask)).astype(np.int64)
        order = np.lexsort((numbers, home))
        run = np.arange(len(order))
        place = np.maximum.accumulate(home[order] - run) + run
        near = place - home[order] < CROWD
        keys = tags[order][near].astype(np.uint64) << _HALF
        self._table[place[near]] = keys | (numbers[order][near] + 1).astype(np.uint64)
        self._used = int(near.sum())


def _moved(kept: NDArray[np.generic], room: int) -> NDArray:  # type: ignore[type-arg]
    made = np.zeros((room, *kept.shape[1:]), kept.dtype)
    made[: len(kept)] = kept
    return made
