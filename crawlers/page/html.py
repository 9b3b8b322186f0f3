"""HTML as people see it: a parsed page, the text of an element in lines, and what is hidden or decoration.

Left to others: which element is the article (`crawlers.page.body`) and what its fields are (`crawlers.page.fields`).
"""

import re
from collections.abc import Iterator

from parsel import Selector

from crawlers.page.charset import decode
from minyin.errors import Rejected

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "textarea",
        "select",
        "option",
        "button",
        "input",
        "head",
    ]
)
# What the page of blocks leaves out; `head` holds the title and the metas
NOT_SHOWN = (SILENT - {"head"}) | {"title", "video", "audio", "canvas", "datalist", "map"}
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)
SPACES = re.compile(r"[ \t\r\f\v\xa0\u3000\u200b\ufeff]+")
BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
)
XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
DOCUMENT_ENDS = ("</html", "</HTML", "</body", "</BODY")
OPENING = re.compile(r"<(?:([sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE]))(?=[\s>/])[^>]*>|!--)")
CONTROLS = bytes([*range(9), *range(14, 27)])


def parse(body: bytes, content_type: str = "") -> Selector:
    """The page as a tree. Raises Rejected('not_html' | 'empty')."""
    return tree_of(source_of(body, content_type))


def tree_of(source: str) -> Selector:
    """A page's markup as a tree."""
    return Selector(text=_without_ends(source), type="html")


def source_of(body: bytes, content_type: str = "") -> str:
    """The page's markup. Raises Rejected('not_html' | 'empty')."""
    refuse_binary(body, content_type)
    text = decode(body, content_type).text.replace("\x00", "")
    # not by search, which looks for a beginning at every place
    if declared := XML_DECLARATION.match(text):
        text = text[declared.end() :]
    if not text or text.isspace():
        raise Rejected("empty", "no text at all")
    return text


def _without_ends(markup: str) -> str:
    """A stray end of the document in its middle hides what follows from some parsers; its true end is implied."""
    for tag in DOCUMENT_ENDS:
        # by plain search: a pattern stops at each of a page's thousand end tags
        if tag in markup:
            markup = _without(markup, tag)
    return markup


def _without(text: str, tag: str) -> str:
    first, *others = text.split(tag)
    kept = [first]
    for part in others:
        rest = part.lstrip()
        kept.append(rest[1:] if rest[:1] == ">" else tag + part)
    return "".join(kept)


def split_scripts(source: str) -> tuple[str, list[str]]:
    """The markup, fit for any parser, without scripts, styles and comments, which are half of most pages; and the scripts.

    >>> split_scripts("<p>a<script>var b = 1</script><!-- c -->d</p>")
    ('<p>ad</p>', ['var b = 1'])
    """
    kept, scripts, at = [], [], 0
    while found := OPENING.search(source, at):
        kept.append(source[at : found.start()])
        name, begin = found.group(1), found.end()
        # by plain search: a lazy pattern over half a megabyte costs more than the parser
        end = source.find("-->" if name is None else f"</{name}", begin)
        end = len(source) if end < 0 else end
        if name and name[1] in "cC":
            scripts.append(source[begin:end])
        close = source.find(">", end + (2 if name is None else 0))
        at = len(source) if close < 0 else close + 1
    return _without_ends("".join([*kept, source[at:]])), scripts


def refuse_binary(body: bytes, content_type: str) -> None:
    """Raises Rejected('not_html') for pictures, archives, office files and the like, whatever they claim to be."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith(("image/", "video/", "audio/", "font/")) or body.startswith(BINARY):
        raise Rejected("not_html", kind or "binary")
    head = body[:4096]
    if head[:4] in (b"\xff\xfe\x00\x00",) or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    odd = len(head) - len(head.translate(None, delete=CONTROLS))
    if odd > max(8, len(head) * 0.02):
        raise Rejected(
            "not_html", f"{kind or 'no type'}, {odd} control bytes in the first {len(head)}"
        )


def is_hidden(element: object) -> bool:
    get = getattr(element, "get", lambda _name: None)
    return bool(HIDDEN.search(get("style") or "")) or get("hidden") is not None


def lines_of(element: object) -> list[str]:
    """The visible text of an element, one line per block, spaces folded, empty lines dropped."""
    text = SPACES.sub(" ", "".join(_pieces(element)))
    return [line.strip() for line in text.split("\n") if line.strip()]


def text_of(element: object) -> str:
    return "\n".join(lines_of(element))


def _pieces(element: object) -> Iterator[str]:
    tag = getattr(element, "tag", None)
    if not isinstance(tag, str) or tag in SILENT or is_hidden(element):
        return
    block = tag in BLOCKS
    if block:
        yield "\n"
    yield _flat(getattr(element, "text", None))
    for child in element:  # type: ignore[attr-defined]
        yield from _pieces(child)
        yield _flat(child.tail)
    if block:
        yield "\n"


def _flat(text: str | None) -> str:
    return text.replace("\n", " ") if text else ""
