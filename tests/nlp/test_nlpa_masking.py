"""Masking: what goes, what stays, and laws that hold for any text."""

import re
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.mask import names as mask_names
from nlp.mask import numbers as mask_numbers
from nlp.mask import places as mask_places
from nlp.mask.masking import mask, mask_pair

PUBLIC = ("12345", "110", "119", "120")
PIECES = st.sampled_from(
    [
        *"，。：（）、 \n@0123456789",
        "来电人", "联系人：", "王守田", "欧阳明珠", "电话", "微信", "身份证", "银行卡号", "村民", "我叫", "老人",
        "13800012716", "138 0001 2716", "１３８０００１２７１６", "32038219120903451X", "6200009664073537031",
        "苏C·05K81", "4号楼1单元101", "302室", "pz_shui01", "a.b@example.com", "二（3）班", "柳巷小学", "某", "先生",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("其父王守田，83岁", "王守田"),
        ("联系人：欧阳明珠，白天在家", "欧阳明珠"),
        ("加V信：libei_gao88，包邮", "libei_gao88"),
        ("手机１７７－００００－４５６７", "４５６７"),
        ("打一三七零零零零五七九一", "一三七零零零零五七九一"),
        ("身份证32038219120903451X丢了", "32038219120903451X"),
        ("住槐香里4号楼1单元101", "1单元101"),
        ("车牌苏C·05K81撞了人", "05K81"),
        ("联系固话0516 86000468，晚上有人", "86000468"),
        ("发到 chengzi7@example.com 也行", "chengzi7"),
        ("@理性吃瓜 你来我家站五分钟", "理性吃瓜"),
    ],
)
def test_secret_is_gone(text: str, secret: str) -> None:
    assert secret not in mask(text, public_numbers=PUBLIC).text


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345或119",
        "全市共排查隐患13576处，已整改12345处",
        "单号JD2026112200135792，物流三天没更新",
        "记者李明从市水务局获悉，局长王建国到现场",
        "3号楼漏水，7栋也是",
        "2026-10-21 08:30 停水",
        "业主应该都知道，老人家别为省电不开空调",
        "政务服务大厅302室办理",
        "@邳州发布 能不能管管",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask(text, public_numbers=PUBLIC).text == text


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_masking_twice_changes_nothing_and_spans_point_right(text: str) -> None:
    once = mask(text, public_numbers=PUBLIC)
    assert mask(once.text, public_numbers=PUBLIC).text == once.text
    for span, (start, end) in zip(once.spans, once.originals, strict=True):
        assert once.text[span.start : span.end] == span.text
        assert 0 <= start < end <= len(text)
        assert text[start:end] not in span.text


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    masked = mask(text)
    outside = [*masked.originals, (len(text), len(text))]
    assert masked.text.startswith(text[: outside[0][0]])


def test_a_name_in_the_text_is_masked_in_the_title() -> None:
    title, text = mask_pair("三十五年山路：记卜宪章", "骑车的是村医卜宪章，他的药箱是父亲留下的。")
    assert title is not None
    assert "卜宪章" not in title.text + text.text


PATTERNS = [
    (module.__name__, name, value)
    for module in (mask_names, mask_numbers, mask_places)
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern)
]


@pytest.mark.parametrize(("module", "name", "pattern"), PATTERNS)
def test_no_pattern_can_run_away(module: str, name: str, pattern: re.Pattern[str]) -> None:
    """Counted, not timed: what can be read from one place is bounded, and no repeat of many stands in another.

    So a line of a million signs costs a million bounded looks; how long they take is in benchmarks/masking.py.
    """
    tree = sre_parser.parse(pattern.pattern, pattern.flags)
    assert tree.getwidth()[1] <= 400, (module, name)
    assert deepest(tree) <= 40, (module, name)


def deepest(tree: Any) -> int:
    """The largest product of the bounds of repeats of more than one sign that stand inside each other."""
    most = 1
    for operator, argument in tree:
        if str(operator) in ("MAX_REPEAT", "MIN_REPEAT"):
            _, bound, inner = argument
            inside = deepest(inner)
            most = max(most, bound * inside if inside > 1 or len(inner) > 1 else inside, inside)
        elif str(operator) == "SUBPATTERN":
            most = max(most, deepest(argument[-1]))
        elif str(operator) == "BRANCH":
            most = max(most, *(deepest(branch) for branch in argument[1]))
        elif str(operator) in ("ASSERT", "ASSERT_NOT"):
            most = max(most, deepest(argument[1]))
    return most


@pytest.mark.parametrize("piece", ["1 ", "张", "a@", "来电人", "村民王", "王伟、"])
def test_a_long_line_is_masked(piece: str) -> None:
    line = piece * (20_000 // len(piece))
    masked = mask(line)
    assert mask(masked.text).text == masked.text
