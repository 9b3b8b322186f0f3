"""Selectors of the registry: CSS, or XPath where the expression begins as only XPath does."""

from parsel import Selector, SelectorList

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
