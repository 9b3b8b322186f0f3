"""Names of private persons, found by what stands before and after them and a list of surnames (DOMAIN §6.1).

Officials on duty and reporters keep their names: no cue here names an office. A cue is strong (来电人, 我叫, 姓名) or
weak (司机, 老人, 我妈): after a weak one, whatever may be an ordinary word is left alone. Offsets are those of the
folded text given.
"""

import re
from collections.abc import Iterator
from functools import cache

from nlp.automaton import Automaton
from nlp.mask.numbers import Found
from nlp.normal import DATA
from nlp.scan import Scan
from nlp.words import tagged, word_tags

STRONG = (
    r"来电人|来访人|联系人|姓名|名字|名叫|我叫|他叫|她叫|叫做|投诉人|开户人|收款人|付款人|汇款人|转账人|法人代表|被保险人|经办人|举报人|反映人|诉求人|留言人|信访人|求助人|申请人|救助人|登记人|报修人"
    r"|户主|户名|收件人|收货人|寄件人|发件人|监护人|当事人|受害人|委托人|承租人|持卡人|签字的|具名|署名|寻人|拟聘用|授予|表彰|信访登记|来访登记"
    r"|(?<=[的人头方主员子女娃家位个])叫(?=[^做我你他她人苦好])"
)
_MY = r"(?:[我俺他她你咱其]们?|[俺我他她]家)"
_AGE = r"[表堂亲干大二三四五六七八小老后前外]"
_KIN = (
    r"(?:舅舅?|姑姑?|姨姨?|叔叔?|伯伯?|婶婶?|爷爷?|奶奶?|姥[爷姥娘]|外[公婆]|[爸妈爹娘]{1,2}|哥哥?|弟弟?|姐姐?|妹妹?|嫂子?|姐夫|妹夫|侄[子女]?|外?甥女?|儿媳?|女婿|孙[子女]"
    r"|媳妇|丈夫|妻子?|老[婆公伴]|父亲?|母亲?|公公|婆婆|岳[父母]|亲家|连襟|妯娌|对象|[男女]朋友|同事|邻居|朋友|同学|室友|工友|老乡)"
)
KIN = (
    rf"{_MY}(?:的)?{_AGE}?{_KIN}|太奶奶|太爷爷|父亲|母亲|丈夫|妻子|老伴|奶奶|爷爷|姥姥|姥爷|外婆|外公|{_AGE}(?:舅|姑|姨|叔|伯|婶|爷|哥|弟|姐|妹|嫂|姐夫|侄子|外甥)"
    r"|岳父|岳母|公公|婆婆|女婿|儿媳|儿媳妇|弟弟|妹妹|哥哥|姐姐"
)
MINOR = r"(?:[我俺他她其])?(?:儿子|女儿|闺女|孙子|孙女|外孙女?|侄子|侄女|孩子|学生|同学|男童|女童|男孩|女孩|小朋友)|其[子女]"
ROLE = (
    r"村民|居民|市民|业主|老师(?!傅)|教师|护士长|校医|教官|辅导员|保育员|租户|租客|房东|家长|司机|车主|摊主|店主|老板娘?|工人|工友|农户|养殖户|种植户|承包人|邻居|低保户|五保户|贫困户|残疾人|村医|本人"
    r"|护工|保洁员|保安|环卫工|监督员|线路工|电工|维修工|班主任|任课老师|物业经理|经理|包工头|中介|患者家属|患者|病人|病号|伤者|死者|产妇|老人|老太太?|老汉|大爷|大娘"
    r"|乘客|骑手|外卖员|快递员|志愿者|党员|群众|岁的|[我俺]是|[村庄组]的|(?<=[村组居庄])\s|户籍|庄[里上]的|会计|出纳|组长|教练|学员|护士|医生|大夫|厨师|船主|瓦工|木工|焊工|搬运工|收废品的|卖菜的|前夫|前妻|男子|女子|嫌疑人|被告|原告"
    r"|债务人|借款人|担保人|法定代表人|法人|中间人|介绍人|证人|失主|捐赠人|受益人|代理人|职工|员工|同事|室友|工头|老乡|发小|亲戚|受助人|孤儿|家属|姓名栏|名单[:：]"
    r"|群主|对方|机主|房主|债主|老赖|学徒|保姆|月嫂|外甥|孤寡|独居|转给|汇给|打给|借给|\[电话\][，,、\s（(]"
)
SEPARATOR = r"[:：\s是为叫，,]{0,2}"
# what a cue can begin with at most: a line without such signs is passed over at once
_FIRST = "".join(
    sorted(set(re.findall(r"[\u4e00-\u9fff]", STRONG + _MY + _AGE + _KIN + MINOR + ROLE)))
)
CUE = re.compile(
    rf"(?=[{_FIRST}\s\[])(?:(?P<strong>{STRONG})(?:姓名|名字)?(?:应该|应当|之一|代表)?{SEPARATOR}|(?P<minor>{MINOR})(?:名)?(?:叫|[:：\s]){{0,2}}"
    rf"|(?P<weak>{KIN}|{ROLE})(?:之一|代表|家属)?(?:叫|名叫|[:：\s]){{0,2}})"
)
AFTER = re.compile(
    r"(?=[（(，,老户在第同等的家本今现生女先：:\s\[]|1[3-9])(?:(?=[（(](?:1\d{10}|\[|手机|电话|联系|身份证|男|女|[0-9]{1,2}岁))|(?=[，,]\s?(?:男|女)[，,。])|(?=[，,]\s?(?:身份证|卡号|电话|手机|联系电话))"
    r"|(?=[，,]\s?[0-9]{2}岁)|(?=老人(?!家))|(?=户[（(])|(?=在家)|(?=第[一二三四五六七八九十0-9]{1,2}次)|(?=同志)|(?=等[0-9一二三四五六七八九十]{0,3}[人户名])"
    r"|(?=的(?:身份证|电话|手机|卡号|家属|儿子|女儿|丈夫|妻子|母亲|父亲|房子))|(?=家(?:的|门口|房|院|地里))|(?=本人)|(?=女士|先生|同学|老师(?!们))"
    r"|(?=(?:今年[一二三四五六七八九十0-9]{1,3}[岁周]|现年|生前))|(?=[：:\s，,]{0,2}(?:1[3-9]\d[\s\-]?\d{4}|\[电话\]))|(?=[，,（(][^，。（(]{0,12}(?:[小中大]学|学校|[初高]中|职校|幼儿园)[^，。]{0,8}班))"
)
OFFICE = re.compile(
    r"(?:副)?(?:局长|书记|镇长|市长|县长|区长|主任|所长|队长|院长|校长|站长|科长|处长|部长|主席|法官|检察官|律师|民警|警官|记者|教授|主播|主播)"
)
DUTY = re.compile(
    r"(?:记者|通讯员|监察员|协管员|辅警|网格员|调解员|科员|政委|所员|指导员|编辑|责编|审核|校对|图文|摄影|摄像|监制|民警|法官|检察官|律师|局长|书记|[镇市县区乡校院所队科处站部]长|主任|主席|干部|同志们?)[：:\s]{0,2}(?:[\u4e00-\u9fff]{2,3}[\s、])?$"
)
PLACE_END = frozenset(
    "边塘旁村路段镇桥庄河湖山街巷区县市里店厂桥口湾坝圩集寺庙楼园苑府城上下后前系群树湖冲"
)
CALLER = re.compile(r"([\u4e00-\u9fff])(先生|女士|小姐)")
PHONE_AFTER = re.compile(r"[（(，,：:\s]{0,2}(?:1[3-9]\d[\s\-]?\d{4}|\[电话\])")
COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
    "康易乔牛庞樊殷施耿葛安洪岳倪章鲁俞焦翟尤柳梅辛管左祝鲍柴裴甘冉骆詹靳褚费纪欧柯窦司祁卞辜盛童齐季费房路温车米凌霍申阎"
)
"""Surnames so frequent that the surname alone tells nobody."""
BESIDE = frozenset("边旁塘")
HAN = re.compile(r"[\u4e00-\u9fff]")
# characters no given name has, or that begin the next word
NOT_GIVEN = frozenset(
    "人的了在是说称反表来把被给与及从对因也就不没已还要去到住家等老先女代再第这那有个们某我你他她它它其岁户号吗呢吧啊哦嘛么什怎谁哪"
    "为并但而或很太最更又才可会能请让使将向往由自以所地得着过吃喝打骂拿电话号码手机病死伤拨问答讲喊叫买卖借欠赔骑开停租查收送带找租种师傅至姐哥爷妈婶叔嫂时点分村镇街路区县市省"
)
SPEECH = frozenset("说称讲问")
MAY_OPEN = frozenset("家来有可会能自以为得时点")
"""Of those, the ones a given name does begin with: 周家栋, 方来顺."""
FUNCTION_SURNAMES = frozenset(
    "代安康乐和于从都能应常时成向那有全相要来单解经空后步国连通充查沙后门路支车水种满强求须越权"
)
WORDLIKE = frozenset(
    "万方白包毕边常车成程单党丁丰高公宫古关管广桂国海何和贺洪后胡花华黄吉纪计家简江金经井景康乐雷冷连林凌龙路麻马毛梅门米苗明牧宁牛农皮平齐强曲全任容沙商申生盛师施石时史水司苏台汤唐陶田童"
    "危温文武席夏向项宣严燕羊阳易应游于余鱼元云查张章支钟周祝庄卓宗左谈从满空都要相能越逢"
)
"""Surnames that are everyday words too: after these, an everyday word is no given name."""
PLACE_AFTER = re.compile(r"[\u4e00-\u9fff]?(?:镇|街道|乡|路|社区|[县区](?![别分]))|[村庄集某厂店]")
DOCUMENT_AFTER = re.compile(r"[〔\[［（(](?:19|20)\d\d")
"""徐政规〔2024〕3号 is a paper, no person."""
VILLAGE_AFTER = re.compile(
    r"[\u4e00-\u9fff]{0,3}(?:名邸|小区|花园|村(?![里民口上干两委部医东西头]))"
)
AND = re.compile(r"、|[和与及跟](?=[\u4e00-\u9fff]{2,3}(?:[，,。；;、！!?？]|$))")
AMOUNT = re.compile(
    r"奶奶|爷爷|叔叔?|阿姨|婶|伯|哥|嫂|老[汉太]|大[爷娘姐妈哥叔伯婶嫂]|[一二两三四五六七八九十几百]{1,2}[百千万块元个位名]"
)
LIST = re.compile(r"[、,，]|[和与及](?=[\u4e00-\u9fff]{2,3}(?:[，,。；;、！!?？都也]|$))")
PAIR = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,3})[和与跟]([\u4e00-\u9fff]{2,3})(?=[两俩二]个?人|俩|两口|夫妻|夫妇|兄弟|姐妹|父子|母女|母子)"
)
NAME_ROW = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4}){0,20}[、和与及][\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
)

SEARCHED = (CUE, AFTER)
"""Patterns that every text is searched for."""


@cache
def surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Two-character surnames, one-character surnames."""
    lines = (DATA / "surnames.txt").read_text(encoding="utf-8").splitlines()
    pairs, singles = (line for line in lines if not line.startswith("#"))
    return frozenset(pairs.split()), frozenset(singles)


def names(seen: Scan) -> Iterator[Found]:
    """Every name found by a cue, and every further place where the same name stands."""
    text = seen.text
    known: dict[str, str] = {}
    for found in (
        *_after_cues(seen),
        *_before_cues(seen),
        *_lists(seen),
        *_pairs(seen),
        *_unheard(seen),
    ):
        known.setdefault(text[found.start : found.end], found.shown)
        yield found
    yield from again(text, known)


def again(text: str, known: dict[str, str]) -> Iterator[Found]:
    """Places where known names (name → what is shown) stand in a text; one pass however many names there are."""
    wanted = {name: shown for name, shown in known.items() if len(name) > 2}
    if not wanted:
        return
    for start, end, shown in Automaton(wanted).find(text):
        yield Found(start, end, "name", shown)


def _after_cues(seen: Scan) -> Iterator[Found]:
    text = seen.text
    for cue in seen.finditer(CUE):
        strong = bool(cue.group("strong"))
        minor = bool(cue.group("minor"))
        position = cue.end()
        if strong and (found := _caller(text, position)):
            yield found
            continue
        for _ in range(40):
            end = _name_end(text, position, strict=not strong)
            if end is None or OFFICE.match(text, end):
                break
            yield Found(position, end, "name", _shown(text[position:end], minor=minor))
            if not LIST.match(text, end):
                break
            position = end + 1


def _caller(text: str, position: int) -> Found | None:
    """来电人仝先生, 来电人姜女士（138…）: a rare surname, or one beside a number, tells who called."""
    match = CALLER.match(text, position)
    if match is None or (match.group(1) in COMMON and not PHONE_AFTER.match(text, match.end())):
        return None
    return Found(match.start(1), match.end(), "name", f"某{match.group(2)}")


def _before_cues(seen: Scan) -> Iterator[Found]:
    text = seen.text
    for cue in seen.finditer(AFTER):
        for length in (3, 2, 4):
            start = cue.start() - length
            if start < 0 or not _boundary(text, start, length):
                continue
            if start and (text[start] == "路" or _common(text[start - 1 : start + 1])):
                continue
            if _name_end(text, start, strict=True, limit=length, closes=True) == cue.start():
                yield Found(start, cue.start(), "name", _shown(text[start : cue.start()]))
                break


def _boundary(text: str, start: int, length: int) -> bool:
    """Before a name found backwards: anything for three characters that a cue closes, a real edge for others."""
    before = text[start - 1 : start]
    edge = not before or not HAN.match(before) or before in "的是由和与给找被"
    return edge or (
        length == 3
        and bool(re.match(r"[（(，,]|老人|户|女士|先生|同学", text[start + 3 : start + 5]))
    )


def _lists(seen: Scan) -> Iterator[Found]:
    """韩拟之、孙测雨和卜拟: a row of names, of which one at least has three signs and is nothing else."""
    text = seen.text
    position = 0
    for row in seen.finditer(NAME_ROW):
        if row.start() < position:
            continue
        position = row.end()
        items = list(re.finditer(r"[\u4e00-\u9fff]{2,4}", AND.sub("\n", row.group())))
        places = [(row.start() + item.start(), row.start() + item.end()) for item in items]
        right = [
            _name_end(text, start, strict=True, limit=end - start, closes=True) == end
            and text[end - 1] not in PLACE_END
            for start, end in places
        ]
        if all(right) and any(end - start == 3 for start, end in places):
            yield from (Found(start, end, "name", _shown(text[start:end])) for start, end in places)


def _pairs(seen: Scan) -> Iterator[Found]:
    """邵样和邢例两个人打架."""
    text = seen.text
    for match in seen.finditer(PAIR):
        spans = [match.span(1), match.span(2)]
        if all(_name_end(text, a, strict=True, limit=b - a, closes=True) == b for a, b in spans):
            yield from (Found(a, b, "name", _shown(text[a:b])) for a, b in spans)


def _unheard(seen: Scan) -> Iterator[Found]:
    """Three characters that jieba takes for a name it has never seen, where no office and no place stands by."""
    text = seen.text
    words = tagged(text)
    for place, (word, tag) in enumerate(words):
        if tag != "nr" or len(word) != 3 or word_tags(word) or word[2] in PLACE_END:
            continue
        start = sum(len(before) for before, _ in words[:place])
        position = start + 3
        if DUTY.search(text[max(0, start - 8) : start]) or OFFICE.match(text, position):
            continue
        if (
            word[0] == "路"
            or VILLAGE_AFTER.match(text, position)
            or _common(text[start - 1 : start + 1])
        ):
            continue
        if word[0] in surnames()[1] and _name_end(text, start, strict=True, limit=3) == position:
            yield Found(start, position, "name", _shown(word))


def _name_end(
    text: str, start: int, *, strict: bool, limit: int = 0, closes: bool = False
) -> int | None:
    """End of a name that begins at `start`, None if none does; `limit` is the only length wanted."""
    pairs, singles = surnames()
    first = 2 if text[start : start + 2] in pairs else 1
    if first == 1 and text[start : start + 1] not in singles:
        return None
    given = 0
    while given < (limit - first if limit else 2) and _may_be_given(
        text, start + first + given, opens=given == 0
    ):
        given += 1
    if given == 2 and limit != first + 2 and _word_begins(text, start + first + 1):
        given = 1
    if given == 0 or (limit and first + given != limit):
        return None
    if given == 1 and text[start + first] == "家":
        return None
    end = start + first + given
    if PLACE_AFTER.match(text, end) or AMOUNT.match(text, start + first):
        return None
    if DOCUMENT_AFTER.match(text, end) or (strict and text[end - 1] in BESIDE):
        return None
    closed = closes or not HAN.match(text[end : end + 1])
    return None if _is_word(text[start:end], closed=closed, strict=strict) else end


def _may_be_given(text: str, position: int, *, opens: bool) -> bool:
    char = text[position : position + 1]
    return bool(HAN.match(char)) and (char not in NOT_GIVEN or (opens and char in MAY_OPEN))


def _word_begins(text: str, position: int) -> bool:
    """张伟|拒绝: the third sign opens a word, and what is left without it opens none (柴虚山|体罚)."""
    if not _common(text[position : position + 2]) or text[position + 1] in SPEECH:
        return False
    if _common(text[position - 1 : position + 1]):
        return False
    return not _common(text[position + 1 : position + 3])


def _is_word(name: str, *, closed: bool, strict: bool) -> bool:
    if name[0] in FUNCTION_SURNAMES and not (closed and len(name) == 3):
        return True
    if _common(name) or (_common(name[:2]) and (strict or not (closed or len(name) == 3))):
        return True
    doubtful = strict and not closed and name[0] in WORDLIKE
    return doubtful and len(name) == 3 and _common(name[1:])


def _common(word: str) -> bool:
    tags = word_tags(word)
    return bool(tags) and not tags[0].startswith("nr")


def _shown(name: str, *, minor: bool = False) -> str:
    if minor:
        return "小某"
    return (name[:2] if name[:2] in surnames()[0] else name[0]) + "某"
