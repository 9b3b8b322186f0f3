"""KQL, read into a tree of resolved fields and values (grammar: kql.lark; for staff: docs/search.md).

What is Kibana's stays Kibana's; on purpose different: Chinese names of fields and values, full-width signs, value
lists, and an error in place of a silent zero (unknown field, unknown value of a closed list, `*` inside a word).
Left to others: what a text match is (`index.text`) and the engines' own queries.
"""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from index.ast import All, Exists, Node, Phrase, Prefix, Term, any_of, both_of, either_of, negated
from index.bounds import DEEP, MAX_CLAUSES, MAX_LENGTH, deep, shallow
from index.faults import explained, near
from index.mapping import SEARCHED, Field, searched
from index.match import too_open
from index.names import Names, fixed_names
from index.typed import Word
from index.values import Faulty, equals, ordered
from minyin.clock import Clock, system_clock
from minyin.errors import QueryError

_OPERATORS = {"＞": ">", "＜": "<", "＝": "=", "≥": ">=", "≤": "<="}


class UnfitError(QueryError):
    """A value that its field cannot hold."""


class Reader:
    """Walks lark's tree once."""

    def __init__(self, clock: Clock, given: Names) -> None:
        self.clock = clock
        self.given = given
        self.clauses = 0

    def node(self, tree: Tree[Token]) -> Node:
        parts = _trees(tree.children)
        match str(tree.data):
            case "is":
                return self.field_is(_token(parts[0]), parts[1])
            case "compare":
                return self.compare(_token(parts[0]), str(tree.children[1]), parts[1])
            case "free":
                return any_of([self.free(word) for word in self.words(parts[0])])
        return _joined(tree, self.node)

    def words(self, value: Tree[Token]) -> list[Word]:
        words = [Word(token) for token in value.children if isinstance(token, Token)]
        self.clauses += len(words)
        if self.clauses > MAX_CLAUSES:
            raise QueryError(f"条件太多，最多 {MAX_CLAUSES} 个", column=words[0].column)
        return words

    def free(self, word: Word) -> Node:
        if word.alone:
            return All()
        _refuse_wrong_signs(word)
        return _text_value(None, word)

    def field_is(self, name: Token, value: Tree[Token]) -> Node:
        fields = self.fields(name)
        if len(fields) == 1:
            return self.values(fields[0], value)
        found: list[Node] = []
        fault: QueryError | None = None
        for field in fields:
            # as in Kibana, `fie*:value` leaves out fields that cannot hold the value
            try:
                found.append(self.values(field, value))
            except UnfitError as error:
                fault = error
        if not found and fault:
            raise fault
        return any_of(found)

    def fields(self, token: Token) -> list[Field]:
        name = Word(token, pattern=True)
        if "*" in name.text and not name.quoted:
            fields = [field for field in SEARCHED if fnmatchcase(field.name, name.text)]
        else:
            field = searched(name.text)
            fields = [field] if field else []
        if not fields:
            raise QueryError(
                f"没有名为“{name.text}”的字段{near(name.text)}；如果冒号是要查的文字，请加引号",
                column=name.column,
            )
        return fields

    def values(self, field: Field, tree: Tree[Token]) -> Node:
        if tree.data != "value":
            return _joined(tree, lambda part: self.values(field, part))
        words = self.words(tree)
        if words[0].alone and len(words) == 1:
            return Exists(field.name)
        if field.kind == "text":
            return any_of([_text_value(field.name, word) for word in words])
        return self.resolved(field, words, lambda *typed: equals(field, typed, self))

    def compare(self, name: Token, sign: str, value: Tree[Token]) -> Node:
        operator = "".join(_OPERATORS.get(char, char) for char in sign)
        words = self.words(value)

        def made(field: Field) -> Node:
            return self.resolved(field, words, lambda *typed: ordered(field, operator, typed, self))

        return any_of([made(field) for field in self.fields(name)])

    def resolved(self, field: Field, words: list[Word], make: Callable[[str, bool], Node]) -> Node:
        """Words side by side are one value of a field that is not text, as in Kibana."""
        try:
            return make(" ".join(word.text for word in words), words[-1].star)
        except Faulty as fault:
            hint = (
                f"；若要同时满足，请写 {field.label}:{words[0].text} and {words[1].text}"
                if len(words) > 1
                else ""
            )
            raise UnfitError(f"{fault}{hint}", column=words[0].column) from None


def parse(text: str, *, clock: Clock = system_clock, names: Names | None = None) -> Node:
    """The tree of a KQL query. Raises QueryError with the column and what was expected.

    >>> parse("停水 and 情感:负面")
    And(parts=(Term(field=None, value='停水'), Term(field='polarity', value='negative')))
    >>> parse("镇街：（东湖街道 OR 运河街道）")
    Or(parts=(Term(field='street', value='东湖街道'), Term(field='street', value='运河街道')))
    >>> parse("not “自来水公司”"), parse("事件:*"), parse("")
    (Not(part=Phrase(field=None, value='自来水公司')), Exists(field='event_id'), All())
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"检索式太长，最多 {MAX_LENGTH} 个字", column=MAX_LENGTH)
    if broken := re.search("[\ud800-\udfff]", text):
        raise QueryError("这里有一个残缺的字符，请删去", column=broken.start() + 1)
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise explained(error, text) from None
    if not tree.children:
        return All()
    if deep(tree, lambda part: _trees(part.children)) > DEEP:
        raise QueryError("括号或 not 嵌套太深", column=1)
    return shallow(Reader(clock, names or fixed_names()).node(_trees(tree.children)[0]))


@cache
def _grammar() -> Lark:
    grammar = (Path(__file__).parent / "kql.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


def _joined(tree: Tree[Token], each: Callable[[Tree[Token]], Node]) -> Node:
    parts = [each(part) for part in _trees(tree.children)]
    match str(tree.data).partition("_")[0]:
        case "or":
            return either_of(parts)
        case "and":
            return both_of(parts)
    return negated(parts[0])


def _trees(parts: list[Any]) -> list[Tree[Token]]:
    return [part for part in parts if isinstance(part, Tree)]


def _token(tree: Tree[Token]) -> Token:
    token = tree.children[0]
    assert isinstance(token, Token)
    return token


def _text_value(field: str | None, word: Word) -> Node:
    if word.alone:
        return Exists(field) if field else All()
    if word.quoted:
        return Phrase(field, word.text)
    if word.star and too_open(word.text):
        raise QueryError("* 前面的字母或数字至少写两个，例如 号12*", column=word.column)
    return Prefix(field, word.text) if word.star else Term(field, word.text)


def _refuse_wrong_signs(word: Word) -> None:
    """`情感=负面` and `等级》3` are slips, not words to look for."""
    match = re.match(r"([^=＝《》〈〉]+)([=＝《》〈〉])", word.text)
    if word.quoted or not match or not searched(match[1]):
        return
    name, column = match[1], word.column + len(match[1])
    if match[2] in "=＝":
        raise QueryError(f"字段后面用冒号，请写成 {name}:…", column=column)
    raise QueryError("这是书名号；比较大小请写 > 或 <，例如 等级>2", column=column)
