"""A question to an office and its answers, told by the labels of the page: 来信内容, 答复单位, 答复时间 and their kin.

Tables, definition lists and plain paragraphs all read as lines, each a label with its value or a label with the value
below it. Left to others: boards that lay out answers as posts (`crawlers.forum.threads`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from crawlers.forum.postwords import is_name
from crawlers.page.times import parse_time

WHO = r"(?:留言|来信|信件|写信|提问|咨询|诉求|投诉|问题|反映|网友|举报|建议|求助|发帖|信访|群众)"
OFFICE_DID = r"(?:答复|回复|办理|处理|承办|受理|官方|部门|单位|回应|办结|反馈|处置|领导|解答)"
ROLES = (
    ("answered_at", re.compile(rf"^{OFFICE_DID}{{1,2}}(?:时间|日期)$")),
    ("office", re.compile(rf"^{OFFICE_DID}{{1,2}}(?:单位|部门|机构|者|人|机关)$|^(?:责任单位|主办单位)$")),
    ("answer", re.compile(rf"^{OFFICE_DID}{{1,2}}(?:内容|结果|情况|意见|详情|正文)?$|^(?:结果反馈|答\s*复|回\s*复)$")),
    ("asker", re.compile(rf"^{WHO}(?:人|者|人姓名|网友|昵称)$|^(?:姓\s*名|昵\s*称|网\s*友|作\s*者|用户)$")),
    ("asked", re.compile(rf"^{WHO}(?:的?(?:内容|正文|描述|详情|事项|详细内容))$|^(?:内\s*容|正\s*文|具体内容|详细描述|{WHO})$")),
    ("asked_at", re.compile(rf"^{WHO}(?:时间|日期)$|^(?:提交|登记|发布|发表|创建)?(?:时间|日期)$")),
    ("title", re.compile(rf"^{WHO}?(?:标\s*题|主\s*题|题目)$")),
    ("other", re.compile(r"^(?:.{0,4}(?:编号|单号|状态|类型|类别|分类|满意度|评价|评分|附件|电话|地址|区域|领域|性质|来源|浏览|点击|阅读|公开)(?:.{0,2})|上一[篇条页封]|下一[篇条页封]|打印|关闭|返回.{0,4}|相关.{0,6}|热门.{0,4}|我要.{0,4}|分享.{0,3}|网友评论|版权所有|联系我们)$")),
)  # fmt: skip
LABEL = re.compile(
    r"^[\s【\[〔■●◆▪·*]*([\u4e00-\u9fff][\u4e00-\u9fff\s]{0,9}?)\s*[】\]〕]?\s*(?:[:：]|$)\s*"
)
# several labels in one line, set apart by blanks
NEXT = re.compile(r"[\s|　]+(?=[\u4e00-\u9fff]{2,6}[:：])")


class Answer(NamedTuple):
    text: str
    office: str | None
    at: datetime | None


class Asked(NamedTuple):
    """`asker` is in clear."""

    text: str
    title: str | None
    asker: str | None
    at: datetime | None
    answers: tuple[Answer, ...]


def read_question(lines: Iterable[str], seen_at: datetime | None = None) -> Asked | None:
    """The question and the answers of a page's lines; None where no label says that one is asked.

    >>> found = read_question(["来信人：张**  来信时间：2026-08-01", "来信内容：", "路灯不亮。", "答复单位：城管局", "答复内容：已修好。"])
    >>> found.text, found.asker, found.answers[0].office, found.answers[0].text
    ('路灯不亮。', '张**', '城管局', '已修好。')
    """
    parts = list(_parts(lines))
    roles = {role for role, _ in parts}
    if "asked" not in roles or not (roles & {"asked_at", "asker", "answer", "office"}):
        return None
    text = next((words for role, words in parts if role == "asked" and len(words) > 1), "")
    if not text:
        return None
    asker = _first(parts, "asker")
    return Asked(
        text=text,
        title=_first(parts, "title"),
        asker=asker if asker and is_name(asker) else None,
        at=_time(_first(parts, "asked_at"), seen_at),
        answers=tuple(_answers(parts, seen_at)),
    )


def _parts(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Role and words of each labelled stretch, in the page's order."""
    role, words = "other", list[str]()
    for line in (piece for whole in lines for piece in NEXT.split(whole)):
        if not line and words:
            yield role, "\n".join(words).strip()
            role, words = "other", []
        found = LABEL.match(line)
        named = _role(found[1]) if found else None
        if named is None or found is None:
            words.append(line)
            continue
        yield role, "\n".join(words).strip()
        rest = line[found.end() :].strip()
        role, words = named, [rest] if rest else []
    yield role, "\n".join(words).strip()


def unlabelled(line: str) -> bool:
    """Whether a line begins with none of the labels that tell a question and its answers."""
    found = LABEL.match(line)
    return found is None or _role(found[1]) is None


def _role(label: str) -> str | None:
    bare = re.sub(r"\s", "", label)
    return next((role for role, pattern in ROLES if pattern.match(bare)), None)


def _first(parts: Iterable[tuple[str, str]], role: str) -> str | None:
    words = next((words for name, words in parts if name == role and words), None)
    return words.split("\n")[0] if words else None


def _time(words: str | None, seen_at: datetime | None) -> datetime | None:
    return parse_time(words, seen_at) if words else None


def _answers(parts: Iterable[tuple[str, str]], seen_at: datetime | None) -> Iterator[Answer]:
    """One for each stretch that answers; an office or a time stands before it or after it, never on both sides."""
    office, at, open_answer = None, None, None
    for role, words in parts:
        if role == "answer" and len(words) > 1:
            if open_answer is not None:
                yield open_answer
                office, at = (None, None) if open_answer.office or open_answer.at else (office, at)
            open_answer, office, at = Answer(words, office, at), None, None
        elif role in ("office", "answered_at") and words:
            said = words.split("\n")[0]
            given = said if role == "office" else None
            when = _time(said, seen_at) if role == "answered_at" else None
            if open_answer is not None and not (open_answer.office if given else open_answer.at):
                open_answer = open_answer._replace(
                    office=given or open_answer.office, at=when or open_answer.at
                )
            else:
                office, at = given or office, when or at
    if open_answer is not None:
        yield open_answer
