import shutil
from pathlib import Path

import pytest

from minyin.county import PACKAGED, load_county
from minyin.errors import ProfileError


def test_the_first_county_is_whole() -> None:
    county = load_county("pizhou")
    assert len([street for street in county.streets if street.ranked]) == 25
    assert len(county.villages) == 516
    assert [topic.code for topic in county.topics] == [f"T{n:02d}" for n in range(1, 29)]
    assert county.place_name("320382001") == "东湖街道"
    assert county.unit_by_id["320382001"].name == "东湖街道"


def test_every_fault_is_listed_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(PACKAGED / "pizhou", folder)
    rules = (
        (folder / "rules.yaml")
        .read_text(encoding="utf-8")
        .replace("\n    level: blue", "\n    levle: blue", 1)
    )
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    topics = (
        (folder / "topics.csv")
        .read_text(encoding="utf-8")
        .replace("T03,生态环境,2", "T03,生态环境,9")
    )
    (folder / "topics.csv").write_text(topics, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_county(folder)
    line = next(n for n, text in enumerate(rules.splitlines(), 1) if "levle" in text)
    faults = caught.value.faults
    assert any(f.startswith(f"rules.yaml:{line}: ") and "level" in f for f in faults), faults
    assert any(f.startswith("topics.csv:4: ") for f in faults), faults


def test_an_unknown_county_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="pizhou"):
        load_county("nowhere")
