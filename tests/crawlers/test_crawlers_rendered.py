"""Pages that only scripts show: with the extra and a browser they are crawled as politely as any; without, one line says so."""

import json
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from crawlers.archive.evidence import ArchivedPage, EvidenceStore
from crawlers.engine.browser import missing, program
from crawlers.table.local import read_warc
from minyin.clock import fixed_clock
from minyin.errors import ProfileError
from minyin.model import Article
from support.hostile import ASSESSED
from support.serving import serving

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
WORDS = "滨湖小区今日停水八小时，因管网抢修，请居民提前储水，恢复时间另行通知。"


def shell(script: str) -> str:
    return f"<html><head><meta charset='utf-8'><title>某县网</title></head><body><div id='app'></div><script>{script}</script></body></html>"


LIST = shell(
    "fetch('/api/list').then(r => r.json()).then(rows => { document.getElementById('app').innerHTML = "
    "rows.map(n => `<li><a class='item' href='/a/${n}.html'>停水通知第${n}号，请相互转告</a></li>`).join('') })"
)
ARTICLE = shell(
    "document.cookie = 'seen=1'; fetch('/api/text').then(r => r.text()).then(text => { document.getElementById('app').innerHTML = "
    "`<h1>滨湖小区停水通知</h1><div class='info'>2026-08-01 08:16 来源：某县融媒</div><div class='text'><p>${text}</p></div><img src='/big.png'>` });"
    "fetch('/private/tracker'); fetch('http://127.0.0.2:9/elsewhere').catch(() => 0);"
)
PAGES = {
    "/robots.txt": "User-agent: *\nDisallow: /private/",
    "/list.html": LIST,
    "/a/1001.html": ARTICLE,
    "/a/1002.html": ARTICLE,
    "/api/list": json.dumps([1001, 1002]),
    "/api/text": WORDS,
    "/private/tracker": "x",
    "/big.png": "x",
}


def test_without_the_extra_or_the_browser_one_line_says_what_to_do(
    site, run, tmp_path: Path
) -> None:
    source = site.source("/list.html", rendered=True)
    if find_spec("scrapy_playwright") is None:
        with pytest.raises(ProfileError, match=r"pip install 'minyin\[browser\]'"):
            run(source)
    else:
        (line,) = missing([source], tmp_path / "no-browser")
        assert "找不到 Chromium" in line
    assert missing([source.but(rendered=False)], None) == []
    assert site.log() == []


def test_what_a_browser_made_is_kept_as_such(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, fixed_clock(NOW))
    page = ArchivedPage(
        url="http://x.cn/1", status=200, headers={"Content-Type": "text/html; charset=utf-8"},
        body=WORDS.encode(), rendered=True,
    )  # fmt: skip
    kept = [store.write(page), store.write(page.but(rendered=False))]
    store.close()
    assert store.read(kept[0]) == page
    assert not store.read(kept[1]).rendered
    replayed = list(read_warc(tmp_path / kept[0].file))
    assert [(one.body, one.rendered) for one in replayed] == [(page.body, True), (page.body, False)]


def test_a_site_of_scripts_is_read_with_a_browser(settings, run, collected) -> None:
    if find_spec("scrapy_playwright") is None:
        pytest.skip("the extra `browser` (scrapy-playwright) is not installed")
    if program(None) is None:
        pytest.skip("no Chromium found")
    from minyin.source import Selectors, Source

    asked: list[tuple[str, str]] = []
    with serving(PAGES, asked) as base:
        fields = {
            "id": "spa", "name": "某县网", "kind": "listing", "channel": "gov", "tier": 4, "per_second": 20,
            "start_urls": (f"{base}/list.html",), "selectors": Selectors(item="a.item"), "assessment": ASSESSED,
        }  # fmt: skip
        plain = Source.model_validate(fields)
        assert "stored" not in run(plain).outcomes
        rendered = plain.but(id="spa2", rendered=True)
        assert run(rendered).outcomes == {"listed": 1, "stored": 2}
        paths = [path for path, _ in asked]
        # robots.txt holds for what the page asks for too, and pictures are not asked for
        assert not {"/private/tracker", "/big.png"} & set(paths)
        # nothing is remembered from one page to the next
        assert all(cookie == "" for path, cookie in asked if path.startswith("/a/"))
    found: list[Article] = collected()
    assert {article.text for article in found} == {WORDS}
    page = EvidenceStore(settings.evidence).read(found[0].evidence)
    assert page.rendered
    assert WORDS.encode() in page.body
