"""Times as Chinese pages, feeds and spreadsheets write them, read to the minute in Asia/Shanghai.

Left to others: which of several times on a page is the one of publication (`crawlers.page.fields`).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from minyin.clock import SHANGHAI

DATE = r"(?<![\d.])((?:19|20)\d\d)\s*[-/.年—－]\s*(1[0-2]|0?[1-9])\s*[-/.月—－]\s*(3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?"
CLOCK = (
    r"(上午|下午|晚上|中午|凌晨|早上|傍晚|AM|PM|am|pm)?\s*(2[0-4]|[01]?\d)\s*[:：时時点點]\s*([0-5]?\d)?\s*分?"
    r"(?:\s*[:：]?\s*([0-5]\d)(?:\.\d+)?)?\s*秒?\s*(AM|PM|am|pm)?"
)
ZONE = r"(?:\s*(Z|UTC|(?:GMT|UTC)?[+-]\d\d?:?(?:\d\d)?|GMT|CST|北京时间)(?![\w]))?"
WEEKDAY = r"(?:[(（]?(?:星期|周|週|礼拜)[一二三四五六日天][)）]?\s*)?"
STAMP = re.compile(rf"{DATE}(?:\s*[T,，|]?\s*{WEEKDAY}{CLOCK}{ZONE})?")
COMPACT = re.compile(
    r"^((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?:T?([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?$"
)
EPOCH = re.compile(r"^1\d{9}(\d{3})?$")
RELATIVE = re.compile(
    r"(刚刚|刚才)|(\d+|半|[一二两三四五六七八九十])\s*(秒钟?|分钟|分|个?小时|天|日|周|个?星期|个月)(?:之?前|以前)|"
    r"(昨天|昨日|前天|前日|今天|今日)\s*(?:(上午|下午|晚上|中午|凌晨|早上|傍晚)?\s*(\d{1,2})[:：时点](\d{2})?)?"
)
# without a year: 10-08 12:00, 10月8日 12:00, and 18-03-08 23:16 with two digits of it
SHORT = re.compile(
    r"(?<![\d:.-])(?:(\d\d)[-/.年])?(1[0-2]|0?[1-9])[-/月](3[01]|[12]\d|0?[1-9])(?![\d:])\s*日?\s*(?:(2[0-3]|[01]?\d)[:：]([0-5]\d)(?:[:：]([0-5]\d))?)?(?![\d-])"
)
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
ENGLISH = re.compile(
    rf"(?:\w{{3,9}},?\s+)?\d{{1,2}}\s+(?:{MONTHS})\w*\s+\d{{4}}[^<]{{0,24}}", re.IGNORECASE
)
AMERICAN = re.compile(
    rf"({MONTHS}|十[一二]?月|[一二三四五六七八九]月)[a-z]*\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*\s+)?(\d{{4}})"
    r"(?:,?\s+(?:at\s+)?(\d{1,2}):(\d\d)(?::\d\d)?\s*([AP]M)?)?",
    re.IGNORECASE,
)
# A line that shows a day in the American order holds little else
LONGEST_FOREIGN = 80
LETTERS = re.compile(r"[A-Za-z]{3}[a-z.]* \d")
URL_DATE = re.compile(r"(?<!\d)(20\d\d)[-/_]?(1[0-2]|0[1-9])[-/_]?(3[01]|[12]\d|0[1-9])(?!\d)")
HANZI_DATE = re.compile(
    r"([一二][〇○零Ｏ０一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
DIGITS = {digit: str(n) for n, digit in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "Ｏ": "0", "０": "0", "两": "2"}  # fmt: skip
# day and clock of two elements that nothing separates: 2026-08-0108:16
GLUED = re.compile(r"(\d[-/.月]\d\d)(?=\d\d:\d\d)")
WIDE = str.maketrans("０１２３４５６７８９：－／．", "0123456789:-/.")


def parse_time(text: str, now: datetime | None = None) -> datetime | None:
    """The first time that the text names, aware; without a zone it is Asia/Shanghai.

    `now`: when the page was fetched; without it relative times and times without a year say nothing.

    >>> parse_time("来源：本站 2026年8月1日 8:16").isoformat()
    '2026-08-01T08:16:00+08:00'
    >>> parse_time("二〇二六年八月一日").isoformat()
    '2026-08-01T00:00:00+08:00'
    >>> parse_time("Sat, 01 Aug 2026 00:16:00 GMT").isoformat()
    '2026-08-01T08:16:00+08:00'
    >>> parse_time("八月 1st, 2026").isoformat(), parse_time("Aug 01 Sat 2026 08:16").isoformat()
    ('2026-08-01T00:00:00+08:00', '2026-08-01T08:16:00+08:00')
    """
    text = text.strip()
    if EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).astimezone(SHANGHAI)
    if found := COMPACT.match(text):
        return _moment(*found.groups())
    for stamp, _ in find_times(text):
        return stamp
    if found := ENGLISH.search(text):
        return _english(found.group())
    return relative_time(text, now) if now else None


def find_times(text: str) -> Iterator[tuple[datetime, bool]]:
    """Every time in the text, and whether it has a clock reading and not only a date."""
    text = _plain(text)
    foreign = AMERICAN.search(text) if _may_be_foreign(text) else None
    if foreign and (at := _american(*foreign.groups())):
        yield at, foreign.group(4) is not None
    for found in STAMP.finditer(text):
        year, month, day, half, hour, minute, second, after, zone = found.groups()
        clear = hour is not None and (
            minute is not None or any(mark in found.group() for mark in "点點时時")
        )
        moment = (
            _moment(year, month, day, _hour24(hour, half or after), minute, second)
            if clear
            else _moment(year, month, day)
        )
        if moment is not None:
            yield (_in_zone(moment, zone) if clear else moment), clear


def undated(text: str, instead: str = "") -> str:
    """What else a line holds; `instead` stands for its times."""
    text = STAMP.sub(instead, text)
    return (AMERICAN.sub(instead, text) if _may_be_foreign(text) else text).strip()


def _may_be_foreign(text: str) -> bool:
    return len(text) <= LONGEST_FOREIGN and ("月 " in text or LETTERS.search(text) is not None)


def relative_time(text: str, now: datetime) -> datetime | None:
    """`3小时前`, `昨天 08:30`, and month and day without a year: the newest such time not after `now`.

    >>> relative_time("昨天 08:30", datetime.fromisoformat("2026-03-01T09:00:00+08:00")).isoformat()
    '2026-02-28T08:30:00+08:00'
    >>> relative_time("12-31 23:59", datetime.fromisoformat("2026-01-01T00:30:00+08:00")).isoformat()
    '2025-12-31T23:59:00+08:00'
    """
    now = now.astimezone(SHANGHAI)
    if found := RELATIVE.search(text):
        just, count, unit, day, half, hour, minute = found.groups()
        if just:
            return now
        if count:
            return now - _count(count) * _unit(unit)
        back = {"今": 0, "昨": 1, "前": 2}[day[0]]
        at = now - timedelta(days=back)
        hours = int(_hour24(hour, half)) if hour else 0
        return at.replace(hour=min(hours, 23), minute=int(minute or 0), second=0, microsecond=0)
    return short_time(text, now)


def short_time(text: str, now: datetime) -> datetime | None:
    """A time whose year is left out or has two digits; the newest one not after `now`."""
    found = SHORT.search(_plain(text))
    if not found:
        return None
    year, month, day, hour, minute, second = found.groups()
    latest = now.astimezone(SHANGHAI) + timedelta(days=1)
    for guess in (f"20{year}",) if year else (str(latest.year), str(latest.year - 1)):
        at = _moment(guess, month, day, hour, minute, second)
        if at is not None and at <= latest:
            return at
    return None


def url_date(url: str) -> datetime | None:
    """The day that many addresses carry: /202608/t20260801_1.html, /2026-08/01/."""
    found = URL_DATE.search(url)
    return _moment(*found.groups()) if found else None


def _plain(text: str) -> str:
    """With the digits and marks that the patterns know."""
    text = GLUED.sub(r"\1 ", text.translate(WIDE))
    return HANZI_DATE.sub(_digits, text) if "年" in text else text


def _digits(found: "re.Match[str]") -> str:
    year = "".join(DIGITS[digit] for digit in found.group(1))
    return f"{year}年{_number(found.group(2))}月{_number(found.group(3))}日"


def _number(hanzi: str) -> int:
    """
    >>> _number("二十一"), _number("十"), _number("三")
    (21, 10, 3)
    """
    tens, ten, ones = hanzi.partition("十")
    if not ten:
        return int(DIGITS[hanzi])
    return int(DIGITS[tens] if tens else 1) * 10 + int(DIGITS[ones] if ones else 0)


def _moment(
    year: str,
    month: str,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
) -> datetime | None:
    hours = int(hour or 0)
    try:
        at = datetime(
            int(year),
            int(month),
            int(day),
            hours % 24,
            int(minute or 0),
            int(second or 0),
            tzinfo=SHANGHAI,
        )
    except ValueError:
        return None
    return at + timedelta(days=1) if hours == 24 else at


def _hour24(hour: str, half: str | None) -> str:
    number = int(hour)
    if (half in ("下午", "晚上", "傍晚", "PM", "pm") and number < 12) or (
        half == "中午" and number < 3
    ):
        number += 12
    elif half in ("AM", "am", "凌晨") and number == 12:
        number = 0
    return str(number)


def _in_zone(moment: datetime, zone: str | None) -> datetime:
    if not zone or zone in ("CST", "北京时间"):
        return moment
    if zone in ("Z", "UTC", "GMT"):
        return moment.replace(tzinfo=UTC).astimezone(SHANGHAI)
    sign = -1 if "-" in zone else 1
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (
        (int(digits[:2]), int(digits[2:] or 0))
        if len(digits) != 3
        else (int(digits[0]), int(digits[1:]))
    )
    if hours > 14 or minutes > 59:
        return moment
    return (moment.replace(tzinfo=UTC) - sign * timedelta(hours=hours, minutes=minutes)).astimezone(
        SHANGHAI
    )


def _english(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI)


def _american(
    month: str, day: str, year: str, hour: str | None, minute: str | None, half: str | None
) -> datetime | None:
    names = MONTHS.lower().split("|")
    number = names.index(month.lower()) + 1 if month.isascii() else int(_number(month[:-1]))
    clock = _hour24(hour, half.upper() if half else None) if hour else None
    return _moment(year, str(number), day, clock, minute)


def _count(text: str) -> float:
    if text == "半":
        return 0.5
    return float(text) if text.isdigit() else float(_number(text))


def _unit(unit: str) -> timedelta:
    if unit.startswith("秒"):
        return timedelta(seconds=1)
    if unit.startswith("分"):
        return timedelta(minutes=1)
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30}
    return next(
        (timedelta(days=n) for name, n in days.items() if unit.endswith(name)), timedelta(hours=1)
    )
