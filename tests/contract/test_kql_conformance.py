"""What we read as KQL and what Elastic's own parser reads are the same question.

The node of line 8.19 has the `kql` query, Elastic's parser as Kibana uses it; it and our compiled tree are asked of the
same index. Where we differ on purpose stands in docs/search.md, one row each, and every row is tried here.
"""

import re
from pathlib import Path

import pytest
from elasticsearch import BadRequestError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.ast import Exists, Node, Nothing, Prefix, Term, children
from index.names import names_of
from index.query import parse
from minyin.clock import system_clock
from minyin.errors import QueryError
from tests.support.index_corpus import corpus, county
from tests.support.index_engines import elastic_ids
from tests.support.index_trees import as_kql, exact, trees

pytestmark = pytest.mark.service

LINES = (Path(__file__).parent / "kql.txt").read_text(encoding="utf-8").splitlines()
QUESTIONS = ["", *(line for line in LINES if line and not line.startswith("# "))]
DOCS = Path(__file__).parents[2] / "docs" / "search.md"

# question → what Elastic's parser makes of it, and the question that ours is the same as (None: we refuse it)
DIFFERENCES = {
    "镇街:(东湖街道 or 运河街道)": ("refuses", "street:320382001 or street:320382002"),
    "情感:负面": ("nothing", "polarity:negative"),
    "情感：负面　and　等级＞２": ("nothing", "polarity:negative and severity>2"),
    "没有的字段:1": ("nothing", None),
    "channel:nobody": ("nothing", None),
    "CHANNEL:forum": ("nothing", "channel:forum"),
    "relevant:是": ("refuses", "relevant:true"),
    "*:停水": ("refuses", "停水"),
    "published_at>=2026-10-31T08:30": ("refuses", 'published_at>="2026-10-31T08:30"'),
    "published_at:2026-10": ("other", "published_at>=2026-10-01 and published_at<2026-11-01"),
    "outlet:*Daily": ("other", None),
    "items:{ name:停水 }": ("refuses", None),
    "outlet:a{b": ("refuses", 'outlet:"a{b"'),
    "channel:gov and polarity:negative or channel:forum": (
        "other",
        "(channel:gov and polarity:negative) or channel:forum",
    ),
    "停水 or": ("other", None),
    "outlet:not x": ("nothing", None),
    r"event_id:PZ\-E\-E01": ("refuses", "event_id:PZ-E-E01"),
    r"outlet:back\\*": ("nothing", r'outlet:"back\\slash"'),
    '"停電"': ("other", '"停电"'),
    '"停，电"': ("other", '"停电"'),
    "毒大米": ("more", '"毒大米"'),
    "title:*": ("more", "title:*"),
}


@pytest.fixture(scope="session")
def ask_kibana(elastic, elastic_client):
    """Ids by Elastic's own parser."""
    alias = elastic.store._alias

    def ask(question, **options):
        query = {"query": question, "time_zone": "+08:00", **options}
        return elastic_ids(elastic_client, alias, {"kql": query})

    try:
        ask("channel:forum")
    except BadRequestError as error:
        pytest.skip(f"this Elasticsearch has no kql query: {error.message}")
    return ask


@pytest.fixture(scope="session")
def oracle(ask_kibana):
    """A free word looked for in title and text, as we do."""
    return lambda question: ask_kibana(question, default_field="t*t*")


@pytest.fixture(scope="session")
def ours(elastic):
    def ask(question):
        return elastic.ids(parse(question, clock=system_clock, names=names_of(county())))

    return ask


def test_there_are_enough_questions():
    assert len(set(QUESTIONS)) >= 200


@pytest.mark.parametrize("question", QUESTIONS)
def test_reads_as_kibana_does(oracle, ours, question):
    assert ours(question) == oracle(question)


# words that Elasticsearch's own Chinese analysis (pairs of characters) finds in the same texts as ours
WORDS = st.sampled_from(
    ["物业", "食堂", "电梯", "污水", "大米", "公司", "学生", "门口", "消防", "居民"]
)
LEAVES = st.deferred(
    lambda: st.one_of(
        exact(corpus().documents).filter(_alike),
        st.builds(Term, st.sampled_from([None, "title", "text"]), WORDS),
    )
)


def _alike(node: Node) -> bool:
    """Not what the table of differences has: `title:*`, signs before a final star."""
    if isinstance(node, Exists):
        return node.field not in ("title", "text")
    return not isinstance(node, Prefix) or re.fullmatch(r"[\w-]+", node.value) is not None


def _sayable(node: Node) -> bool:
    """No value that a closed list has not (two texts are T00)."""
    match node:
        case Term(str(field), value) if names_of(county()).codes(field, value) is None:
            return False
    return node != Nothing() and all(_sayable(part) for part in children(node))


@given(tree=trees(LEAVES).filter(_sayable))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reads_random_questions_as_kibana_does(oracle, ours, tree):
    question = as_kql(tree)
    assert ours(question) == oracle(question), question


def test_every_difference_stands_in_the_docs():
    section = DOCS.read_text(encoding="utf-8").split("## 与 Kibana 的不同")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    documented = [re.match(r"\| `(.+?)` \|", row)[1] for row in rows]
    assert sorted(documented) == sorted(DIFFERENCES)


@pytest.mark.parametrize("question", DIFFERENCES)
def test_differs_as_documented(ask_kibana, ours, question):
    theirs, same = DIFFERENCES[question]
    if same is None:
        with pytest.raises(QueryError):
            ours(question)
    else:
        assert ours(question) == ours(same)
    if theirs == "refuses":
        with pytest.raises(BadRequestError):
            ask_kibana(question)
        return
    found = ask_kibana(question)
    assert (theirs == "nothing") == (not found)
    if theirs == "more":
        assert set(found) > set(ours(question))
    elif same is not None:
        assert found != ours(question)
