"""Times as Chinese pages, feeds and spreadsheets write them, read to the minute in Asia/Shanghai.

Left to others: which of several times on a page is the one of publication (`crawlers.fields`).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from minyin.clock import SHANGHAI

DATE = r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?"
CLOCK = (
    r"(上午|下午|晚上|中午|凌晨|早上|傍晚|AM|PM|am|pm)?\s*(2[0-3]|[01]?\d)\s*[:：时点]\s*([0-5]?\d)?\s*分?"
    r"(?:\s*[:：]\s*([0-5]\d)(?:\.\d+)?)?\s*秒?\s*(AM|PM|am|pm)?"
)
ZONE = r"(?:\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w]))?"
STAMP = re.compile(
    rf"{DATE}(?:\s*[T,，]?\s*(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?\s*)?{CLOCK}{ZONE})?"
)
COMPACT = re.compile(
    r"^((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?:T?([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?$"
)
EPOCH = re.compile(r"^1\d{9}(\d{3})?$")
RELATIVE = re.compile(
    r"(\d+)\s*(分钟|小时|天)前|(昨天|前天|今天)\s*(?:([01]?\d|2[0-3])[:：]([0-5]\d))?"
)
ENGLISH = re.compile(
    r"(?:\w{3,9},?\s+)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\s+\d{4}[^<]{0,24}",
    re.IGNORECASE,
)
URL_DATE = re.compile(r"(?<!\d)(20\d\d)[-/]?(1[0-2]|0[1-9])[-/]?(3[01]|[12]\d|0[1-9])(?!\d)")


def parse_time(text: str, now: datetime | None = None) -> datetime | None:
    """The first time that the text names, aware; without a zone it is Asia/Shanghai.

    >>> parse_time("来源：本站 2026年8月1日 8:16").isoformat()
    '2026-08-01T08:16:00+08:00'
    >>> parse_time("Sat, 01 Aug 2026 00:16:00 GMT").isoformat()
    '2026-08-01T08:16:00+08:00'
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
    return _relative(text, now) if now else None


def find_times(text: str) -> Iterator[tuple[datetime, bool]]:
    """Every time in the text, and whether it has a clock reading and not only a date."""
    for found in STAMP.finditer(text):
        year, month, day, half, hour, minute, second, after, zone = found.groups()
        clear = hour is not None and (
            minute is not None or "点" in found.group() or "时" in found.group()
        )
        moment = (
            _moment(year, month, day, _hour24(hour, half or after), minute, second)
            if clear
            else _moment(year, month, day)
        )
        if moment is not None:
            yield (_in_zone(moment, zone) if clear else moment), clear


def url_date(url: str) -> datetime | None:
    """The day that many addresses carry: /202608/t20260801_1.html, /2026-08/01/."""
    found = URL_DATE.search(url)
    return _moment(*found.groups()) if found else None


def _moment(
    year: str,
    month: str,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
) -> datetime | None:
    try:
        return datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=SHANGHAI,
        )
    except ValueError:
        return None


def _hour24(hour: str, half: str | None) -> str:
    number = int(hour)
    if (half in ("下午", "晚上", "傍晚", "PM", "pm") and number < 12) or (
        half == "中午" and number < 3
    ):
        number += 12
    elif half in ("AM", "am") and number == 12:
        number = 0
    return str(number)


def _in_zone(moment: datetime, zone: str | None) -> datetime:
    if not zone:
        return moment
    if zone in ("Z", "UTC", "GMT"):
        return moment.replace(tzinfo=UTC).astimezone(SHANGHAI)
    offset = datetime.strptime(zone.replace(":", ""), "%z").tzinfo
    return moment.replace(tzinfo=offset).astimezone(SHANGHAI)


def _english(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI)


def _relative(text: str, now: datetime) -> datetime | None:
    found = RELATIVE.search(text)
    if not found:
        return None
    count, unit, day, hour, minute = found.groups()
    if count:
        step = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "天": timedelta(days=1)}[
            unit
        ]
        return now.astimezone(SHANGHAI) - int(count) * step
    back = {"今天": 0, "昨天": 1, "前天": 2}[day]
    at = now.astimezone(SHANGHAI) - timedelta(days=back)
    return at.replace(hour=int(hour or 0), minute=int(minute or 0), second=0, microsecond=0)
