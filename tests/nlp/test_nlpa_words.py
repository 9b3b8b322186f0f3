"""Words: county names whole, both engines alike."""

import json
import os
import re
from pathlib import Path

import pytest

from minyin.county import County, load_county
from nlp.words import Segmenter

DATA = Path(os.environ.get("MINYIN_DATA", "../shared/data"))


def _fields(county: County) -> dict[str, object]:
    return {name: getattr(county, name) for name in County.model_fields}


@pytest.fixture(scope="module")
def county() -> County:
    return load_county("pizhou")


@pytest.fixture(scope="module", params=["rjieba", "jieba"])
def segmenter(request: pytest.FixtureRequest, county: County) -> Segmenter:
    if request.param == "rjieba":
        pytest.importorskip("rjieba")
    return Segmenter(county, engine=request.param)


def test_every_street_name_stays_whole(segmenter: Segmenter, county: County) -> None:
    for street in county.streets:
        assert street.name in segmenter.cut(f"我住在邳州市{street.name}附近的村里"), street.name


@pytest.mark.parametrize(
    "word", ["网格员", "微网格", "红黄榜", "办结率", "占道经营", "黑臭水体", "敷衍应付"]
)
def test_terms_of_the_field_stay_whole(segmenter: Segmenter, word: str) -> None:
    assert word in segmenter.cut(f"关于{word}的情况")


def test_a_second_county_does_not_learn_the_first_ones_words(county: County) -> None:
    bare = County.model_validate(
        _fields(county) | {"streets": (), "villages": (), "topics": (), "words": ()}
    )
    Segmenter(county)
    assert "敷衍应付" not in Segmenter(bare).cut("干部敷衍应付群众")


def test_white_space_is_no_word(segmenter: Segmenter) -> None:
    assert segmenter.cut("停水　三天\n了") == ["停水", "三天", "了"]


@pytest.mark.data
def test_engines_agree_on_chinese(county: County) -> None:
    pytest.importorskip("rjieba")
    path = DATA / "civic_messages" / "complaints_2019.jsonl"
    if not path.is_file():
        pytest.skip(f"no research data at {path}")
    fast, plain = Segmenter(county, engine="rjieba"), Segmenter(county, engine="jieba")
    texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()[:400]]
    for text in texts:
        for run in re.findall(r"[\u4e00-\u9fff]+", text):
            assert fast.cut(run) == plain.cut(run)
