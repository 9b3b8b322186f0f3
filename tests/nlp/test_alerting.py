"""Whether one text is worth an alert, and the reasons that go with the answer."""

from minyin.model import Context, Opinion, Polarity, Span
from nlp.opinion.alerting import should_alert, worthiness
from nlp.opinion.linear import LinearClassifier

GRIEVANCE = Opinion(
    polarity=Polarity.NEGATIVE,
    confidence=0.91,
    score=0.1,
    appeal=True,
    urgent=False,
    alert=0.88,
    reasons=(Span(start=0, end=3, kind="appeal_unheeded", text="没人管"),),
)


def test_a_complaint_is_worth_an_alert_and_says_why() -> None:
    answer = worthiness(GRIEVANCE)
    assert answer.alert
    assert answer.confidence == 0.88
    assert answer.reasons == ("情感负面（把握 91%）", "向部门提出诉求", "没人管：“没人管”")


def test_what_happens_elsewhere_is_not() -> None:
    for answer in (
        worthiness(GRIEVANCE, elsewhere=True),
        worthiness(GRIEVANCE, [Context.ELSEWHERE]),
    ):
        assert not answer.alert
        assert answer.reasons == ("说的是外地的事",)


def test_a_context_explains_silence_and_never_makes_it() -> None:
    quiet = GRIEVANCE.model_copy(update={"alert": 0.2, "polarity": Polarity.NEUTRAL})
    answer = worthiness(quiet, [Context.DRILL, Context.DENIAL])
    assert not answer.alert
    assert answer.confidence == 0.8
    assert answer.reasons[0] == "演练"
    assert worthiness(GRIEVANCE, [Context.DRILL]).alert


def test_title_and_source_are_read() -> None:
    linear = LinearClassifier.load()
    answer = should_alert(
        "打了五次12345，水还是没来，孩子没法洗澡。", "停水三天没人管", "论坛", classifier=linear
    )
    assert answer.alert
    assert 0.5 <= answer.confidence <= 1
    assert not should_alert(
        "本周六图书馆办读书会，欢迎报名。", "", "公众号", classifier=linear
    ).alert
    assert not should_alert("", classifier=linear).alert
