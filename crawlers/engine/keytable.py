"""A table of keys with a small number each, in a tenth of a dict's memory: what a crawl has asked for, however much.

Of each key 8 bytes of a digest are kept, so two of a million keys are taken for one with odds of one in 40 million.
"""

from array import array
from hashlib import blake2b

KEY_BYTES = 8
ROOM = 1024


class KeyTable:
    """Open addressing, never more than three quarters full, a quarter larger when it is; nothing is ever taken out.

    >>> table = KeyTable()
    >>> table.setdefault("a", 7), table.setdefault("a", 8), table.setdefault("b", 9), len(table)
    (7, 7, 9, 2)
    """

    def __init__(self) -> None:
        self._make_room(ROOM)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: str) -> bool:
        return self._digests[self._place(_digest(key))] != 0

    def setdefault(self, key: str, number: int = 0) -> int:
        """The key's number, which is this one where it had none."""
        digest = _digest(key)
        place = self._place(digest)
        if self._digests[place]:
            return self._numbers[place]
        if 4 * self._count >= 3 * self._room:
            self._grow()
            place = self._place(digest)
        self._put(place, digest, number)
        return number

    def _place(self, digest: int) -> int:
        """Where the key is, or would be."""
        digests, room = self._digests, self._room
        place = digest % room
        while (found := digests[place]) and found != digest:
            place = (place + 1) % room
        return place

    def _put(self, place: int, digest: int, number: int) -> None:
        self._digests[place], self._numbers[place] = digest, number
        self._count += 1

    def _grow(self) -> None:
        digests, numbers = self._digests, self._numbers
        self._make_room(5 * self._room // 4)
        for digest, number in zip(digests, numbers, strict=True):
            if digest:
                self._put(self._place(digest), digest, number)

    def _make_room(self, room: int) -> None:
        self._room, self._count = room, 0
        self._digests, self._numbers = array("Q", bytes(8 * room)), array("H", bytes(2 * room))


def _digest(key: str) -> int:
    """Never 0, which is an empty place."""
    return int.from_bytes(blake2b(key.encode(), digest_size=KEY_BYTES).digest(), "big") or 1
