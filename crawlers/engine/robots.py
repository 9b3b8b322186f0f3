"""robots.txt after RFC 9309: who may fetch what, and what follows when it cannot be read.

Pure: an answer in, rules out. The crawl (`crawlers.engine.politeness`) and the look at a new site (`crawlers.registry.scout`) both ask here.
"""

from typing import NamedTuple

from protego import Protego

from crawlers.page.charset import decode

# §2.5: at least 500 KiB are read; what lies behind is ignored
MOST_BYTES = 512 * 1024
# A site that asks for more than this between requests gets this, and fewer pages per crawl
LONGEST_DELAY = 60.0


class Rules(NamedTuple):
    """What a site's robots.txt says to one product token."""

    parser: Protego
    token: str
    status: int
    text: str

    def allows(self, url: str) -> bool:
        return bool(self.parser.can_fetch(url, self.token))

    @property
    def delay(self) -> float:
        """Seconds between requests that the site asks for; 0 when it does not (Crawl-delay is not in the RFC)."""
        asked = self.parser.crawl_delay(self.token) or 0.0
        rate = self.parser.request_rate(self.token)
        if rate is not None and rate.requests:
            asked = max(asked, rate.seconds / rate.requests)
        return min(float(asked), LONGEST_DELAY)


def product_token(user_agent: str) -> str:
    """§2.2.1: the name alone, without version and comment.

    >>> product_token("MinyinBot/0.1 (+mailto:a@b.cn)")
    'MinyinBot'
    """
    return user_agent.split("/", maxsplit=1)[0].split(" ", maxsplit=1)[0] or "MinyinBot"


def read_rules(status: int, body: bytes, user_agent: str) -> Rules:
    """§2.3.1: 4xx means no rules; 429 and 5xx mean that everything is forbidden until they can be read.

    >>> read_rules(404, b"User-agent: *\\nDisallow: /", "MinyinBot/1").allows("http://a.cn/1")
    True
    >>> read_rules(503, b"", "MinyinBot/1").allows("http://a.cn/1")
    False
    """
    if status == 429 or status >= 500:
        text = "User-agent: *\nDisallow: /"
    elif status >= 400:
        text = ""
    else:
        text = decode(body[:MOST_BYTES], "text/plain").text
    return Rules(Protego.parse(text), product_token(user_agent), status, text)
