"""Many texts at once: one outcome per line whatever it holds, spans that point right, whole files or none."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from minyin.county import load_county
from nlp.analyse import Analyser
from nlp.bulk import BATCH, Understander, analyse_file, level_of, probabilities
from nlp.bulk_lines import LONGEST, Rejected, Row, read_line, rows
from nlp.explain import explain
from nlp.opinion.linear import LinearClassifier
from nlp.together import Together

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FIELDS = {
    "id", "polarity", "probabilities", "appeal", "urgent", "topics", "category", "place_codes", "place_level",
    "relevant", "masked_text", "mask_spans", "should_alert", "confidence",
}  # fmt: skip
NASTY = [
    "", " ", "😀🎉" * 40, "\x00\x01\x07\x1b[31m", "運河街道停水三天，沒人管", "The water is off again.", "Вода отключена",
    "<div class='a'>停水&nbsp;<br></div><script>x</script>", "水" * 100_000, "啊！" * 30_000, "张庄村、" * 3000,
    "停水三天没人管。" * 4000, "\ud83d半个表情", "1" * 50_000, "@" * 20_000, "来电人" * 8000,
]  # fmt: skip


@pytest.fixture(scope="module")
def understander() -> Understander:
    county = load_county("pizhou")
    return Understander(county, Analyser(county, LinearClassifier.load()), NOW)


def alone(understander: Understander) -> Together[list[Row], list[str]]:
    return Together(understander.lines, lambda: understander.lines, workers=1)


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_line_has_one_outcome(tmp_path: Path, understander: Understander) -> None:
    good = [{"id": number, "text": text} for number, text in enumerate(NASTY)]
    lines = [json.dumps(row).encode() for row in good]
    bad = [b"", b"not json", b"[1]", b'{"id": 1}', b'{"text": "x"}', b"\xff\xfe", b'{"id": 1, "text": 5}',
           b'{"id": 1, "text": "x", "published_at": "gestern"}', b"[" * 100_000]  # fmt: skip
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join([*lines, *bad]) + b"\n")
    done = analyse_file(source, target, alone(understander))
    assert done.written == len(good)
    assert [one.number for one in done.rejected] == list(
        range(len(good) + 1, len(good) + len(bad) + 1)
    )
    assert sum(done.outcomes.values()) == len(good) + len(bad)
    records = written(target)
    assert [record["id"] for record in records] == [row["id"] for row in good]
    for record in records:
        assert record.keys() >= FIELDS
        assert set(record["confidence"]) >= {"polarity", "appeal", "urgent", "topics", "category", "place", "relevant", "should_alert"}  # fmt: skip
        assert sum(record["probabilities"].values()) == pytest.approx(1, abs=0.01)


def test_fields_of_one_complaint(tmp_path: Path, understander: Understander) -> None:
    text = "来电人徐广兰，电话138 0002 7350，反映官湖镇新华村停水三天没人管"
    row = {"id": "a", "title": "官湖停水", "text": text, "source_type": "热线", "home_source": True, "published_at": "2026-10-01 08:00"}  # fmt: skip
    (tmp_path / "in").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    analyse_file(tmp_path / "in", tmp_path / "out", alone(understander))
    (record,) = written(tmp_path / "out")
    assert record["place_codes"] == ["320382103201"]
    assert (record["place_level"], record["relevant"]) == ("村居", True)
    assert [(text[a:b], kind) for a, b, kind in record["mask_spans"]] == [("徐广兰", "name"), ("138 0002 7350", "phone")]  # fmt: skip
    assert "徐广兰" not in record["masked_text"]
    assert record["topics"][0] == "T04"
    assert record["polarity"] == "neg"


def test_a_text_elsewhere_has_no_code(understander: Understander) -> None:
    (record,) = understander.records([Row(1, "x", "台儿庄区运河街道夜市又打群架了", local=False)])
    assert (record["place_codes"], record["place_level"], record["relevant"]) == ([], "none", False)
    assert record["should_alert"] == 0


def test_the_city_itself(understander: Understander) -> None:
    (record,) = understander.records([Row(1, "x", "市供水公司的短信发了两遍")])
    assert (record["place_codes"], record["place_level"]) == (["320382"], "市")


def test_a_line_without_end_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(
        b'{"id": 1, "text": "' + b"x" * (LONGEST + 10) + b'"}\n{"id": 2, "text": "y"}\n'
    )
    with path.open("rb") as file:
        first, second = rows(file)
    assert isinstance(first, Rejected)
    assert isinstance(second, Row)
    assert (first.number, second.number) == (1, 2)


def test_order_is_kept_over_batches(tmp_path: Path, understander: Understander) -> None:
    source = tmp_path / "in"
    count = BATCH * 2 + 3
    source.write_text(
        "".join(f'{{"id": "r{n}", "text": "路灯坏了"}}\n' for n in range(count)), encoding="utf-8"
    )
    seen: list[int] = []
    analyse_file(source, tmp_path / "out", alone(understander), seen.append)
    assert [record["id"] for record in written(tmp_path / "out")] == [f"r{n}" for n in range(count)]
    assert seen[-1] == count
    assert not (tmp_path / "out.part").exists()


def test_the_same_lines_give_the_same_records(understander: Understander) -> None:
    row = Row(1, "x", "官湖镇停水三天，没人管")
    alone = understander.records([row])
    among = understander.records([row._replace(number=5), Row(6, "y", "土山镇")])
    assert alone[0] == among[0]


@pytest.mark.parametrize("title", [None, "官湖镇停水"])
def test_what_is_explained_points_at_its_words(
    understander: Understander, title: str | None
) -> None:
    text = "来电人徐广兰反映：官湖镇新华村停水三天没人管，打了12345也没用。"
    found = explain(understander, Row(1, "x", text, title))
    assert {one.key for one in found.findings} >= {"masking", "places", "topics", "category", "polarity", "should_alert"}  # fmt: skip
    pointing = 0
    for one in found.findings:
        for reason in one.reasons:
            if reason.start is not None:
                source = found.title if reason.field == "title" else found.text
                assert source is not None
                if reason.text:
                    assert source[reason.start : reason.end] == reason.text, one.key
                    pointing += 1
    assert pointing >= 5
    assert "徐广兰" not in found.model_dump_json()


def test_levels_and_probabilities(understander: Understander) -> None:
    assert level_of(["320382", "320382103201"]) == "村居"
    opinions = [one.analysis.opinion for one in understander.understand([Row(1, "x", text) for text in NASTY[:6]])]  # fmt: skip
    for opinion in opinions:
        chances = probabilities(opinion)
        assert max(chances.values()) == pytest.approx(opinion.confidence, abs=0.01)


def test_times_as_people_write_them() -> None:
    row = read_line(b'{"id": 1, "text": "x", "published_at": "2019/1/4 9:05:07"}', 1)
    assert isinstance(row, Row)
    assert row.published_at is not None
    assert row.published_at.utcoffset() is not None
