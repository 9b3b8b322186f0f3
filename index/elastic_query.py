"""The tree compiled to Elasticsearch's query DSL."""

from collections.abc import Callable
from typing import Any

from index.ast import All, And, Exists, Node, Not, Or, Phrase, Prefix, Range, Term
from index.bounds import MAX_BEGUN, affordable, closed_enough
from index.dates import instant
from index.mapping import BY_NAME
from index.match import TextMatch, is_text, text_match
from index.record import GRAMS, PRESENT, WORDS
from index.text import Cut

Dsl = dict[str, Any]

# a node that allows no more clauses than this (OpenSearch as it comes) shows no more words; there may be any number
SHORT_SIGHT = 1024


class Compiler:
    """Tree in, DSL out. `explain`: what the cluster makes of a query, per shard, as `validate_query` has it."""

    def __init__(self, cut: Cut, explain: Callable[[Dsl], list[str]] | None = None) -> None:
        self.cut = cut
        self.explain = explain

    def query(self, node: Node) -> Dsl:
        """Raises QueryError where the tree asks for more than any engine should be asked."""
        closed_enough(affordable(node, self.cut), self.cut, self._number_begun)
        return self.part(node)

    def _number_begun(self, field: str, beginning: str) -> int:
        """Different words that begin so, counted as far as it matters."""
        if self.explain is None:
            return 0
        number = len(_words_in(self.explain(_beginning(GRAMS.format(field), beginning))))
        return MAX_BEGUN + 1 if number == SHORT_SIGHT else number

    def part(self, node: Node) -> Dsl:
        match node:
            case And(parts):
                return {"bool": {"must": [self.part(part) for part in parts]}}
            case Or(parts):
                return _any([self.part(part) for part in parts])
            case Not(part):
                return {"bool": {"must_not": self.part(part)}}
            case Term() | Phrase() | Prefix() if is_text(node):
                found = text_match(node, self.cut)
                return self.text(found) if found else {"match_none": {}}
        return {"bool": {"filter": self.filter(node)}}

    def filter(self, node: Node) -> Dsl:
        match node:
            case All():
                return {"match_all": {}}
            case Exists(field):
                return {"term": {PRESENT: field}}
            case Range(field):
                return {"range": {field: _bounds(node)}}
            case Prefix(str(field), value):
                return {"prefix": {field: value}}
            case Term(str(field), value):
                return {"term": {field: value}}
        return {"match_none": {}}

    def text(self, match: TextMatch) -> Dsl:
        ways = [_grams(field, match) for field in match.fields]
        if match.words:
            words = [_any([_word(field, word) for field in match.fields]) for word in match.words]
            ways.append({"bool": {"must": words}})
        return _any(ways)


def _grams(field: str, match: TextMatch) -> Dsl:
    name, text = GRAMS.format(field), " ".join(match.grams)
    if match.open and len(match.grams) == 1:
        return {"prefix": {name: text}}
    if match.open:
        return {"match_phrase_prefix": {name: {"query": text, "max_expansions": MAX_BEGUN}}}
    return {"match_phrase": {name: text}}


def _beginning(name: str, beginning: str) -> Dsl:
    """Explained, it names the words that begin so, as many as it takes to know that there are too many."""
    return {"prefix": {name: {"value": beginning, "rewrite": f"top_terms_{MAX_BEGUN + 1}"}}}


def _words_in(explanations: list[str]) -> set[str]:
    """
    >>> sorted(_words_in(["text_grams:121 text_grams:122", "text_grams:122", "text_grams:12*"]))
    ['121', '122']
    """
    words = {part.partition(":")[2] for told in explanations for part in told.split()}
    return {word for word in words if not word.endswith("*")}


def _word(field: str, word: str) -> Dsl:
    return {"term": {WORDS.format(field): word}}


def _any(parts: list[Dsl]) -> Dsl:
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def _bounds(node: Range) -> Dsl:
    bounds: Dsl = {}
    if node.low is not None:
        bounds["gt" if node.low_open else "gte"] = node.low
    if node.high is not None:
        bounds["lt" if node.high_open else "lte"] = node.high
    if BY_NAME[node.field].kind == "date":
        return {sign: instant(bound) for sign, bound in bounds.items()}
    return bounds
