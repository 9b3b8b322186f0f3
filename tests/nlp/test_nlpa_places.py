"""Places: tiers, context, homonyms, inheritance, and a county that is not 邳州."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minyin.county import County, Street, load_county
from minyin.model import ArticleKind, Channel, Document, Polarity
from nlp.place.places import PlaceResolver, Resolved


def _fields(county: County) -> dict[str, object]:
    return {name: getattr(county, name) for name in County.model_fields}


@pytest.fixture(scope="module")
def county() -> County:
    return load_county("pizhou")


@pytest.fixture(scope="module")
def resolver(county: County) -> PlaceResolver:
    return PlaceResolver(county)


def at(resolver: PlaceResolver, text: str, *, local: bool = True) -> Resolved:
    return resolver.resolve(None, text, local_source=local)


@pytest.mark.parametrize(
    ("text", "local", "street", "village"),
    [
        ("邳州市官湖镇新华村板材厂挨着幼儿园", False, "320382103", "320382103201"),
        ("土山镇老桥头积水", True, "320382107", None),
        ("官湖新华村的路坏了", True, "320382103", "320382103201"),
        ("＃戴圩 街道＃老桥头积水谁管", True, "320382003", None),
        ("邳州高新区企业招工", True, "320382004", None),
        ("運河街道多個老舊小區停水", True, "320382002", None),
    ],
)
def test_named_places(
    resolver: PlaceResolver, text: str, local: bool, street: str, village: str | None
) -> None:
    found = at(resolver, text, local=local)
    assert (found.street, found.village, found.relevant) == (street, village, True)
    assert found.place_conf >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "台儿庄区运河街道夜市又打群架了",
        "郯城县港上镇一家厂子起火",
        "武汉东湖边上积水没过膝盖",
        "句容市天王镇戴庄村走有机农业的路子",
        "港上市首日破发，打新的全被埋了",
        "军博新展：缴获的日军炮车、骡马挽具",
        "下邳城里守军三日无粮",
    ],
)
def test_namesakes_and_ordinary_words(resolver: PlaceResolver, text: str) -> None:
    found = at(resolver, text, local=False)
    assert not found.places
    assert not found.relevant


def test_a_village_of_several_towns_needs_a_town(resolver: PlaceResolver) -> None:
    open_question = at(resolver, "张庄村的路灯全不亮")
    assert open_question.street is None
    assert len(open_question.candidates) == 3
    settled = at(resolver, "八义集镇开会说了，张庄村的路灯全不亮")
    assert settled.street == "320382106"


def test_ordinary_word_needs_a_suffix(resolver: PlaceResolver) -> None:
    assert at(resolver, "汽车站出口拉客的黑车越来越多，酒店门口也是").street is None
    assert at(resolver, "酒店村的路灯全不亮").village == "320382112216"


def test_local_source_is_relevant_unless_it_speaks_of_elsewhere(resolver: PlaceResolver) -> None:
    assert at(resolver, "小区停水三天没人管").relevant
    assert not at(resolver, "小区停水三天没人管", local=False).relevant
    abroad = at(resolver, "河南某镇卫生院给孩子打错疫苗")
    assert abroad.elsewhere
    assert not abroad.relevant


def test_title_weighs_more(resolver: PlaceResolver) -> None:
    found = resolver.resolve(
        "铁富镇停水", "来回跑过官湖镇、碾庄镇，都没有这样停水的。", local_source=True
    )
    assert found.street == "320382115"
    assert len(found.places) == 3


def test_spans_point_at_the_names(resolver: PlaceResolver) -> None:
    text = "听说＃官 湖镇＃停水"
    (place,) = at(resolver, text).places
    assert place.span is not None
    assert text[place.span.start : place.span.end] == "官 湖镇"


PIECES = st.sampled_from(
    [
        "官湖镇", "官湖", "新华村", "授贤", "运河街道", "东湖", "台儿庄区", "邳州", "徐州", "的", "那个", "从", "到", "咱", "张庄村",
        "车幅山镇", "郫州", "八/义/集/镇", "＃", " ", "，", "。", "、", "镇", "村", "社区", "街道", "座", "一", "人", "市民", "😀",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_any_text_has_an_answer_whose_spans_point_at_it(
    resolver: PlaceResolver, text: str, local: bool
) -> None:
    """Every ending too: names that run up to the last character."""
    found = resolver.resolve(text, text, local_source=local)
    for place in (*found.places, *found.candidates):
        assert place.span is not None
        assert 0 <= place.span.start < place.span.end <= len(text)
        assert 0 <= place.confidence <= 1
    assert not (found.street and found.elsewhere)


@pytest.mark.parametrize(
    ("text", "local", "codes"),
    [
        ("沭阳新河镇那边苗木卖得好，咱这边为啥不行？", True, []),
        ("新河镇的路灯坏了一个月", False, []),
        ("河南那边辣椒涨价了，咱邹庄也跟着涨", True, ["320382110"]),
        ("郯城港上镇着火了。港上镇的人说火很大", True, []),
        ("堆得跟座土山似的", True, ["320382"]),
        ("从邳城到燕子埠的班车停了", True, ["320382102", "320382122"]),
        ("议堂的沙埠村，不是邹庄那个沙埠", True, ["320382110216", "320382124211"]),
        ("江苏邳州杏楼镇的玻璃厂", False, ["320382119"]),
        ("徐州高新区招聘会", True, []),
        ("官湖下沟", True, ["320382103"]),
        ("新沂窑湾古镇限流，邳州市民自驾前往请预约", True, []),
    ],
)
def test_wordings(resolver: PlaceResolver, text: str, local: bool, codes: list[str]) -> None:
    found = at(resolver, text, local=local)
    said = [place.code for place in found.places] or (["320382"] if found.relevant else [])
    if codes and len(codes[0]) == 9 and text.startswith("官湖"):
        said = [code[:9] for code in said]
    assert sorted(said) == codes


def _thread() -> Document:
    now = datetime(2026, 10, 1, tzinfo=UTC)
    return Document(
        id="t", source_id="s", source_name="s", external_id=None, url="http://a/1", channel=Channel.FORUM,
        kind=ArticleKind.THREAD, tier=5, parent_id=None, title="官湖镇停水", text="停水", outlet=None,
        author_hash=None, published_at=now, collected_at=now, street="320382103", village=None,
        places=("320382103",), place_names=("官湖镇",), place_conf=1.0, relevant=True, topics=(), topic=None,
        severity=0, polarity=Polarity.NEGATIVE, score=0.1, confidence=0.9, appeal=True, urgent=False, contexts=(),
        casualties=0, mask_version="1",
    )  # fmt: skip


def test_reply_inherits_with_less_confidence(resolver: PlaceResolver) -> None:
    reply = resolver.resolve(None, "俺家也停了", local_source=True, parent=_thread())
    assert reply.street == "320382103"
    assert reply.place_conf == pytest.approx(0.8)
    own = resolver.resolve(None, "土山镇这边没停", local_source=True, parent=_thread())
    assert own.street == "320382107"


def test_another_county_is_only_another_profile(county: County) -> None:
    """The anonymised places of the civic messages: A市 with A1区 …, 西地省."""
    streets = tuple(
        Street(code=f"90010000{n}", name=f"A{n}区", kind="区", core=f"A{n}") for n in range(1, 8)
    )
    profile = county.profile.but(
        code="900100", name="A市", short_names=("A市",), province="西地省", prefecture="A市", neighbours=("B市",)
    )  # fmt: skip
    resolver = PlaceResolver(
        County.model_validate(
            _fields(county) | {"profile": profile, "streets": streets, "villages": ()}
        )
    )
    found = resolver.resolve("A3区泰华一村小区停水", "A市水务集团在哪里投诉？", local_source=True)
    assert found.street == "900100003"
    assert not resolver.resolve("B市停水", "B市全城停水", local_source=True).relevant
