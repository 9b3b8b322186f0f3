"""How values are said to people: times in the county's clock, codes by name. Used by pages and commands alike."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from minyin.clock import local
from minyin.county import County
from minyin.model import Labelled, Level

WEEKDAYS = "一二三四五六日"
TIERS = {1: "T1 中央", 2: "T2 省级", 3: "T3 市级", 4: "T4 县级", 5: "T5 论坛自媒体"}
MASKS = {
    "phone": "手机号",
    "landline": "固定电话",
    "id": "身份证号",
    "bank": "银行卡号",
    "plate": "车牌",
    "mail": "邮箱",
    "account": "账号",
    "name": "姓名",
    "address": "门牌",
    "medical": "病历号",
    "school": "学校班级",
}
LINKS = {"created": "生成", "related": "关联", "evidence": "佐证"}


def moment(at: datetime | None) -> str:
    """A full time as people in the county read it.

    >>> moment(None)
    '—'
    """
    return f"{local(at):%Y-%m-%d %H:%M}" if at else "—"


def short(at: datetime | None) -> str:
    """A time without its year, for dense tables."""
    return f"{local(at):%m-%d %H:%M}" if at else "—"


def full_day(at: datetime) -> str:
    """2026年11月1日 星期日"""
    day = local(at)
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, or how long from now, in the largest unit that says it.

    >>> from datetime import UTC
    >>> ago(datetime(2026, 11, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC))
    '2 小时前'
    """
    if at is None:
        return "—"
    gap = now - at
    return f"{span(abs(gap))}{'前' if gap >= timedelta(0) else '后'}"


def span(gap: timedelta) -> str:
    """
    >>> span(timedelta(minutes=90))
    '1 小时'
    """
    minutes = int(gap.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"


def label(value: object) -> str:
    """The Chinese word of a code; an empty value is a dash."""
    if isinstance(value, Labelled):
        return value.label
    return "—" if value in (None, "") else str(value)


def level_name(level: Level | None) -> str:
    return level.label if level else "未定级"


def mask_names(kinds: Iterable[str]) -> str:
    """What was masked, each kind once.

    >>> mask_names(["phone", "name", "phone"])
    '手机号、姓名'
    """
    return "、".join(MASKS.get(kind, kind) for kind in dict.fromkeys(kinds))


def percent(part: float, whole: float) -> str:
    """
    >>> percent(1, 8), percent(0, 0)
    ('12.5%', '—')
    """
    return f"{part / whole:.1%}" if whole else "—"


def topic_name(county: County, code: str | None) -> str:
    if code is None:
        return "—"
    topic = county.topic_by_code.get(code)
    return topic.name if topic else code


def unit_name(county: County, unit_id: str | None) -> str:
    if unit_id is None:
        return "—"
    unit = county.unit_by_id.get(unit_id)
    return unit.name if unit else unit_id


def source_name(county: County, source_id: str) -> str:
    source = county.source_by_id.get(source_id)
    return source.name if source else source_id


def place(county: County, street: str | None, village: str | None = None) -> str:
    """镇街 and, where known, 村居; a dash where nothing was found."""
    names = [county.place_name(code) for code in (street, village) if code]
    return " · ".join(names) or "—"


WAYS_IN = {
    "feed": "订阅源",
    "sitemap": "站点地图",
    "listing": "列表页",
    "thread_listing": "论坛或问政",
    "api": "JSON 接口",
}
"""What a site offers to be read from."""
