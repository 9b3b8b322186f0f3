"""Another county from the national table, and names that people teach."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from minyin.county import County, load_county
from minyin.errors import InputError
from nlp.place.gazetteer import Alias
from nlp.place.national import county_of
from nlp.place.newcounty import short_names, write_profile
from nlp.place.places import PlaceResolver
from nlp.place.taught import TaughtPlaces

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> County:
    folder = tmp_path_factory.mktemp("county") / "320382"
    write_profile(county_of("320382"), folder)
    return load_county(folder)


def test_the_table_agrees_with_the_packaged_profile(made: County) -> None:
    packaged = load_county("pizhou")
    assert {(v.code, v.short) for v in made.villages} == {
        (v.code, v.short) for v in packaged.villages
    }
    assert {(s.code, s.name, s.ranked) for s in made.streets} == {(s.code, s.name, s.ranked) for s in packaged.streets}  # fmt: skip
    homonyms = {s.name: s.national_homonyms for s in made.streets}
    assert (homonyms["东湖街道"], homonyms["新河镇"], homonyms["戴圩街道"]) == (17, 8, 0)
    assert {"台儿庄区", "郯城县", "沭阳县"} <= set(made.profile.neighbours)


def test_a_built_county_resolves_places(made: County) -> None:
    resolver = PlaceResolver(made)
    assert resolver.resolve(None, "官湖新华村的路坏了", local_source=True).village == "320382103201"
    assert not resolver.resolve(None, "台儿庄区运河街道夜市", local_source=True).places


def test_a_district_far_away(tmp_path: Path) -> None:
    """A district of a city of province rank: no prefecture of its own, many 街道, no village but 社区."""
    write_profile(county_of("110105"), tmp_path / "a")
    county = load_county(tmp_path / "a")
    assert (county.profile.name, county.profile.prefecture) == ("朝阳区", "北京市")
    assert "朝阳" not in county.profile.short_names
    resolver = PlaceResolver(county)
    assert (
        resolver.resolve("朝阳区三里屯街道停水", "停了三天", local_source=True).street is not None
    )


def test_a_name_that_two_counties_have_is_not_shortened() -> None:
    assert short_names("新城区", alone=county_of("150102").alone) == ("新城区",)


@pytest.mark.parametrize("code", ["32038", "999999", "邳州", "320399"])
def test_a_code_that_is_none(code: str) -> None:
    with pytest.raises(InputError):
        county_of(code)


def test_what_was_edited_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "county.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        write_profile(county_of("320382"), folder)
    assert (folder / "county.yaml").read_text(encoding="utf-8") == "mine"


def test_a_correction_is_used_next_time(tmp_path: Path, made: County) -> None:
    taught = TaughtPlaces(tmp_path)
    assert taught.aliases(made) == ()
    taught.teach(made, Alias("槐香里", "320382002"), by="甲", at=NOW)
    taught.teach(made, Alias("槐香里", "320382001"), by="乙", at=NOW)
    assert taught.aliases(made) == (Alias("槐香里", "320382001"),)
    found = PlaceResolver(made, taught.aliases(made)).resolve(None, "槐香里停水", local_source=True)
    assert found.street == "320382001"
    taught.forget("槐香里")
    assert TaughtPlaces(tmp_path).aliases(made) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("酒店", "320382001"), ("里", "320382001"), ("南京", "320382001"), ("槐香里", "999")],
)
def test_a_correction_that_cannot_be(tmp_path: Path, made: County, name: str, code: str) -> None:
    with pytest.raises(InputError):
        TaughtPlaces(tmp_path).teach(made, Alias(name, code), by="甲", at=NOW)
