"""Key phrases, rising terms, summaries and views: small texts in, values out."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import rjieba
from scipy.stats import chi2_contingency

from nlp.event.keywords import counted, distinct, keyphrases, log_likelihood, rising
from nlp.event.summary import Source, summarise
from nlp.event.views import main_views

BURST = [
    "沂武路主管道爆了，祥润家园三天没水，供水公司一直改口。",
    "东湖街道祥润家园小区停水已两天，沂武路管道爆裂后供水公司多次推迟来水时间。",
    "沂武路供水主管道爆裂，沿线三个小区停水，供水公司正在抢修。",
    "祥润家园停水三天没人管，供水公司的电话打不通，老人提水上楼。",
    "祥润家园的水什么时候来，供水公司给个准话行不行？",
]
AT = datetime(2026, 10, 14, tzinfo=UTC)


def test_keyphrases_are_names_and_matters() -> None:
    found = dict(keyphrases(BURST, rjieba.cut))
    assert found["祥润家园"] == 4
    assert found["供水公司"] == 5
    assert "我们" not in found
    assert keyphrases([], rjieba.cut) == []


def test_hours_and_kinds_of_text_are_no_matter() -> None:
    titles = [f"关于{n}号楼今晚停水的公告" for n in range(6)]
    assert dict(keyphrases(titles, rjieba.cut)) == {"停水": 6}


def test_what_rises_is_neither_chance_nor_volume() -> None:
    before = Counter({"停水": 4, "公交": 40, "银杏节": 0})
    now = Counter({"停水": 60, "公交": 82, "银杏节": 2})
    found = rising(now, before, (1000, 500))
    assert [(one.term, one.now, one.before) for one in found] == [("停水", 60, 4)]
    assert found[0].likelihood == round(log_likelihood(60, 4, 1000, 500), 2)


@pytest.mark.parametrize(
    ("a", "b", "n", "m"), [(60, 4, 1000, 500), (3, 0, 40, 4000), (7, 7, 20, 20), (120, 300, 900, 800)]
)  # fmt: skip
def test_likelihood_is_the_g_test_of_the_table(a: int, b: int, n: int, m: int) -> None:
    """Against an independent implementation (scipy's G-test without continuity correction)."""
    table = [[a, b], [n - a, m - b]]
    wanted = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert log_likelihood(a, b, n, m) == pytest.approx(wanted, abs=1e-9)


def test_terms_of_a_month_against_the_one_before() -> None:
    """A word that is new, one that rises, one that is only said more because more is written, one that fades."""
    usual = ["公交站台的灯坏了，等车很黑", "公交改线以后老人不方便"]
    before = [usual[n % 2] for n in range(120)] + ["银杏节门票多少钱"] * 15
    now = [usual[n % 2] for n in range(240)] + ["共享单车押金退不了，客服没有人接"] * 25
    now += ["沂武路又停水了，祥润家园没人管"] * 25
    periods = [counted(texts, rjieba.cut) for texts in (now, before)]
    found = [one.term for one in rising(*periods, (len(now), len(before)))]
    assert any("单车" in term for term in found)
    assert any("停水" in term or "沂武路" in term for term in found)
    assert not any("公交" in term or "银杏" in term for term in found)
    faded = [one.term for one in rising(*periods[::-1], (len(before), len(now)))]
    assert any("银杏" in term or "门票" in term for term in faded)


def test_chance_alone_lets_hardly_a_term_rise() -> None:
    """Two periods drawn from the same speech: at p < .001 a term in a thousand may be called new."""
    dice = np.random.default_rng(3)
    shares = dice.uniform(0.005, 0.1, 4000)
    counts = [Counter({f"词{k}": int(v) for k, v in enumerate(dice.binomial(800, shares))}) for _ in range(2)]  # fmt: skip
    assert len(rising(*counts, (800, 800), number=4000)) <= 8


def test_every_sentence_of_a_summary_stands_in_the_article_it_cites() -> None:
    sources = [
        Source(id=f"a{n}", text=text, at=AT + timedelta(hours=n)) for n, text in enumerate(BURST)
    ]
    texts = {source.id: source.text for source in sources}
    summary = summarise(sources[::-1])
    assert 1 <= len(summary) <= 3
    for sentence in summary:
        assert sentence.text in texts[sentence.articles[0]]
        assert set(sentence.articles) <= set(texts)
    assert [s.articles[0] for s in summary] == sorted(s.articles[0] for s in summary)
    assert summarise(sources) == summary
    assert summarise([]) == ()


def test_a_stray_is_not_told_however_trusted() -> None:
    """An article that event detection put in by mistake, from a paper, longer than the rest."""
    stray = "国庆期间铁富镇银杏时光隧道接待游客十万人次。交警在桃溪路口增设临时停车位八百个。银杏节门票由六十元降到三十元。"
    sources = [Source(id=f"a{n}", text=text, at=AT + timedelta(hours=n)) for n, text in enumerate(BURST)]  # fmt: skip
    sources += [Source(id=f"stray{n}", text=f"{lead}。{stray}", at=AT + timedelta(minutes=90 + n), trust=1.5) for n, lead in enumerate(("本报讯", "转载"))]  # fmt: skip
    told = summarise(sources)
    assert told
    assert all(not sentence.articles[0].startswith("stray") for sentence in told)


def test_views_share_out_the_texts() -> None:
    said = [(f"a{n}", text) for n, text in enumerate(BURST * 2)]
    views = main_views(said)
    assert views
    assert all(view.quote in dict(said)[view.article_id] for view in views)
    assert sum(view.texts for view in views) <= len(said) == views[0].total
    assert main_views([]) == ()


def test_a_longer_name_takes_the_place_of_all_its_parts() -> None:
    worth = {"祥润家园": 3.0, "没人管": 2.0, "祥润家园没人管": 1.0, "停水": 0.5}
    alike = Counter(dict.fromkeys(worth, 5))
    assert distinct(worth, alike, 3) == ["祥润家园没人管", "停水"]
    rarer = alike | Counter(祥润家园=50)
    assert distinct(worth, rarer, 3) == ["祥润家园", "没人管", "停水"]
