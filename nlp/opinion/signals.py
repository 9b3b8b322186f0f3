"""Signals in the text itself: appeals, things mended, doubt, irony, questions, official wording (DOMAIN §7.2–7.3).

Each signal is one feature of the linear model and, where it speaks of an appeal, evidence that the console shows.
Left to others: what the signals weigh (learnt in `nlp.training.polarity`).
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minyin.model import Polarity, Span
from nlp.scan import Patterns

NUMBER = "[0-9一二两三四五六七八九十几好多半]{1,20}"  # no repeat without end: a line of ten thousand digits must not take a minute

# name → pattern. Only names that start with `appeal_` are shown as evidence.
PATTERNS: dict[str, str] = {
    # DOMAIN §7.2, and what the training texts add
    "appeal_unheeded": r"没人管|无人管|没人来|没人理|不管不问|无人问津|置之不理|视而不见|不了了之|石沉大海|没有?下文|没有?回音|没个说法",
    "appeal_again": r"一直没|一直不|多次反映|反复反映|反映(多|好几|很多|无数)次|反映无果|投诉无门|投诉多次|多次投诉|仍(然|未|没)|至今(未|没|还|仍)|迟迟",
    "appeal_runaround": r"踢皮球|推来推去|推诿|互相推|扯皮|不作为|敷衍|糊弄",
    "appeal_when": r"什么时候(能|才|可以)|何时(能|才|可以)|到底(管不管|谁管|什么时候|归谁)|谁来管|管不管|有没有人管",
    "appeal_ask": r"求(助|关注|帮助|解决|问)|恳请|恳求|请求|请(领导|有关部门|相关部门|政府|市长|书记|贵|尽快|及时|查|核实|处理|协调|督促)|望(领导|有关|相关|尽快|政府|予以)|盼(复|解决)|诉求|要求",
    "appeal_hope": r"希望(领导|有关部门|相关部门|政府|能|尽快|早日|可以|街道|镇|村|社区|物业|给|把|在)|建议|能不能|能否|可否|可不可以",
    "appeal_hotline": r"打了?(好?几次|[0-9一二三四五六七八九十]{1,20}次)?12345|12345.{0,8}(没用|不管|转办|几次|多次)|信访|上访|维权|曝光|举报|投诉",
    "appeal_claim": r"讨(说法|薪|要)|给(个|我们)?说法|天理何在|退(钱|款|费)|赔(偿|钱)|拖欠|欠薪|不退",
    "appeal_bad": r"太(臭|吵|黑|危险|难|差|坑|过分|乱|脏)了?|忍无可忍|苦不堪言|扰民|影响(居民|正常|我们|生活|休息|出行|睡眠)|安全隐患|没法(住|过|睡|走)|睡不(着|好)",
    "duration": rf"{NUMBER}(?:[多来]?(?:天|个?多?月|年|个?星期|周|个?小时|宿|夜)了|(?:天|个月|年)(?:没|都没|还没|不))",
    "urgent_words": r"急[!！]|救命|快来人|危在旦夕|随时(会|可能|要)(塌|倒|掉|爆)|被困|起火|着火|爆炸|坍塌|塌了|漏电|煤气泄漏|燃气泄漏|中毒|溺水|昏迷|生命危险|报警|伤亡|死亡|受伤",
    "resolved": r"已(经)?(解决|修好|恢复|处理|整改|完成|到位|补上|填平|清理|更换|修复|疏通|安装)|(当天|当晚|第二天|马上|立马|立刻)就|修好了|解决了|弄好了|亮了|通了|来水了|来电了|到账|补发",
    "thanks": r"感谢|谢谢|多谢|点赞|锦旗|表扬|好评|效率高|给力|暖心|贴心|放心|辛苦了|致敬|满意|称赞|竖大拇指|不容易|服务好|态度好",
    "joy": r"开心|高兴|喜欢|幸福|真好|太好了|不错|漂亮|好吃|祝|加油|骄傲|自豪|爱你|\[(心|爱你|鲜花|赞|中国赞|good|太开心|鼓掌|哈哈|嘻嘻|憧憬)\]|[❤👍🌹😊🎉💪🙏]",
    "success": r"成功|追回|破获|救助|救出|挽回|劝阻|获评|荣获|获奖|第一|突破|增长|丰收|增收|创建|提升|提质|喜|惠民|便民|改善|圆满",
    "not_resolved": r"[没未不](能|有|得到|给)?(彻底|真正|妥善|实质)?(解决|修好|恢复|处理|整改|答复|回复)",
    "negation": r"未造成|无人员?伤亡|没有人员?(伤亡|受伤)|不存在|并非|不影响|无需|未发现|不属实|系谣言|谣言|不实",
    "but": r"但是?|可是|就是|只是|然而|不过|结果",
    "irony": r"真是(好|牛|厉害|高明|贴心|会)|好样的|可真(行|会|好)|厉害了|呵呵|佩服|服了|真会|好一个|不愧|开了眼|真行|感谢.{0,12}(让我们|让我)|恭喜.{0,10}(又|再)",
    "question": r"[?？]|请问|吗[。，]?|呢[。，]?|咨询|想问|问一下|如何(办理|申请|领取)?|怎么(办理|申请|办|走|弄)|是否",
    "official_reply": r"您好|你好[!！，,]|网友您好|您反映的|你反映的|来信收悉|收悉|现(将|就).{0,12}(回复|答复)|答复如下|回复如下|感谢您(的|对)|经(核实|调查|了解|现场)|我(局|镇|街道|单位|办|中心|委)",
    "publicity": r"演练|演习|宣传|部署|会议|推进会|专项行动|攻坚|学习|贯彻|落实|志愿|活动|开展|印发|公告|通知|通告|公示|发布|温馨提示|提醒|预报|预计",
    "news_voice": r"记者|本报讯|获悉|据介绍|据了解|通报|央视网|消息|来源[:：]",
    "advert": r"招聘|特价|优惠|转让|出租|出售|求购|微信同号|加微信|咨询电话|抢购|秒杀|折扣|包邮",
    "idiom": r"[热笑累困冻馋气烦急]死|笑拉|火爆|信息爆炸|跳楼价|秒杀|打死也?不",
    "anger": r"无良|黑心|坑人|骗子|骗|欺骗|无耻|恶劣|愤怒|气愤|可恶|离谱|霸王|恶心|[!！]{2,}|垃圾(公司|物业|服务)",
    "sorrow": r"悲伤|难过|伤心|心疼|可怜|害怕|恐慌|担心|焦虑|崩溃|无奈|\[(泪|怒|悲伤|伤心|怒骂|衰|生病|抓狂|委屈|失望|蜡烛|吐|裂开)\]|[😭😡😢💔😤]",
    "victims": r"[0-9一二三四五六七八九十]{1,20}(人|名.{0,4})(死亡|遇难|受伤|失联|被困|伤)|(死亡|遇难|受伤|失联|被困)[0-9一二三四五六七八九十]{1,20}人",
    "statistics": r"[同环占]比|百分之|[0-9.]{1,20}(?:%|[亿万][元人吨件])",
    "year_past": r"(19|20[01])[0-9]{1,2}年|当年|历史|小说|电影|游戏|剧",
}

COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
NAMES = tuple(COMPILED)
_SEARCHED = Patterns(COMPILED.values())
_APPEALS = tuple(name for name in NAMES if name.startswith("appeal_") or name == "duration")
# which signals speak for which judgement (DOMAIN §7.2–7.4)
_SPEAKING = {
    Polarity.NEGATIVE: (
        *_APPEALS, "not_resolved", "irony", "anger", "sorrow", "victims", "urgent_words",
    ),
    Polarity.NEUTRAL: ("question", "official_reply", "publicity", "negation", "statistics", "advert", "idiom"),
    Polarity.POSITIVE: ("resolved", "thanks", "success", "joy"),
}  # fmt: skip


def counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """How often each signal stands in each text, at most 3; n × signals.

    >>> counts(["谢谢谢谢，修好了", "今天晴"])[:, [NAMES.index("thanks"), NAMES.index("resolved")]].tolist()
    [[2, 1], [0, 0]]
    """
    found = np.zeros((len(texts), len(NAMES)), np.int64)
    for row, text in enumerate(texts):
        seen = _SEARCHED.scan(text)
        for index, pattern in enumerate(COMPILED.values()):
            if seen.may_hold(pattern):
                found[row, index] = sum(1 for _ in seen.finditer(pattern))
    return np.minimum(found, 3)


def evidence(text: str, polarity: Polarity, *, appeal: bool, limit: int = 8) -> tuple[Span, ...]:
    """Where the signals stand that speak for this judgement, in order, without overlaps.

    >>> [s.text for s in evidence("路灯已修好，谢谢师傅", Polarity.POSITIVE, appeal=False)]
    ['已修好', '谢谢']
    >>> [s.kind for s in evidence("模拟火灾的演练，未造成伤亡", Polarity.NEUTRAL, appeal=False)]
    ['publicity', 'negation']
    """
    return _spans(text, (*_SPEAKING[polarity], *(_APPEALS if appeal else ())), limit)


def appeal_spans(text: str, limit: int = 8) -> tuple[Span, ...]:
    """Where the appeal signals stand, in order, without overlaps.

    >>> [s.text for s in appeal_spans("停水三天了，打了12345也没人管")]
    ['三天了', '打了12345', '没人管']
    """
    return _spans(text, _APPEALS, limit)


def _spans(text: str, names: Sequence[str], limit: int) -> tuple[Span, ...]:
    seen = _SEARCHED.scan(text)
    found = sorted(
        (match.start(), -match.end(), name, match.group())
        for name in set(names)
        for match in seen.finditer(COMPILED[name])
    )
    spans: list[Span] = []
    end = 0
    for start, minus_end, name, words in found:
        if start >= end and len(spans) < limit:
            end = -minus_end
            spans.append(Span(start=start, end=end, kind=name, text=words))
    return tuple(spans)
