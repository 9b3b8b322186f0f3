"""KQL in, tree out; and what is said to someone who typed it wrong."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ast import All, And, Exists, Not, Or, Phrase, Prefix, Range, Term
from index.dates import milliseconds, read_date
from index.names import names_of
from index.query import parse
from minyin.clock import SHANGHAI, fixed_clock
from minyin.county import load_county
from minyin.errors import QueryError
from tests.support.index_documents import NOW

CLOCK = fixed_clock(NOW)
NEGATIVE = Term("polarity", "negative")


def read(text, **given):
    return parse(text, clock=CLOCK, **given)


def word(text):
    return Term(None, text)


def read_day(year, month, day):
    start = milliseconds(datetime(year, month, day, tzinfo=SHANGHAI))
    return Range("published_at", low=start, high=start + 86_400_000 - 1)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", All()),
        ("  ", All()),
        ("*", All()),
        ("停水", word("停水")),
        ("停水 停电", Or((word("停水"), word("停电")))),
        ("a and b or c", Or((And((word("a"), word("b"))), word("c")))),
        ("a and (b or c)", And((word("a"), Or((word("b"), word("c")))))),
        ("a AND NOT b", And((word("a"), Not(word("b"))))),
        ("not a or b", Or((Not(word("a")), word("b")))),
        ("android order nothing", Or((word("android"), word("order"), word("nothing")))),
        ('"a \\"b\\" *"', Phrase(None, 'a "b" *')),
        ("“停水”", Phrase(None, "停水")),
        ('“停水"', Phrase(None, "停水")),
        ("停水*", Prefix(None, "停水")),
        ("标题:停水", Term("title", "停水")),
        ("标题：停水", Term("title", "停水")),
        ("标题:停水 缴费", Or((Term("title", "停水"), Term("title", "缴费")))),
        ("情感:负面", NEGATIVE),
        ("情感 : 负面", NEGATIVE),
        ("polarity:negative", NEGATIVE),
        ("（情感：负面）", NEGATIVE),
        ("情感:(负面 and not 中性)", And((NEGATIVE, Not(Term("polarity", "neutral"))))),
        ("事件:*", Exists("event_id")),
        ("媒体:China Daily", Term("outlet", "China Daily")),
        ("等级>2", Range("severity", low=3)),
        ("等级＞＝2", Range("severity", low=2)),
        ("等级≤2", Range("severity", high=2)),
        ("score<0.5", Range("score", high=0.5, high_open=True)),
        ("诉求:是", Term("appeal", "true")),
        ("情感:中*", Or((Prefix("polarity", "中"), Term("polarity", "neutral")))),
        ("a\\:b", word("a:b")),
        ("\\and", word("and")),
        ("a\\tb\\nc", word("a\tb\nc")),
        ("\\u505c\\u6c34", word("停水")),
        ("\\ud83d\\ude21", word("😡")),
        ('"\\u505c水"', Phrase(None, "停水")),
        ('"c:\\dir"', Phrase(None, "c:\\dir")),
        ("“他说\\”停\\””", Phrase(None, "他说”停”")),
        ("＂停水＂", Phrase(None, "停水")),
        ("停水**", Prefix(None, "停水")),
        ("停水＊", Prefix(None, "停水")),
        ("停水　ＡＮＤ　ＮＯＴ　停电", And((word("停水"), Not(word("停电"))))),
        ("ａ　ＯＲ　ｂ", Or((word("ａ"), word("ｂ")))),
        ("等级＞＝２", Range("severity", low=2)),
        ("等级≥２", Range("severity", low=2)),
        ("情感分<.5", Range("score", high=0.5, high_open=True)),
        ("情感分<5e-1", Range("score", high=0.5, high_open=True)),
        ("標題:停水", Term("title", "停水")),
        ("ＴＩＴＬＥ：停水", Term("title", "停水")),
        ("Title:停水", Term("title", "停水")),
        ("情感:負面", NEGATIVE),
        ('"情感":负面', NEGATIVE),
        ("*larity:负面", NEGATIVE),
        ("a and (b and c)", And((word("a"), word("b"), word("c")))),
        ("a or (b or (c or d))", Or(tuple(word(w) for w in "abcd"))),
        ("not not a", word("a")),
        ("not not not a", Not(word("a"))),
        ("诉求:１", Term("appeal", "true")),
        ("时间：２０２６－１０－０１", read_day(2026, 10, 1)),
        ("时间:2026-10-01", read_day(2026, 10, 1)),
        ("sc*:1", Range("score", 1, 1)),
    ],
)
def test_reads(text, tree):
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("情感:", 4, "还缺字段的值"),
        ("停水 and", 7, "还缺一个词或 字段:值"),
        ("(停水", 4, "还缺右括号"),
        ("停水)", 3, "多了一个右括号"),
        ("and 停水", 1, "要查这个词本身请加引号"),
        ("停水 and or 停电", 8, "前面缺少条件"),
        ('"停水', 1, "引号没有配对"),
        ("停*水", 1, "通配符"),
        ("*停水", 1, "通配符"),
        ("标题:停水 情感:负面", 7, "“情感”的前面缺少 and 或 or"),
        ('"停水" 停电', 6, "前面缺少 and 或 or"),
        ("(a) (b)", 5, "前面缺少 and 或 or"),
        ("情感:不好", 4, "可用：负面、中性、正面"),
        ("情感:负面 停水", 4, "情感:负面 and 停水"),
        ("情绪:负面", 1, "没有名为“情绪”的字段"),
        ("等级:>3", 4, "比较大小不加冒号"),
        ("等级>高", 4, "的值应为数字"),
        ("时间>前些天", 4, "的值应为日期"),
        ("时间:2026-02-30", 4, "的值应为日期"),
        ("渠道>3", 4, "只有时间和数字可以比较大小"),
        ("紧急:也许", 4, "是 或 否"),
        ("情感=负面", 3, "字段后面用冒号"),
        (":负面", 1, "前面缺少字段名"),
        ("字段:not a", 4, "not 只能写在条件前面"),
        ("a and 停水\\", 9, "反斜杠后面缺少"),
        ("a" * 9000, 8192, "检索式太长"),
        ("not " * 200 + "a", 1, "嵌套太深"),
        ("a " * 1500, 1, "条件太多"),
        ("等级》3", 3, "书名号"),
        ("等级>", 4, "还缺要比较的时间或数字"),
        ("时间>=", 5, "还缺要比较的时间或数字"),
        ("标题:停水 and items:{ name:x }", 17, "没有嵌套字段"),
        ("情感:{ 负面:x }", 4, "没有嵌套字段"),
        ("停水 停\ud800电", 5, "残缺的字符"),
        ("情感:坏", 4, "可用：负面、中性、正面"),
        ("标题:" + "长" * 1001, 4, "一个词或短语最多 1000 个字"),
        ("媒体:" + "长" * 201 + "*", 4, r"\* 前面最多 200 个字"),
        ("*:等级 and *题:x", 10, "没有名为“\\*题”的字段"),
        ("(停水 or 停电", 10, "还缺右括号"),
        ("停水 and (停电 or", 14, "还缺一个词或 字段:值"),
        ("停水 and )", 8, "多了一个右括号"),
        ("情感:(负面 or", 10, "还缺"),
        ("“停水", 1, "引号没有配对"),
        ("渠道:论坛", 4, "可用：新闻网站"),
        ("等级:3*", 4, "不能用通配符"),
        ("等级>3*", 4, "不能用通配符"),
    ],
)
def test_says_where_and_what_was_expected(text, column, message):
    with pytest.raises(QueryError, match=message) as caught:
        read(text)
    assert caught.value.column == column


@given(st.text(alphabet='停水情感负面时间:：()（）"“”*\\ 　andortn><=≥1-20T/|.', max_size=40))
def test_any_text_is_a_tree_or_a_query_error(text):
    column = 1
    try:
        read(text)
    except QueryError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


def test_names_of_the_county():
    names = names_of(load_county("pizhou"))
    assert read("镇街:东湖街道", names=names) == Term("street", "320382001")
    assert read("镇街:320382001", names=names) == Term("street", "320382001")
    assert read("主题:供水", names=names) == Term("topics", "T04")
    assert read("镇街:東湖街道", names=names) == Term("street", "320382001")
    assert read("村居:下沟村", names=names) == read("村居:下沟村委会", names=names)
    with pytest.raises(QueryError, match="镇街 没有“东胡街道”这个值，是不是：东湖街道"):
        read("镇街:东胡街道", names=names)
    assert names.label("topics", "T04") == "供水"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-10-31", "2026-10-31T00:00", "2026-11-01T00:00"),
        ("2026年10月31日", "2026-10-31T00:00", "2026-11-01T00:00"),
        ("2026/1/2", "2026-01-02T00:00", "2026-01-03T00:00"),
        ("2026-12", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("2026-10-31T08:30", "2026-10-31T08:30", "2026-10-31T08:31"),
        ("2026-10-31T00:30Z", "2026-10-31T08:30", "2026-10-31T08:31"),
        ("now/w", "2026-10-26T00:00", "2026-11-02T00:00"),
        ("now-1M/M", "2026-10-01T00:00", "2026-11-01T00:00"),
        ("2026-03-31||-1M", "2026-02-28T00:00", "2026-03-01T00:00"),
        ("昨天", "2026-10-31T00:00", "2026-11-01T00:00"),
    ],
)
def test_stretches_of_time(text, start, end):
    stretch = read_date(text, NOW)
    assert [t.isoformat()[:16] for t in stretch] == [start, end]


@pytest.mark.parametrize(
    "text", ["", "now-", "now-1q", "2026-13", "2026-1-1-1", "0000", "昨", "99999", "now-999999y"]
)
def test_no_time_at_all(text):
    assert read_date(text, NOW) is None


def test_now_is_the_clocks():
    now = milliseconds(NOW)
    assert read("时间>=now-1h") == Range("published_at", low=now - 3_600_000)
    assert read("时间<=now") == Range("published_at", high=now)
    assert read("时间<now") == Range("published_at", high=now - 1)
