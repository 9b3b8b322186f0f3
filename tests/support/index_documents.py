"""Documents for the tests of the index: a few dozen texts written for them, spread over every field by a seeded dice."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from minyin.clock import SHANGHAI
from minyin.identity import article_id
from minyin.model import ArticleKind, Channel, Context, Document, Polarity, Span

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)

WORDS = [
    "小区",
    "停水",
    "停电",
    "三天",
    "没人",
    "物业",
    "自来水",
    "公司",
    "自来水公司",
    "供水",
    "管道",
    "抢修",
    "通知",
    "公告",
    "东湖街道",
    "运河街道",
    "官湖镇",
    "铁富镇",
    "居民",
    "投诉",
    "热线",
    "网格员",
    "学校",
    "食堂",
    "家长",
    "银杏",
    "夜宵",
    "垃圾",
    "异味",
    "污染",
    "河水",
    "死鱼",
    "电动车",
    "充电",
    "消防",
    "演练",
    "火灾",
    "谣言",
    "辟谣",
    "感谢",
    "表扬",
    "社区",
    "工作",
    "人员",
    "拖欠",
    "工资",
    "农民工",
    "医院",
    "排队",
    "公交",
    "路灯",
    "不亮",
    "修好",
    "噪音",
    "施工",
    "夜间",
    "红绿灯",
    "老人",
    "孩子",
    "问题",
    "解决",
    "反映",
    "至今",
    "没有",
    "答复",
    "计划",
    "线路",
    "检修",
    "影响",
    "范围",
    "电话",
    "请",
    "联系",
    "下水道",
    "堵塞",
    "开发商",
    "交房",
    "房产证",
    "涨价",
    "菜市场",
    "天然气",
    "暖气",
]

TEXTS: tuple[tuple[str | None, str], ...] = (
    (
        "小区停水三天没人管",
        "东湖街道的小区停水三天了，物业说是自来水公司的事，自来水公司说管道抢修。",
    ),
    ("關於東湖街道停電的公告", "計劃檢修線路，影響範圍：東湖街道。停電時間８：００至１８：００。"),
    (None, "停，又停！水也没有，电也没有。"),
    ("ＡＢＣ小区５号楼电动车充电", "5G信号塔旁的电动车充电桩，No.12345-678，充电要钱。"),
    ("官湖镇异味扰民", "官湖镇一家工厂的异味很大，像胶水味，居民投诉到12345热线，至今没有答复。"),
    ("消防演练圆满完成", "学校开展消防演练，模拟火灾，家长表扬。"),
    (None, "辟谣：网传“铁富镇河水死鱼”不属实，系旧闻。"),
    ("感谢社区网格员", "老人的暖气修好了，感谢社区网格员上门解决问题！！！"),
    ("农民工工资被拖欠", "开发商拖欠农民工工资，交房也没有房产证。联系电话[电话]，姓名[姓名]。"),
    ("运河街道路灯不亮", "运河街道的路灯不亮，红绿灯也坏了，孩子放学不安全。"),
    (None, "沙发"),
    ("菜市场涨价", "菜市场的菜涨价了，一斤3.5元，比上月贵了20%。"),
    (
        "WiFi and KQL: (a or b)",
        "English words: water supply is out, NOT fixed. path\\to\\file a:b *star* under_score",
    ),
    ("医院排队问题", "医院排队两小时，问题反映了没人管。"),
    (None, "下水道堵塞，垃圾成山；夜间施工噪音大。😡😡"),
    ("计划停水通知", "因供水管道检修，计划停水8小时，请居民储水。"),
    ("学校食堂的问题", "学校食堂的饭里有虫，家长投诉，学校说会解决。"),
    (None, "天然气涨价，公交线路停运，水 停 了"),
    ("银杏夜宵", "银杏黄了，夜宵摊子也多了起来。"),
    ("停水，停电！", "先停水后停电，小区的居民没有办法。停水停水停水。"),
    (None, "...."),
    ("𠮷野家 龘䶮", "生僻字：𠮷、龘、䶮。カタカナ ひらがな 〇八年"),
)

STREETS = (
    ("320382001", "东湖街道"),
    ("320382002", "运河街道"),
    ("320382105", "官湖镇"),
    (None, ""),
)
OUTLETS = (None, "邳州融媒（演示）", "运河边论坛（演示）", "China Daily", "a*b:c(d)")
TOPICS = ("T03", "T04", "T05", "T13", "T16")


def cut(text: str) -> list[str]:
    """The longest known word at each place, else one character (letters and digits in runs)."""
    words, at = [], 0
    while at < len(text):
        size = next((n for n in range(5, 1, -1) if text[at : at + n] in WORDS), 1)
        while size == 1 and text[at : at + 1].isascii() and text[at : at + 1].isalnum():
            run = next(
                (n for n, c in enumerate(text[at:]) if not (c.isascii() and c.isalnum())),
                len(text) - at,
            )
            size = run
            break
        words.append(text[at : at + size])
        at += size
    return words


def documents(number: int, seed: int = 7) -> list[Document]:
    """The same documents for the same seed; some share the very moment of publication."""
    dice = random.Random(seed)
    return [document(dice, serial) for serial in range(number)]


def document(dice: random.Random, serial: int) -> Document:
    title, text = dice.choice(TEXTS)
    street, street_name = dice.choice(STREETS)
    url = f"http://bbs.example.cn/t-{serial}.html"
    id = article_id(url) if dice.random() < 0.8 else f"same-{serial}"
    published = NOW - timedelta(minutes=30 * dice.randrange(0, 48 * 80))
    if dice.random() < 0.2:
        published = published.replace(hour=0, minute=0)
    if dice.random() < 0.1:
        published += timedelta(microseconds=dice.randrange(1_000_000))
    masked = [
        Span(start=text.index(mark), end=text.index(mark) + len(mark), kind="phone")
        for mark in ("[电话]", "[姓名]")
        if mark in text
    ]
    topics = tuple(dice.sample(TOPICS, dice.randrange(0, 3)))
    channel = dice.choice(list(Channel))
    return Document(
        id=id,
        source_id=f"s{serial % 6}",
        source_name=f"来源{serial % 6}（演示）",
        external_id=f"ext-{serial}" if dice.random() < 0.3 else None,
        url=url,
        channel=channel,
        kind=dice.choice(list(ArticleKind)),
        tier=dice.randint(1, 5),
        parent_id=f"parent-{serial % 9}" if dice.random() < 0.3 else None,
        title=title,
        text=text,
        words_title=" ".join(cut(title or "")),
        words_text=" ".join(cut(text)),
        outlet=dice.choice(OUTLETS),
        author_hash=f"a{dice.randrange(40):02}",
        published_at=published,
        collected_at=published + timedelta(minutes=dice.randrange(600)),
        views=dice.choice((0, 0, 10, 999, 12_345_678)),
        interactions=dice.choice((0, 0, 0, 1, 5, 42, 5_000, 2_000_000)),
        street=street,
        village=f"{street}{dice.randrange(200, 205)}" if street and dice.random() < 0.5 else None,
        places=(street,) if street else (),
        place_names=(street_name,) if street else (),
        place_conf=dice.choice((0.0, 0.5, 0.85, 1.0)),
        relevant=street is not None,
        topics=topics,
        topic=topics[0] if topics else None,
        severity=dice.randint(0, 4),
        polarity=dice.choice(list(Polarity)),
        score=round(dice.random(), 2),
        confidence=round(dice.random(), 2),
        appeal=dice.random() < 0.4,
        urgent=dice.random() < 0.1,
        contexts=tuple(dice.sample(list(Context), dice.randrange(0, 3))),
        casualties=dice.choice((0, 0, 0, 1, 3)),
        masked=tuple(masked),
        mask_version="1",
        repost_of=f"orig-{serial % 5}" if dice.random() < 0.2 else None,
        event_id=f"PZ-E-202610{dice.randrange(1, 29):02}-001" if dice.random() < 0.4 else None,
        evidence=None,
    )


def plain(documents: Sequence[Document]) -> list[Document]:
    """As they come out of a store: without words, times to the millisecond or better."""
    return [document.but(words_title="", words_text="") for document in documents]
