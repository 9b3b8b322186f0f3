"""A question written in the KQL that Kibana itself reads: English names, codes, ASCII signs.

What Kibana cannot say as we do: a free word is found where its characters stand side by side, not where its words
occur apart; a beginning of a Chinese word is the word. Both are written as a phrase.
"""

import re
from datetime import UTC, datetime

from index.ast import All, And, Exists, Node, Not, Nothing, Or, Phrase, Prefix, Range, Term
from index.mapping import BY_NAME
from index.match import is_text
from index.text import gram_texts, is_cjk


def kibana_kql(node: Node) -> str:
    """
    >>> kibana_kql(And((Term("polarity", "negative"), Not(Term(None, "计划停水")))))
    'polarity: "negative" and not ("计划停水")'
    """
    match node:
        case And(parts):
            return " and ".join(_part(part) for part in parts)
        case Or(parts):
            return " or ".join(_part(part) for part in parts)
        case Not(part):
            return f"not ({kibana_kql(part)})"
        case Exists(field):
            return f"{field}: *"
        case Range():
            return _range(node)
        case Term() | Phrase() | Prefix():
            return _value(node)
        case All():
            return "*"
        case Nothing():
            return "not *"


def _part(node: Node) -> str:
    return f"({kibana_kql(node)})" if isinstance(node, (And, Or)) else kibana_kql(node)


def _value(node: Term | Phrase | Prefix) -> str:
    field = f"{node.field}: " if node.field else ""
    begun = isinstance(node, Prefix)
    if begun and is_text(node):
        begun = not is_cjk((gram_texts(node.value) or ["字"])[-1])
    if begun:
        return f"{field}{_plain(node.value)}*"
    if node.field and BY_NAME[node.field].kind == "bool":
        return f"{field}{node.value}"
    escaped = node.value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}"{escaped}"'


def _plain(value: str) -> str:
    """An unquoted value, every sign that means something escaped."""
    escaped = re.sub(r'([\\():<>"*{}\s])', r"\\\1", value)
    return f"\\{escaped}" if re.fullmatch("(?i)and|or|not", value) else escaped


def _range(node: Range) -> str:
    if node.low is not None and node.low == node.high:
        return f"{node.field}: {_number(node.field, node.low)}"
    bounds = (
        (node.low, ">" if node.low_open else ">="),
        (node.high, "<" if node.high_open else "<="),
    )
    said = [f"{node.field} {sign} {_number(node.field, n)}" for n, sign in bounds if n is not None]
    return said[0] if len(said) == 1 else f"({' and '.join(said)})"


def _number(field: str, number: float) -> str:
    """A date in UTC to the millisecond, so that it is the same moment in whatever zone Kibana shows."""
    if BY_NAME[field].kind == "date":
        at = datetime.fromtimestamp(number / 1000, UTC)
        return f'"{at.strftime("%Y-%m-%dT%H:%M:%S")}.{int(number) % 1000:03}Z"'
    return f"{number:.15g}"
