"""Records of WARC/1.1 (ISO 28500:2017) as bytes, each a gzip member of its own; whatever reads WARC reads them.

By hand and not by warcio's writer, which took half as long again (`docs/decisions.md`); a test holds the two to the
same bytes. Left to others: files, offsets and reading (`crawlers.archive.evidence`).
"""

import base64
import hashlib
import zlib
from collections.abc import Iterable

GZIP = zlib.MAX_WBITS + 16
# 9 makes real pages half a percent smaller than 6 and takes half as long again
LEVEL = 6

Fields = Iterable[tuple[str, str]]


def digest_of(data: bytes) -> str:
    """As WARC writes it: sha1 in base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def message(first: str, fields: Fields, body: bytes = b"") -> bytes:
    """An HTTP message: its first line, its header in the bytes it came in, its body."""
    lines = (first, *(f"{name}: {value}" for name, value in fields), "", "")
    return "\r\n".join(lines).encode("latin-1", "replace") + body


def record(fields: Fields, block: bytes, kind: str) -> bytes:
    """`fields` in WARC's own header, `kind`: the block's content type; what the block says of itself is said here."""
    named = (
        *fields,
        ("WARC-Block-Digest", digest_of(block)),
        ("Content-Type", kind),
        ("Content-Length", str(len(block))),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in named)
    member = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    whole = b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", block, b"\r\n\r\n"))
    return member.compress(whole) + member.flush()
