"""Bytes to text, and words to times: every form that Chinese pages use."""

import os
import re
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.page.charset import decode
from crawlers.page.times import find_times, parse_time, url_date

DATA = Path(os.environ.get("MINYIN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
TEXT = "<p>今日停水通知，朱镕基路、喆㛃小区居民请储水。</p>"


@pytest.mark.parametrize(
    ("body", "header", "charset"),
    [
        (TEXT.encode(), "", "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=gbk", "utf-8-sig"),
        (TEXT.encode("utf-16"), "text/html", "utf-16"),
        (TEXT.encode("gb18030"), "text/html; charset=gb2312", "gb18030"),
        (b'<meta charset="gbk">' + TEXT.encode("gb18030"), "text/html", "gb18030"),
        (b'<meta charset="utf-8">' + TEXT.encode("gb18030"), "text/html; charset=utf-8", "gb18030"),
        (b'<meta charset="gb2312">' + TEXT.encode(), "text/html; charset=gb2312", "utf-8"),
        (
            b'<meta charset="iso-8859-1">' + TEXT.encode("gb18030"),
            "text/html; charset=iso-8859-1",
            "gb18030",
        ),
        (b'<meta charset="no-such">' + TEXT.encode("gb18030"), "", "gb18030"),
        (TEXT.encode("gb18030") + b"\xff" + b"<p></p>" * 200, "text/html; charset=gbk", "gb18030"),
    ],
)
def test_what_decodes_is_believed_not_what_is_declared(
    body: bytes, header: str, charset: str
) -> None:
    found = decode(body, header)
    assert found.charset == charset
    assert "朱镕基路、喆㛃小区" in found.text


def test_lies_are_known() -> None:
    assert decode(TEXT.encode("gb18030"), "text/html; charset=utf-8").lied
    assert not decode(TEXT.encode("gb18030"), "text/html; charset=gb2312").lied


@pytest.mark.data
def test_real_feeds_and_pages_of_the_2000s() -> None:
    folder = DATA / "encodings" / "tests"
    if not folder.is_dir():
        pytest.skip(f"no research data at {folder} (MINYIN_DATA)")
    wrong = []
    files = [
        (kind, path) for kind in ("GB2312", "Big5") for path in sorted((folder / kind).iterdir())
    ]
    for kind, path in files:
        found = decode(path.read_bytes())
        right = {"GB2312": "gb18030", "Big5": "big5hkscs"}[kind]
        if (
            found.charset != right
            or "\ufffd" in found.text
            or not re.search(r"[\u4e00-\u9fff]", found.text)
        ):
            wrong.append(path.name)
    print(f"charset: {len(files) - len(wrong)} of {len(files)} right, wrong: {wrong}")
    assert wrong == []
    assert len(files) == 46


@pytest.mark.parametrize(
    "text",
    [
        "2026-8-1 08:16", "2026年8月1日 8:16", "2026年08月01日08时16分", "2026/08/01 08:16", "2026.8.1 8:16:00",
        "发布时间：2026-08-01 08:16 来源：本站", "2026-08-01T08:16:00+08:00", "2026-08-01T00:16:00Z",
        "2026-08-01T08:16:00.000+0800", "Sat, 01 Aug 2026 08:16:00 +0800", "Sat, 01 Aug 2026 00:16:00 GMT",
        "2026年8月1日 星期六 08:16", "2026年8月1日上午8点16分", "1785543360", "1785543360000", "20260801081600",
        "2026-08-01　08：16", "2026-08-0108:16", "2026年08月01日08:16", "二〇二六年八月一日 8:16", "2026-08-01 08:16:00.0",
        "August 1, 2026 8:16 AM", "Aug 1, 2026, 08:16", "2026-08-01T09:16:00+09:00", "2026/8/1 上午8:16", "２０２６－０８－０１　０８：１６",
        "2026-08-01 | 08:16",
    ],
)  # fmt: skip
def test_one_moment_in_every_form(text: str) -> None:
    assert parse_time(text) == datetime.fromisoformat("2026-08-01T08:16:00+08:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-01 阅读 15 次", "2026-08-01T00:00:00+08:00"),
        ("2026年8月1日下午3点", "2026-08-01T15:00:00+08:00"),
        ("3小时前", "2026-11-01T06:30:00+08:00"),
        ("昨天 08:16", "2026-10-31T08:16:00+08:00"),
        ("2026-09-31 08:50", None),
        ("2026-13-45", None),
        ("昨天上午已处理", "2026-10-31T00:00:00+08:00"),
        ("电话 0516-86220000", None),
        ("刚刚", "2026-11-01T09:30:00+08:00"),
        ("半小时前", "2026-11-01T09:00:00+08:00"),
        ("5分钟前发布", "2026-11-01T09:25:00+08:00"),
        ("2天前", "2026-10-30T09:30:00+08:00"),
        ("一周前", "2026-10-25T09:30:00+08:00"),
        ("昨日 下午3:05", "2026-10-31T15:05:00+08:00"),
        ("前天 23:10", "2026-10-30T23:10:00+08:00"),
        ("10-08 12:00", "2026-10-08T12:00:00+08:00"),
        ("12月30日 07:05", "2025-12-30T07:05:00+08:00"),
        ("18-03-08 23:16", "2018-03-08T23:16:00+08:00"),
        ("10-0812:00", "2026-10-08T12:00:00+08:00"),
        ("二〇二五年十二月三十一日", "2025-12-31T00:00:00+08:00"),
        ("2026年8月1日24时", "2026-08-02T00:00:00+08:00"),
    ],
)
def test_days_and_nonsense(text: str, expected: str | None) -> None:
    now = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
    found = parse_time(text, now)
    assert (found.isoformat() if found else None) == expected


def test_times_inside_a_line_and_an_address() -> None:
    assert [clear for _, clear in find_times("2026-08-01 至 2026年8月3日 9:00")] == [False, True]
    assert url_date("http://x.cn/2026/0801/c1.html") == datetime.fromisoformat(
        "2026-08-01T00:00:00+08:00"
    )
    assert url_date("http://x.cn/art/123456.html") is None
