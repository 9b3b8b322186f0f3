"""The fields of a document as they are searched: one table from which both schemas, the parser and the docs derive.

Change a field here and raise VERSION: the stores then refuse an index of another version and `minyin index migrate`
makes a new one beside it.
Left to others: what an engine makes of a kind (`index.embedded_schema`, `index.elastic_schema`).
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from index.text import fold
from minyin.model import ArticleKind, Channel, Context, Labelled, Polarity

# 2: authors can be counted
VERSION = 2

Kind = Literal["text", "keyword", "date", "whole", "number", "bool", "stored"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field, its Chinese names (the first is the one shown), and what values it knows.

    `facet`: its values can be listed with their numbers. `countable`: only how many there are, no list of them.
    """

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    note: str = ""
    facet: bool = False
    countable: bool = False
    values: type[Labelled] | None = None

    @property
    def label(self) -> str:
        return self.aliases[0] if self.aliases else self.name

    @property
    def column(self) -> bool:
        """Its values are kept in a column: they can be listed with their numbers, or only counted."""
        return self.facet or self.countable


FIELDS: tuple[Field, ...] = (
    Field("id", "keyword", ("编号",), "文章编号"),
    Field("title", "text", ("标题",), "标题"),
    Field("text", "text", ("正文", "内容"), "正文（已脱敏）"),
    Field("published_at", "date", ("时间", "发布时间", "日期"), "发布时间"),
    Field("collected_at", "date", ("采集时间", "入库时间"), "采集时间"),
    Field("source_id", "keyword", ("来源编号",), "来源登记编号", facet=True),
    Field("source_name", "keyword", ("来源", "信息来源"), "来源名称", facet=True),
    Field("outlet", "keyword", ("媒体", "稿源"), "页面注明的稿件出处", facet=True),
    Field("channel", "keyword", ("渠道", "平台"), "传播渠道", facet=True, values=Channel),
    Field(
        "kind", "keyword", ("体裁", "类型"), "主帖、回帖、来件等", facet=True, values=ArticleKind
    ),
    Field("tier", "whole", ("媒体级别", "层级"), "1 中央 … 5 论坛与自媒体", facet=True),
    Field("public", "bool", ("公开",), "公开渠道（热线、网格除外）", facet=True),
    Field("external_id", "keyword", ("原编号", "来件编号"), "来源方的编号，如 12345 单号"),
    Field("url", "keyword", ("网址", "链接"), "原文网址"),
    Field("parent_id", "keyword", ("上级", "所属主帖"), "回帖的主帖、答复的问题"),
    Field("author_hash", "keyword", ("作者",), "作者的密钥摘要，只用于去重计数", countable=True),
    Field("relevant", "bool", ("涉邳", "涉本地"), "与本县区有关", facet=True),
    Field("street", "keyword", ("镇街", "街道", "乡镇"), "主要镇街", facet=True),
    Field("village", "keyword", ("村居", "社区", "村"), "主要村居", facet=True),
    Field("places", "keyword", ("地点", "地区"), "提到的全部镇街、村居", facet=True),
    Field("place_names", "keyword", ("地名",), "文中出现的地名", facet=True),
    Field("place_conf", "number", ("定位把握",), "0 到 1"),
    Field("topic", "keyword", ("首要主题",), "最主要的一个主题", facet=True),
    Field("topics", "keyword", ("主题", "领域", "话题"), "全部主题", facet=True),
    Field("severity", "whole", ("等级", "严重程度"), "0 到 4，越大越严重", facet=True),
    Field("polarity", "keyword", ("情感", "倾向"), "情感倾向", facet=True, values=Polarity),
    Field("score", "number", ("情感分",), "0 全负面 … 1 全正面"),
    Field("confidence", "number", ("情感把握",), "0 到 1"),
    Field("appeal", "bool", ("诉求",), "有诉求", facet=True),
    Field("urgent", "bool", ("紧急",), "紧急", facet=True),
    Field("contexts", "keyword", ("语境", "情境"), "演练、辟谣等", facet=True, values=Context),
    Field("casualties", "whole", ("伤亡",), "文中称的死亡、失踪、被困人数"),
    Field("views", "whole", ("浏览量", "阅读量"), "浏览量"),
    Field("interactions", "whole", ("互动量", "热度"), "点赞、评论、转发之和"),
    Field("repost", "bool", ("转载",), "是转载（否为首发）", facet=True),
    Field("repost_of", "keyword", ("转载自", "首发"), "首发文章的编号", facet=True),
    Field("event_id", "keyword", ("事件", "事件编号"), "所属事件编号", facet=True),
    Field("mask_version", "keyword", ("脱敏版本",), "脱敏规则的版本"),
    Field("masked", "stored"),
    Field("evidence", "stored"),
)

SEARCHED = tuple(field for field in FIELDS if field.kind != "stored")
FACETS = tuple(field.name for field in FIELDS if field.facet)
COUNTABLE = tuple(field.name for field in FIELDS if field.column)
BY_NAME = {field.name: field for field in FIELDS}
TEXTS = tuple(field.name for field in FIELDS if field.kind == "text")


@cache
def names() -> dict[str, Field]:
    """Every name a field goes by, English and Chinese."""
    table = {field.name: field for field in SEARCHED}
    for field in SEARCHED:
        for alias in field.aliases:
            if alias in table:
                raise ValueError(f"{alias!r} names {table[alias].name} and {field.name}")
            table[alias] = field
    return table


def searched(name: str) -> Field | None:
    """The field of an English or Chinese name, full-width or traditional as well; None when there is none."""
    return names().get(name) or names().get(fold(name))
