"""A table of keys with a small number each, in a tenth of a dict's memory: what a crawl has asked for, however much.

Of each key 16 bytes of a digest are kept, so two of a billion keys are taken for one with odds of one in 10^20.
"""

from array import array
from hashlib import blake2b

KEY_BYTES = 16
EMPTY = bytes(KEY_BYTES)
ROOM = 1024


class KeyTable:
    """Open addressing, never more than two thirds full; nothing is ever taken out.

    >>> table = KeyTable()
    >>> table.setdefault("a", 7), table.setdefault("a", 8), table.setdefault("b", 9), len(table)
    (7, 7, 9, 2)
    """

    def __init__(self) -> None:
        self._make_room(ROOM)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: str) -> bool:
        return self._occupied(self._place(_digest(key)))

    def setdefault(self, key: str, number: int = 0) -> int:
        """The key's number, which is this one where it had none."""
        digest = _digest(key)
        place = self._place(digest)
        if self._occupied(place):
            return self._numbers[place]
        if 3 * self._count >= 2 * self._room:
            self._grow()
            place = self._place(digest)
        self._put(place, digest, number)
        return number

    def _place(self, digest: bytes) -> int:
        """Where the key is, or would be."""
        place = int.from_bytes(digest[:8], "big") % self._room
        while self._occupied(place) and self._digest_at(place) != digest:
            place = (place + 1) % self._room
        return place

    def _digest_at(self, place: int) -> bytes:
        return bytes(self._digests[place * KEY_BYTES : (place + 1) * KEY_BYTES])

    def _occupied(self, place: int) -> bool:
        return self._digest_at(place) != EMPTY

    def _put(self, place: int, digest: bytes, number: int) -> None:
        self._digests[place * KEY_BYTES : (place + 1) * KEY_BYTES] = digest
        self._numbers[place] = number
        self._count += 1

    def _grow(self) -> None:
        digests, numbers = self._digests, self._numbers
        self._make_room(2 * self._room)
        for place, number in enumerate(numbers):
            digest = bytes(digests[place * KEY_BYTES : (place + 1) * KEY_BYTES])
            if digest != EMPTY:
                self._put(self._place(digest), digest, number)

    def _make_room(self, room: int) -> None:
        self._room, self._count = room, 0
        self._digests = bytearray(room * KEY_BYTES)
        self._numbers = array("H", bytes(2 * room))


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=KEY_BYTES).digest()
