"""The shipped classifier on sentences whose answer nobody disputes, and on damaged files."""

import shutil
import time
from pathlib import Path

import pytest

from minyin.errors import DependencyError
from minyin.model import Channel, Polarity
from nlp.opinion.grams import CHANNELS, EXTRA, tidy
from nlp.opinion.linear import DATA, LinearClassifier
from nlp.opinion.signals import NAMES, appeal_spans, counts


@pytest.fixture(scope="module")
def classifier() -> LinearClassifier:
    return LinearClassifier.load()


@pytest.mark.parametrize(
    ("text", "channel", "polarity", "appeal"),
    [
        ("小区停水三天了，打了5次12345都没人管，求有关部门尽快解决！", Channel.BOARD, Polarity.NEGATIVE, True),
        ("物业天天收费啥也不干，垃圾堆成山，臭得没法开窗。", Channel.FORUM, Polarity.NEGATIVE, False),
        ("感谢社区，路灯坏了反映上去当天就修好了，给工作人员点赞！", Channel.FORUM, Polarity.POSITIVE, False),
        ("关于10月12日8时至18时计划停电检修的公告，涉及炮车街道部分台区。", Channel.GOV, Polarity.NEUTRAL, False),
        ("请问居住证在哪里办理，需要带什么材料？", Channel.BOARD, Polarity.NEUTRAL, True),
    ],
)  # fmt: skip
def test_undisputed(
    classifier: LinearClassifier, text: str, channel: Channel, polarity: Polarity, appeal: bool
) -> None:
    (opinion,) = classifier.classify([text], [channel])
    assert opinion.polarity is polarity
    if appeal:
        assert opinion.appeal


def test_score_follows_polarity_and_reasons_are_in_the_text(classifier: LinearClassifier) -> None:
    bad = "车库漏水半年了，多次反映无果，物业踢皮球"
    good = "谢谢交警同志帮我找回了孩子，太感谢了，点赞"
    negative, positive = classifier.classify([bad, good], [Channel.FORUM, Channel.FORUM])
    assert negative.score < 0.4 < positive.score
    assert 1 / 3 <= negative.confidence <= 1
    assert negative.reasons
    assert all(bad[span.start : span.end] == span.text for span in negative.reasons)


def test_batches_and_single_texts_agree(classifier: LinearClassifier) -> None:
    texts = [f"第{n}次反映路灯不亮，{'仍未修好' * (n % 7)}，请核实" for n in range(600)] + [
        "",
        "。",
    ]
    channels = [CHANNELS[n % len(CHANNELS)] for n in range(len(texts))]
    together = classifier.classify(texts, channels)
    assert len(together) == len(texts)
    for n in (0, 511, 512, 600, 601):
        assert classifier.classify([texts[n]], [channels[n]]) == [together[n]]


def test_loads_fast_and_is_small() -> None:
    LinearClassifier.load()
    started = time.process_time()
    LinearClassifier.load()
    assert time.process_time() - started < 1.0
    assert sum(f.stat().st_size for f in DATA.glob("polarity.*")) < 8_000_000


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    for file in DATA.glob("polarity.*"):
        shutil.copy(file, tmp_path)
    data = bytearray((tmp_path / "polarity.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "polarity.npz").write_bytes(data)
    with pytest.raises(DependencyError, match="摘要不符"):
        LinearClassifier.load(tmp_path)


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match="重新安装"):
        LinearClassifier.load(tmp_path)


def test_the_model_was_trained_with_these_features(classifier: LinearClassifier) -> None:
    weights = classifier._weights
    assert weights.coef.shape == (len(weights.vocabulary) + EXTRA, 6)


def test_tidy_keeps_head_and_tail_of_a_long_text() -> None:
    text = "头" * 2000 + "尾" * 2000
    assert tidy(text) == "头" * 700 + "尾" * 200
    assert tidy("ＡＢＣ @某人 看 https://a.cn/b") == "abc 看"


def test_signals() -> None:
    first, second = counts(["谢谢谢谢，修好了", ""])
    assert first[NAMES.index("thanks")] == 2
    assert first[NAMES.index("resolved")] == 1
    assert not second.any()
    assert [s.text for s in appeal_spans("多次反映无果，希望领导重视")] == ["多次反映", "希望领导"]
    assert appeal_spans("今天天气不错") == ()
