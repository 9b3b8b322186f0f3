"""The field table of docs/search.md is the mapping's, and the mapping is the model's."""

import re
from pathlib import Path

import pytest

from index.mapping import FIELDS, SEARCHED, names
from index.names import names_of
from index.query import parse
from minyin.county import load_county
from minyin.model import Document

DOC = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
KINDS = {
    "text": "文字",
    "keyword": "取值",
    "date": "时间",
    "whole": "整数",
    "number": "小数",
    "bool": "是否",
}


def test_field_table_equals_mapping():
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in DOC.split("<!-- fields")[1].split("\n## ")[0].splitlines()
        if line.startswith("| ") and "`" in line
    ]
    assert rows == [
        ("、".join(f.aliases), f"`{f.name}`", KINDS[f.kind], "是" if f.facet else "", f.note)
        for f in SEARCHED
    ]


def test_every_field_of_a_document_is_mapped():
    derived = {"public", "repost"}
    assert {f.name for f in FIELDS} - derived == set(Document.model_fields) - {
        "words_title",
        "words_text",
    }


def test_no_name_is_given_twice():
    assert len(names()) == sum(1 + len(f.aliases) for f in SEARCHED)


BEGINNER = re.findall(r"`([^`]+)`", DOC.split("## 一分钟入门")[1].split("## 规则")[0])


@pytest.mark.parametrize("query", BEGINNER)
def test_examples_are_understood(query):
    parse(query, names=names_of(load_county("pizhou")))
