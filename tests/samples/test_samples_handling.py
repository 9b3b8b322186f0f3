"""The handling script: whole, in order, and about texts and units that exist."""

from datetime import datetime
from pathlib import Path

import pytest

from minyin.clock import SHANGHAI
from minyin.county import load_county
from minyin.errors import ProfileError
from samples.handling import load_handling
from samples.planted import planted_items, truths

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)
WITHOUT_TICKETS = {"E04", "E05", "E06", "E08", "E09", "E11"}


def test_every_event_that_was_handled_has_tickets_and_the_others_have_none() -> None:
    handled = {script.event for script in load_handling()}
    assert handled == {truth.event for truth in truths()} - WITHOUT_TICKETS


def test_scripts_speak_of_texts_of_their_event_that_were_there_before() -> None:
    items = {item.id: item for item in planted_items()}
    for script in load_handling():
        assert items[script.article].event == script.event
        assert items[script.article].published_at <= script.opened_at
        assert all(items[id].event == script.event for id in script.evidence)


def test_units_are_units_of_the_county() -> None:
    units = load_county("pizhou").unit_by_id
    for script in load_handling():
        named = {script.lead_unit, *script.co_units}
        named |= {action.lead_unit for action in script.actions if action.lead_unit}
        assert named <= set(units)


def test_everything_was_done_before_the_demo_opens_and_some_of_it_is_still_open() -> None:
    scripts = load_handling()
    assert all(action.at < NOW for script in scripts for action in script.actions)
    closed = [s for s in scripts if s.actions[-1].action == "close"]
    assert 0 < len(closed) < len(scripts)
    assert any(action.action == "suspend" for s in scripts for action in s.actions)


def test_no_personal_string_stands_in_the_script() -> None:
    text = Path(__file__).parents[2].joinpath("samples/handling.yaml").read_text(encoding="utf-8")
    names = {secret for item in planted_items() for secret in item.personal if len(secret) > 2}
    assert [name for name in names if name in text] == []


def test_faults_are_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "handling.yaml"
    path.write_text(
        "tickets:\n"
        "  - {id: X, event: E01, article: E01-001, source_channel: a, appeal_type: help, title: a,\n"
        "     demand: b, lead_unit: water, opened_at: 2026-10-14T09:30+08:00,\n"
        "     actions: [{at: 2026-10-14T09:36+08:00, action: reply, actor: a}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProfileError, match=r"handling\.yaml:4.*缺少 text"):
        load_handling(path)
