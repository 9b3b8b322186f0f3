"""What sort of page this is: an article, a list of links, a thread, a notice, or an empty shell.

Left to others: what is done about it (`crawlers.page.extract`, the spiders).
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from crawlers.forum.officewords import is_answer_label, is_question_label
from crawlers.page.blocks import Layout, Line

NOTICE_TITLE = re.compile(
    r"(?:通知|公告|公示|通告|启事|预告|批复|意见|办法|决定|函|通报|公报|名单|结果|方案|规定|条例|细则|目录|须知|招标|采购|中标|成交)(?:[（(【\[《].{0,30}[)）】\]》])?(?:书|表)?$"
)
NOTICE_WORDS = re.compile(
    r"特此(?:通知|公告|公示|通告|批复|函复)|索\s*引\s*号|发文字号|公示期|招标编号|项目编号|成文日期|各(?:镇|乡|街道|区|县|市|有关单位|部门)|〔\d{4}〕|[\[（(]20\d\d[\])）]\s*\d+\s*号|现将.{0,40}公[示告布]"
)
FLOOR = re.compile(
    r"^(?:楼主|沙发|板凳|地板|\d{1,4}\s*[#楼]|第\s*\d{1,4}\s*楼|#\d{1,4}|作者[:：]\s*\S{1,20}\s+时间[:：].{0,24}|[^\s]{0,20}发表于\s*\d{4}-\d{1,2}-\d{1,2}.{0,24})\s*(?:\||$)"
)
GONE = re.compile(
    r"404|not found|(?:页面|网页|文章|内容|帖子|信息|主题|链接)(?:.{0,6})(?:不存在|找不到|已(?:经|被)?.{0,6}(?:删除|移除|下线|屏蔽|失效|关闭)|无法(?:查看|访问|打开|找到)|走丢)|找不到.{0,10}(?:页面|网页|内容)|参数错误|指定的(?:主题|帖子)不存在|抱歉.{0,20}(?:不存在|删除|审核|没有权限)|访问(?:受限|被拒绝|过于频繁)|(?:请|需要?)先?登录|安全验证|enable javascript",
    re.IGNORECASE,
)
# Fewer than so many links with words are no list; a text with so many characters is no list's
LISTED, ARTICLE_LENGTH = 8, 400
# Pages that say "gone" say little more; a bulletin on a rumour says that its post was deleted, and more
LONGEST_REFUSAL = 60


SENTENCE_END = re.compile(r"[。！？]")


class PageKind(StrEnum):
    ARTICLE = "article"
    LIST = "list"
    THREAD = "thread"
    NOTICE = "notice"
    EMPTY = "empty"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    PageKind.ARTICLE: "文章",
    PageKind.LIST: "列表",
    PageKind.THREAD: "帖子",
    PageKind.NOTICE: "公告",
    PageKind.EMPTY: "空页",
}


def kind_of(layout: Layout, title: str | None, text: str, chosen: Sequence[int]) -> PageKind:
    """`text`: what was found to be the article; `chosen`: its lines' numbers (none when a script held it)."""
    size = len(re.sub(r"\s", "", text))
    if size < 20 or (size < LONGEST_REFUSAL and GONE.search(f"{title} {text}")):
        return (
            PageKind.LIST
            if _listed(layout) >= LISTED and not GONE.search(title or "")
            else PageKind.EMPTY
        )
    if _is_thread(layout):
        return PageKind.THREAD
    if size < ARTICLE_LENGTH and _is_list(layout, title, chosen):
        return PageKind.LIST
    if NOTICE_TITLE.search(title or "") and (
        NOTICE_WORDS.search(text) or NOTICE_WORDS.search(_head(layout, chosen))
    ):
        return PageKind.NOTICE
    return PageKind.ARTICLE


def _head(layout: Layout, chosen: Sequence[int]) -> str:
    first = chosen[0] if chosen else 0
    return "\n".join(line.text for line in layout.lines[max(0, first - 25) : first])


def _listed(layout: Layout) -> int:
    return sum(map(_is_listed, layout.lines))


def _is_listed(line: Line) -> bool:
    return len(line.text) >= 9 and line.link >= 0.5 * len(line.text)


def _is_list(layout: Layout, title: str | None, chosen: Sequence[int]) -> bool:
    """Many links of a headline's length, not after a text but around it or before it, and no sentence under the headline."""
    if not chosen or _listed(layout) < LISTED:
        return False
    sentences = len(SENTENCE_END.findall("".join(layout.lines[n].text for n in chosen)))
    headed = any(
        line.heading and title and line.text == title for line in layout.lines[: chosen[0]]
    )
    before = sum(_is_listed(line) for line in layout.lines[: chosen[0]])
    return sentences < 2 and not (headed and sentences) and (before >= LISTED or not sentences)


def _is_thread(layout: Layout) -> bool:
    """Several numbered posts, or a question to an office with its answer."""
    texts = {
        line.text
        for line in layout.lines
        if len(line.text) <= 60 and line.link < 0.9 * len(line.text)
    }
    told = [told_of_posts(text) for text in texts]
    floors = sum(floor for floor, _, _ in told)
    return floors >= 2 or (
        any(asked for _, asked, _ in told) and any(reply for _, _, reply in told)
    )


@lru_cache(maxsize=8192)
def told_of_posts(text: str) -> tuple[bool, bool, bool]:
    """Whether a line is a post's number, a question's label, an answer's; menus are the same on all pages of a site."""
    return FLOOR.match(text) is not None, is_question_label(text), is_answer_label(text)
