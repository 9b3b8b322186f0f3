"""One polite visit to one address, for a person who wants to look at a page: robots.txt first, a pause between two
pages of a host, bounded in time and bytes.

Crawls do not come here: they go through Scrapy and the registry (`crawlers.engine.politeness`).
"""

import time
import urllib.error
import urllib.request
import zlib
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from minyin.errors import Rejected

PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 20
ROBOTS_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB


class Visited(NamedTuple):
    url: str
    body: bytes
    content_type: str


class Visitor:
    """Remembers each host's rules and when it was last asked."""

    def __init__(self, user_agent: str, max_bytes: int) -> None:
        self._agent, self._max_bytes = user_agent, max_bytes
        self._rules: dict[str, Protego | None] = {}
        self._asked: dict[str, float] = {}

    def visit(self, url: str) -> Visited:
        """Raises Rejected: robots, too_large, http_404 and the like, unreachable."""
        host = urlsplit(url).netloc
        if not self._allowed(url, host):
            raise Rejected("robots", f"robots.txt of {host} refuses it")
        self._wait(host)
        answer = self._get(url, self._max_bytes)
        if len(answer.body) > self._max_bytes:
            raise Rejected("too_large", f"more than {self._max_bytes} bytes")
        if urlsplit(answer.url).netloc != host and not self._allowed(
            answer.url, urlsplit(answer.url).netloc
        ):
            raise Rejected("robots", "redirected to where robots.txt refuses it")
        return answer

    def _allowed(self, url: str, host: str) -> bool:
        if host not in self._rules:
            self._rules[host] = self._read_rules(url)
        rules = self._rules[host]
        return rules is not None and bool(rules.can_fetch(url, self._agent))

    def _read_rules(self, url: str) -> Protego | None:
        """None forbids everything: RFC 9309 §2.3.1.4, rules that cannot be had just now."""
        parts = urlsplit(url)
        try:
            answer = self._get(
                urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")), ROBOTS_BYTES
            )
        except Rejected as refusal:
            missing = refusal.reason.startswith("http_4")
            return Protego.parse("") if missing else None
        return Protego.parse(answer.body.decode("utf-8", "replace"))

    def _wait(self, host: str) -> None:
        due = self._asked.get(host, 0.0) + PAUSE_SECONDS - time.monotonic()
        if due > 0:
            time.sleep(due)
        self._asked[host] = time.monotonic()

    def _get(self, url: str, max_bytes: int) -> Visited:
        request = urllib.request.Request(
            url, headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                body = answer.read(max_bytes + 1)
                if (answer.headers.get("Content-Encoding") or "").lower() == "gzip":
                    body = zlib.decompressobj(47).decompress(body, max_bytes + 1)
                return Visited(answer.url, body, answer.headers.get("Content-Type") or "")
        except urllib.error.HTTPError as error:
            error.close()
            raise Rejected(f"http_{error.code}", url) from error
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            raise Rejected("unreachable", f"{url}: {error}") from error
