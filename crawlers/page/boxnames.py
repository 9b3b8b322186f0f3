"""What an element's class and id say of it: the article's own, the site's, a field's, a picture's caption.

Words that many sites' makers use, and no site's own. Left to others: what is made of it (`crawlers.page.blocks`).
"""

import re
from functools import lru_cache
from typing import NamedTuple

GOOD_NAME = re.compile(
    r"article|content|con(?![a-z])|cont(?![a-z])|context|body(?!bg)|text|txt|detail|editor|zoom|post(?!er|ion)|story|entry|news|zhengwen|neirong"
)
BAD_NAME = re.compile(
    r"comment|pinglun|foot|side|recommend|relat|xiangguan|hot|share|bdsharebuttonbox|copyright|crumb|weizhi|location|position|nav|menu|"
    r"qr-?code|erweima|guess|rank|login|popup|pop(?![a-z])|tool|reply|header|banner|(?<![a-z])ads?(?![a-z])|list|more|tags?(?![a-z])|links?(?![a-z])|"
    r"logo|search|dialog|modal|mask|statement|shengming|disclaim|prev|next|page(?:r|s|nation)(?![a-z])|author|profile|tips|download|print|subscribe"
)
# Elements whose name says that they hold a field
MARKED_NAME = re.compile(
    r"title|headline|biaoti|author|writer|source|laiyuan|(?<![a-z])ly(?![a-z])|from|origin|editor|time|date|pub|(?<![a-z])sj(?![a-z])|shijian|name|"
    r"info|meta|byline|media|caption|(?:img|pic|photo)-?(?:desc|note|text|info|title)|summary|abstract|xinxi|article|account|nick"
)
CAPTION_NAME = re.compile(
    r"caption|(?:img|pic|photo|image)[-_]?(?:desc|note|text|txt|info|title)|tushuo"
)


class Named(NamedTuple):
    """What an element's class and id say."""

    good: bool
    bad: bool
    marked: str
    caption: bool


UNNAMED = Named(False, False, "", False)


@lru_cache(maxsize=8192)
def what_names_say(names: str) -> Named:
    """Sites repeat their names: a search in each of them becomes one look-up. `UNNAMED` itself where they say nothing."""
    names = names.lower()
    said = [what_one_says(name) for name in names.split()]
    if not any(map(any, said)):
        return UNNAMED
    good, bad, marked, caption = map(any, zip(*said, strict=True))
    return Named(good, bad, names if marked else "", caption)


@lru_cache(maxsize=8192)
def what_one_says(name: str) -> tuple[bool, bool, bool, bool]:
    """Four searches; no pattern reaches from one name into the next, and the same few hundred make up all of them."""
    return (
        GOOD_NAME.search(name) is not None,
        BAD_NAME.search(name) is not None,
        MARKED_NAME.search(name) is not None,
        CAPTION_NAME.search(name) is not None,
    )
