"""Key phrases, rising terms, summaries and views: small texts in, values out."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import rjieba

from nlp.keywords import keyphrases, log_likelihood, rising
from nlp.summary import Source, summarise
from nlp.views import main_views

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


def test_views_share_out_the_texts() -> None:
    said = [(f"a{n}", text) for n, text in enumerate(BURST * 2)]
    views = main_views(said)
    assert views
    assert all(view.quote in dict(said)[view.article_id] for view in views)
    assert sum(view.texts for view in views) <= len(said) == views[0].total
    assert main_views([]) == ()
