"""Where somebody lives, and which class a child is in: addresses below the estate, school and class (DOMAIN §6.1).

The estate or village stays, it is needed to handle the matter; building, unit, flat and group number go.
Offsets are those of the folded text given; every repeat is bounded.
"""

import re
from collections.abc import Iterator

from nlp.mask.numbers import Found
from nlp.scan import Scan

N = r"[0-9一二三四五六七八九十甲乙丙丁东西A-Da-d]{1,4}"
BUILDING = rf"{N}[\s]?(?:号楼|[栋幢座]楼?|号院|#楼?|楼)"
UNIT = rf"{N}[\s]?(?:单元|门洞|门栋)"
ROOM = r"(?:[0-9]{3,4}|[零〇一二三四五六七八九]{3,4})(?:室|户|号房|房间|房)?|[0-9]{1,2}(?:室|户)|[东西中][边]?户"
CHAIN = re.compile(
    rf"(?<![0-9]){BUILDING}[\s,，\-]?(?:{UNIT}[\s\-]?(?:{N}(?:楼|层)[\s\-]?)?(?:{ROOM})?|[0-9]{{1,2}}[\-单][0-9]{{3,4}}(?:室)?|[0-9]{{3,4}}(?:室|房)?|[零〇一二三四五六七八九]{{3,4}}(?:室|房))(?![0-9元户平人年名个米%吨度])"
)
UNIT_ROOM = re.compile(rf"(?<![0-9]){UNIT}[\s\-]?(?:{N}(?:楼|层)[\s\-]?)?(?:{ROOM})(?![0-9元])")
ROOM_ALONE = re.compile(r"(?<![0-9])[0-9]{3,4}室(?!内)")
DASHED = re.compile(r"(?<![0-9\-])[0-9]{1,2}#?[\-#][\-]?[0-9]{1,2}[\-][0-9]{3,4}(?![0-9\-])")
STREET_NUMBER = re.compile(
    r"(?<=[路街巷弄里道])[0-9]{1,4}(?:-[0-9]{1,3})?号(?:院)?(?:[0-9]{1,4}(?:室|户))?(?![楼院线店])"
)
LIVES = re.compile(r"住|家|俺|我|租|户籍|地址|收货|寄|送到|上门|老宅|老房")
VILLAGE_NUMBER = re.compile(r"(?<=[村庄组队])[0-9]{1,4}号(?![楼线院机井泵路桥文通令])(?:院|户)?")
GROUP = re.compile(
    r"第?[0-9一二三四五六七八九十]{1,3}(?:组|队|巷|(?<=[村庄].)社)[0-9一二三四五六七八九十百]{1,4}号(?![楼线机井泵路桥文通令])(?:院|户)?"
)
NEXT_ROOM = re.compile(
    r"(?<![0-9])[0-9]{3,4}(?=门口|家(?:的|里|门|也|说)|那[家户]|住户|业主|的(?:住户|业主|邻居))"
)
"""A flat named by its number alone, where the text has told the building: 先在2301门口站了一会儿."""
DOOR = re.compile(
    r"(?:我家|俺家|我住|俺住|家住|房号|门牌号?)(?:是|在|为|:)?([0-9]{3,4})(?=[，,。室])|(?<![0-9])([0-9]{3,4})(?=[，,]?敲门)"
)
ADDRESS = re.compile(
    r"[0-9一二三四五六七八九十A-Da-d][\s]?(?:号|栋|幢|座|单元|门洞|门栋|室|户|#|-|楼)|敲门|家住|[我俺][家住]"
)
PUBLIC = re.compile(
    r"大厅|服务中心|行政中心|政务|[局委院厅所]|政府|办公|科室|窗口|会议|大楼|大厦|写字楼|商场|门诊|病房|学校|教室|酒店|宾馆|法庭|工作站"
)
BARE_UNIT = re.compile(r"(?:单元|门洞|门栋)$")
DWELLING = re.compile(r"家?住|[我俺]家|[我俺]是|地址|户籍")
OFFICE_BEFORE = re.compile(
    r"(?:大厅|服务中心|行政中心|政务中心|政府|办公楼|办公区|写字楼|商场|酒店|宾馆|门诊|病房|法院|检察院|公安局)[^，。]{0,4}$"
)
OFFICE_AFTER = re.compile(r"窗口|办公室|会议室|诊室|病房|柜台|教室")
SHARED = re.compile(r"电梯|轿厢|维保|楼道|单元门|检修|停用|消防栓|消防门|水泵|配电|抢修")
HOME = re.compile(r"小区|社区|花园|苑|家园|[城府里]|公寓|住|业主|户|宿舍|栋|楼|家")

RECORD = re.compile(
    r"(?:病历|住院|就诊|门诊|病案|床位|检查|化验|医保卡?|社保卡?)(?:卡|单|报告)?(?:号码?|编号|ID)[是为:：\s]{0,2}([A-Za-z]{0,4}[0-9][0-9\-]{2,20})"
)

STOP = '在是的和与向到去对举报映说称请问我们俺于从把被给让就找为以及，。、！？；：,;:!?()（）“”"《》【】\\s'
GRADE = r"(?:(?:[小初高]?[一二三四五六七八九0-9]{1,2}年级)|[小初高][一二三四五六])"
CLASS = r"[\(（]?[0-9一二三四五六七八九十]{1,2}[\)）]?[\s]?班"
SCHOOL_NAME = rf"[^{STOP}]{{2,8}}?(?:实验小学|中心小学|小学|中学|初中|高中|实小|附小|附中|幼儿园|学校|校区|职校|技校|中专|职高|学院|大学|书院)"
IN_CLASS = re.compile(
    rf"({SCHOOL_NAME})?(?:的|[\s,，])?((?:{GRADE}[\s]?{CLASS})|(?:[一二三四五六七八九1-9][\(（][0-9一二三四五六七八九十]{{1,2}}[\)）][\s]?班)|(?:[一二三四五六七八九1-9]年[\(（]?[0-9一二三四五六七八九十]{{1,2}}[\)）]?班)|(?:(?:20)?[0-9]{{2}}级[^，。\s]{{0,4}}?{CLASS})|(?:[高初][一二三](?:文科|理科|实验)?{CLASS})|(?:[小中大][一二三四五六七八九1-9]班))"
)

SEARCHED = (
    ADDRESS,
    CHAIN,
    UNIT_ROOM,
    GROUP,
    VILLAGE_NUMBER,
    ROOM_ALONE,
    DASHED,
    STREET_NUMBER,
    DOOR,
    RECORD,
)
"""Patterns that every text is searched for."""


def addresses(seen: Scan) -> Iterator[Found]:
    text = seen.text
    if not seen.search(ADDRESS):
        return
    told = False
    for found in _chains(seen):
        told = True
        yield found
    if told or "*号楼" in text:
        for match in seen.finditer(NEXT_ROOM):
            yield Found(*match.span(), "address", "*室")
    yield from _numbers(seen)


def _chains(seen: Scan) -> Iterator[Found]:
    """Building, unit, flat; group and number of a village house."""
    text = seen.text
    for pattern in (CHAIN, UNIT_ROOM, GROUP, VILLAGE_NUMBER):
        for match in seen.finditer(pattern):
            if pattern is CHAIN and BARE_UNIT.search(match.group()) and not _dwelling(text, match):
                continue
            if OFFICE_BEFORE.search(text[max(0, match.start() - 10) : match.start()]):
                continue
            if OFFICE_AFTER.match(text, match.end()):
                continue
            yield Found(*match.span(), "address", "*号楼" if pattern is CHAIN else "*号")


def _numbers(seen: Scan) -> Iterator[Found]:
    """Numbers that are an address only by what stands around them."""
    text = seen.text
    for match in seen.finditer(ROOM_ALONE):
        if not PUBLIC.search(text[max(0, match.start() - 10) : match.start()]):
            yield Found(*match.span(), "address", "*室")
    for match in seen.finditer(DASHED):
        if HOME.search(text[max(0, match.start() - 8) : match.start()]):
            yield Found(*match.span(), "address", "*号楼")
    for match in seen.finditer(STREET_NUMBER):
        around = text[max(0, match.start() - 16) : match.start()]
        if LIVES.search(around) and not PUBLIC.search(around + text[match.end() : match.end() + 8]):
            yield Found(*match.span(), "address", "*号")
    for match in seen.finditer(DOOR):
        yield Found(*match.span(match.lastindex or 0), "address", "*室")


def _dwelling(text: str, match: re.Match[str]) -> bool:
    """Building and unit without a flat: what a lift needs to be mended, unless somebody says it is home."""
    at_home = DWELLING.search(text[max(0, match.start() - 12) : match.start()])
    return bool(at_home) or not SHARED.search(text)


def records(seen: Scan) -> Iterator[Found]:
    """Numbers of medical records and insurance cards."""
    for match in seen.finditer(RECORD):
        yield Found(*match.span(1), "medical", "[病历号]")


def classes(seen: Scan) -> Iterator[Found]:
    """School and class together point at one child; the class goes, and the school with it when it stands beside."""
    text = seen.text
    if "班" not in text:
        return
    for match in seen.finditer(IN_CLASS):
        if match.group(1):
            yield Found(match.start(), match.end(), "school", "某校某班")
        else:
            yield Found(*match.span(2), "school", "某班")
