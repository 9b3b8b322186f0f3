"""Whether some characters are a person's name, as Chinese bylines write it, simplified or traditional.

Left to others: where on a page such a name says who wrote it (`crawlers.page.bylines`).
"""

import re

NAME = r"[\u4e00-\u9fff]{1,4}(?:·[\u4e00-\u9fff]{1,6})?"
NAMES = rf"{NAME}(?:[\s、，,&＆]+{NAME})*"
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁"
    "冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢"
    "常赖洪阎伏伊蔺习晋仝井束裘阚屠逄慕狄占湛厉粟巴幸励郜植漆丘谌揭亢贡衡"
    "陳張劉楊趙吳孫馬羅鄭謝許韓馮鄧蕭蔣餘葉蘇呂盧鐘鍾譚陸賈韋閻龍賀顧龔錢嚴萬湯溫齊喬賴莊聶魯倫歐關蘭畢單寧鮑華簡項連鄔黃範鄒陽閔樂駱饒時婁儲黨費衛師榮鞏談"
)
COMPOUND = frozenset({
    "欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "司徒", "夏侯", "慕容", "令狐", "端木", "东方", "歐陽", "諸葛", "尉遲", "范姜",
})  # fmt: skip
INSTITUTION = re.compile(
    r"(?:[报報](?:网络|电子|数字)?版|[网網报報社台臺局厅委办院]|频道|中心|公司|客户端|发布|编辑部|政府|融媒|快訊|快讯|新聞|新闻|周刊|杂志)$"
)
# Where the description of a person begins: 方敏北京大学经济学院教授
DESCRIBED = re.compile(
    r"(?:中国|中共|国家|全国|北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|"
    r"内蒙古|广西|西藏|宁夏|新疆|香港|澳门|南京|武汉|清华|复旦|[系为是]|现任|单位|教授|博士|记者|特约)"
)
LONGEST_WORD = 4


def is_person(name: str) -> bool:
    """
    >>> is_person("裴剑飞"), is_person("报道组"), is_person("完"), is_person("陳大文")
    (True, False, False, True)
    """
    if "·" in name:
        return True
    return (
        2 <= len(name) <= LONGEST_WORD
        and (name[0] in SURNAMES or name[:2] in COMPOUND)
        and not re.search(r"[网报社台局组部站摄图编者]$", name)
        and not (len(name) == LONGEST_WORD and name[:2] not in COMPOUND)
    )


def first_person(words: str) -> str | None:
    """The name with which a run of characters begins, where what follows describes the person.

    >>> first_person("方敏北京大学经济学院教授"), first_person("深度好文推荐")
    ('方敏', None)
    """
    for size in (3, 2):
        if is_person(words[:size]) and DESCRIBED.match(words, size):
            return words[:size]
    return None


def institution(words: str) -> bool:
    """Whether the words end as the names of papers, sites and offices do."""
    return INSTITUTION.search(words) is not None
