"""feedparser's own public test files, read by our layer: none breaks it, and each says what it should.

A dozen of the nastiest are here (`feeds/`, BSD-2-Clause, see its LICENSE). The whole corpus is read from the folder that
MINYIN_TEST_FEEDPARSER names: `tests` of https://github.com/kurtmckee/feedparser at the tag of the installed version.
"""

import datetime
import os
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from crawlers.listing.feeds import feed_page, read_feed
from minyin.errors import Rejected

HERE = Path(__file__).parent / "feeds"
# Where feedparser's tests serve their files
SERVED = "http://127.0.0.1:8097/tests"
EXPECTED = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
HEADER = re.compile(r"^Header:\s+([^:]+):(.*)$", re.MULTILINE)
# We decode first and hand feedparser UTF-8, so how it names the charset and whether it complains is not ours
OF_CHARSETS = re.compile(r"encoding == '[^']*'|isinstance\(.*\)|(?:not )?bozo")
# What these ask is outside the list that a feed is to us, or is nothing that any public site of China sends
BEYOND = {
    "headers other than the type (RFC 9110 gives Content-Location no say in addresses)": re.compile(
        r"content_location|http_relative_xml_base|wellformed/http/headers|http_content_language|^http/"
    ),
    "an empty document, channels without any entry": re.compile(r"rss_empty_document|cdf/channel_"),
    "charsets of Macintosh, Vietnam and made-up names": re.compile(
        r"encoding/x80_(?:cs)?mac|x80_(?:dbcs|ms-|tcvn|viscii|winbaltrim)|bozo_linenoise"
    ),
}


class Case(NamedTuple):
    """A file of the corpus: what it is, where it is served, what it expects."""

    path: Path
    name: str
    url: str
    content_type: str
    expected: str


def case(path: Path, root: Path) -> Case:
    body, name = path.read_bytes(), path.relative_to(root).as_posix()
    headers = {k.strip().lower(): v.strip() for k, v in HEADER.findall(body.decode("latin-1"))}
    found = [EXPECTED.search(_read(body, name)) for name in ("utf-8", "utf-16le", "utf-16be", "cp037", "utf-32le", "utf-32be", "utf-16", "utf-32")]  # fmt: skip
    expected = next((match[1] for match in found if match), "True")
    if name.startswith(("encoding/", "illformed/chardet")):
        expected = OF_CHARSETS.sub("True", expected)
    url = f"{SERVED}/{name}" if "http" in name else ""
    return Case(path, name, url, headers.get("content-type", ""), expected)


def _read(body: bytes, charset: str) -> str:
    return body.decode(charset, "ignore")


def holds(one: Case) -> bool:
    """Whether our reading meets the file's own expectation; any exception but a refusal is let out."""
    body = one.path.read_bytes()
    try:
        feed_page(body, one.content_type, one.url)
        feed = read_feed(body, one.content_type, one.url)
    except Rejected:
        return False
    try:
        # the expectation is a line of Python in the file's comment, as in feedparser's own tests
        return bool(eval(one.expected, {"datetime": datetime}, feed))
    except (NameError, KeyError):
        return False


def beyond(name: str) -> str | None:
    return next((why for why, pattern in BEYOND.items() if pattern.search(name)), None)


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.xml")), ids=lambda path: path.stem)
def test_the_nastiest_feeds_say_what_they_should(path: Path) -> None:
    one = case(path, HERE)
    assert holds(one), one.expected


def test_every_file_of_the_corpus_is_read() -> None:
    root = Path(os.environ.get("MINYIN_TEST_FEEDPARSER", ""))
    if root == Path():
        pytest.skip("MINYIN_TEST_FEEDPARSER names no folder with feedparser's tests")
    cases = [case(path, root) for path in sorted(root.rglob("*.xml"))]
    failed = [one for one in cases if not holds(one)]
    told = Counter(beyond(one.name) for one in failed)
    print(f"{len(cases)} files, {len(cases) - len(failed)} as expected; else: {dict(told)}")
    assert len(cases) > 1000
    assert [one.name for one in failed if beyond(one.name) is None] == []


def test_a_title_in_html_is_shown_in_words() -> None:
    rss = (
        "<rss version='2.0'><channel><item><title>&lt;b&gt;停水&lt;/b&gt;通知 A&amp;amp;B</title>"
        "<link>/1</link><pubDate>2026-08-01</pubDate></item></channel></rss>"
    )
    link = feed_page(rss.encode(), "", "http://x.cn/rss").links[0]
    assert link.hint.title == "停水通知 A&B"
    assert link.hint.published_at is not None
    assert link.hint.published_at.isoformat() == "2026-08-01T00:00:00+08:00"
