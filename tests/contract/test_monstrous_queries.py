"""Questions that would take an engine down are refused in one Chinese line, the same on both; big honest ones are answered."""

import pytest

from index.bounds import MAX_BEGUN, MAX_CLAUSES, MAX_DEPTH, MAX_LENGTH, MAX_OPEN
from index.port import SearchRequest
from index.typed import MAX_VALUE
from index.values import MAX_BEGINNING
from minyin.errors import InputError, QueryError
from tests.support.index_corpus import tree


def nested(levels):
    """and within or within and …"""
    query = "停水"
    for level in range(levels - 1):
        query = f"({query}) {'and' if level % 2 else 'or'} 停电"
    return query


def distinct(count, first=0x4E00):
    return "".join(chr(first + n) for n in range(count))


MONSTERS = {
    "leading wildcard": ("*停水", "只能放在词的末尾"),
    "wildcard within": ("停*水", "只能放在词的末尾"),
    "leading wildcard in a field": ("网址:*example*", "只能放在词的末尾"),
    "ten thousand clauses": (" or ".join(["水"] * 10_000), "检索式太长"),
    "too many words": ("水 " * (MAX_CLAUSES + 1), "条件太多"),
    "too many values": (f"编号:({' or '.join(['x'] * (MAX_CLAUSES + 1))})", "条件太多"),
    "every field, many values": (f"*:({' or '.join(['水'] * 80)})", "条件太多"),
    "too many leaves": (" ".join(distinct(990)[n : n + 8] for n in range(900))[:8190], "太多"),
    "a thousand parentheses": ("(" * 1_000 + "停水" + ")" * 1_000, None),
    "a thousand levels": (nested(1_000)[:MAX_LENGTH], "缺"),
    "deep": (nested(MAX_DEPTH + 1), f"嵌套太深，最多 {MAX_DEPTH} 层"),
    "three hundred levels": (nested(300), "嵌套太深"),
    "a thousand nots": ("not " * 1_000 + "停水", "嵌套太深"),
    "megabyte": ("水" * 1_000_000, f"最多 {MAX_LENGTH} 个字"),
    "megabyte of quotes": ('"' * 1_000_000, f"最多 {MAX_LENGTH} 个字"),
    "megabyte of parentheses": ("(" * 1_000_000, f"最多 {MAX_LENGTH} 个字"),
    "long word": (distinct(MAX_VALUE + 1), f"最多 {MAX_VALUE} 个字"),
    "long phrase": (f'"{distinct(MAX_VALUE + 1)}"', f"最多 {MAX_VALUE} 个字"),
    "long beginning": (f"媒体:{distinct(MAX_BEGINNING + 1)}*", f"最多 {MAX_BEGINNING} 个字"),
    "an open end behind a character": ("停水号1*", "至少写两个"),
    "half a character": ("停\ud800水", "残缺的字符"),
    "many open ends": (" or ".join(f"号{n}*" for n in range(10, 10 + MAX_OPEN + 1)), "最多 20 个"),
}


@pytest.mark.parametrize("name", [name for name, (_, said) in MONSTERS.items() if said])
def test_refused_with_what_was_too_much(filled, name):
    query, said = MONSTERS[name]
    for ask in (filled.count, lambda q: filled.search(SearchRequest(query=q)), filled.scan):
        with pytest.raises(QueryError, match=said) as caught:
            list(ask(query)) if ask == filled.scan else ask(query)
        assert 1 <= caught.value.column <= len(query) + 1
        assert len(str(caught.value)) < 300


BIG = {
    "words": " ".join(f"水{n % 40}" for n in range(600)),
    "codes": f"编号:({' or '.join(f'x{n}' for n in range(900))})",
    "as deep as may be": nested(MAX_DEPTH),
    "nots as deep as may be": "not (电 and " * (MAX_DEPTH // 2 - 1)
    + "停水"
    + ")" * (MAX_DEPTH // 2 - 1),
    "a thousand parentheses": MONSTERS["a thousand parentheses"][0],
    "one or after another": "(" * 90 + "停水" + "".join(f" or {'水电'[n % 2]})" for n in range(90)),
    "long word": "停水" * (MAX_VALUE // 2),
    "long phrase": f'"{"停水" * (MAX_VALUE // 2)}"',
    "one character a thousand times": "停" * MAX_VALUE,
    "long beginning": f"媒体:{distinct(MAX_BEGINNING)}*",
    "rare beginning": f"媒体:{'𠮷' * MAX_BEGINNING}*",
    "long latin beginning": "a" * MAX_VALUE + "*",
    "every number": "1* 2* 3* 4* 5* 6* 7* 8* 9* a* b* c* d* e*",
    "a number that begins so after a word": "号 1* and 年 2*",
    "open ends": " or ".join(f"号{n}*" for n in range(10, 10 + MAX_OPEN)),
    "every field": "*:水",
    "zero character": "停\x00水",
    "control characters": "媒体:\x01\x7f",
}


@pytest.mark.parametrize("name", BIG)
def test_big_and_honest_is_answered(engine, naive, name):
    node = tree(BIG[name])
    assert engine.ids(node) == naive.found(node)


@pytest.mark.parametrize("sort", ["time", "heat", "relevance"])
@pytest.mark.parametrize("limit", [5_001, 10_000, 10**6, 10**18])
def test_a_huge_page_is_refused(filled, sort, limit):
    with pytest.raises(InputError, match="一页最多 5000 条"):
        filled.search(SearchRequest(query="停水", sort=sort, limit=limit))


@pytest.mark.parametrize("limit", [-1, 0])
def test_no_page_is_only_a_count(filled, limit):
    result = filled.search(SearchRequest(query="停水", limit=limit))
    assert result.total > 0
    assert result.hits == ()


@pytest.mark.parametrize("after", [("9" * 40, "x"), ("-" + "9" * 40, "x"), ("1e5", "x"), ("1",)])
def test_a_forged_page_token_is_refused(filled, after):
    with pytest.raises(InputError, match="翻页标记"):
        filled.search(SearchRequest(query="停水", after=after))


def test_a_facet_of_a_thousand_names_is_refused(filled):
    with pytest.raises(InputError, match="不能按"):
        filled.search(SearchRequest(limit=0, facets=tuple(f"x{n}" for n in range(1_000))))


def test_a_beginning_of_too_many_words_is_refused_one_of_many_answered(make_store, written):
    """tantivy would stop at 16,384 words with an error, Elasticsearch would leave some out and say nothing."""
    store, base = make_store(), written.documents[0].but(title="", words_title="", words_text="")
    numbers = [f"号12{n:04}" for n in range(MAX_BEGUN + 1)]
    parts = [numbers[start : start + 1_000] for start in range(0, len(numbers), 1_000)]
    store.write(base.but(id=f"numbers-{n}", text="，".join(part)) for n, part in enumerate(parts))
    assert store.count("号123*") == 1
    assert store.count("号120* and 号124*") == 0
    for query in ("号12*", "号123* or 电号12*"):
        with pytest.raises(QueryError, match=f"“12”开头的词超过 {MAX_BEGUN} 个"):
            store.count(query)
    store.delete([f"numbers-{len(parts) - 1}"])
    assert store.count("12*") == len(parts) - 1
