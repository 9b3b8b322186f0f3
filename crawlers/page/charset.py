"""Bytes to text: what a page declares is a claim, what decodes strictly is evidence.

Order: byte-order mark, then each declared charset (HTTP header, then the document itself) that decodes strictly,
then UTF-8, then GB18030, then what charset-normalizer thinks. GB2312 and GBK are read as GB18030, as browsers do.
"""

import codecs
import re

from charset_normalizer import from_bytes

from minyin.model import Value

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-cn": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
}
# Short GBK texts can be valid UTF-8 by chance (the "联通" case): letters of far alphabets in a row, and no Chinese
CHANCE_UTF8 = re.compile(r"[\u0080-\u07ff]{3,}")
BEYOND = re.compile(r"[\u0800-\uffff]")
# A few broken bytes (a title cut in the middle of a character) do not make a declaration a lie.
TOLERATED = 0.002


class Decoded(Value):
    text: str
    charset: str
    declared: str | None = None

    @property
    def lied(self) -> bool:
        return self.declared is not None and _codec(self.declared) != self.charset


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a page and the charset that it is really in.

    >>> decode("停水通知".encode("gbk"), "text/html; charset=utf-8").text
    '停水通知'
    """
    for mark, name in BOMS:
        if body.startswith(mark):
            return Decoded(text=body.decode(name, "replace").lstrip("\ufeff"), charset=name)
    claims = _claims(body, content_type)
    declared = claims[0] if claims else None
    candidates = [codec for claim in claims if (codec := _codec(claim))]
    # UTF-8 before a declared legacy charset: GB18030 accepts most UTF-8 bytes, the reverse almost never happens
    for charset in dict.fromkeys(["utf-8", *candidates, "gb18030"]):
        text = _strict(body, charset)
        if text is not None and not (charset == "utf-8" and _by_chance(text)):
            if charset == "gb18030" and charset not in candidates and _rather_big5(body):
                return Decoded(text=body.decode("big5hkscs"), charset="big5hkscs")
            return Decoded(text=text, charset=charset, declared=declared)
    return _least_damaged(body, candidates, declared)


def _claims(body: bytes, content_type: str) -> list[str]:
    found = re.findall(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    inside = [
        next(part for part in match if part).decode("ascii")
        for match in DECLARED.findall(body[:4096])
    ]
    return [claim.lower() for claim in (*found, *inside)]


def _codec(claim: str) -> str | None:
    name = SUPERSETS.get(claim.lower(), claim.lower())
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _strict(body: bytes, charset: str) -> str | None:
    """The text if every byte fits; single-byte charsets fit everything, so they must also look like no Chinese."""
    try:
        text = body.decode(charset)
    except UnicodeDecodeError:
        return None
    if (
        charset in ("cp1252", "latin-1", "iso8859-1")
        and sum(c > 127 for c in body) > len(body) * 0.02
    ):
        return None
    return text


def _by_chance(text: str) -> bool:
    # in this order: a Chinese page meets a letter of its own within the first lines
    return BEYOND.search(text) is None and CHANCE_UTF8.search(text) is not None


def _rather_big5(body: bytes) -> bool:
    """GB18030 accepts most Big5 bytes; the everyday characters of each lie in its own first plane."""
    text = _strict(body, "big5hkscs")
    if text is None:
        return False
    pairs = re.findall(rb"[\x81-\xfe][\x40-\xfe]", body)
    gb = sum(0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1 for pair in pairs)
    big5 = sum(0xA4 <= pair[0] <= 0xC6 for pair in pairs)
    return bool(big5 > gb * 1.1)


def _least_damaged(body: bytes, candidates: list[str], declared: str | None) -> Decoded:
    best: tuple[float, str, str] | None = None
    for charset in dict.fromkeys([*candidates, "utf-8", "gb18030", "big5hkscs"]):
        text = body.decode(charset, "replace")
        damage = text.count("\ufffd") / max(1, len(text))
        if damage <= TOLERATED:
            return Decoded(text=text, charset=charset, declared=declared)
        if best is None or damage < best[0]:
            best = (damage, charset, text)
    guess = from_bytes(body[:65536]).best()
    if guess is not None and best is not None and best[0] > 0.05:
        return Decoded(
            text=body.decode(guess.encoding, "replace"), charset=guess.encoding, declared=declared
        )
    assert best is not None
    return Decoded(text=best[2], charset=best[1], declared=declared)
