"""KQL, read into a tree of resolved fields and values (grammar: kql.lark; for staff: docs/search.md).

What is Kibana's stays Kibana's; on purpose different: Chinese names of fields and values, full-width signs, value
lists, and an error in place of a silent zero (unknown field, unknown value of a closed list, `*` inside a word).
Left to others: what a text match is (`index.text`) and the engines' own queries.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from index.ast import All, And, Exists, Node, Not, Or, Phrase, Prefix, Term, any_of
from index.mapping import SEARCHED, Field, names, searched
from index.names import Names, fixed_names
from index.values import Faulty, equals, ordered
from minyin.clock import Clock, system_clock
from minyin.errors import QueryError

MAX_LENGTH = 8192
MAX_DEPTH = 60
MAX_CLAUSES = 1000

_OPERATORS = {"＞": ">", "＜": "<", "＝": "=", "≥": ">=", "≤": "<="}
_PART = re.compile(r"\\(.)|(\*|＊)|([^\\*＊]+)", re.DOTALL)


class Word:
    """One value as typed: its text without escapes, and whether it ended in a `*` or was nothing else."""

    def __init__(self, token: Token) -> None:
        self.column = (token.start_pos or 0) + 1
        self.quoted = token.type == "QUOTED"
        raw = str(token)[1:-1] if self.quoted else str(token)
        if self.quoted:
            self.text, self.star, self.alone = (
                re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL),
                False,
                False,
            )
            return
        pieces = list(_PART.finditer(raw))
        stars = [n for n, piece in enumerate(pieces) if piece[2]]
        self.text = "".join(piece[1] or piece[3] or "" for piece in pieces)
        self.star = bool(stars)
        self.alone = self.star and not self.text
        if stars and not self.alone and stars != [len(pieces) - 1]:
            raise QueryError("通配符 * 只能放在词的末尾，例如 停水*", column=self.column)


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
        self.refuse_equals_sign(word)
        if word.quoted:
            return Phrase(None, word.text)
        return Prefix(None, word.text) if word.star else Term(None, word.text)

    def refuse_equals_sign(self, word: Word) -> None:
        name, sign, _ = word.text.replace("＝", "=").partition("=")
        if sign and not word.quoted and searched(name):
            raise QueryError(f"字段后面用冒号，请写成 {name}:…", column=word.column + len(name))

    def field_is(self, name: Token, value: Tree[Token]) -> Node:
        fields = self.fields(name)
        if len(fields) == 1:
            return self.values(fields[0], value)
        found: list[Node] = []
        fault: QueryError | None = None
        for (
            field
        ) in fields:  # as in Kibana, `fie*:value` leaves out fields that cannot hold the value
            try:
                found.append(self.values(field, value))
            except QueryError as error:
                fault = error
        if not found and fault:
            raise fault
        return any_of(found)

    def fields(self, token: Token) -> list[Field]:
        name = Word(token)
        if name.alone:
            return list(SEARCHED)
        if name.star:
            fields = [f for f in SEARCHED if fnmatchcase(f.name, name.text + "*")]
        else:
            field = searched(name.text)
            fields = [field] if field else []
        if not fields:
            raise QueryError(
                f"没有名为“{name.text}”的字段{_near(name.text)}；如果冒号是要查的文字，请加引号",
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
            return any_of([_text_value(field, word) for word in words])
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
            raise QueryError(f"{fault}{hint}", column=words[0].column) from None


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
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _explained(error, text) from None
    if not tree.children:
        return All()
    if _depth(tree) > MAX_DEPTH:
        raise QueryError(f"括号或 not 嵌套太深，最多 {MAX_DEPTH} 层", column=1)
    return Reader(clock, names or fixed_names()).node(_trees(tree.children)[0])


@cache
def _grammar() -> Lark:
    grammar = (Path(__file__).parent / "kql.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


def _joined(tree: Tree[Token], each: Callable[[Tree[Token]], Node]) -> Node:
    parts = tuple(each(part) for part in _trees(tree.children))
    match str(tree.data).partition("_")[0]:
        case "or":
            return Or(parts)
        case "and":
            return And(parts)
    return Not(parts[0])


def _depth(tree: Tree[Token]) -> int:
    """How deep a tree goes; without recursion, since that is what it guards."""
    deepest, level = 0, [tree]
    while level:
        deepest, level = deepest + 1, [part for tree in level for part in _trees(tree.children)]
    return deepest


def _trees(parts: list[Any]) -> list[Tree[Token]]:
    return [part for part in parts if isinstance(part, Tree)]


def _token(tree: Tree[Token]) -> Token:
    token = tree.children[0]
    assert isinstance(token, Token)
    return token


def _text_value(field: Field, word: Word) -> Node:
    if word.alone:
        return Exists(field.name)
    if word.quoted:
        return Phrase(field.name, word.text)
    return Prefix(field.name, word.text) if word.star else Term(field.name, word.text)


def _near(name: str) -> str:
    """Fields whose names share a character with a name that is none."""
    close = get_close_matches(name, list(names()), n=3, cutoff=0.5)
    return f"，是不是：{'、'.join(close)}" if close else ""


def _explained(error: UnexpectedInput, text: str) -> QueryError:
    column = (error.pos_in_stream or 0) + 1
    match error:
        case UnexpectedEOF():
            return QueryError("检索式没有写完，还需要一个词、字段:值或右括号", column=len(text) + 1)
        case UnexpectedCharacters():
            return _bad_character(text, column)
        case UnexpectedToken(token=token):
            return _bad_token(token, error, text, column)
    return QueryError("看不懂这里", column=column)


def _bad_character(text: str, column: int) -> QueryError:
    char = text[column - 1]
    if char in '"“”':
        return QueryError("引号没有配对，请补上另一个引号", column=column)
    if char == "\\":
        return QueryError("反斜杠后面缺少要转义的字符", column=column)
    return _before(text, column)


def _bad_token(token: Token, error: UnexpectedToken, text: str, column: int) -> QueryError:
    match token.type:
        case "$END":
            missing = "右括号 )" if "_RPAR" in error.expected else "一个词或 字段:值"
            if text.rstrip().endswith((":", "：")):
                missing = "字段的值"
            return QueryError(f"检索式没有写完，还缺{missing}", column=len(text) + 1)
        case "NOT":
            return QueryError("not 只能写在条件前面，例如 a and not 字段:值", column=column)
        case "AND" | "OR":
            return QueryError(f"{token} 的前面缺少条件；要查这个词本身请加引号", column=column)
        case "_RPAR":
            return QueryError("多了一个右括号，或括号里缺少条件", column=column)
        case "COMPARE" if text[: column - 1].rstrip().endswith((":", "：")):
            return QueryError("比较大小不加冒号，请写成 字段>值", column=column)
    return _before(text, column)


def _before(text: str, column: int) -> QueryError:
    rest = text[column - 1 :]
    if rest[0] in ":：" and column > 1:
        word = re.split(r"[\s()（）]", text[: column - 1].rstrip())[-1]
        if word:
            start = text.rindex(word, 0, column - 1) + 1
            return QueryError(f"“{word}”的前面缺少 and 或 or", column=start)
    if rest[0] in ":：<>＜＞≥≤":
        return QueryError(f"“{rest[0]}”的前面缺少字段名，例如 情感:负面", column=column)
    return QueryError(f"“{rest[:6].split()[0]}”的前面缺少 and 或 or", column=column)
