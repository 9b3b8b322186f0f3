"""Is a place's name spoken of as that place, here? Rules on what stands around it (DOMAIN §5.5, traps).

Every rule is about wording, none about a particular county. Left to others: weights and the final vote (nlp.place.places).
"""

import re
from dataclasses import dataclass

from nlp.place.gazetteer import Find
from nlp.words import ordinary, splits_word

# a core that is also a word is a town only when what follows says so
TOWN_AFTER = re.compile(
    r"镇|街道|街上|街里|集上|逢集|派出所|卫生院|医院|中学|小学|初中|中心|敬老院|政府|办事处|那边|这边|这里|附近|本地|老街|供电所|管委会"
    r"|人(?![家数民口们])|的?(?:公交|站台|工业园|厂房|企业|居民|老百姓|乡亲|孩子|小区|安置房|农贸)|那(?!个|种|样|么|些)"
)
HISTORY = re.compile(
    r"战役|战斗|淮海|兵团|国民党|解放军|史料|史书|古国|王朝|国王|三国|曹操|刘备|关羽|吕布|史载|年间|考古|小说|游戏|世纪|19[0-4]\d年|一九四|朝贡|遣使"
)
TOWN_BEFORE = re.compile(r"(?:俺们?|我们|咱们?|家住|家在|住在|地处|来自)$")
OURS = re.compile(r"(?:俺们?|我们|咱们?|本|我)(?:市|县|区|地|的|家|这|那|村|镇)?(?:邻里|老家)?$")
RIVER_BEFORE = re.compile(r"[大古京杭中下老新故](?:大)?$")
COUNTED = re.compile(r"(?:一|这|那|几|两|某|了)?[条座个道门辆尊户家片块股只张杯]$|[像似如跟]座?$")
LIKENED = re.compile(r"似的|一样|一般|般的")
NUMBER = re.compile(r"[一二三四五六七八九十两几]")
NUMBERED_AFTER = re.compile(
    r"人家|[都共合各均也]|[的]?(?:居民|住户|邻居|业主|人口)|[，。、]?(?:每户|一共|联名|平摊|分摊)"
)
"""What follows a number of households (四户人家, 我们四户都交了钱), and no town of that name."""
VIA_BEFORE = re.compile(r"(?:从|到|往|在|去|经|经过|路过|途经|至|照顾|离)$")
VIA_AFTER = re.compile(r"[绕走到过往回来去下上那这转坐]|出发|方向|拉|[，。、]")
BETWEEN = re.compile(r"[到往去至和跟与、—]")
OTHER_TOWN = re.compile(r"[\u4e00-\u9fff]{1,3}[镇乡](?:的)?$")
OUR_TOWN = re.compile(r"(?:[我俺咱本该全各同这那们个两]|们的)[镇乡](?:的)?$")
OTHER_UNIT_AFTER = re.compile(r"[市县区](?![里上内委级])")
OLD_TOWN = ("下", "古")
"""下邳, 古邳: old names that end where ours begin."""
LANDSCAPE = frozenset("东西南北前后上下中大小桥河石红白黑圈沿顺路街口新老山水")
"""A bare village name of these alone is as often a bridge's south end (桥南) or a riverside (沿河)."""
LANDFORM = frozenset("山河湖岭岛湾")
"""A bare village name that ends so may be the hill itself (艾山脚下): it needs its 村."""
HOME_TIES = re.compile(r"姥姥|姥爷|娘家|老家|奶奶家|丈母娘|婆家")
SIDE = frozenset("东西南北前后大小上下")
NO_PLACE_AFTER = re.compile(
    r"[中东西南北]?[路街巷]|大道|大街|大桥|大厦|大学|时间|[板拉面]面|火锅|烤鸭|小吃|菜|话|人|户口|口音|的?亲戚|牌照|车牌|高铁|高速|[角方侧向边面风半头]|打工|务工|上班|工作|读书|上学|念书|上大学|做生意|买房|当兵"
)
NO_PLACE_BEFORE = re.compile(
    r"(?:从|去|到|往|回|至|跟|和|比|像|学|离|距|转|送|赴|发往|开往|通往|毕业于|销往|卖到|看看|人家|不是|不输|之于)$"
)
AUDIENCE_AFTER = re.compile(
    r"民(?![政营间警生])|(?:市|县|区)?(?:市民|游客|人(?![民大社])|籍|老乡|网友|的?(?:朋友|读者|旅客))"
)
NEXT_DOOR_BEFORE = re.compile(r"(?:与|和|跟|距|离|紧邻|毗邻|邻近)$")
NEXT_DOOR_AFTER = re.compile(
    r"(?:市|县|区)?(?:隔|相邻|接壤|交界|毗邻|相望|一河|相距|只有|仅|约|不到)"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One find with where it stands: field, offsets in the original field, sentence, words around."""

    find: Find
    field: str
    span: tuple[int, int]
    sentence: int
    before: str
    after: str

    @property
    def tier(self) -> str:
        return self.find.name.tier

    @property
    def codes(self) -> tuple[str, ...]:
        return self.find.name.codes

    @property
    def place(self) -> tuple[bool, int]:
        """Order of reading: the title comes first."""
        return (self.field != "title", self.find.start)

    @property
    def ours(self) -> bool:
        """咱, 俺们, 我市 right before: whatever else is named, this is home."""
        return bool(OURS.search(self.before))


@dataclass(frozen=True, slots=True)
class Scene:
    """What a text as a whole says about where it is."""

    local: bool
    named: bool
    historical: bool
    towns: frozenset[str]

    @property
    def home(self) -> bool:
        return self.local or self.named


def adjacent(first: Hit, second: Hit) -> bool:
    """Nothing but a 的, a dash or a bracket between the two."""
    gap = second.find.start - first.find.end
    loose = second.before[-1:] in "的-·（(，"
    return first.field == second.field and 0 <= gap <= (1 if loose else 0)


def stranger(hit: Hit) -> bool:
    """A place elsewhere that is really spoken of: no 上海路, no 从南京回来."""
    return (
        hit.tier == "X"
        and not NO_PLACE_AFTER.match(hit.after)
        and not NO_PLACE_BEFORE.search(hit.before)
    )


def names_home(hit: Hit) -> bool:
    """The county is named as the scene, not as the audience (邳州市民自驾前往) or as a neighbour (与邳州隔河相望)."""
    if hit.tier != "Y" or AUDIENCE_AFTER.match(hit.after):
        return False
    return not (NEXT_DOOR_BEFORE.search(hit.before) and NEXT_DOOR_AFTER.match(hit.after))


def foreign_town(hit: Hit) -> bool:
    """古邳镇新河社区: a town that is not ours stands right before the name."""
    return bool(OTHER_TOWN.search(hit.before)) and not OUR_TOWN.search(hit.before)


def namesakes(hits: list[Hit], scene: Scene) -> list[Hit]:
    """Hits that what stands before them gives to somebody else."""
    found: list[Hit] = []
    near: Hit | None = None  # the last area named: a stranger, or the county
    next_door = any(hit.tier == "X" and hit.find.name.shared and stranger(hit) for hit in hits)
    previous: Hit | None = None
    for hit in hits:
        if hit.tier in "XY":
            near = hit if hit.tier == "Y" or stranger(hit) else near
        elif hit.tier != "P" and (
            _after_owner(hit, previous) or _shared_away(hit, near, next_door and not scene.named)
        ):
            found.append(hit)
        previous = hit
    return found


def _after_owner(hit: Hit, previous: Hit | None) -> bool:
    """Somebody else's name or kind of unit stands right beside: 台儿庄区运河街道, 古邳镇新河社区, 新河县, 徐州高新区."""
    owner = "XP" if hit.tier == "F" else "X"
    if previous is not None and previous.tier in owner and adjacent(previous, hit):
        return True
    if hit.tier in "DCFB" and foreign_town(hit):
        return True
    return hit.tier in "CF" and bool(OTHER_UNIT_AFTER.match(hit.after))


def _shared_away(hit: Hit, near: Hit | None, next_door: bool) -> bool:
    """A town's name that others have too, where the last area named is not ours, or one of those others is about."""
    if hit.tier not in "BCF" or not hit.find.name.shared or hit.ours:
        return False
    return next_door or (near is not None and near.tier == "X" and near.sentence == hit.sentence)


def plausible(hit: Hit, scene: Scene) -> bool:
    """May this name be a place of ours, as it stands?"""
    if HOME_TIES.match(hit.after):
        return False
    match hit.tier:
        case "D":
            return not (hit.before[-1:] in SIDE and hit.before[-2:-1] not in ("村", "镇"))
        case "G":
            return scene.home and _bare_village(hit)
        case "M":
            return scene.home and _whole_word(hit)
        case "F":
            return scene.home and _ordinary_core(hit, scene)
        case "C":
            return hit.before[-1:] not in OLD_TOWN and not (scene.historical and not scene.home)
    return hit.before[-1:] not in OLD_TOWN


def landform(short: str, after: str) -> bool:
    """艾山脚下, 邳城爬爬艾山: a hill, not the village that is called after it."""
    return short[-1] in LANDFORM and not after.startswith(("村", "社区", "居委", "人", "那", "这"))


def _bare_village(hit: Hit) -> bool:
    name = hit.find.text
    hill = landform(name, hit.after) and not hit.ours
    return not set(name) <= LANDSCAPE and not hill and _whole_word(hit)


def _ordinary_core(hit: Hit, scene: Scene) -> bool:
    if RIVER_BEFORE.search(hit.before) or COUNTED.search(hit.before) or LIKENED.match(hit.after):
        return False
    if scene.historical and not scene.local:
        return False
    if NUMBER.match(hit.find.text) and NUMBERED_AFTER.match(hit.after):
        return False
    if hit.before[-1:] == "、" or hit.after[:1] == "、":
        return True
    if TOWN_AFTER.match(hit.after) or TOWN_BEFORE.search(hit.before):
        return True
    if _on_the_way(hit, scene):
        return True
    return not ordinary(hit.find.text) and _whole_word(hit)


def _on_the_way(hit: Hit, scene: Scene) -> bool:
    """从炮车往厂里赶, 炮车到邳城那段: a stop of a journey; a river is one only between towns."""
    others = scene.towns - {code[:9] for code in hit.codes}
    if not others and hit.find.text[-1] in LANDFORM:
        return False
    if VIA_BEFORE.search(hit.before) and VIA_AFTER.match(hit.after):
        return True
    return bool(others) and bool(BETWEEN.match(hit.after))


def _whole_word(hit: Hit) -> bool:
    start = len(hit.before)
    window = hit.before + hit.find.text + hit.after
    return not splits_word(window, start, start + len(hit.find.text))
