"""Why alarming words may not be alarming: the contexts of DOMAIN §7.3, by rule.

A context that silences an alert must not silence a complaint that merely mentions a drill, a notice or an old promise;
so where somebody complains, only strong evidence counts: the text must itself be the drill report, the notice, the
advert. Left to others: attitude (classifier) and place (`elsewhere` comes from the resolver).
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache, cached_property
from itertools import chain

from minyin.model import ArticleKind, Channel, Context, Polarity, Span, Value
from nlp.normal import fold
from nlp.scan import Patterns, Scan

ENOUGH = 20_000
"""Characters that are read: what a text is, it is from the start."""


class Circumstances(Value):
    """One masked article and what is already known about it."""

    text: str
    title: str | None = None
    channel: Channel
    kind: ArticleKind = ArticleKind.ARTICLE
    tier: int = 5
    published_at: datetime
    elsewhere: bool = False
    polarity: Polarity = Polarity.NEUTRAL
    appeal: bool = False
    alert: float = 1.0  # how surely it is worth an alert by itself, in the classifier's eyes

    @cached_property
    def whole(self) -> str:
        return fold(f"{self.title}\n{self.text}" if self.title else self.text)[:ENOUGH]

    @cached_property
    def unquoted(self) -> str:
        """Without what stands in quotation marks: a complaint likes to quote the advert or the notice."""
        return QUOTED.sub("", self.whole)

    @cached_property
    def read(self) -> Scan:
        """`whole`, searched for everything below at once."""
        return _searched().scan(self.whole)

    @cached_property
    def read_unquoted(self) -> Scan:
        return self.read if self.unquoted == self.whole else _searched().scan(self.unquoted)

    @cached_property
    def opening(self) -> str:
        return self.whole[:70]

    @cached_property
    def complaint(self) -> bool:
        """Somebody is discontent or asks for help, in the classifier's eyes or in so many words."""
        return (
            self.polarity is Polarity.NEGATIVE
            or (self.appeal and self.polarity is not Polarity.POSITIVE)
            or bool(self.read_unquoted.search(GRIEVANCE))
        )

    def opens_with(self, pattern: re.Pattern[str]) -> bool:
        """Does it stand in the opening?"""
        return self.read.may_hold(pattern) and bool(pattern.search(self.opening))

    @property
    def official(self) -> bool:
        """The county's own voice or the press, as far as the source tells."""
        return self.channel in (Channel.GOV, Channel.NEWS, Channel.PRINT) or (
            self.channel in (Channel.WECHAT, Channel.APP) and self.tier <= 4
        )


QUOTED = re.compile(r"[“\"「『][^”\"」』\n]{0,80}[”\"」』]")
GRIEVANCE = re.compile(
    r"没人管|无人管|谁来管|谁管|没人问|踢皮球|推来推去|投诉无门|反映(?:无果|多次|过好几次)|多次反映|到底管不管|什么时候(?:能|才)|讨个?说法|求关注|求曝光"
    r"|请(?:派人|有关部门|领导|重新|尽快|查|解释)|要求(?:重新|尽快|说明|查|公开|赔)|麻烦(?:再|派|查)|还(?:没|不)(?:修|来|解决|给|通|好)|至今(?:没|未|不)|不认可|来电人称"
)
IMPACT = re.compile(r"淹|塌|倒了|被困|停电|断了|砸|伤|积水|进水|掉下|刮走|刮倒|漏|死")

DRILL_WORD = re.compile(r"演练|演习|模拟|桌面推演|拉练|实训|逃生课|假人|考题|试鸣|假定|假想")
DRILL_STRONG = re.compile(
    r"(?:开展|组织|举行|举办|进行|参加|开了|搞了?|一场|次|场|应急|消防|疏散|救援|急救)[^，。\n]{0,14}(?:演练|演习|拉练)"
    r"|(?:演练|演习|拉练)(?:现场|结束|圆满|科目|方案|通知|期间|中[，,]|当天|活动|脚本|开始)|系[^，。]{0,12}(?:演练|演习)|模拟[^，。\n]{0,12}(?:场景|火灾|事故|泄漏|疏散|险情|着火|地震|伤员)|扮(?:演)?(?:伤员|歹徒|劫匪)|[“\"](?:伤员|火情|歹徒)[”\"]"
)
PUBLICITY = re.compile(
    r"宣传|宣讲|进校园|进社区|进企业|进村|专项行动|百日行动|攻坚战?|部署|推进会|动员会|学习贯彻|志愿服务|志愿者|讲座|科普|小知识|小贴士|温馨提示|提醒[#：:]|倡议|倡导|谨防|防范|请勿|切勿|记住|体验|展板|有奖|主题党日|培训|启动仪式|签名|文明|课堂|周开张|以案(?:释|说)法|疾控|医生(?:说|提醒)|防骗|反诈"
)
SUCCESS = re.compile(
    r"成功(?:劝阻|拦截|救助|处置|追回|化解|营救|抢救)|追回|破获|抓获|侦破|挽回|锦旗|点赞|表扬|感谢|谢谢|已(?:全部)?(?:解决|修好|修复|恢复|整改到位|销号|到账|兑付)|修好了|解决了|找到了|保住了|到账了|通车了|亮了起来|获救|脱险|脱困|和解|满意|为零|降为|零事故|不再|终于(?:通|亮|修|办|拿|到|有)|焕然一新|好评|放心"
)
PLANNED_HEAD = re.compile(
    r"(?:计划|临时|检修)?(?:停电|停水|停气|停暖|封闭|封路|管制|断交|改道|绕行|施工|检修|试鸣|消杀|投药|清洗)[^，。\n]{0,8}(?:公告|通知|通告|告知|提示|安排)|[【\[]?(?:物业|停水|停电)?(?:通知|公告|通告)[】\]：:]|告知[：:]|^关于"
)
PLANNED_TIME = re.compile(
    r"将于|定于|拟于|自[^，。\n]{1,10}起|即日起|届时|[0-9]{1,2}[日号](?:[^，。\n]{0,6})(?:至|到|—|-|~)|[0-9]{1,2}[:：点时][^，。\n]{0,6}(?:至|到|—|-|~)\s?[^，。\n]{0,3}[0-9]{1,2}|明天|明日|后天|本周[一二三四五六日]|周[一二三四五六日]|下周|零时|恢复供|轮流"
)
PLANNED_WORD = re.compile(
    r"停电|停水|停气|停运|封闭|封路|管制|施工|检修|改造|绕行|断交|试运行|试鸣|投药|喷洒|焚烧|年检|封一?大?半|吹管|清洗|冲洗|维护|升级"
)
REPLY = re.compile(
    r"(?:您|你)(?:所)?(?:反映|投诉|咨询|留言|提出|提到|来信|来电|举报|关心|诉求|建议)|(?:网友|市民|家长|业主|居民|村民|来电人|同志|女士|先生|朋友)[，,：:]?\s?(?:您好|你好)|您好[！!，,。]|[“《][^”》]{2,30}[”》]的?(?:留言|来信|诉求|问题|帖子)|反馈[：:]|追踪[：:]|窗口解释"
)
REPLIED = re.compile(
    r"收悉|经(?:[^，。\n]{0,16})(?:核实|调查|核查|了解|核|查|勘查|检查|联系|协调)|答复如下|回复如下|现(?:将|就)|现已|已(?:安排|联系|派|责成|督促|要求|完成|协调|更换|修|退|处理|解决|整改|加派|装|补)|感谢您|如有疑问|特此|将(?:于|尽快|继续|督促)|可(?:到|在|凭|拨打|登录)|每年|自愿|无需"
)
IDIOM = re.compile(
    r"[热冷冻累饿笑困气渴丑美忙穷烦急撑帅馋吓疼]死|火爆|信息爆炸|知识爆炸|跳楼价|自杀式|秒杀|打死[都也]?不|杀疯|炸了炸了|原地爆炸|要命|血压(?:上来|飙)|裂开|崩溃了哈|炸裂|爆款|炸锅|社死|躺平|吐血推荐|爆改|王炸|炸街|爆单|火出圈|刷爆|挤爆|爆笑|饿死在|先晕为敬|抢疯|燃爆|火了"
)
AD = re.compile(
    r"急招|招聘|招工|诚聘|高薪|包吃住|包住|月结|出租|出售|转让|求购|收购|优惠|特价|首付|均价|楼王|样板间|到访|团购|拼团|限时|抢购|立减|半价|包邮|包过|到店|预约|免费上门|专业(?:疏通|维修|承接)|专治|本店|新店|开业|充值|加(?:我)?微|扫码|私信|私聊|有意(?:者)?|价格(?:面议|好说|优惠)|量大从优|实惠|质保|接单|代办|贷款|下单|链接|买一送一|送货|货源|厂家直销|电微|随叫随到|不成功不收费|不通不收费|做过几百家"
)
CONTACT = re.compile(r"\[电话\]|\[账号\]|微信同号|1[3-9]\d{9}")
HISTORY = re.compile(
    r"战役|会战|战斗(?!力)|抗战|解放前|解放军|国民党|三国|曹操|刘备|关羽|张飞|吕布|项羽|刘邦|张良|古战场|古城遗址|考古|出土|遗址|朝代|明清|清末|民国|乾隆|康熙|县志|史料|史载|年代|旧社会|小说|连载|第[一二三四五六七八九十百0-9]+回|剧本|电视剧|电影|短剧|话剧|游戏|排位|副本|通关|手游|狼人杀|剧本杀|丧尸|末世|番茄|动漫|书评|读后感|评书|柳琴戏|说书|历史上|老照片"
)
OLD = re.compile(
    r"旧闻|老视频|老帖|旧帖|挖坟|旧视频|旧图|旧照|陈年|又(?:被)?(?:翻|拿)出来|早(?:就)?(?:辟谣|处理|结案)|(?:[0-9一二三四五六七八九十两几]{1,3}|好几)年前的?(?:事|视频|帖|新闻|老|外地|那)|第[一二三四五0-9]次刷到|往年|当年|[一二三四五六七八九十]{1,3}十年代|[0-9一二三四五六七八九十]{1,3}年前|多年前|早些年"
)
OLD_STRONG = re.compile(
    r"旧闻|老视频|旧视频|挖坟|年前的(?:视频|帖子|新闻|旧)|(?:系|是)20\d\d年|别再?(?:传|转|拿出来)|不是(?:今天|最近|现在)"
)
DATE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[年.\-/]")
DATA = re.compile(
    r"同比|环比|占比|百分点|上升[0-9一二三四五六七八九十]|下降[0-9一二三四五六七八九十]|月报|季报|年报|通报[：:]|公示|公报|数据显示|统计|共(?:受理|接|办|立案|查处|排查|抽检|发放)|受理[^，。\n]{0,8}[0-9]{1,20}|立案[0-9]{1,20}|[0-9.]{1,20}%|百分之|排名|前[三五十]|榜首|居首|合格率|办结率|满意率|批次|截至|[0-9.]{1,20}万(?:人|元|件|亩)|三季度|上半年|进度"
)
WEATHER = re.compile(
    r"气象台|预警信号|[蓝黄橙红]色预警|天气预报|预报|阵风|最[高低]气温|降温|升温|冷空气|雷阵雨|小雨|中雨|大雨|暴雨|雨夹雪|小雪|霜冻|大雾|湿度|风力|[0-9]{1,20}到[0-9]{1,20}[级度℃]|立[春夏秋冬]|气温|未来[0-9一二三]{1,20}(?:天|小时)|下雨|下雪|刮风"
)
FORECAST = re.compile(
    r"预计|今[夜晚]|明[天日]|后天|未来|周末|将有|提醒|请(?:注意|加固|减少)|出行|发布|预报|说"
)
DENIAL = re.compile(
    r"辟谣|谣言|不实|不属实|纯属(?:虚构|谣传)|并非|不是真的|系误传|误传|未发生|没有这回事|不存在|查无此|官方通报|情况说明|警方通报|澄清|[“\"][^”\"]{2,20}[”\"](?:不是|并非|系|是[^，。]{0,6}误)"
)
SARCASM = re.compile(
    r"真是?好样的|真(?:高级|行|棒|牛|厉害|有(?:你的|才|创意))|呵呵|服了|了不起|长见识|诚不我欺|申遗|改名叫?|该(?:改名|竣工)|终于有[^，。]{0,8}啦|多亏了?|感谢[^，。]{0,14}(?:让|给)(?:我|俺|咱)|贴心|太(?:贴心|周到|智能)了|良心|惊喜|五星好评|点个?赞[^，。]{0,6}[？?]|建议[^，。]{0,12}(?:推广|表彰|体验|颁奖|收费|参观)|奥运|考古现场|网红打卡|水上乐园|威尼斯|免费(?:足疗|按摩|汗蒸|泳池|健身)|四舍五入|春晚"
)


@cache
def _searched() -> Patterns:
    told = chain.from_iterable(WORDS.values())
    return Patterns((GRIEVANCE, IMPACT, PLANNED_WORD, FORECAST, DATE, *told))


def contexts(seen: Circumstances) -> tuple[Context, ...]:
    """Every context that holds, in the order of `Context`."""
    return tuple(context for context in Context if RULES[context](seen))


def evidence(context: Context, text: str, limit: int = 4) -> tuple[Span, ...]:
    """Words of a text that speak for a context, first ones first; none for what only the place or a date can tell."""
    folded = fold(text[:ENOUGH])
    found = sorted(
        {match.span() for pattern in WORDS.get(context, ()) for match in pattern.finditer(folded)}
    )
    return tuple(
        Span(start=start, end=end, kind=context.value, text=text[start:end])
        for start, end in found[:limit]
        if end > start
    )


def _drill(seen: Circumstances) -> bool:
    if seen.complaint:
        strong = seen.opens_with(DRILL_STRONG) and seen.official
        return strong and not seen.appeal
    return bool(seen.read.search(DRILL_STRONG)) or len(seen.read.findall(DRILL_WORD)) >= 2


def _publicity(seen: Circumstances) -> bool:
    found = len(set(seen.read.findall(PUBLICITY)))
    if seen.complaint:
        return seen.official and not seen.appeal and found >= 3 and not seen.read.search(IMPACT)
    return found >= (1 if seen.official else 2)


def _success(seen: Circumstances) -> bool:
    pleased = seen.official or seen.polarity is Polarity.POSITIVE
    return bool(seen.read.search(SUCCESS)) and not seen.complaint and pleased


def _planned(seen: Circumstances) -> bool:
    head = seen.opens_with(PLANNED_HEAD)
    timed = bool(seen.read.search(PLANNED_TIME)) and bool(seen.read.search(PLANNED_WORD))
    if seen.complaint:
        return head and timed and seen.official and not seen.appeal
    return timed and (head or seen.official or seen.polarity is Polarity.NEUTRAL)


def _official_reply(seen: Circumstances) -> bool:
    if seen.kind is ArticleKind.OFFICIAL_REPLY:
        return True
    if seen.kind in (ArticleKind.QUESTION, ArticleKind.ROW):
        return False
    return seen.opens_with(REPLY) and bool(seen.read.search(REPLIED)) and not seen.complaint


def _idiom(seen: Circumstances) -> bool:
    return bool(seen.read.search(IDIOM))


def _advert(seen: Circumstances) -> bool:
    found = len(set(seen.read_unquoted.findall(AD))) + bool(seen.read_unquoted.search(CONTACT))
    if seen.complaint:
        return found >= 4 and not seen.read_unquoted.search(GRIEVANCE) and not seen.appeal
    return found >= 2


def _history(seen: Circumstances) -> bool:
    found = len(set(seen.read.findall(HISTORY)))
    if seen.complaint:
        return found >= 3 and not seen.appeal
    return found >= 1


def _elsewhere(seen: Circumstances) -> bool:
    return seen.elsewhere


def _old_news(seen: Circumstances) -> bool:
    if seen.read.search(OLD_STRONG):
        return not seen.appeal
    if seen.complaint:
        return False
    return bool(seen.read.search(OLD)) or _dated_before(seen)


def _dated_before(seen: Circumstances) -> bool:
    """The first date of the text lies in an earlier year, and no date in the year of publication follows."""
    years = [int(match.group(1)) for match in seen.read.finditer(DATE)]
    return bool(years) and max(years) < seen.published_at.year - 1


def _data_release(seen: Circumstances) -> bool:
    found = len(seen.read.findall(DATA))
    if seen.complaint:
        return found >= 5 and seen.official and not seen.appeal
    return found >= 2


def _weather(seen: Circumstances) -> bool:
    found = 0 if seen.complaint else len(set(seen.read.findall(WEATHER)))
    if not found or IMPACT.search(re.sub(r"受伤|防[^，。]{0,4}", "", seen.whole)):
        return False
    return found >= 2 or (found == 1 and bool(seen.read.search(FORECAST)))


def _denial(seen: Circumstances) -> bool:
    return bool(seen.read.search(DENIAL))


def _sarcasm(seen: Circumstances) -> bool:
    return bool(seen.read.search(SARCASM)) and (
        seen.polarity is Polarity.NEGATIVE or bool(seen.read.search(GRIEVANCE))
    )


def _mild(seen: Circumstances) -> bool:
    """Somebody is unhappy, but not about a matter that anybody here should act on."""
    return seen.polarity is Polarity.NEGATIVE and seen.alert < 0.5


RULES: dict[Context, Callable[[Circumstances], bool]] = {
    Context.DRILL: _drill,
    Context.PUBLICITY: _publicity,
    Context.SUCCESS: _success,
    Context.PLANNED: _planned,
    Context.OFFICIAL_REPLY: _official_reply,
    Context.IDIOM: _idiom,
    Context.ADVERT: _advert,
    Context.HISTORY: _history,
    Context.ELSEWHERE: _elsewhere,
    Context.OLD_NEWS: _old_news,
    Context.DATA_RELEASE: _data_release,
    Context.WEATHER: _weather,
    Context.DENIAL: _denial,
    Context.SARCASM: _sarcasm,
    Context.MILD: _mild,
}
WORDS: dict[Context, tuple[re.Pattern[str], ...]] = {
    Context.DRILL: (DRILL_STRONG, DRILL_WORD),
    Context.PUBLICITY: (PUBLICITY,),
    Context.SUCCESS: (SUCCESS,),
    Context.PLANNED: (PLANNED_HEAD, PLANNED_TIME),
    Context.OFFICIAL_REPLY: (REPLY, REPLIED),
    Context.IDIOM: (IDIOM,),
    Context.ADVERT: (AD, CONTACT),
    Context.HISTORY: (HISTORY,),
    Context.OLD_NEWS: (OLD_STRONG, OLD),
    Context.DATA_RELEASE: (DATA,),
    Context.WEATHER: (WEATHER,),
    Context.DENIAL: (DENIAL,),
    Context.SARCASM: (SARCASM,),
}
