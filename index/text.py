"""What text is to the index: folding, single characters, words. Both engines, the highlighter and the parser share it.

Folding never changes the length, so every offset in folded text is an offset in the original. A text is indexed twice:
as the words the segmenter found and as single characters (CJK one by one, letters and digits in runs), so that what
is found never hangs on the dictionary alone.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

Cut = Callable[[str], list[str]]

# Elasticsearch splits whitespace tokens at 255; base64 and long numbers are cut here, alike for both engines
LONGEST = 64

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GRAM = re.compile(f"[{CJK}]|(?:(?![{CJK}])[^\\W_]){{1,{LONGEST}}}")

# Everyday text: ASCII, punctuation, Han, full-width signs and letters. In it folding makes no letter of what is none and
# no character of a letter (tests/index), so that text is taken apart first and folded, where need be, afterwards: indexing
# folds little then, which is half the time of taking a text apart.
_RUN = re.compile(f"[{CJK}]+|(?:(?![{CJK}])[^\\W_]){{1,{LONGEST}}}")
_TOO_LONG = re.compile(f"\\S{{{LONGEST + 1}}}")
_WIDE = re.compile("[\u2010-\u203f\u3000-\u3004\u3008-\u3020\uff01-\uff5e]")
_UNUSUAL = re.compile("[^\x00-\x7f\xb7\u2010-\u203f\u3000-\u3020\u4e00-\u9fff\uff01-\uff5e]")


class Gram(NamedTuple):
    text: str
    start: int
    end: int


@cache
def _table() -> dict[int, str]:
    lines = (Path(__file__).parent / "traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {ord(old): new for old, new in pairs}


class _Folding(dict[int, str]):
    """Made as characters come along; `str.translate` asks it, three times faster than a call per character."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    wide = unicodedata.normalize("NFKC", char)
    char = wide if len(wide) == 1 else char
    lower = char.lower()
    char = lower if len(lower) == 1 else char
    return _table().get(ord(char), char)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Full-width to half, capitals to small, traditional to simplified; the length stays.

    >>> fold("ＡＢＣ１２小區停電")
    'abc12小区停电'
    """
    return text.translate(_FOLDING)


def grams(text: str) -> list[Gram]:
    """Characters and runs of folded text with their places.

    >>> [g.text for g in grams(fold("5G网，断了3天"))]
    ['5g', '网', '断', '了', '3', '天']
    """
    return [Gram(m.group(), m.start(), m.end()) for m in _GRAM.finditer(text)]


def gram_texts(text: str) -> list[str]:
    """Characters and runs of a text, folded.

    >>> gram_texts("5G網，斷了3天")
    ['5g', '网', '断', '了', '3', '天']
    """
    if _UNUSUAL.search(text):
        return _GRAM.findall(fold(text))
    found: list[str] = []
    for run in _RUN.findall(_usual_folded(text)):
        if run[0] > "\u3000":  # what is usual and folded is ASCII below this and CJK above
            found += run
        else:
            found.append(run)
    return found


def folded(text: str) -> str:
    """Like `fold`, quicker; signs that are no letters may stay as they are.

    >>> folded("小區ABC")
    '小区abc'
    """
    return fold(text) if _UNUSUAL.search(text) else _usual_folded(text)


def _usual_folded(text: str) -> str:
    """`fold` for usual text, quick where only ASCII capitals change."""
    small = text.lower()
    return fold(text) if _folds().search(small) else small


@cache
def _folds() -> re.Pattern[str]:
    """Any usual sign but ASCII capitals that folding changes."""
    codes = (0xB7, *range(0x2010, 0x2040), *range(0x3000, 0x3021), *range(0xFF01, 0xFF5F))
    letters = [chr(code) for code in (*codes, *_table()) if chr(code).isalnum()]
    changed = "".join(letter for letter in letters if fold(letter) != letter)
    return re.compile(f"[{re.escape(changed)}]")


def is_cjk(gram: str) -> bool:
    return len(gram) == 1 and re.match(f"[{CJK}]", gram) is not None


def index_words(words: str) -> str:
    """Segmented words as they are indexed: folded, without punctuation.

    >>> index_words("小區 停水 ， 三天")
    '小区 停水 三天'
    """
    if _UNUSUAL.search(words):
        words = fold(words)
    kept = [word for word in words.split() if word.isalnum() or _GRAM.search(word)]
    joined = " ".join(kept)
    if _TOO_LONG.search(joined):
        joined = " ".join([word[:LONGEST] for word in kept])
    return fold(joined) if _WIDE.search(joined) else _usual_folded(joined)


def query_words(text: str, cut: Cut) -> list[str]:
    """The different words of a question, as `index_words` would write them."""
    folded = (word.strip()[:LONGEST] for word in cut(fold(text)))
    return list(dict.fromkeys(word for word in folded if _GRAM.search(word)))
