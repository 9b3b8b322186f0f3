"""Selectors of the registry: CSS, or XPath where the expression begins as only XPath does."""

from parsel import Selector, SelectorList
from parsel.csstranslator import css2xpath

XPATH_BEGINS = ("/", "./", "../", "(")


def select(node: Selector, expression: str) -> SelectorList[Selector]:
    """What the expression finds under the node; inside a block XPath begins with ./

    >>> page = Selector("<ul><li class=a>1</li><li>2</li></ul>")
    >>> [select(page, e).getall() for e in ("li.a::text", "//li[2]/text()")]
    [['1'], ['2']]
    """
    if expression.startswith(XPATH_BEGINS):
        return node.xpath(expression)
    return node.css(expression)


def select_first(node: Selector, expression: str, most: int) -> tuple[SelectorList[Selector], int]:
    """The first so many matches, and how many there are: a match costs ten times what counting it does.

    >>> page = Selector("<ul><li>1</li><li>2</li><li>3</li></ul>")
    >>> [select_first(page, e, 2)[0].getall() + [select_first(page, e, 2)[1]] for e in ("li::text", "//li/text()")]
    [['1', '2', 3], ['1', '2', 3]]
    """
    path = expression if expression.startswith(XPATH_BEGINS) else css2xpath(expression)
    whole = node.xpath(f"count({path})").get() or "0"
    return node.xpath(f"({path})[position() <= {most}]"), int(float(whole))
