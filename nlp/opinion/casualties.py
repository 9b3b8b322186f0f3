"""How many people a text says are dead, missing or trapped: a claim, not a fact (DOMAIN §7.3).

Denied, feared, rehearsed and historical ones are not counted, nor people already out of a lift; a rumour counts until
it is denied. Left to others: what the number means for a level.
"""

import re

from nlp.normal import fold

DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}
NUMBER = r"([0-9]{1,4}|[零一二两三四五六七八九十百]{1,5}|[俩仨]|[数多几](?=[名个位口人]))(?!岁|[年月日号时点分米]|[0-9.]|周岁)"
WHO = r"(?:余|多|来)?(?:名|个|位|口)?(?:人|男子|女子|男童|女童|男孩|女孩|孩子|小孩|儿童|学生|老人|工人|村民|居民|群众|乘客|司机|员工|职工|民工|孕妇|妇女|女人|男人|大人|娃|老头|老太太?|大爷|大妈)?"
SHUT = "关锁堵卡焊封钉拧盯"
"""A door 关死了, a road 堵死了: nobody died."""
TIRED = "累急烦笑馋愁臭撑疼"
"""A man 累死了: he says so himself; 累死了一个工人 is said of another, and counts."""
FATE = (
    r"(?:当场|不幸|因此|先后|全部|均|已|被|被确认|确认|抢救无效|经抢救无效)?"
    rf"(?:死亡|身亡|遇难|丧生|溺亡|烧死|砸死|淹死|电死|撞死|压死|去世|遇害|(?<![{SHUT}{TIRED}])死了|没了命|没命|失联|失踪|下落不明|被困|被埋|被压|困在|埋在)"
)
PATTERNS = (
    re.compile(rf"{NUMBER}{WHO}(?:[^，。；！？\n0-9只头条匹棵株]|[0-9]{{1,3}}岁){{0,12}}?{FATE}"),
    re.compile(
        rf"(?:死亡|遇难|失联|失踪|被困|致死|造成)(?:人数)?(?:为|达|约|至少|有|了)?{NUMBER}(?:余)?(?:名|个|位)?人(?:死亡|遇难|失联|失踪|被困|身亡)?"
    ),
    re.compile(
        rf"(?:(?<![{SHUT}])死|烧死|砸死|淹死|压死|撞死|电死|困|埋|没)了(?:至少|好像|有)?{NUMBER}(?:多)?(?:名|个|位|口)?(?:人|孩子|小孩|学生|老人|工人)?(?![只头条匹棵株亩尾羽天年鸡鸭鹅猪羊牛鱼狗])"
    ),
)
DEADLY = re.compile(r"死|亡|遇难|丧生|去世|遇害|没命|失联|失踪|下落不明|困|埋|压")
"""Every claim holds one of these: without them there is nothing to read."""
STOP = re.compile(r"[。！？!?\n]")
DENIED = re.compile(
    r"(?:没有?|无|未|并未|并无|不存在|未有|未造成|没造成|无一|未发现|零)[^，。；！？\n]{0,8}$"
)
DENIED_AFTER = re.compile(
    r"^[^。！？\n]{0,16}(?:不实|是谣言|系谣言|为谣言|是假的|纯属|不属实|属谣传|没有的事|没这回事)"
)
FEARED = re.compile(
    r"(?:三年致|同比|往年|去年|前年|总结|防止|避免|以免|谨防|严防|预防|杜绝|假设|假如|如果|万一|要是|别等|难道|会不会|模拟|假定|假想|设定|扮演|出过|差点|险些|几乎|可能|迟早|早晚|非得|才)[^。！？\n]{0,16}$"
)
UNHARMED = re.compile(
    r"无人员(?:死亡|伤亡)|(?:未|没有?)造成人员(?:死亡|伤亡)|无人(?:伤亡|死亡)|无一人(?:受伤|伤亡|死亡)"
)
"""A report that says so for the whole matter; the numbers beside it are quoted rumours or people brought out."""
DRILL = re.compile(r"演练|演习|模拟|推演|拉练|实训|假定|“伤员”|\"伤员\"")
FREED = re.compile(
    r"(?:获救|救出|脱困|脱险|放出来|出来了|救下|平安|解救|转移|被困(?:了)?(?:近|约|将近)?[0-9一二两三四五六七八九十半]{1,4}(?:多|来)?(?:个)?(?:分钟|小时|钟头))"
)
TRAPPED = re.compile(r"困")
PAST = re.compile(
    r"(?:19[0-9]{2}|20[01][0-9])年|当年|[0-9一二三四五六七八九十]{1,3}年前|年代|解放前|抗战|战役|旧社会|小说|电影|游戏|历史上"
)


def casualties(text: str, title: str | None = None) -> int:
    """The greatest number claimed in one sentence.

    >>> casualties("听说死了3个，厂里不让说"), casualties("大火致2人遇难、一人失联")
    (3, 3)
    >>> casualties("起火原因在查，未造成人员伤亡，无人员被困"), casualties("消防演练：3名被困人员获救")
    (0, 0)
    >>> casualties("电梯坏了，一位老人被困20分钟才出来")
    0
    """
    whole = fold(f"{title}。{text}" if title else text)
    if not DEADLY.search(whole) or DRILL.search(whole) or UNHARMED.search(whole):
        return 0
    sentences = (one for one in STOP.split(whole) if DEADLY.search(one))
    return max((_claimed(sentence) for sentence in sentences), default=0)


def _claimed(sentence: str) -> int:
    """Sum over different claims of one sentence: 2人遇难、一人失联 is three."""
    if PAST.search(sentence):
        return 0
    taken: list[tuple[int, int]] = []
    total = 0
    for pattern in PATTERNS:
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if any(s < end and start < e for s, e in taken) or not DEADLY.search(match.group()):
                continue
            taken.append((start, end))
            if _counts(sentence, start, end):
                total += number(match.group(1))
    return total


def _counts(sentence: str, start: int, end: int) -> bool:
    before, after = sentence[max(0, start - 20) : start], sentence[end : end + 24]
    inside = sentence[start:end]
    if DENIED.search(before) or FEARED.search(before) or DENIED_AFTER.match(after):
        return False
    return not (TRAPPED.search(inside) and FREED.search(inside + after))


def number(text: str) -> int:
    """
    >>> number("3"), number("十二"), number("两"), number("数"), number("二百一十")
    (3, 12, 2, 3, 210)
    """
    if text.isdigit():
        return int(text)
    if text in ("数", "多", "几"):
        return 3
    total = part = 0
    for char in text:
        if char in "十百":
            total += (part or 1) * (10 if char == "十" else 100)
            part = 0
        else:
            part = DIGITS.get(char, 0)
    return total + part
