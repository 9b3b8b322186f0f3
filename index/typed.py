"""One word, phrase or value as a person typed it: escapes resolved, the `*` at its end taken off.

Escapes are Kibana's: a backslash and t, r, n or u with four hex digits is that character; before any other character
it stands for the character alone, except within quotes, where it stays unless it escapes a quote or a backslash.
"""

import re
import unicodedata

from lark import Token

from minyin.errors import QueryError

# longer words and phrases are refused: a phrase of thousands of characters keeps a node busy for seconds
MAX_VALUE = 1000

_WHITE = {"t": "\t", "r": "\r", "n": "\n"}
_PART = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)|([*＊])|([^\\*＊]+)", re.DOTALL)
_QUOTED_PART = re.compile(r"\\u([0-9a-fA-F]{4})|\\([trn\\\"＂“”])|([^\\]+|\\)", re.DOTALL)


class Word:
    """`text` without escapes; `star`: it ended in a `*`; `alone`: it was nothing else."""

    def __init__(self, token: Token, *, pattern: bool = False) -> None:
        self.column = (token.start_pos or 0) + 1
        self.quoted = token.type == "QUOTED"
        self.star = self.alone = False
        if self.quoted:
            self.text = quoted_text(str(token)[1:-1])
        else:
            self._read(str(token), pattern=pattern)
        if len(self.text) > MAX_VALUE:
            raise QueryError(f"一个词或短语最多 {MAX_VALUE} 个字", column=self.column)

    def _read(self, raw: str, *, pattern: bool) -> None:
        """A pattern keeps every star where it is."""
        pieces = list(_PART.finditer(raw))
        while pieces and pieces[-1][3] and not pattern:
            pieces.pop()
            self.star = True
        if any(piece[3] for piece in pieces) and not pattern:
            raise QueryError("通配符 * 只能放在词的末尾，例如 停水*", column=self.column)
        self.text = _joined("".join(_plain(piece) for piece in pieces))
        self.alone = self.star and not self.text


def quoted_text(inner: str) -> str:
    r"""What stands between quotes.

    >>> quoted_text(r'a \"b\" \u505c c:\dir')
    'a "b" 停 c:\\dir'
    """
    parts = _QUOTED_PART.finditer(inner)
    return _joined("".join(_escaped(part[1], part[2]) or part[3] or "" for part in parts))


def narrow(text: str) -> str:
    """Numbers and dates as typed with a Chinese input method.

    >>> narrow("２０２６－１０－０１")
    '2026-10-01'
    """
    return unicodedata.normalize("NFKC", text)


def _plain(piece: re.Match[str]) -> str:
    return _escaped(piece[1], piece[2]) or ("*" if piece[3] else piece[4])


def _escaped(code: str | None, char: str | None) -> str:
    if code:
        return chr(int(code, 16))
    return _WHITE.get(char, char) if char else ""


def _joined(text: str) -> str:
    r"""Two escaped halves of one character are that character; half a one is none."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
