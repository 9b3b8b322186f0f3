"""Metrics of what was said: volume, polarity, channel, place, topic, day (DOMAIN §2.5)."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from minyin.clock import local_day
from minyin.model import ArticleKind, Channel, Polarity
from reports.frozen import Fact, Frozen
from reports.metric_kinds import Rows, metric, one, percent, shares

NOWHERE = "none"  # 全市性/无法定位 and 未归类: rows of their own, never spread
CITIZEN = frozenset({ArticleKind.THREAD, ArticleKind.REPLY, ArticleKind.ROW, ArticleKind.QUESTION})


def counted(frozen: Frozen) -> list[Fact]:
    return [fact for fact in frozen.articles if fact.counted]


def appeals(frozen: Frozen) -> list[Fact]:
    """What people brought to the county itself: hotline rows, board questions, grid records."""
    intakes = (Channel.HOTLINE, Channel.GRID)
    return [
        fact
        for fact in frozen.articles
        if fact.repost_of is None and (fact.channel in intakes or fact.kind is ArticleKind.QUESTION)
    ]


def tally(keys: Iterable[str], order: Iterable[str] = ()) -> Rows:
    """Counts by key; keys of `order` come first and are 0 where nothing was counted."""
    found = Counter(keys)
    rows = {key: float(found.pop(key, 0)) for key in order}
    return rows | {key: float(found[key]) for key in sorted(found)}


def days_of(frozen: Frozen) -> list[str]:
    return [(local_day(frozen.start) + timedelta(days=n)).isoformat() for n in range(frozen.days)]


def day_of(fact: Fact) -> str:
    return local_day(fact.published_at).isoformat()


def topic_of(frozen: Frozen, fact: Fact) -> str:
    return fact.topic if fact.topic in frozen.reference.topic_names else NOWHERE


def street_of(frozen: Frozen, fact: Fact) -> str:
    return fact.street if fact.street in frozen.reference.streets else NOWHERE


@metric(
    "items_collected",
    "原始采集量",
    "条",
    "本期公开渠道采集入库的全部信息，含转载和与本地无关的信息",
)
def _collected(frozen: Frozen) -> Rows:
    return one(float(sum(fact.channel.public for fact in frozen.articles)))


@metric(
    "items_total",
    "信息总量",
    "条",
    "涉及本地、公开渠道、本期发布、转载归并后的信息数，不含热线来件和网格走访",
)
def _total(frozen: Frozen) -> Rows:
    return one(float(len(counted(frozen))))


@metric("items_reposts", "转载量", "条", "涉及本地的公开信息中被判定为转载的条数")
def _reposts(frozen: Frozen) -> Rows:
    found = (f for f in frozen.articles if f.channel.public and f.relevant and f.repost_of)
    return one(float(sum(1 for _ in found)))


@metric("items_year_ago", "上年同期信息总量", "条", "上年同期按信息总量同一口径计数")
def _year_ago(frozen: Frozen) -> Rows:
    return one(float(frozen.year_ago_total))


@metric("items_daily", "日均信息量", "条/日", "信息总量 ÷ 本期天数", "本期天数")
def _daily(frozen: Frozen) -> Rows:
    return one(round(len(counted(frozen)) / frozen.days, 4))


@metric("items_per_wan", "每万人信息量", "条/万人", "信息总量 ÷ 常住人口（万人）", "常住人口")
def _per_wan(frozen: Frozen) -> Rows:
    people = frozen.reference.population_wan
    return one(round(len(counted(frozen)) / people, 4) if people else None)


@metric("items_interactions", "互动量", "次", "信息总量各条点赞、评论、转发之和")
def _interactions(frozen: Frozen) -> Rows:
    return one(float(sum(fact.interactions for fact in counted(frozen))))


@metric("items_by_polarity", "情感分布", "条", "信息总量按情感倾向分")
def by_polarity(frozen: Frozen) -> Rows:
    order = (Polarity.POSITIVE, Polarity.NEUTRAL, Polarity.NEGATIVE)
    return tally((f.polarity.value for f in counted(frozen)), (p.value for p in order))


@metric("share_by_polarity", "情感占比", "%", "各情感倾向条数 ÷ 信息总量", "信息总量")
def _share_polarity(frozen: Frozen) -> Rows:
    return shares(by_polarity(frozen))


@metric("negative_share", "负面占比", "%", "负面条数 ÷ 信息总量", "信息总量")
def _negative_share(frozen: Frozen) -> Rows:
    facts = counted(frozen)
    return one(percent(sum(f.negative for f in facts), len(facts)))


@metric("items_sensitive", "敏感信息量", "条", "负面且主题基础严重度不低于2的信息数")
def _sensitive(frozen: Frozen) -> Rows:
    severity = frozen.reference.topic_severity
    facts = counted(frozen)
    return one(float(sum(f.negative and severity.get(f.topic or "", 0) >= 2 for f in facts)))


@metric("items_by_channel", "渠道分布", "条", "信息总量按10类公开渠道分")
def by_channel(frozen: Frozen) -> Rows:
    order = [channel.value for channel in Channel if channel.public]
    return tally((f.channel.value for f in counted(frozen)), order)


@metric("share_by_channel", "渠道占比", "%", "各渠道条数 ÷ 信息总量", "信息总量")
def _share_channel(frozen: Frozen) -> Rows:
    return shares(by_channel(frozen))


@metric("items_by_street", "镇街分布", "条", "信息总量按镇街分；不能定位到镇街的单列，不摊分")
def by_street(frozen: Frozen) -> Rows:
    order = [*frozen.reference.streets, NOWHERE]
    return tally((street_of(frozen, f) for f in counted(frozen)), order)


@metric("negative_by_street", "镇街负面信息", "条", "负面信息按镇街分")
def _negative_street(frozen: Frozen) -> Rows:
    order = [*frozen.reference.streets, NOWHERE]
    return tally((street_of(frozen, f) for f in counted(frozen) if f.negative), order)


@metric("items_by_topic", "领域分布", "条", "信息总量按监测领域分；未归入任何领域的单列")
def by_topic(frozen: Frozen) -> Rows:
    order = [*frozen.reference.topic_names, NOWHERE]
    return tally((topic_of(frozen, f) for f in counted(frozen)), order)


@metric("share_by_topic", "领域占比", "%", "各领域条数 ÷ 信息总量", "信息总量")
def _share_topic(frozen: Frozen) -> Rows:
    return shares(by_topic(frozen))


@metric("negative_by_topic", "领域负面信息", "条", "负面信息按监测领域分")
def _negative_topic(frozen: Frozen) -> Rows:
    order = [*frozen.reference.topic_names, NOWHERE]
    return tally((topic_of(frozen, f) for f in counted(frozen) if f.negative), order)


@metric("items_by_day", "每日信息量", "条", "信息总量按发布日期（北京时间）分")
def by_day(frozen: Frozen) -> Rows:
    return tally((day_of(f) for f in counted(frozen)), days_of(frozen))


@metric("negative_by_day", "每日负面量", "条", "负面信息按发布日期分")
def _negative_day(frozen: Frozen) -> Rows:
    return tally((day_of(f) for f in counted(frozen) if f.negative), days_of(frozen))


@metric("items_peak", "单日最高信息量", "条", "每日信息量的最大值")
def _peak(frozen: Frozen) -> Rows:
    return one(max((value or 0.0 for value in by_day(frozen).values()), default=0.0))


@metric(
    "items_by_source",
    "来源采集量",
    "条",
    "本期各登记来源采集入库的信息与诉求，含转载和与本地无关的",
)
def _by_source(frozen: Frozen) -> Rows:
    return tally((f.source_id for f in frozen.articles), (s.id for s in frozen.sources))


@metric("hot_words", "热词", "条", "标题中出现该词语的信息数，取前30个；一条信息计一次")
def _hot_words(frozen: Frozen) -> Rows:
    return {word: float(count) for word, count in frozen.words}


@metric(
    "rising_words",
    "突增词",
    "条",
    "与上期相比显著增多的词语（对数似然比检验，p<0.001），标题中出现它的本期信息数",
)
def _rising_words(frozen: Frozen) -> Rows:
    return {row.term: float(row.now) for row in frozen.emerging}


@metric("rising_words_before", "突增词上期", "条", "标题中出现该突增词的上期信息数")
def _rising_before(frozen: Frozen) -> Rows:
    return {row.term: float(row.before) for row in frozen.emerging}


@metric("appeals_total", "民生诉求量", "件", "12345热线来件、问政提问与网格走访记录之和")
def _appeals(frozen: Frozen) -> Rows:
    return one(float(len(appeals(frozen))))


@metric("appeals_by_channel", "诉求渠道分布", "件", "民生诉求量按受理渠道分")
def appeals_by_channel(frozen: Frozen) -> Rows:
    order = (Channel.HOTLINE, Channel.BOARD, Channel.GRID)
    return tally((f.channel.value for f in appeals(frozen)), (c.value for c in order))


@metric("appeals_share_by_channel", "诉求渠道占比", "%", "各渠道诉求 ÷ 民生诉求量", "民生诉求量")
def _appeal_shares(frozen: Frozen) -> Rows:
    return shares(appeals_by_channel(frozen))


@metric("appeals_by_topic", "诉求领域分布", "件", "民生诉求量按监测领域分")
def appeals_by_topic(frozen: Frozen) -> Rows:
    return tally(topic_of(frozen, f) for f in appeals(frozen))


@metric("appeals_share_by_topic", "诉求领域占比", "%", "各领域诉求 ÷ 民生诉求量", "民生诉求量")
def _appeal_topic_shares(frozen: Frozen) -> Rows:
    return shares(appeals_by_topic(frozen))


@metric("appeals_by_street", "诉求镇街分布", "件", "民生诉求量按镇街分；不能定位的单列")
def _appeals_street(frozen: Frozen) -> Rows:
    return tally(street_of(frozen, f) for f in appeals(frozen))
