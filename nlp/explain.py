"""Everything found in one text, with where it stands and why: what `minyin explain` and the console show.

Spans are of the masked text; what was masked is never shown. Left to others: how it is laid out.
"""

from collections.abc import Iterable, Iterator

from minyin.county import County
from minyin.model import Context, PlaceMatch, Span, Value
from nlp.analyse import Understood
from nlp.bulk import Understander, level_of, place_codes, probabilities, sure, whole_of
from nlp.bulk_lines import Row
from nlp.category import CategoryModel
from nlp.opinion.contexts import evidence
from nlp.opinion.worth import worth

KINDS = {
    "id": "身份证", "bank": "银行卡", "phone": "手机号", "landline": "固定电话", "plate": "车牌", "mail": "邮箱",
    "account": "账号", "address": "门牌", "school": "学校班级", "medical": "病历号", "name": "姓名",
}  # fmt: skip
SIGNALS = {
    "appeal_unheeded": "没人管", "appeal_again": "反复反映", "appeal_runaround": "推诿", "appeal_when": "追问时间或责任",
    "appeal_ask": "请求", "appeal_hope": "希望、建议", "appeal_hotline": "打热线、信访、曝光", "appeal_claim": "讨说法、讨钱",
    "appeal_bad": "影响生活", "duration": "持续时间",
}  # fmt: skip


class Reason(Value):
    """Why: words of the masked text at [start, end) of a field, or a sentence where there is no one place."""

    why: str
    text: str = ""
    field: str = "text"
    start: int | None = None
    end: int | None = None

    @property
    def line(self) -> str:
        if self.start is None:
            return self.why
        where = "标题" if self.field == "title" else "正文"
        return f"{self.why}：“{self.text}”（{where}第 {self.start + 1}—{self.end} 字）"


class Finding(Value):
    """One judgement: its name and value in Chinese, how sure it is (none where it is a fact), and why."""

    key: str
    name: str
    value: str
    confidence: float | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def sureness(self) -> str:
        return "" if self.confidence is None else f"（把握 {self.confidence:.0%}）"


class Explanation(Value):
    title: str | None
    text: str
    findings: tuple[Finding, ...]


def explain(understander: Understander, row: Row) -> Explanation:
    (one,) = understander.understand([row])
    county = understander.county
    found = (
        _masking(one),
        _relevance(one, county),
        *_places(one, county),
        _topics(one, county),
        _category(one, understander.category),
        *_opinion(one),
        _contexts(one),
        Finding(key="casualties", name="称伤亡", value=str(one.analysis.casualties)),
        _alert(one),
    )
    title = one.title.text if one.title else None
    return Explanation(title=title, text=one.text.text, findings=found)


def _reasons(spans: Iterable[Span], why: str, source: str, field: str = "text") -> Iterator[Reason]:
    for span in spans:
        words = span.text or source[span.start : span.end]
        yield Reason(why=why, text=words, field=field, start=span.start, end=span.end)


def _masking(one: Understood) -> Finding:
    spans = [("title", span) for span in (one.title.spans if one.title else ())]
    spans += [("text", span) for span in one.text.spans]
    reasons = tuple(
        Reason(why=KINDS.get(s.kind, s.kind), text=s.text, field=field, start=s.start, end=s.end)
        for field, s in spans
    )
    return Finding(key="masking", name="脱敏", value=f"{len(reasons)} 处", reasons=reasons)


def _relevance(one: Understood, county: County) -> Finding:
    value = "是" if one.analysis.relevant else "否"
    reasons = [
        Reason(why="说到别处", text=span.text, field=span.kind, start=span.start, end=span.end)
        for span in one.places.strangers
    ]
    if one.analysis.relevant and not one.analysis.places:
        reasons.append(Reason(why="本县来源，没有说到别处"))
    name = f"事关{county.profile.name}"
    return Finding(
        key="relevant",
        name=name,
        value=value,
        confidence=one.places.relevance,
        reasons=tuple(reasons),
    )


def _places(one: Understood, county: County) -> Iterator[Finding]:
    codes = place_codes(one, county)
    value = (
        f"{level_of(codes)}：{'、'.join(county.place_name(code) for code in codes)}"
        if codes
        else "无"
    )
    reasons = tuple(_place_reason(one, place) for place in one.analysis.places)
    sure_place = one.analysis.place_conf if codes else None
    yield Finding(key="places", name="地点", value=value, confidence=sure_place, reasons=reasons)
    if one.analysis.candidates:
        names = "、".join(place.name for place in one.analysis.candidates)
        reasons = tuple(_place_reason(one, place) for place in one.analysis.candidates)
        yield Finding(key="candidates", name="待人工确认的地点", value=names, reasons=reasons)


def _place_reason(one: Understood, place: PlaceMatch) -> Reason:
    why = f"{place.name} {place.code}，得分 {place.confidence:.2f}"
    span = place.span
    if span is None:
        return Reason(why=why)
    title = span.kind == "title" and one.title is not None
    source = one.title.text if title and one.title else one.text.text
    (reason,) = _reasons([span], why, source, "title" if title else "text")
    return reason


def _topics(one: Understood, county: County) -> Finding:
    found = one.topics
    names = {
        code: county.topic_by_code[code].name
        for code in found.codes
        if code in county.topic_by_code
    }
    value = "、".join(f"{code} {names.get(code, '')}".strip() for code in found.codes) or "无"
    reasons = [
        Reason(why=f"{span.kind} {names.get(span.kind, '')}", text=span.text, field=field, start=span.start, end=span.end)
        for field, spans in (("title", found.head), ("text", found.evidence))
        for span in spans
    ]  # fmt: skip
    if found.escalated:
        reasons.append(Reason(why=f"加重的词：{'、'.join(found.escalated)}"))
    reasons.append(Reason(why=f"严重度 {found.severity}"))
    sure_topic = found.confidence if found.codes else None
    return Finding(
        key="topics", name="主题", value=value, confidence=sure_topic, reasons=tuple(reasons)
    )


def _category(one: Understood, model: CategoryModel) -> Finding:
    whole = whole_of(one)
    shift = len(one.title.text) + 1 if one.title else 0
    found = model.explain(whole)
    reasons = tuple(
        Reason(
            why="有利的词", text=span.text, field="title" if span.end <= shift else "text",
            start=span.start - (0 if span.end <= shift else shift), end=span.end - (0 if span.end <= shift else shift),
        )
        for span in found.evidence
        if span.end <= shift or span.start >= shift
    )  # fmt: skip
    return Finding(
        key="category",
        name="留言分类",
        value=found.name,
        confidence=found.confidence,
        reasons=reasons,
    )


def _opinion(one: Understood) -> Iterator[Finding]:
    opinion = one.analysis.opinion
    chances = probabilities(opinion)
    shares = f"负面 {chances['neg']:.0%}，中性 {chances['neu']:.0%}，正面 {chances['pos']:.0%}"
    whole = whole_of(one)
    reasons = tuple(
        Reason(
            why=SIGNALS.get(span.kind, span.kind),
            text=span.text or whole[span.start : span.end],
            field="title" if one.title and span.end <= len(one.title.text) else "text",
            start=span.start - _shift(one, span),
            end=span.end - _shift(one, span),
        )
        for span in opinion.reasons
    )
    yield Finding(
        key="polarity", name="情感倾向", value=opinion.polarity.label, confidence=opinion.confidence,
        reasons=(Reason(why=shares), *reasons),
    )  # fmt: skip
    for key, name, answer in (
        ("appeal", "诉求", opinion.appeal),
        ("urgent", "紧急", opinion.urgent),
    ):
        yield Finding(
            key=key, name=name, value="有" if answer else "无", confidence=sure(opinion, key)
        )


def _shift(one: Understood, span: Span) -> int:
    """The classifier reads title and text as one; a span of the text is counted from the text's first sign."""
    if one.title is None or span.end <= len(one.title.text):
        return 0
    return len(one.title.text) + 1


def _contexts(one: Understood) -> Finding:
    contexts = one.analysis.contexts
    title, text = one.title.text if one.title else "", one.text.text
    reasons = [
        reason
        for context in contexts
        for field, source in (("title", title), ("text", text))
        for reason in _reasons(evidence(context, source), _why(context), source, field)
    ]
    value = "、".join(context.label for context in contexts) or "无特别语境"
    return Finding(key="contexts", name="语境", value=value, reasons=tuple(reasons))


def _why(context: Context) -> str:
    return f"{context.label}{'，据此不报' if context.excludes_alert else ''}"


def _alert(one: Understood) -> Finding:
    found = worth(one)
    return Finding(
        key="should_alert", name="该不该报", value="该报" if found.alert else "不必报",
        confidence=found.confidence, reasons=tuple(Reason(why=reason) for reason in found.reasons),
    )  # fmt: skip
