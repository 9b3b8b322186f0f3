"""One spelling for one character, with every offset kept.

`fold` maps character by character (full-width to half-width, circled and mathematical digits to digits, traditional
to simplified), so a span found in the folded text is a span of the text itself. `squeeze` also drops what people put
between characters to break words, and returns the way back. `compatible` is Unicode's NFKC. Left to others: what is
looked for.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np

from nlp.codepoints import LAST, UNKNOWN, Codes, mapped, table_of

DATA = Path(__file__).resolve().parent / "data"
_COMPATIBLE = (
    (0x00B2, 0x00B9),
    (0x2070, 0x209F),
    (0x2460, 0x24FF),
    (0x2F00, 0x2FD5),
    (0x3000, 0x3000),
    (0xF900, 0xFAFF),
    (0xFF01, 0xFFEF),
    (0x1D400, 0x1D7FF),
)
# invisible joiners, variation selectors, the keycap frame, and the spaces people type inside a word
_IDLE = frozenset(
    " \t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u20e3\ufe0e\ufe0f\ufeff#*_·|"
)


# one mark after each of four or more characters is there to hide a word: 八/义/集/镇
_SPELT = re.compile(r"(?:[\u4e00-\u9fff]([/\\.~\-+=^&]))(?:[\u4e00-\u9fff]\1){2,40}")


_ANY_IDLE = re.compile(f"[{re.escape(''.join(_IDLE))}]")


@cache
def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for first, last in _COMPATIBLE:
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                table[code] = plain
    lines = (DATA / "traditional.txt").read_text(encoding="utf-8").splitlines()
    traditional, simplified = (line for line in lines if line and not line.startswith("#"))
    table.update(zip(map(ord, traditional), simplified, strict=True))
    return table


@cache
def _folded() -> Codes:
    return table_of(_table())


# where a character becomes one character whatever stands beside it: nothing here composes or is reordered
_SIMPLE = (
    (0x0000, 0x00FF), (0x2000, 0x2FFF), (0x3000, 0x30FF), (0x3190, 0x33FF), (0xFE30, 0xFE6F), (0xFF01, 0xFF9D), (0xFFE0, 0xFFE6),
    (0x1F000, 0x1FAFF),
)  # fmt: skip
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF))


@cache
def _normal() -> Codes:
    """NFKC of every simple character; UNKNOWN for all others, whose neighbours matter."""
    table = np.full(LAST, UNKNOWN)
    for first, last in _IDEOGRAPHS:  # their own normal form
        table[first : last + 1] = np.arange(first, last + 1)
    for first, last in _SIMPLE:
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and not unicodedata.combining(plain):
                table[code] = ord(plain)
    return table


def fold(text: str) -> str:
    """The same text in one spelling; `len(fold(text)) == len(text)`.

    >>> fold("臺兒莊區運河街道　１３８①")
    '台儿庄区运河街道 1381'
    """
    found = text if text.isascii() else mapped(text, _folded())
    return text.translate(_table()) if found is None else found


def compatible(text: str) -> str:
    """NFKC, as `unicodedata` has it.

    >>> compatible("ＡＢ①㈠"), compatible("e\u0301")
    ('AB1(一)', 'é')
    """
    found = text if text.isascii() else mapped(text, _normal())
    return unicodedata.normalize("NFKC", text) if found is None else found


def squeeze(text: str) -> tuple[str, list[int]]:
    """The folded text without idle characters, and for each kept character its offset in `text`.

    >>> squeeze("＃官 湖镇＃")
    ('官湖镇', [1, 3, 4])
    >>> squeeze("八/义/集/镇/收费")[0]
    '八义集镇收费'
    """
    folded = fold(text)
    if not _ANY_IDLE.search(folded) and not _SPELT.search(folded):
        return folded, list(range(len(folded)))
    broken = {i for run in _SPELT.finditer(folded) for i in range(run.start() + 1, run.end(), 2)}
    kept = [i for i, char in enumerate(folded) if char not in _IDLE and i not in broken]
    return "".join(folded[i] for i in kept), kept


def unbroken(text: str) -> str:
    """Half a surrogate pair is no character: it becomes the sign for an unreadable one, so offsets stay."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
