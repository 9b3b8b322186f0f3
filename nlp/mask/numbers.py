"""Personal numbers and accounts in a folded text: identity card, bank card, phone, plate, account, mail (DOMAIN §6.1).

Each finder yields `Found` with offsets in the text given. Every pattern has bounded repeats only, so a line of a
million characters is scanned in one pass. Left to others: overlaps, replacing, addresses and names.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from nlp.scan import Scan


class Found(NamedTuple):
    start: int
    end: int
    kind: str
    shown: str


HAN = {c: str(i % 10) for i, c in enumerate("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖")} | {
    "○": "0",
    "O": "0",
    "o": "0",
    "幺": "1",
    "两": "2",
}
D = "[0-9Oo零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
SEP = r"[\s\-—–~.·_()\u200b\ufe0f\u20e3]{0,3}"
PHONE = re.compile(
    rf"(?=[+018一幺壹])(?<!{D})(?<![A-Z]{{2}})(?:(?:\+|00)?86{SEP})?((?:1|一|幺|壹){SEP}{D}(?:{SEP}{D}){{9}})(?!{D})(?!\s?[元万亿件条次吨个人户斤亩度])[\ufe0f\u20e3]{{0,2}}"
)
GROUPED_PHONE = re.compile(
    r"(?<![0-9])1[3-9][0-9][，,、/\s]{1,2}[0-9]{4}[，,、/\s]{1,2}[0-9]{4}(?![0-9])"
)
"""Read out in groups: 前三位是133，0000，9012."""
LANDLINE = re.compile(r"(?<![0-9])\(?(0[1-9]\d{1,2})\)?[\s\-—]{0,3}(\d{3,4}[\s\-]?\d{4})(?!\d)")
BARE_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.])([2-9]\d{2,3}[\s\-]?\d{4})(?![0-9.元万亿亩件人斤个吨户年月米平]|[\s\-]\d)"
)
CALL = re.compile(r"电话|座机|固话|热线|联系|拨打|致电|来电|咨询|号码|\b[Tt][Ee][Ll]|请打")
DESK = re.compile(
    r"[局府科处院馆所站]|办公室|大厅|窗口|服务|热线|值班|监督|举报|客服|预约|抢修|急救|总机|监管|中心|公司"
)
"""A desk's number is there to be called."""
NUMBERED = re.compile(
    r"(?:[表单票编序文案批件户档版水型器站井杆箱车]|流水|条码|批次)号[码是为:：\s]{0,2}$|编码[是为:：\s]{0,2}$"
)
"""水表表号0189000022 is a meter's number, 票号0516-0086000 a ticket's."""
SERVICE = re.compile(r"(?:400|800)")
RUN = re.compile(
    rf"(?<![0-9A-Za-z]){D}(?:[\s\-·.]{{0,2}}{D}){{13,20}}(?:[\s\-]{{0,2}}[Xx])?(?![0-9A-Za-z])"
)
ID_CONTEXT = re.compile(r"身份证|身份号|身份信息|证件号?|证号|户口|[一二]代证|社保号|医保号")
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)
CARD_CONTEXT = re.compile(r"卡|账号|帐号|账户|打到|汇到|转到|户名")
NOT_CARD = re.compile(
    r"单号|订单|运单|编号|流水|快递|物流|文号|受理|工单|回执|发票|序列|型号|条码|许可|代码|信用|编码|批号|条形|学籍|案号|房产证"
)
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-HJ-NP-Za-hj-np-z][·•.\-—\s]{0,2}"
    r"(?=[A-Za-z]{0,5}\d)([A-HJ-NP-Za-hj-np-z0-9]{4,6}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳])(?![A-Za-z0-9])"
)
MAIL_LEFT = re.compile(r"[A-Za-z0-9._%+\-]{1,64}$")
MAIL_RIGHT = re.compile(r"[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}")
APP = r"(?:微信|微\s?信|威信|薇信|V信|v信|微博|绿泡泡|徽信|维信|QQ|qq|Qq|扣扣|企鹅|抖音|快手|小红书|贴吧|陌陌|支付宝|wechat|WeChat|weixin|[Vv][Xx]|[Ww][Xx])"
APP_WORD = re.compile(APP)
ACCOUNT = re.compile(
    rf"(?=[微威薇Vv绿徽维Qq扣企抖快小贴陌支Ww加])(?:{APP}(?:群主?|客服|同步|群)?(?:号码?|账号|帐号|[Ii][Dd]|是|为|加|[:：\s]){{0,4}}"
    rf"|加(?:我|个)?(?:微|[Vv])?(?:[:：\s]){{0,2}})([A-Za-z0-9][A-Za-z0-9_\-]{{4,24}})(?![A-Za-z0-9@])"
)
NAMED_ID = re.compile(
    r"[，,。；;\s]号(?:码)?(?:是|为|[:：])\s?([A-Za-z][A-Za-z0-9_\-]{4,24})(?![A-Za-z0-9@])"
)
"""微信名叫“诚信装饰小管”，号是gbr_zhuangshi88."""
NICK = re.compile(
    rf"(?=[微威薇Vv绿徽维Qq扣企抖快小贴陌支Ww网昵账用Ii])(?:{APP}(?:号|账号|帐号|搜索?|昵称|名字?|叫|是|为|[Ii][Dd]|[:：\s]){{1,4}}|(?:网名|昵称|账号名?|用户名|(?<![A-Za-z])[Ii][Dd])(?:叫|是|为|[:：\s]){{1,2}})"
    r"[“\"「『]?(?!同?(?:手机|电话)|同上|[就也都]是|被[盗封]|没[了有]|登不|注销|丢了)([\w\u4e00-\u9fff·]{2,12})"
)
SPELT_AT = re.compile(
    r"(?:[\[(]?(?:at|AT|艾特)[\])]?|#)\s?[A-Za-z0-9\-]{2,30}\s?(?:\.|点|dot)\s?(?:com|cn|org|net)"
)
SPELT_LEFT = re.compile(r"[A-Za-z0-9._\-]{2,40}\s?$")
MENTION = re.compile(r"(?<![A-Za-z0-9])@([\w\u4e00-\u9fff·\-]{1,24})")
MENTION_STOP = re.compile(r"说|称|讲|表示|发帖|回复|你|您|问|反映|曝光|转发")
OFFICIAL = re.compile(
    r"发布|公安|交警|消防|应急|融媒|政府|政务|日报|晚报|新闻|电视|广播|气象|检察|法院|共青团|妇联|教育局|水务|供电|城管|网警|卫健|环保|生态|平安|物业|客服|平台|官方|辟谣|所有人|全体|大家|各位"
)

SEARCHED = (
    RUN, PHONE, GROUPED_PHONE, LANDLINE, BARE_LANDLINE, PLATE, SPELT_AT, ACCOUNT, APP_WORD, NAMED_ID, NICK, MENTION,
)  # fmt: skip
"""Patterns that every text is searched for."""


def identity_cards(seen: Scan) -> Iterator[Found]:
    text = seen.text
    for match in seen.finditer(RUN):
        digits = _digits(match.group())
        if len(digits) == 18 and _birthday(digits[6:14]):
            before = text[max(0, match.start() - 12) : match.start()]
            if id_checksum(digits) or not NOT_CARD.search(before):
                yield Found(*match.span(), "id", "[身份证]")
        elif _near_id(digits, text[max(0, match.start() - 16) : match.start()]):
            yield Found(*match.span(), "id", "[身份证]")


def _near_id(digits: str, before: str) -> bool:
    """An old number of 15 signs, or one copied with a sign too few or too many, where the words say what it is."""
    if not ID_CONTEXT.search(before) or digits[:2] not in PROVINCES:
        return False
    if len(digits) == 15:
        return _birthday("19" + digits[6:12])
    copied = len(digits) in (16, 17, 19) and not NOT_CARD.search(before[-8:])
    return copied and (
        _birthday(digits[6:14]) or _birthday(digits[5:13]) or _birthday(digits[7:15])
    )


def id_checksum(digits: str) -> bool:
    """GB 11643-1999.

    >>> id_checksum("11010519491231002X")
    True
    """
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if not digits[:17].isdigit():
        return False
    total = sum(int(d) * w for d, w in zip(digits[:17], weights, strict=True))
    return "10X98765432"[total % 11] == digits[17].upper()


def bank_cards(seen: Scan) -> Iterator[Found]:
    text = seen.text
    for match in seen.finditer(RUN):
        digits = _digits(match.group())
        before = text[max(0, match.start() - 12) : match.start()]
        if not 15 <= len(digits) <= 19 or not digits.isdigit() or NOT_CARD.search(before):
            continue
        if CARD_CONTEXT.search(before) or (digits[0] in "3456" and luhn(digits)):
            yield Found(*match.span(), "bank", "[银行卡]")


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def phones(seen: Scan) -> Iterator[Found]:
    for match in seen.finditer(PHONE):
        digits = _digits(match.group(1))
        if len(digits) == 11 and digits[1] in "3456789":
            yield Found(*match.span(), "phone", "[电话]")
    for match in seen.finditer(GROUPED_PHONE):
        yield Found(*match.span(), "phone", "[电话]")


def landlines(seen: Scan) -> Iterator[Found]:
    text = seen.text
    for match in seen.finditer(LANDLINE):
        before = text[max(0, match.start() - 12) : match.start()]
        if not DESK.search(before) and not NUMBERED.search(before):
            yield Found(*match.span(), "landline", "[电话]")
    for match in seen.finditer(BARE_LANDLINE):
        before = text[max(0, match.start() - 10) : match.start()]
        if CALL.search(before) and not DESK.search(before) and not SERVICE.match(match.group()):
            yield Found(*match.span(), "landline", "[电话]")


def plates(seen: Scan) -> Iterator[Found]:
    """The province and city letter stay: they tell a local car from a stranger's and name nobody."""
    for match in seen.finditer(PLATE):
        yield Found(*match.span(), "plate", f"{match.group().replace(' ', '')[:2].upper()}·****")


def mails(seen: Scan) -> Iterator[Found]:
    """Looks left and right of each @, so that a long word costs nothing."""
    text = seen.text
    for match in seen.finditer(SPELT_AT):
        before = SPELT_LEFT.search(text[max(0, match.start() - 42) : match.start()])
        if before:
            yield Found(match.start() - len(before.group()), match.end(), "mail", "[邮箱]")
    position = text.find("@")
    while position >= 0:
        left = MAIL_LEFT.search(text[max(0, position - 64) : position])
        right = MAIL_RIGHT.match(text, position + 1)
        if left and right:
            yield Found(position - len(left.group()), right.end(), "mail", "[邮箱]")
        position = text.find("@", position + 1)


def accounts(seen: Scan) -> Iterator[Found]:
    text = seen.text
    for match in seen.finditer(ACCOUNT):
        yield Found(*match.span(1), "account", "[账号]")
    if seen.search(APP_WORD):
        for match in seen.finditer(NAMED_ID):
            yield Found(*match.span(1), "account", "[账号]")
    for match in seen.finditer(NICK):
        if not OFFICIAL.search(match.group(1)):
            yield Found(*match.span(1), "account", "[账号]")
    for match in seen.finditer(MENTION):
        stop = MENTION_STOP.search(match.group(1), 2)
        end = match.start(1) + stop.start() if stop else match.end()
        if not OFFICIAL.search(text[match.start() : end]):
            yield Found(match.start(), end, "account", "[账号]")


def _digits(text: str) -> str:
    return "".join(HAN.get(c, c) for c in text if c.isdigit() or c in HAN or c in "Xx")


def _birthday(digits: str) -> bool:
    """YYYYMMDD that may be somebody's birthday.

    >>> _birthday("19491231"), _birthday("20261345")
    (True, False)
    """
    return bool(re.fullmatch(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", digits))
