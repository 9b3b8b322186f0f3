"""The crawl shared out: parts that are whole sites and together everything, and what a worker is told."""

from pathlib import Path

import pytest
import yaml

from console.cli import run
from crawlers.engine.sites import home_of, shard
from flows.bootstrap import House, open_house
from flows.served import crawls
from minyin.settings import PrefectSettings, Settings
from support.hostile import ASSESSED


@pytest.fixture
def house(tmp_path: Path) -> House:
    sources = [
        {
            "id": f"s{n}", "name": f"某县{n}", "kind": "feed", "channel": "news", "tier": 4, "every_minutes": 10 + n,
            "start_urls": [f"http://a{n % 5}.cn/{n}"], "assessment": ASSESSED.model_dump(mode="json"),
        }
        for n in range(12)
    ]  # fmt: skip
    path = tmp_path / "extra.yaml"
    path.write_text(yaml.safe_dump({"sources": sources}, allow_unicode=True), encoding="utf-8")
    settings = Settings(
        home=tmp_path / "home", extra_sources=path, prefect=PrefectSettings(parts=3)
    )
    return open_house.__wrapped__(settings)


def test_every_part_is_a_deployment_with_its_own_rhythm(house: House) -> None:
    made = crawls(house)
    assert [one.parameters for one in made] == [{"part": f"{k}/3"} for k in (1, 2, 3)]
    assert len({one.name for one in made}) == 3
    sources = house.county.sources
    parts = [shard(sources, one.parameters["part"]) for one in made]
    assert sorted(s.id for part in parts for s in part) == sorted(s.id for s in sources)
    homes = [{home_of(source) for source in part} for part in parts]
    assert sum(map(len, homes)) == len(set.union(*homes))
    for one, part in zip(made, parts, strict=True):
        (schedule,) = one.schedules
        every = min((source.every_minutes for source in part), default=60)
        assert schedule.schedule.interval.total_seconds() == every * 60
        # a crawl that lasts longer than its interval is not joined by the next
        assert one.concurrency_limit == 1
        assert one.concurrency_options.collision_strategy == "CANCEL_NEW"


def test_a_worker_has_one_part_and_an_undivided_crawl_one_deployment(house: House) -> None:
    assert [one.parameters for one in crawls(house, "2/3")] == [{"part": "2/3"}]
    whole = house.settings.model_copy(
        update={"prefect": house.settings.prefect.model_copy(update={"parts": 1})}
    )
    (only,) = crawls(House(whole, house.county, house.engine))
    assert (only.name, only.parameters) == ("定时采集", {})


@pytest.mark.parametrize(
    ("part", "api", "says"),
    [("2/3", None, "没有设置 prefect.api_url"), ("4/3", "http://127.0.0.1:1/api", "应写作 1/3")],
)
def test_a_worker_that_cannot_work_says_so_in_one_line(
    tmp_path: Path, part: str, api: str | None, says: str, monkeypatch, capsys
) -> None:
    if api:
        monkeypatch.setenv("MINYIN_PREFECT__API_URL", api)
    assert run(["--home", str(tmp_path), "worker", part]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error
