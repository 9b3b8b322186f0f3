"""The encoder's text side: what of a text is read, and how; and what it says where the model is missing or changed."""

from pathlib import Path

import numpy as np
import pytest

from minyin.errors import DependencyError
from minyin.model import Channel
from nlp.encoder import FOLDER, SPOKEN, TOKENS, Encoder, Vocabulary, plain

VOCABULARY = Vocabulary(FOLDER / "vocab.txt")


def read_back(text: str) -> str:
    return VOCABULARY.tokenizer.decode(VOCABULARY.ids(text)[1:-1]).replace(" ", "")


def test_a_long_text_speaks_with_its_beginning_and_its_end() -> None:
    ids = VOCABULARY.ids("水" * 300 + "电" * 300)
    assert len(ids) == TOKENS
    assert read_back("水" * 300 + "电" * 300) == "水" * 94 + "电" * 32
    assert ids[0] == VOCABULARY.tokenizer.token_to_id("[CLS]")
    assert ids[-1] == VOCABULARY.tokenizer.token_to_id("[SEP]")


def test_every_channel_has_a_word_and_an_unknown_one_has_none() -> None:
    assert set(SPOKEN) == set(Channel)
    assert plain("没水", Channel.OTHER) == "没水"
    assert plain("没水", Channel.HOTLINE) == "热线:没水"


@pytest.mark.parametrize(
    "text", ["", "😀🎉", "\x00\x07\u200b", "<p>积水</p>" * 3, "a" * 100_000, "水电" * 500_000]
)
def test_any_text_has_tokens(text: str) -> None:
    assert 2 <= len(VOCABULARY.ids(plain(text))) <= TOKENS


def test_one_spelling_without_links_tags_and_mentions() -> None:
    assert read_back(plain("<b>臺區停水</b> @张三 https://a.cn/1 ＡＢ")) == "台区停水ab"


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match="重新安装"):
        Encoder(tmp_path).embed(["没水"])


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"x")
    (tmp_path / "encoder.json").write_text('{"sha256": "0"}', encoding="utf-8")
    with pytest.raises(DependencyError, match="摘要不符"):
        Encoder(tmp_path).embed(["没水"])


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_a_vector_does_not_depend_on_its_neighbours_or_on_threads(encoder: Encoder) -> None:
    texts = ["小区停水三天了", "停水", "感谢师傅冒雨抢修，路灯亮了" * 9, ""]
    together = encoder.embed(texts)
    assert together.shape == (4, 512)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(encoder.embed([text])[0], vector)
    assert np.array_equal(Encoder(threads=2).embed(texts), together)
    assert encoder.embed([]).shape == (0, 512)


def test_the_same_matter_in_other_words_lies_nearer_than_another_matter(encoder: Encoder) -> None:
    one, same, other = encoder.embed(
        [
            "东湖街道御景园小区停水三天了，没人管",
            "御景园连着三天没来水，打电话也没人理",
            "桃溪公园的樱花开了",
        ]
    )
    assert one @ same > 0.6 > one @ other


def test_all_of_it_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 30_000_000


def test_the_head_for_the_classes_does_not_depend_on_neighbours(encoder: Encoder) -> None:
    texts = ["小区停水物业不管", "学校乱收费", ""]
    margins = encoder.categories(texts)
    assert margins.shape == (3, 7)
    for text, row in zip(texts, margins, strict=True):
        assert np.array_equal(encoder.categories([text])[0], row)
