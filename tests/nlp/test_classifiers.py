"""One contract for every classifier: linear, cascade, and a county's own folder."""

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from minyin.errors import DependencyError, SettingsError
from minyin.model import Channel, Polarity
from nlp.encoder import FOLDER, Encoder
from nlp.opinion.cascade import Blend, CascadeClassifier
from nlp.opinion.classifier import Classifier, Judgement
from nlp.opinion.linear import LinearClassifier
from nlp.opinion.transformer import TransformerClassifier

LACKING = [name for name in ("torch", "transformers") if not importlib.util.find_spec(name)]
LABELS = ("negative", "neutral", "positive")
ODD = [
    "",
    "😀🎉",
    "\x00\x07",
    "\ud83d",
    "<p>&nbsp;</p>",
    "x" * 100_000,
    "我們這邊停水兩天了",
    "Hello",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights, as a county might bring a large one."""
    if LACKING:
        pytest.skip(f"not installed: {', '.join(LACKING)} (the extra `transformer`)")
    import transformers

    path = tmp_path_factory.mktemp("own")
    (path / "vocab.txt").write_text((FOLDER / "vocab.txt").read_text(encoding="utf-8"), "utf-8")
    transformers.BertTokenizerFast(vocab_file=str(path / "vocab.txt")).save_pretrained(str(path))
    config = transformers.BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=3, vocab_size=21128,
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(str(path))
    return path


@pytest.fixture(params=["linear", "cascade", "transformer"], scope="module")
def classifier(request: pytest.FixtureRequest) -> Iterator[Classifier]:
    if request.param == "linear":
        yield LinearClassifier.load()
    elif request.param == "cascade":
        yield CascadeClassifier.load()
    else:
        yield TransformerClassifier.load(request.getfixturevalue("folder"), LABELS)


def test_one_opinion_for_each_text_whatever_its_neighbours(classifier: Classifier) -> None:
    texts = ["小区停水三天了没人管", "谢谢师傅，灯修好了", "图书馆几点关门？", *ODD]
    channels = [Channel.FORUM, Channel.OTHER, Channel.WEIBO, *[Channel.OTHER] * len(ODD)]
    together = classifier.classify(texts, channels)
    assert len(together) == len(texts)
    backwards = classifier.classify(texts[::-1], channels[::-1])
    assert backwards[::-1] == together
    assert classifier.classify(texts[1:2], channels[1:2]) == together[1:2]
    assert classifier.classify([], []) == []


def test_probabilities_are_probabilities(classifier: Classifier) -> None:
    for opinion in classifier.classify(ODD, [Channel.OTHER] * len(ODD)):
        assert 1 / 3 - 0.001 <= opinion.confidence <= 1
        assert 0 <= opinion.alert <= 1


def test_reasons_stand_where_they_say(classifier: Classifier) -> None:
    text = "车库漏水半年了，多次反映无果，物业踢皮球，恳请住建局查一查"
    (opinion,) = classifier.classify([text], [Channel.BOARD])
    assert opinion.reasons or not opinion.appeal
    assert all(text[span.start : span.end] == span.text for span in opinion.reasons)


@pytest.mark.parametrize(
    ("text", "channel", "polarity", "appeal"),
    [
        ("小区停水三天了，打了5次12345都没人管，求有关部门尽快解决！", Channel.BOARD, Polarity.NEGATIVE, True),
        ("这条路修了三年还没修好，真是好样的。", Channel.FORUM, Polarity.NEGATIVE, False),
        ("感谢社区，路灯坏了反映上去当天就修好了，给工作人员点赞！", Channel.FORUM, Polarity.POSITIVE, False),
        ("民警成功劝阻一起电信诈骗，为老人挽回损失八万元。", Channel.NEWS, Polarity.POSITIVE, False),
        ("关于10月12日8时至18时计划停电检修的公告，涉及炮车街道部分台区。", Channel.GOV, Polarity.NEUTRAL, False),
        ("我镇开展消防演练，模拟商场火灾，组织人员疏散。", Channel.GOV, Polarity.NEUTRAL, False),
    ],
)  # fmt: skip
def test_the_cascade_on_what_nobody_disputes(
    text: str, channel: Channel, polarity: Polarity, appeal: bool
) -> None:
    (opinion,) = CascadeClassifier.load().classify([text], [channel])
    assert opinion.polarity is polarity
    assert opinion.appeal or not appeal


class Unasked(Encoder):
    """An encoder that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def read(self, texts, channels=None):  # type: ignore[no-untyped-def]
        self.asked += texts
        return super().read(texts, channels)


def test_the_encoder_is_asked_only_where_the_linear_model_is_unsure() -> None:
    linear, encoder = LinearClassifier.load(), Unasked()
    texts = [
        "小区停水三天了，打了5次12345都没人管，投诉无门，求领导尽快解决！",
        "喜鹊先住进去了，说好十月交房。",
    ]
    channels = [Channel.BOARD, Channel.OTHER]
    first, second = linear.judge(texts, channels).polarity.max(axis=1)
    flags = linear.judge(texts[:1], channels[:1]).flags
    surest = min(float(first), float(np.maximum(flags, 1 - flags).min()))
    assert second < surest
    blend = replace(Blend.load(FOLDER), sure=surest)
    said = CascadeClassifier(linear, encoder, blend).classify(texts, channels)
    assert encoder.asked == texts[1:]
    assert said[0] == linear.classify(texts[:1], channels[:1])[0]


def test_each_question_is_decided_by_whoever_may() -> None:
    """Sure of the polarity and of the second flag alone: the other flags are what both say."""
    alone = Judgement(np.array([[0.95, 0.03, 0.02]]), np.array([[0.6, 0.05, 0.5]]))
    both = Judgement(np.array([[0.2, 0.7, 0.1]]), np.array([[0.9, 0.8, 0.3]]))
    blend = Blend(polarity=(1, 1), lean=(0, 0, 0), flags=((1, 1, 0),) * 3, sure=0.9)
    decided = blend.decided(alone, both)
    assert decided.polarity.tolist() == [[0.95, 0.03, 0.02]]
    assert decided.flags.tolist() == [[0.9, 0.05, 0.3]]
    assert replace(blend, sure=1.0).decided(alone, both).polarity.tolist() == [[0.2, 0.7, 0.1]]


def test_a_broken_blend_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "cascade.json").write_text(json.dumps({"blend": {}}), encoding="utf-8")
    with pytest.raises(DependencyError, match="重新安装"):
        Blend.load(tmp_path)


def test_without_torch_a_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    if not LACKING:
        pytest.skip("torch is installed here")
    with pytest.raises(DependencyError, match=r"minyin\[transformer\]") as caught:
        TransformerClassifier.load(tmp_path, ())
    assert "\n" not in str(caught.value)


def test_a_folder_that_holds_no_model_and_labels_that_mean_nothing(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"config\.json"):
        TransformerClassifier.load(tmp_path, ())
    with pytest.raises(SettingsError, match="LABEL_0"):
        TransformerClassifier.load(folder, ())
    with pytest.raises(SettingsError, match="写了 2 个"):
        TransformerClassifier.load(folder, LABELS[:2])
