"""Which part of a page is the article, when nobody has written a selector for the site.

Text is scored where it stands: each run of sentences gives its length to its container, links count against it
(the idea of Readability, weighed for Chinese, where punctuation tells sentences from menus). trafilatura gives a
second opinion; the page decides (`main_text`).
"""

import re
from collections import defaultdict
from typing import Any

from parsel import Selector

from crawlers.html import SILENT, is_hidden, lines_of

PUNCTUATION = re.compile(r"[，。！？；：、,.!?;:]")
NOISE = re.compile(
    r"comment|footer|foot(?![a-z])|sidebar|recommend|related|relate|hot-?news|share|copyright|breadcrumb|pinglun|nav(?![a-z])|"
    r"qrcode|guess|rank|login|popup|toolbar|reply-list",
    re.IGNORECASE,
)
CONTAINERS = (
    "#js_content", "#artibody", "#article", "#endText", "#zoom", ".TRS_Editor", ".article-content", ".article_content",
    ".post_body", ".post_text", "#content-article", "[itemprop=articleBody]", "#UCAP-CONTENT", ".pages_content",
)  # fmt: skip


def main_text(page: Selector, title: str | None) -> str:
    """The article's paragraphs, one a line; an empty string when the page has none."""
    root = page.root
    own = _readable(root)
    known = max(
        (_lines_without_noise(n.root) for css in CONTAINERS for n in page.css(css)),
        key=_weight,
        default=[],
    )
    best = known if _weight(known) >= max(60, 0.6 * _weight(own)) else own
    if _weight(best) < 120:
        second = _second_opinion(root)
        best = second if _weight(second) > _weight(best) else best
    return "\n".join(line for line in best if line != title)


def _readable(root: Any) -> list[str]:
    scores: dict[Any, float] = defaultdict(float)
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in SILENT or _is_noise(element):
            continue
        weight = _own_weight(element)
        if weight <= 0:
            continue
        for height, above in enumerate(_upwards(element)):
            scores[above] += weight * (1.0, 0.9, 0.6, 0.35)[height]
    if not scores:
        return []
    best = max(scores, key=lambda element: scores[element] * (1 - _link_share(element)))
    return _lines_without_noise(best)


def _own_weight(element: Any) -> float:
    """Characters of the element's own text, when they look like sentences."""
    if element.tag == "a" or any(a.tag == "a" for a in element.iterancestors()):
        return 0
    text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if len(text) < 10:
        return 0
    marks = len(PUNCTUATION.findall(text))
    return len(text) * min(1.0, 0.2 + 8 * marks / len(text))


def _upwards(element: Any) -> list[Any]:
    """The containers that a text speaks for: its block's parents, inline wrappers skipped."""
    inline = ("span", "strong", "b", "em", "font", "i", "u", "a", "p", "section")
    node = element
    while node.getparent() is not None and node.tag in inline[:-2]:
        node = node.getparent()
    found = [node] if node.tag not in ("p", "section") else []
    while len(found) < 4 and node.getparent() is not None:
        node = node.getparent()
        if node.tag not in ("html", "body"):
            found.append(node)
        else:
            break
    return found or [element]


def _link_share(element: Any) -> float:
    everything = sum(len(text) for text in element.itertext())
    links = sum(len(text) for a in element.iter("a") for text in a.itertext())
    return min(1.0, links / everything) if everything else 1.0


def _is_noise(element: Any) -> bool:
    names = f"{element.get('id') or ''} {element.get('class') or ''}"
    return (
        is_hidden(element) or element.tag in ("nav", "footer", "aside") or bool(NOISE.search(names))
    )


def _lines_without_noise(element: Any) -> list[str]:
    lines: list[str] = []
    for line in lines_of(_pruned(element)):
        lines.append(line)
    return lines


def _pruned(element: Any) -> Any:
    """A copy without comment floods, link lists and other decoration inside."""
    from copy import deepcopy

    copy = deepcopy(element)
    copy.tail = None
    for inner in list(copy.iter()):
        if inner is copy or not isinstance(inner.tag, str) or inner.getparent() is None:
            continue
        size = sum(len(text) for text in inner.itertext())
        links = (
            inner.tag in ("div", "ul", "ol", "dl", "table")
            and size > 0
            and _link_share(inner) > 0.6
        )
        if _is_noise(inner) or links:
            parent, tail = inner.getparent(), inner.tail
            if tail:
                before = inner.getprevious()
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail
            parent.remove(inner)
    return copy


def _weight(lines: list[str]) -> int:
    return sum(len(line) for line in lines)


def _second_opinion(root: Any) -> list[str]:
    import trafilatura  # a second to import, and most pages never need it

    text = trafilatura.extract(root, favor_recall=True, include_comments=False, include_tables=True)
    return [line.strip() for line in (text or "").split("\n") if line.strip()]
