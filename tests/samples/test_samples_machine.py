"""The handling script on the real ticket machine: every action is allowed where it stands."""

from pathlib import Path

import pytest

from minyin.county import load_county
from minyin.database.engine import open_database
from minyin.model import ServiceRequest, TicketState
from samples.handling import TicketScript, load_handling

create = pytest.importorskip("tickets.create", reason="the tickets room is not in this checkout")
machine = pytest.importorskip("tickets.machine", reason="the tickets room is not in this checkout")


def draft(script: TicketScript) -> ServiceRequest:
    return ServiceRequest(
        id="",
        source_channel=script.source_channel,
        appeal_type=script.appeal_type,
        urgency=script.urgency,
        confidential=script.confidential,
        title=script.title,
        content=script.demand,
        demand=script.demand,
        lead_unit=script.lead_unit,
        co_units=script.co_units,
        policy="",
        received_at=script.opened_at,
    )


def test_every_script_runs_and_ends_where_the_story_left_it(tmp_path: Path) -> None:
    county = load_county("pizhou")
    engine = open_database(f"sqlite:///{tmp_path / 'minyin.db'}")
    states = {}
    with engine.begin() as connection:
        for script in load_handling():
            ticket = create.open_ticket(
                connection,
                draft(script),
                actor="演示",
                at=script.opened_at,
                dispatch=False,
                county=county,
            )
            for action in script.actions:
                ticket = machine.act(
                    connection,
                    ticket.id,
                    action.action,
                    actor=action.actor,
                    at=action.at,
                    county=county,
                    **action.fields,
                )
            states[script.id] = ticket
    engine.dispose()
    assert states["E10-b"].state is TicketState.SUSPENDED
    assert states["E03-d"].state is TicketState.IN_PROGRESS
    assert states["E07-c"].rework == 1
    assert states["E07-b"].returns == 1
    closed = {id for id, ticket in states.items() if ticket.state.closed}
    assert {"E01-a", "E03-a", "E07-e", "E13-a"} <= closed
    late = [t for t in states.values() if t.due_at and t.replied_at and t.replied_at > t.due_at]
    assert late
