"""What is said about a question that cannot be read: the column, and what was expected there, in Chinese."""

import re
from difflib import get_close_matches

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from index.mapping import names
from minyin.errors import QueryError

_COLONS = (":", "：")
_QUOTES = '"＂“”'


def explained(error: UnexpectedInput, text: str) -> QueryError:
    column = (error.pos_in_stream or 0) + 1
    match error:
        case UnexpectedEOF():
            return QueryError("检索式没有写完，还需要一个词、字段:值或右括号", column=len(text) + 1)
        case UnexpectedCharacters():
            return _bad_character(text, column)
        case UnexpectedToken(token=token):
            return _bad_token(token, error, text, column)
    return QueryError("看不懂这里", column=column)


def near(name: str) -> str:
    """Fields whose names resemble a name that is none."""
    return resembling(name, list(names()))


def resembling(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"，是不是：{'、'.join(close)}" if close else ""


def _bad_character(text: str, column: int) -> QueryError:
    char = text[column - 1]
    if char in _QUOTES:
        return QueryError("引号没有配对，请补上另一个引号", column=column)
    if char == "\\":
        return QueryError("反斜杠后面缺少要转义的字符", column=column)
    return _before(text, column)


def _bad_token(token: Token, error: UnexpectedToken, text: str, column: int) -> QueryError:
    before = text[: column - 1].rstrip()
    match token.type:
        case "$END":
            missing = "右括号 )" if "_RPAR" in error.expected else "一个词或 字段:值"
            if text.rstrip().endswith(_COLONS):
                missing = "字段的值"
            elif re.search(r"[<>＜＞≥≤][=＝]?$", text.rstrip()):
                missing = "要比较的时间或数字"
            return QueryError(f"检索式没有写完，还缺{missing}", column=len(text) + 1)
        case "NOT":
            return QueryError("not 只能写在条件前面，例如 a and not 字段:值", column=column)
        case "AND" | "OR":
            return QueryError(f"{token} 的前面缺少条件；要查这个词本身请加引号", column=column)
        case "_RPAR":
            return QueryError("多了一个右括号，或括号里缺少条件", column=column)
        case "COMPARE" if before.endswith(_COLONS):
            return QueryError("比较大小不加冒号，请写成 字段>值", column=column)
    return _before(text, column)


def _before(text: str, column: int) -> QueryError:
    rest = text[column - 1 :]
    if nested := re.search(r"[:：]\s*(\{)[^}]*$", text[: column - 1]):
        return QueryError("没有嵌套字段，不能用 { }", column=nested.start(1) + 1)
    if rest[0] in ":：" and column > 1:
        word = re.split(r"[\s()（）]", text[: column - 1].rstrip())[-1]
        if word:
            start = text.rindex(word, 0, column - 1) + 1
            return QueryError(f"“{word}”的前面缺少 and 或 or", column=start)
    if rest[0] in ":：<>＜＞≥≤":
        return QueryError(f"“{rest[0]}”的前面缺少字段名，例如 情感:负面", column=column)
    return QueryError(f"“{rest[:6].split()[0]}”的前面缺少 and 或 or", column=column)
