"""The tree compiled to tantivy queries.

Built from query objects only: tantivy's own parser answers `a AND NOT b` with nothing and ignores `field:abc*`.
A phrase of one term panics in tantivy, so it is a term here.
"""

import re
from itertools import pairwise
from math import log

from tantivy import FieldType, Occur, Query, Schema, Searcher, SearchResult

from index.ast import All, And, Exists, Node, Not, Or, Phrase, Prefix, Range, Term
from index.bounds import MAX_BEGUN, affordable, closed_enough
from index.embedded_schema import PAIRS
from index.mapping import BY_NAME, TEXTS
from index.match import TextMatch, is_text, text_match
from index.record import GRAMS, PRESENT, WORDS
from index.text import Cut, is_cjk


class Compiler:
    """Tree in, tantivy query out."""

    def __init__(self, schema: Schema, cut: Cut, searcher: Searcher | None = None) -> None:
        """`searcher`: knows how frequent things are, so that a pair can be scored like the phrase that it stands for."""
        self.schema = schema
        self.cut = cut
        self.searcher = searcher
        self.paired = _has(schema, PAIRS.format(TEXTS[0]))

    def query(self, node: Node) -> Query:
        """Raises QueryError where the tree asks for more than any engine should be asked."""
        closed_enough(affordable(node, self.cut), self.cut, self._number_begun)
        return self.part(node)

    def _number_begun(self, field: str, beginning: str) -> int:
        """Different words that begin so, counted as far as it matters."""
        if self.searcher is None:
            return 0
        name = GRAMS.format(field)
        return len(self.searcher.terms_with_prefix(name, beginning, limit=MAX_BEGUN + 1))

    def part(self, node: Node) -> Query:
        match node:
            case And(parts):
                return Query.boolean_query([(Occur.Must, self.part(part)) for part in parts])
            case Or(parts):
                return Query.boolean_query([(Occur.Should, self.part(part)) for part in parts])
            case Not(part):
                return without(self.part(part))
            case Term() | Phrase() | Prefix() if is_text(node):
                found = text_match(node, self.cut)
                return self.text(found) if found else Query.empty_query()
        return _unscored(self.filter(node))

    def filter(self, node: Node) -> Query:
        match node:
            case All():
                return Query.all_query()
            case Exists(field):
                return self.term(PRESENT, field)
            case Range():
                return self.range(node)
            case Prefix(str(field), value):
                return Query.regex_query(self.schema, field, _literal(value) + ".*")
            case Term(str(field), value):
                return self.term(field, value)
        return Query.empty_query()

    def text(self, match: TextMatch) -> Query:
        ways = [self.grams(field, match) for field in match.fields]
        if match.words:
            ways.append(
                Query.boolean_query(
                    [(Occur.Must, self.word(match.fields, word)) for word in match.words]
                )
            )
        return Query.boolean_query([(Occur.Should, way) for way in ways])

    def grams(self, field: str, match: TextMatch) -> Query:
        name, grams = GRAMS.format(field), list(match.grams)
        if match.open:
            last = _literal(grams[-1]) + ".*"
            if len(grams) == 1:
                return Query.regex_query(self.schema, name, last)
            before = [_literal(gram) for gram in grams[:-1]]
            query = Query.regex_phrase_query(self.schema, name, [*before, last])
            return self.near(field, [*grams[:-1], grams[-1][0]], query)
        if len(grams) == 1:
            return self.term(name, grams[0], "freq")
        if self.searcher and self.paired and len(grams) == 2 and all(map(is_cjk, grams)):
            pair = self.term(PAIRS.format(field), "".join(grams), "freq")
            return Query.boost_query(pair, _worth(self.searcher, field, grams))
        return self.near(field, grams, Query.phrase_query(self.schema, name, [*grams]))

    def near(self, field: str, grams: list[str], phrase: Query) -> Query:
        """The phrase, compared only where every two neighbouring characters of it occur."""
        if not self.paired:
            return phrase
        name, line = PAIRS.format(field), "".join(grams)
        pairs = dict.fromkeys(map("".join, pairwise(line)))
        rare = [(Occur.Must, _unscored(self.term(name, pair))) for pair in pairs]
        return Query.boolean_query([*rare, (Occur.Must, phrase)])

    def word(self, fields: tuple[str, ...], word: str) -> Query:
        each = [self.term(WORDS.format(field), word, "freq") for field in fields]
        return Query.boolean_query([(Occur.Should, query) for query in each])

    def term(self, field: str, value: object, option: str = "basic") -> Query:
        return Query.term_query(self.schema, field, value, option)

    def range(self, node: Range) -> Query:
        floats = BY_NAME[node.field].kind == "number"
        low, high = node.low, node.high
        if not floats:
            low, high = _int(low), _int(high)
        elif low is not None or high is not None:
            low = None if low is None else float(low)
            high = None if high is None else float(high)
        kind = FieldType.Float if floats else FieldType.Integer
        return Query.range_query(
            self.schema, node.field, kind, low, high, not node.low_open, not node.high_open
        )


def _worth(searcher: Searcher, field: str, grams: list[str]) -> float:
    """BM25 weighs a phrase by the rarity of each of its characters, a pair by its own: what one is in terms of the other."""
    pair = _rarity(searcher, PAIRS.format(field), "".join(grams))
    return sum(_rarity(searcher, GRAMS.format(field), gram) for gram in grams) / pair


def _rarity(searcher: Searcher, field: str, term: str) -> float:
    """Inverse document frequency as tantivy and Lucene reckon it."""
    number = searcher.doc_freq(field, term)
    return log(1 + (max(searcher.num_docs - number, 0) + 0.5) / (number + 0.5))


def _has(schema: Schema, field: str) -> bool:
    """Whether an index has the field; one of mapping version 1 has no pairs."""
    try:
        Query.term_query(schema, field, "")
    except ValueError:
        return False
    return True


def total_of(result: SearchResult) -> int:
    """How many were found; tantivy's stub does not know the attribute."""
    return int(result.count)  # type: ignore[attr-defined]


def number_of(searcher: Searcher, query: Query) -> int:
    return total_of(searcher.search(query, limit=1))


def both(first: Query, second: Query) -> Query:
    return Query.boolean_query([(Occur.Must, first), (Occur.Must, _unscored(second))])


def without(query: Query) -> Query:
    everything = _unscored(Query.all_query())
    return Query.boolean_query([(Occur.Must, everything), (Occur.MustNot, query)])


def _unscored(query: Query) -> Query:
    """Filters decide what is found, never what is found first."""
    return Query.const_score_query(query, 0.0)


def _literal(text: str) -> str:
    return re.sub(r"([.+*?()|\[\]{}^$\\])", r"\\\1", text)


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)
