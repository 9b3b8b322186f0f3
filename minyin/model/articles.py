"""What was said: an article as collected, what was understood of it, and the document that is searched.

An Article is not yet masked and lives in inbox segments only; Analysis and Document hold masked text.
"""

from pydantic import AwareDatetime, Field

from minyin.model.base import Labelled, Value


class Channel(Labelled):
    """Where it was said: ten public channels (DOMAIN §2.5), then the county's own two intakes."""

    NEWS = "news", "新闻网站"
    GOV = "gov", "政务平台"
    FORUM = "forum", "论坛贴吧"
    WEIBO = "weibo", "微博"
    WECHAT = "wechat", "微信公众号"
    APP = "app", "客户端"
    VIDEO = "video", "短视频"
    BOARD = "board", "问政留言"
    PRINT = "print", "报刊"
    OTHER = "other", "其他"
    HOTLINE = "hotline", "12345热线"
    GRID = "grid", "网格走访"

    @property
    def public(self) -> bool:
        """Said in public; hotline rows and grid records are appeals, counted apart in briefs."""
        return self not in (Channel.HOTLINE, Channel.GRID)


class ArticleKind(Labelled):
    ARTICLE = "article", "文章"
    THREAD = "thread", "主帖"
    REPLY = "reply", "回帖"
    QUESTION = "question", "问政"
    OFFICIAL_REPLY = "official_reply", "官方答复"
    ROW = "row", "来件"
    RECORD = "record", "走访记录"


class Interactions(Value):
    views: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0

    @property
    def total(self) -> int:
        """互动量: everything people did; looking is not doing."""
        return self.likes + self.comments + self.shares


class Evidence(Value):
    """Where the page as it was lies: a WARC file under the evidence folder."""

    file: str
    offset: int = Field(ge=0)
    digest: str = Field(description="sha1:… of the payload, as WARC writes it")
    rest: tuple["Evidence", ...] = Field(
        (),
        description="the later pages of an article cut into pages, in their order",
        exclude_if=lambda rest: not rest,
    )

    @property
    def pages(self) -> tuple["Evidence", ...]:
        """Of every page of the article, the first one first."""
        return (self, *self.rest)


class Article(Value):
    """One published page or post as collected, NOT yet masked: it lives in inbox segments only."""

    id: str
    source_id: str
    external_id: str | None = None
    url: str
    channel: Channel
    kind: ArticleKind = ArticleKind.ARTICLE
    tier: int = Field(ge=1, le=5, description="1 central … 5 forum and self-media (DOMAIN §7.5)")
    parent_id: str | None = Field(
        None, description="thread of a reply, question of an official reply"
    )
    title: str | None = None
    text: str
    outlet: str | None = Field(None, description="来源 named on the page")
    author_hash: str | None = None
    published_at: AwareDatetime
    collected_at: AwareDatetime
    interactions: Interactions = Interactions()
    local_source: bool = Field(True, description="the source's home region is this county")
    evidence: Evidence | None = None


class Polarity(Labelled):
    NEGATIVE = "negative", "负面"
    NEUTRAL = "neutral", "中性"
    POSITIVE = "positive", "正面"


class Context(Labelled):
    """Why alarming words may not be alarming (DOMAIN §7.3)."""

    DRILL = "drill", "演练"
    PUBLICITY = "publicity", "宣传部署"
    SUCCESS = "success", "成效报道"
    PLANNED = "planned", "计划性通知"
    OFFICIAL_REPLY = "official_reply", "官方答复"
    IDIOM = "idiom", "口头语"
    ADVERT = "advert", "广告"
    HISTORY = "history", "历史或虚构"
    ELSEWHERE = "elsewhere", "外地"
    OLD_NEWS = "old_news", "旧闻"
    DATA_RELEASE = "data_release", "数据发布"
    WEATHER = "weather", "天气预报"
    DENIAL = "denial", "辟谣澄清"
    SARCASM = "sarcasm", "反讽"
    MILD = "mild", "不必单独预警"

    @property
    def excludes_alert(self) -> bool:
        """A hard gate before sending (DOMAIN §3.3); sarcasm and denial are no reason for silence.

        A mild text raises no alert alone, but counts among others.
        """
        return self not in (Context.SARCASM, Context.DENIAL, Context.IDIOM, Context.MILD)


class Span(Value):
    """[start, end) in characters of the text named by the field that holds it."""

    start: int = Field(ge=0)
    end: int
    kind: str
    text: str = ""


class PlaceMatch(Value):
    """One resolved place with its evidence (DOMAIN §5.5)."""

    code: str = Field(description="9 digits 镇街, 12 digits 村居, 6 digits the county itself")
    name: str
    confidence: float = Field(ge=0, le=1)
    span: Span | None = None


class Opinion(Value):
    """What a text classifier says of one text."""

    polarity: Polarity
    confidence: float = Field(ge=0, le=1)
    score: float = Field(ge=0, le=1, description="0 wholly negative … 1 wholly positive")
    appeal: bool
    urgent: bool
    alert: float = Field(0.0, ge=0, le=1, description="how surely it is worth an alert by itself")
    reasons: tuple[Span, ...] = ()


class Analysis(Value):
    """Everything understood about one article; title and text here are masked."""

    title: str | None
    text: str
    mask_version: str
    masked: tuple[Span, ...] = Field(
        (), description="spans in the MASKED text, never with the secret"
    )
    words_title: str = Field("", description="words joined by spaces, for the index")
    words_text: str = ""
    places: tuple[PlaceMatch, ...] = ()
    candidates: tuple[PlaceMatch, ...] = ()
    street: str | None = None
    village: str | None = None
    place_conf: float = 0.0
    relevant: bool = Field(False, description="涉邳: about this county")
    topics: tuple[str, ...] = ()
    topic: str | None = None
    severity: int = Field(0, ge=0, le=4)
    opinion: Opinion
    contexts: tuple[Context, ...] = ()
    casualties: int = Field(
        0, ge=0, description="dead, missing or trapped as claimed, negations removed"
    )


class Document(Value):
    """An article as it is searched, counted and shown: the row of the database and the document of the index."""

    id: str
    source_id: str
    source_name: str
    external_id: str | None
    url: str
    channel: Channel
    kind: ArticleKind
    tier: int
    parent_id: str | None
    title: str | None
    text: str
    words_title: str = ""
    words_text: str = ""
    outlet: str | None
    author_hash: str | None
    published_at: AwareDatetime
    collected_at: AwareDatetime
    views: int = 0
    interactions: int = 0
    street: str | None
    village: str | None
    places: tuple[str, ...]
    place_names: tuple[str, ...]
    place_conf: float
    relevant: bool
    topics: tuple[str, ...]
    topic: str | None
    severity: int
    polarity: Polarity
    score: float
    confidence: float
    appeal: bool
    urgent: bool
    contexts: tuple[Context, ...]
    casualties: int
    masked: tuple[Span, ...] = ()
    mask_version: str
    repost_of: str | None = None
    event_id: str | None = None
    evidence: Evidence | None = None

    @property
    def negative(self) -> bool:
        return self.polarity is Polarity.NEGATIVE

    @property
    def platform(self) -> str:
        """What 'how many platforms' counts (DOMAIN §3.3): the channel, so two forums are one voice."""
        return self.channel.value

    @property
    def alertable(self) -> bool:
        """Hard gates of one item: about the county, no excluding context, not an official's own answer."""
        return self.relevant and not any(c.excludes_alert for c in self.contexts)
