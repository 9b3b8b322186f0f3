"""Which addresses are one page: a table of real cases, and what a page says of its own address."""

from pathlib import Path

import pytest

from crawlers.page.canonical import page_url
from minyin.identity import article_id, canonical_url

TABLE = Path(__file__).parent / "urls.tsv"
CASES = [
    tuple(line.split("\t"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("verdict", "one", "other", "why"), CASES, ids=[c[3] for c in CASES])
def test_the_table_of_addresses(verdict: str, one: str, other: str, why: str) -> None:
    assert (article_id(one) == article_id(other)) == (verdict == "same"), why
    for url in (one, other):
        assert canonical_url(canonical_url(url)) == canonical_url(url)


HERE = "http://m.pz.cn/w/5501?from=app"


@pytest.mark.parametrize(
    ("declared", "believed"),
    [
        ("https://www.pz.cn/2026/0801/5501.html", True),
        ("//www.pz.cn/2026/0801/5501.html", True),
        ("/w/5501", True),
        ("https://www.pz.cn/", False),  # a template that names the front page everywhere
        ("https://www.pz.cn/2026/0801/7702.html", False),  # another article
        ("https://www.pz.cn/2026/index.html", False),  # shares the year only
        ("https://www.xinhua.cn/2026/0801/5501.html", False),  # where it was copied from
        ("javascript:void(0)", False),
        ("http://[bad", False),
    ],
)
def test_a_canonical_link_is_believed_within_the_site_and_about_the_same_article(
    declared: str, believed: bool
) -> None:
    page = f"<html><head><LINK href='{declared}' rel=\"canonical\"></head></html>".encode()
    assert (page_url(page, HERE) != HERE) == believed


def test_a_page_that_says_nothing_is_what_it_was_fetched_from() -> None:
    assert page_url(b"<link rel=stylesheet href=/a.css>", HERE) == HERE
