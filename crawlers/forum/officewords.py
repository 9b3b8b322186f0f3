"""The words by which a page tells that an office is asked, and that it answers.

Left to others: reading question and answer by these labels (`crawlers.forum.answers`), what kind of page they make
(`crawlers.page.pagekind`).
"""

import re

OFFICE = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:局|委|委员会|办公室|街道办|办事处|街道|人民政府|政府|管理处|管理所|派出所|大队|支队|公安|法院|检察院|水务|供电公司|供水公司|热线|居委会|村委会|[县市区镇乡](?:融媒体中心|政务服务中心))$"
)
ANSWERS = r"(?:官方|单位|部门|政府|办理|处理)(?:回复|答复|回应|反馈)|(?:答复|回复|承办|办理|受理)(?:单位|部门)|(?:答复|回复)(?:内容|时间)"
OFFICIAL = re.compile(rf"{ANSWERS}|官方(?:账号|认证)|政务号")
ANSWER_LABEL = re.compile(
    rf"^[【\[]?(?:{ANSWERS}|(?:处理|办理)结果|(?:办理|回复)情况)[】\]]?(?:[:：]|$)"
)
QUESTION_LABEL = re.compile(
    r"^[【\[]?(?:留言内容|来信内容|信件内容|诉求内容|咨询内容|问题描述|提问内容|投诉内容|留言标题|信件标题|来信标题|写信人|来信人|留言人|网友)[】\]]?(?:[:：]|$)"
)


def is_office(name: str | None) -> bool:
    """
    >>> is_office("邳州市城市管理局"), is_office("爱吃局"), is_office("路人甲")
    (True, False, False)
    """
    return bool(name and len(name) >= 4 and OFFICE.search(name))


def is_official(words: str) -> bool:
    """Whether what stands around a post says that an office speaks."""
    return OFFICIAL.search(words) is not None


def is_answer_label(line: str) -> bool:
    """
    >>> is_answer_label("【官方回复】"), is_answer_label("处理结果：已修好"), is_answer_label("回复")
    (True, True, False)
    """
    return ANSWER_LABEL.match(line) is not None


def is_question_label(line: str) -> bool:
    return QUESTION_LABEL.match(line) is not None
