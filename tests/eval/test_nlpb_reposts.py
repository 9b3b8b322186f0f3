"""Reposts of real articles altered in ten ways: precision and recall, on a real database."""

import gzip
import json
import os
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from minyin.clock import SHANGHAI
from minyin.database import open_database, save, tables
from minyin.model import ArticleKind, Channel, Document
from nlp.repost.fingerprint import signature_of
from nlp.repost.reposts import RepostBook
from nlp.training.events import document

DATA = Path(os.environ.get("MINYIN_DATA", "../shared/data"))
STREAM = DATA / "streams" / "tv_news_2022_2026.jsonl.gz"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not STREAM.is_file(), reason=f"no research data at {DATA}"),
]
AT = datetime(2026, 10, 1, 8, 0, tzinfo=SHANGHAI)
ORIGINALS, OTHERS = 25, 200
BEFORE = "点击上方蓝字关注我们，获取更多本地资讯！\n小编今天在后台看到不少朋友都在问这件事，一起来看看。\n"
AFTER = "\n对此您怎么看？欢迎在评论区留言讨论。\n来源：综合整理\n编辑：小徐\n投稿请加小编，觉得有用就点个在看吧！"
Alter = Callable[[str, random.Random], str]


def edited(share: float) -> Alter:
    def alter(text: str, chance: random.Random) -> str:
        signs = list(text)
        for place in chance.sample(range(len(signs)), int(share * len(signs))):
            signs[place] = chance.choice(["", "的", "了", signs[place] * 2, "某"])
        return "".join(signs)

    return alter


def shuffled(text: str, chance: random.Random) -> str:
    parts = [part for part in re.split(r"(?<=[。！？])", text) if part.strip()]
    chance.shuffle(parts)
    return "".join(parts)


def excerpt(text: str, chance: random.Random) -> str:
    """A third from the middle, whole sentences, between the words of whoever quotes it."""
    parts = [part for part in re.split(r"(?<=[。！？])", text) if part.strip()]
    third = max(1, round(len(parts) / 3))
    start = chance.randrange(len(parts) - third + 1)
    return "据报道，" + "".join(parts[start : start + third]) + "转给身边的人看看。"


WAYS: dict[str, Alter] = {
    "credited": lambda text, _: f"【本文转自央视网，版权归原作者所有】\n{text}\n责任编辑：小王",
    "retitled": lambda text, _: f"刚刚发布！事关你我，速看\n{text}",
    "punctuated": lambda text, _: text.replace("，", " , ").replace("。", "．\n"),
    "boilerplate": lambda text, _: BEFORE + text + AFTER,
    "edited 3%": edited(0.03),
    "edited 10%": edited(0.10),
    "cut to 60%": lambda text, _: text[: int(len(text) * 0.6)],
    "cut to 40%": lambda text, _: text[: int(len(text) * 0.4)],
    "excerpt": excerpt,
    "reordered": shuffled,
}


def news() -> list[str]:
    """Distinct items of one broadcast year, of 200 to 2,000 characters."""
    found: dict[str, str] = {}
    with gzip.open(STREAM, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if 200 <= len(row["text"]) <= 2000 and row["title"] not in found:
                found[row["title"]] = row["text"]
            if len(found) == ORIGINALS + OTHERS:
                break
    return list(found.values())


def article(name: str, text: str, minutes: int) -> Document:
    return document(
        id=name, text=text, published_at=AT + timedelta(minutes=minutes), channel=Channel.NEWS,
        kind=ArticleKind.ARTICLE, polarity="neutral", appeal=False,
    )  # fmt: skip


def test_ten_ways_to_repeat_an_article(tmp_path: Path) -> None:
    texts = news()
    random.Random(7).shuffle(texts)
    engine = open_database(f"sqlite:///{tmp_path}/minyin.db")
    wrong: list[str] = []
    missed: dict[str, int] = dict.fromkeys(WAYS, 0)
    with engine.begin() as connection:
        book = RepostBook(connection)
        for number, text in enumerate(texts):
            one = article(f"a{number}", text, number)
            signature = signature_of(text)
            if book.find(one, signature):
                wrong.append(one.id)
            save(connection, tables.articles, [one], indexed=False)
            book.add(one, signature)
        for number, text in enumerate(texts[:ORIGINALS]):
            for way, alter in WAYS.items():
                altered = alter(text, random.Random(f"{number} {way}"))
                found = book.find(article("x", altered, 2000), signature_of(altered))
                missed[way] += found is None
                wrong += [f"a{number} {way}"] if found not in (None, f"a{number}") else []
    engine.dispose()
    given = ORIGINALS * len(WAYS)
    right = given - sum(missed.values()) - sum(" " in name for name in wrong)
    print(f"recall {right / given:.3f} precision {right / (right + len(wrong)):.3f}", missed, wrong)
    assert right / given >= 0.95
    assert right / (right + len(wrong)) >= 0.99
