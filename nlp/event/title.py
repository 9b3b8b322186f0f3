"""The name of an event: the best headline or sentence of its articles, never a list of keywords.

Official notices and news name a matter best, then thread titles and questions, then the first sentence of a record.
"""

import re
import unicodedata

from minyin.model import ArticleKind, Channel, Document, Polarity

LONGEST = 30
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_SAID = r"(反映并咨询|咨询并反映|反映|求助|投诉|匿名举报|举报|建议|咨询|询问|称|来电)"
# the caller's own father is no word of form
_THEIR = r"(其(?![父母子女妻夫儿])|称)?"
_PREFIX = re.compile(
    rf"^【[^】]{{0,6}}】|^[^，。：:]{{0,6}}?(来电人?|来件人|市民|网友|居民|业主|村民)[^。：:]{{0,30}}?{_SAID}[，,：:]{_THEIR}"
    rf"|^(来电人|来件人)[^，。：:]{{0,30}}?{_SAID}{_THEIR}|^[^，。：:]{{0,12}}(先生|女士|\*+)[^，。：:]{{0,30}}?{_SAID}[，,：:]?{_THEIR}"
)
_SALUTE = re.compile(
    r"^(尊敬的)?[^，。：:！!]{0,12}(您好|你好|领导|书记|市长|局长)[们]?(您好|你好)?[！!，,：:。]*"
)
_TRUTH = re.compile(r"旧闻|不实|辟谣|谣言|通报|真相")
# said afterwards, when it is mended: a matter is named by what was wrong
_AFTERWARDS = re.compile(
    r"回访|回头看|点赞|感谢|致谢|表扬|[修补办装通]好|整改到位|清零|已解决|恢复[供通]"
)
_FLUFF = re.compile(
    r"[（(][^）)]{0,20}(演示|图|视频|转载|来源)[^）)]{0,10}[）)]|[【\[](改期|突发|紧急|视频|图)[】\]]"
)


def title_of(document: Document) -> str:
    """What this article would call the matter; empty for a reply."""
    if document.kind in (ArticleKind.REPLY, ArticleKind.OFFICIAL_REPLY):
        return ""
    if document.title and document.kind is not ArticleKind.RECORD and not _cut_off(document):
        return _shorten(_FLUFF.sub("", document.title))
    text = _SALUTE.sub("", document.text.strip())
    return _shorten(_SENTENCE.split(_PREFIX.sub("", text), maxsplit=1)[0])


def _cut_off(document: Document) -> bool:
    """A row's title that only repeats how its text begins: 来电人田女士反映."""
    title = (document.title or "").rstrip("…")
    return document.kind is ArticleKind.ROW and document.text.strip().startswith(title)


def _shorten(text: str) -> str:
    """At most 30 characters, cut at the last comma where there is one.

    >>> _shorten("沂武路主管道爆裂，三小区停水三天，居民意见很大，供水公司两次改口，至今未通")
    '沂武路主管道爆裂，三小区停水三天，居民意见很大'
    """
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip(" ，,。.；;：:、")
    if len(text) <= LONGEST:
        return text
    head = text[:LONGEST]
    cut = max(head.rfind(mark) for mark in "，,：: 、")
    return head[:cut] if cut >= 10 else head[: LONGEST - 1] + "…"


def title_rank(document: Document, likeness: float, *, first: bool) -> float:
    """How good a name: the voice it is said in, how central it is, a little for being first."""
    voice = {
        ArticleKind.ARTICLE: 0.25,
        ArticleKind.THREAD: 0.2,
        ArticleKind.QUESTION: 0.25,
        ArticleKind.ROW: 0.1,
        ArticleKind.RECORD: 0.0,
    }.get(document.kind, 0.0)
    if document.kind is ArticleKind.ARTICLE and document.channel in (Channel.NEWS, Channel.GOV):
        voice += 0.1
    title = title_of(document)
    if document.polarity is Polarity.POSITIVE or _AFTERWARDS.search(title):
        voice -= 0.2
    if not 6 <= len(title) <= LONGEST or title.endswith(("…", "？", "?", "！")):
        voice -= 0.15
    if document.repost_of:
        voice -= 0.1
    if _TRUTH.search(title):
        voice += 0.15  # a rumour must not name the event once it is refuted
    return voice + likeness + (0.1 if first else 0.0)
