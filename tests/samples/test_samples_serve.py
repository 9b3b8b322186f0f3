"""The six sites on the wire: really started, really crawled with plain urllib."""

import gzip
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, build_opener

import pytest

from minyin.errors import InputError
from samples.planted import NOTICE
from samples.serve import Sites, serving
from samples.singles import all_items
from samples.sites import KINDS
from support.demo import free_block

HREF = re.compile(r'(?:href="([^"#]+)"|<loc>([^<]+)</loc>|<link>([^<]+)</link>)')


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    with serving(free_block(len(KINDS))) as running:
        yield running


def get(url: str, **headers: str) -> Answer:
    request = Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with build_opener().open(request, timeout=10) as answer:
            return Answer(answer.status, answer.read(), dict(answer.headers))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(), dict(error.headers))


def text_of(answer: Answer) -> str:
    encoding = "gb18030" if "gb2312" in answer.headers["Content-Type"] else "utf-8"
    return answer.body.decode(encoding)


def crawl(sites: Sites, name: str) -> dict[str, str]:
    """Every page of a site that its links lead to, robots.txt obeyed, by path."""
    host = urlsplit(sites.url(name)).netloc
    rules = get(sites.url(name, "/robots.txt")).body.decode()
    closed = tuple(re.findall(r"^Disallow: (\S+)", rules, re.MULTILINE))
    maps = re.findall(r"^Sitemap: (\S+)", rules, re.MULTILINE)
    waiting, found = [sites.url(name), *maps], dict[str, str]()
    while waiting:
        url = waiting.pop()
        parts = urlsplit(url)
        if parts.netloc != host or parts.path in found or parts.path.startswith(closed):
            continue
        answer = get(url)
        assert answer.status == 200, url
        found[parts.path] = text_of(answer)
        for groups in HREF.findall(found[parts.path]):
            link = next(filter(None, groups))
            if not link.startswith("javascript:"):
                waiting.append(urljoin(url, link))
    return found


@pytest.fixture(scope="module")
def crawled(sites: Sites) -> dict[str, dict[str, str]]:
    """Every page that links lead to, by site and path."""
    return {kind.name: crawl(sites, kind.name) for kind in KINDS}


def test_every_written_text_is_on_a_page_that_links_lead_to(
    crawled: dict[str, dict[str, str]],
) -> None:
    items = defaultdict(list)
    for item in all_items():
        items[item.site].append(item)
    for kind in KINDS:
        pages = crawled[kind.name]
        html = [page for path, page in pages.items() if not path.endswith(".xml")]
        assert all(NOTICE in page for page in html)
        addresses = " ".join(pages)
        whole = "\n".join(html)
        for item in items[kind.item_site]:
            on_address = re.search(rf"/{item.id}(\.html)?( |$)", addresses)
            in_block = f'-id="{item.id}"' in whole or f'pid="{item.id}"' in whole
            assert on_address or in_block, f"{item.id} is on no page of {kind.name}"


def test_the_forum_is_gbk_and_says_gb2312(sites: Sites, crawled: dict[str, dict[str, str]]) -> None:
    answer = get(sites.url("forum", "/forum-2-1.html"))
    assert answer.headers["Content-Type"] == "text/html; charset=gb2312"
    page = answer.body.decode("gb18030")
    assert "charset=gb2312" in page
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")
    whole = "".join(crawled["forum"].values())
    with pytest.raises(UnicodeEncodeError):
        whole.encode("gb2312")


def test_unchanged_pages_answer_304(sites: Sites) -> None:
    url = sites.url("gov", "/col/tzgg/index.html")
    first = get(url)
    assert get(url, If_None_Match=first.headers["ETag"]) == Answer(
        304, b"", get(url, If_None_Match=first.headers["ETag"]).headers
    )
    assert get(url, If_Modified_Since=first.headers["Last-Modified"]).status == 304
    assert get(url, If_None_Match='"other"').status == 200
    assert get(url, If_Modified_Since="Sat, 01 Aug 2020 00:00:00 GMT").status == 200


def test_gzip_only_where_asked(sites: Sites) -> None:
    url = sites.url("news")
    plain, packed = get(url), get(url, Accept_Encoding="gzip, deflate")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_a_forbidden_page_exists_and_is_linked_from_what_a_crawler_reads(
    sites: Sites, crawled: dict[str, dict[str, str]]
) -> None:
    for kind in KINDS:
        rules = get(sites.url(kind.name, "/robots.txt")).body.decode()
        closed = re.findall(r"^Disallow: (\S+)", rules, re.MULTILINE)
        assert len(closed) == 1
        pages = crawled[kind.name]
        linked = {
            urljoin(sites.url(kind.name), next(filter(None, groups)))
            for page in pages.values()
            for groups in HREF.findall(page)
        }
        forbidden = [url for url in linked if urlsplit(url).path.startswith(closed[0])]
        assert len(forbidden) == 1
        assert get(forbidden[0]).status == 200


def test_unknown_addresses_answer_404(sites: Sites) -> None:
    assert get(sites.url("board", "/q/none.html")).status == 404


def test_a_taken_port_is_one_chinese_line_and_exit_2(sites: Sites) -> None:
    command = [sys.executable, "-m", "samples.serve", "--base-port", str(sites.base_port)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 2
    assert "端口不可用" in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(InputError, match="端口不可用"), serving(sites.base_port):
        pass
