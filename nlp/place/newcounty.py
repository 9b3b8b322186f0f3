"""A county's profile made from the national table: streets, villages, names that others have too, and the rules to edit.

What no table knows (duties, units' mailboxes, sources) is written as an example to be filled in; `minyin check` passes
on the result. Left to others: the table (nlp.place.national) and what a profile means (minyin.county).
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from minyin.county import PACKAGED
from minyin.errors import InputError
from nlp.place.gazetteer import areas
from nlp.place.national import NationalCounty, NationalTown, NationalVillage
from nlp.place.near import initials
from nlp.words import ordinary, word_tags

TEMPLATE = PACKAGED / "pizhou"
COPIED = ("rules.yaml", "sla.yaml")
LOCAL = frozenset(
    ["大蒜", "蒜薹", "苔干", "银杏", "板栗", "板材", "骆马湖", "沂河", "银杏时光隧道", "古栗园"]
)
"""Words of the packaged profile's topics that are at home there only."""
LOCAL_WORDS = re.compile(
    r"骆马湖|沂河|中运河|邳苍|苔干|蒜薹|板|银杏|圩您办|云和通|彩虹联盟|民声通|新联心"
)
PEOPLES = (
    "壮族|回族|满族|维吾尔族?|苗族|彝族|土家族|藏族|蒙古族?|侗族|布依族|瑶族|白族|朝鲜族|哈尼族|黎族|哈萨克族?|傣族|畲族|傈僳族|东乡族|仡佬族|拉祜族|佤族|水族|纳西族|羌族"
    "|土族|仫佬族|锡伯族?|柯尔克孜族?|景颇族|达斡尔族|撒拉族|布朗族|毛南族|塔吉克族?|普米族|阿昌族|怒族|鄂温克族?|京族|基诺族|德昂族|保安族|俄罗斯族?|裕固族|乌孜别克族?|门巴族|鄂伦春族|独龙族|赫哲族|珞巴族"
)
SUFFIX = re.compile(rf"(?:(?:{PEOPLES})+(?:民族)?)?(?:地区)?(?:街道|民族乡|镇|乡|苏木)$|办事处$")
VILLAGE_SUFFIX = re.compile(
    r"(?:社区居委会|社区居民委员会|村民委员会|居民委员会|村委会|居委会|社区|村)$"
)
MOST_NEIGHBOURS = 60

COUNTY = """# 县区基本情况，由 minyin county new {code} 依据全国统计用区划代码生成。所有数值都是建议默认值，启用前请按本地制度核定。
code: "{code}"
name: {name}
short_names: [{short_names}]     # 单独出现就能说明是本县区的叫法，可补充简称
province: {province}
prefecture: {prefecture}
id_prefix: {prefix}
public_numbers: ["12345", "110", "119", "120", "122", "12315", "12320", "12328", "12333", "12369", "12393", "95598", "96777"]
# 有同名镇街的外地县区，请再补上相邻的县区
neighbours: [{neighbours}]

# 值守与升级：按顺序逐级升级；levels 是该岗位第一时间收到的预警等级。请改成本地的政务邮箱
duties:
  - {{role: 监测员, contacts: [monitor@county.example], levels: [blue, yellow, orange, red]}}
  - {{role: 研判员, contacts: [analyst@county.example], levels: [yellow, orange, red]}}
  - {{role: 中心负责人, contacts: [head@county.example], levels: [orange, red]}}
  - {{role: 分管领导, contacts: [leader@county.example], levels: [red]}}

masthead:
  title: {name}舆情简报
  publisher: {name}社会治理中心
  marking: 内部资料 注意保存
  report_to: {level}委、{level}政府有关领导
  send_to: {level}有关部门
  distribute_to: 各镇（街道）
  copies: 50
  phone: ""
  first_issue_total: 0

"""
SOURCES = """# 监测来源登记。没有登记和影响评估（assessment）的来源一律不采集（《网络数据安全管理条例》第十八条）。
# 写法示例（核对后去掉行首的 #）：
#  - id: gov
#    name: {name}人民政府网站
#    kind: listing                 # feed、sitemap、listing、thread_listing、table
#    channel: gov
#    tier: 4
#    home_region: "{code}"
#    start_urls: ["https://www.example.gov.cn/news/"]
#    per_second: 0.5
#    assessment: {{by: 张三, on: 2026-11-01, impact: 每小时不超过 60 次请求，对服务无影响, robots: 允许}}
sources: []
"""


def write_profile(county: NationalCounty, folder: Path) -> None:
    """The whole folder, or nothing. Raises InputError where the folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} 已经存在且不是空文件夹；请换一个 --dir，以免覆盖改过的资料")
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    (part / "county.yaml").write_text(_county(county), encoding="utf-8")
    (part / "sources.yaml").write_text(
        SOURCES.format(code=county.code, name=county.name), encoding="utf-8"
    )
    _write_csv(part / "streets.csv", STREET_COLUMNS, map(_street, county.towns))
    villages = ((town, village) for town in county.towns for village in town.villages)
    _write_csv(part / "villages.csv", VILLAGE_COLUMNS, (_village(*pair) for pair in villages))
    for name in COPIED:
        (part / name).write_text((TEMPLATE / name).read_text(encoding="utf-8"), encoding="utf-8")
    _write_units(part, county)
    _write_topics(part)
    words = (TEMPLATE / "words.txt").read_text(encoding="utf-8").splitlines()
    kept = [word for word in words if not LOCAL_WORDS.search(word)]
    (part / "words.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    part.replace(folder)


def _county(county: NationalCounty) -> str:
    alerts = (TEMPLATE / "county.yaml").read_text(encoding="utf-8")
    alerts = alerts[alerts.index("# 预警的时限与冷却") :]
    homes = dict.fromkeys(home for town in county.towns for home in town.homes)
    level = next((sign for sign in "区县旗" if county.name.endswith(sign)), "市")
    head = COUNTY.format(
        code=county.code,
        name=county.name,
        short_names=", ".join(short_names(county.name, alone=county.alone)),
        province=county.province,
        prefecture=county.prefecture,
        prefix=initials(bare(county.name)) or "XQ",
        neighbours=", ".join(list(homes)[:MOST_NEIGHBOURS]),
        level=level,
    )
    return head + alerts


def bare(name: str) -> str:
    """
    >>> bare("邳州市"), bare("沛县"), bare("贾汪区")
    ('邳州', '沛县', '贾汪')
    """
    return re.sub(r"(?:自治[县旗]|[市县区旗])$", "", name) if len(name) > 2 else name


def short_names(name: str, *, alone: bool) -> tuple[str, ...]:
    """Shorter names that mean this county alone: no everyday word, no name that another county has too."""
    short = bare(name)
    others = {bare(area) for area in areas() if area not in (name, short)}
    if not alone or short == name or ordinary(short) or short in others:
        return (name,)
    return (short,)


STREET_COLUMNS = ("code9", "code12", "name", "kind", "core", "aliases", "bare_core_ok", "national_homonyms", "note")  # fmt: skip
VILLAGE_COLUMNS = ("code12", "name", "short", "street_code9", "street_name")


def _street(town: NationalTown) -> tuple[object, ...]:
    core = SUFFIX.sub("", town.name) or town.name
    kind = _kind(town)
    alone = not town.homes and len(core) > 1 and not word_tags(core) and core not in areas()
    aliases = [core] if alone else []
    if kind == "街道":
        # most 街道 were a 镇 not long ago, and people go on saying so
        aliases = [f"{core}街道办", f"{core}街道办事处", f"{core}办事处", f"{core}镇", *aliases]
    note = f"{len(town.homes)} 个外地县区有同名镇街" if town.homes else ""
    return (
        town.code, f"{town.code}000", town.name, kind, core, "|".join(aliases),
        "yes" if alone else "no", len(town.homes), note,
    )  # fmt: skip


def _kind(town: NationalTown) -> str:
    """By name; 400–599 are farms and zones counted like towns (GB/T 10114), which are not ranked."""
    for kind in ("街道", "镇", "乡"):
        if town.name.endswith(kind):
            return kind
    return "街道" if town.name.endswith("办事处") and town.code[6:] < "100" else "统计单位"


def _village(town: NationalTown, village: NationalVillage) -> tuple[object, ...]:
    return (village.code, village.name, village_short(village.name), town.code, town.name)


def village_short(name: str) -> str:
    """
    >>> village_short("丰华社区居委会"), village_short("前王村村委会"), village_short("王村委会")
    ('丰华', '前王', '王村')
    """
    short = VILLAGE_SUFFIX.sub("", name)
    short = short.removesuffix("社区").removesuffix("村") if len(short) > 2 else short
    return short if len(short) > 1 else name.removesuffix("委会")


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _write_units(folder: Path, county: NationalCounty) -> None:
    units = (TEMPLATE / "units.yaml").read_text(encoding="utf-8")
    units = units.replace("邳州市", county.name).replace("润源供水公司", "供水公司")
    (folder / "units.yaml").write_text(
        units.replace("@pizhou.example", "@county.example"), encoding="utf-8"
    )


def _write_topics(folder: Path) -> None:
    with (TEMPLATE / "topics.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    for row in rows:
        for place, name in enumerate(head):
            if name in ("keywords", "escalators", "exclude"):
                row[place] = "|".join(word for word in row[place].split("|") if word not in LOCAL)
    _write_csv(folder / "topics.csv", head, rows)
