"""Topics, casualties and contexts on texts made for the purpose."""

from datetime import UTC, datetime

import pytest

from minyin.county import County, load_county
from minyin.model import ArticleKind, Channel, Context, Polarity
from nlp.opinion.casualties import casualties
from nlp.opinion.contexts import Circumstances, contexts
from nlp.topics import TopicFinder

NOW = datetime(2026, 10, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def county() -> County:
    return load_county("pizhou")


@pytest.fixture(scope="module")
def finder(county: County) -> TopicFinder:
    return TopicFinder(county)


def test_two_keywords_beat_one(finder: TopicFinder) -> None:
    found = finder.topics("自来水浑浊，水压低得洗不了澡，物业说业委会在查")
    assert found.main == "T04"
    assert "T07" in found.codes


def test_escalated_severity_needs_a_confirmed_word_nearby(finder: TopicFinder) -> None:
    assert finder.topics("厂房起火，三人被困").severity == 4
    assert finder.topics("厂房起火，无人员死亡").severity == 3
    assert (
        finder.topics("厂房起火。" + "后来大家各自回家。" * 8 + "被困在电梯里的事另说").severity
        == 3
    )


def test_excluding_phrase_takes_its_keyword_away(finder: TopicFinder) -> None:
    assert finder.topics("新开的火锅店生意火爆").main is None
    assert finder.topics("污染防治攻坚战推进会召开").main is None


def test_no_topic_no_severity(finder: TopicFinder) -> None:
    assert finder.topics("今天钓了三条鱼").severity == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("死了3个，担架抬出来的", 3),
        ("事故造成2人遇难", 2),
        ("一人失联，还在找", 1),
        ("三人被困井下", 3),
        ("网传死了两个人，求真相", 2),
        ("死亡2人的说法不实", 0),
        ("未造成人员死亡", 0),
        ("防止3人以上死亡事故", 0),
        ("演练模拟5人被困", 0),
        ("1998年那场火烧死了7个人", 0),
        ("电梯困人，一位老人被困20分钟", 0),
        ("鸡死了几只", 0),
        ("一名年仅19岁的男孩溺水身亡", 1),
        ("死亡人数同比下降20%", 0),
        ("天一凉都把窗户关死了", 0),
        ("一条路两头都堵死了，救护车进不来", 0),
        ("围挡堵死了两个路口", 0),
        ("一天下来累死了", 0),
        ("累死了一个工人", 1),
        ("一对老夫妻煤气中毒死了", 1),
    ],
)
def test_casualties(text: str, count: int) -> None:
    assert casualties(text) == count


def see(text: str, **known: object) -> tuple[Context, ...]:
    base: dict[str, object] = {
        "channel": Channel.FORUM,
        "kind": ArticleKind.THREAD,
        "published_at": NOW,
    }
    return contexts(Circumstances.model_validate({**base, **known, "text": text}))


@pytest.mark.parametrize(
    ("text", "known", "context"),
    [
        ("市消防大队在官湖镇开展高层火灾疏散演练，模拟三楼着火", {"channel": Channel.GOV}, Context.DRILL),
        ("计划停电通知：10月22日8时至17时检修线路", {"channel": Channel.GOV}, Context.PLANNED),
        ("您好，您反映的路灯问题收悉，经核实已安排维修。", {"channel": Channel.BOARD}, Context.OFFICIAL_REPLY),
        ("出租60小挖，价格好说，微信同号，[电话]", {}, Context.ADVERT),
        ("重读三国，吕布败走下邳", {}, Context.HISTORY),
        ("这是五年前的视频，别再传了", {}, Context.OLD_NEWS),
        ("三季度受理诉求3120件，同比下降4%，办结率98%", {"channel": Channel.GOV}, Context.DATA_RELEASE),
        ("市气象台发布暴雨预警信号，预计明天有大雨", {"channel": Channel.GOV}, Context.WEATHER),
        ("网传封路的消息不实", {"channel": Channel.GOV}, Context.DENIAL),
        ("修了三年还没修好，真是好样的", {"polarity": Polarity.NEGATIVE}, Context.SARCASM),
        ("加班到十点，方案又被打回来", {"polarity": Polarity.NEGATIVE, "alert": 0.1}, Context.MILD),
    ],
)  # fmt: skip
def test_contexts(text: str, known: dict[str, object], context: Context) -> None:
    assert context in see(text, **known)


@pytest.mark.parametrize(
    "text",
    [
        "演练刚结束，真着火了，灭火器是空的，请派人来查",
        "计划停电说好五点来，现在半夜了还没来，没人管",
        "贵局答复说已处理，可是根本没人来，请重新核查",
        "“急招普工，包住月结”，去了当天手就压了，老板不给治",
        "天气预报说有雨，结果小区积水到膝盖，车都淹了",
    ],
)
def test_true_complaints_are_not_silenced(text: str) -> None:
    found = see(text, polarity=Polarity.NEGATIVE, appeal=True)
    assert not [context for context in found if context.excludes_alert]


def test_official_reply_is_one_by_kind() -> None:
    assert Context.OFFICIAL_REPLY in see("已阅", kind=ArticleKind.OFFICIAL_REPLY)
