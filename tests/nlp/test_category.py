"""The seven classes: the encoder is asked only where the linear model is not sure, and then both count."""

from pathlib import Path

import numpy as np
import pytest

from minyin.errors import DependencyError
from nlp.category import Blend, CategoryModel
from nlp.encoder import FOLDER, Encoder

CLEAR = "出租车司机拒载、乱收费、绕路，请交通运输管理部门严查出租车营运"
UNCLEAR = "校门口垃圾没人清运，下雨污水横流"


def test_a_sure_answer_asks_nobody(tmp_path: Path) -> None:
    alone, nowhere = CategoryModel.load(), CategoryModel.load(Encoder(tmp_path))
    (said,) = alone.classify([CLEAR])
    assert said.confidence > Blend.load().sure
    assert nowhere.classify([CLEAR]) == [said]
    assert alone.classify([UNCLEAR])[0].confidence < Blend.load().sure
    with pytest.raises(DependencyError, match="重新安装"):
        nowhere.classify([UNCLEAR])


def test_an_unsure_answer_is_that_of_both_whatever_stands_beside_it() -> None:
    both = CategoryModel.load(Encoder())
    (said,) = both.classify([UNCLEAR])
    assert both.classify([CLEAR, UNCLEAR, CLEAR])[1] == said
    assert said != CategoryModel.load().classify([UNCLEAR])[0]
    assert both.explain(UNCLEAR).name == said.name
    assert both.classify([]) == []


def test_both_models_count_alike_and_the_chances_are_chances() -> None:
    blend = Blend(sure=0.8, encoder=1.0, both=1.0)
    linear = np.array([[0.6, 0.4], [0.5, 0.5]], np.float32)
    margins = np.log(np.array([[0.4, 0.6], [0.9, 0.1]], np.float32))
    np.testing.assert_allclose(blend.chances(linear, margins), [[0.5, 0.5], [0.9, 0.1]], atol=1e-6)


def test_missing_parameters_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match="重新安装"):
        Blend.load(tmp_path)


def test_the_card_is_the_shipped_models() -> None:
    card = (FOLDER / "category.card.md").read_text(encoding="utf-8")
    assert Blend.load().sure == 0.8
    assert (FOLDER / "category.json").read_text(encoding="utf-8").split('"sha256": "')[1][
        :64
    ] in card
