"""What a frozen month leaves out, rolls back and brings together."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from minyin.clock import SHANGHAI
from minyin.county import County
from minyin.database import load_one, save, tables
from minyin.model import Alert, Event, LevelReason, ServiceRequest
from reports.compose import compose
from reports.document import Imprint
from reports.freeze import freeze
from reports.frozen import Frozen
from reports.metric_events import raised
from reports.metrics import Measures

CUTOFF = datetime(2026, 11, 1, 9, tzinfo=SHANGHAI)
BURST, SMELL, PRAISE = "PZ-E-20261014-001", "PZ-E-20260920-001", "PZ-E-20261020-001"


def month(engine: Engine, county: County, **options: Any) -> Frozen:
    with engine.connect() as connection:
        return freeze(connection, county=county, period="2026-10", cutoff=CUTOFF, **options)


def text_of(frozen: Frozen) -> str:
    imprint = Imprint(
        masthead=frozen.reference.masthead, public_url="http://x", model_statement="", year=2026
    )
    document = compose(frozen, imprint, "2026-10")
    return "\n".join("".join(run.text for run in runs) for _, runs in document.places())


def test_confidential_tickets_tell_number_and_state_only(
    own: Engine, reports_county: County
) -> None:
    number = "PZ-20261014-00002"
    with own.begin() as connection:
        ticket = load_one(connection, ServiceRequest, tables.tickets, number)
        secret = ticket.but(
            confidential=True, title="举报某门市", content="举报内容", result_text="查实罚款"
        )
        save(connection, tables.tickets, [secret])
    frozen = month(own, reports_county)
    for word in ("举报某门市", "举报内容", "查实罚款"):
        assert word.encode() not in frozen.encode()
    assert number in text_of(frozen)


def test_contents_and_notes_never_reach_the_frozen_file(
    own: Engine, reports_county: County
) -> None:
    frozen = month(own, reports_county)
    assert {ticket.content for ticket in frozen.tickets} == {""}
    assert {(line.note, line.actor) for line in frozen.ticket_log} == {("", "")}
    assert all(not fact.excerpt for fact in frozen.articles if fact.event_id is None)


def test_a_lift_is_not_an_alert(own: Engine, reports_county: County) -> None:
    lift = Alert(
        id="PZ-A-20261002-001", event_id=SMELL, level="blue", kind="lift", state="lifted",
        reasons=(LevelReason(rule_id="quiet", text="24小时无新增"),), articles=(), counts={},
        raised_at=CUTOFF - timedelta(days=29), generated_at=CUTOFF,
    )  # fmt: skip
    with own.begin() as connection:
        save(connection, tables.alerts, [lift])
    frozen = month(own, reports_county)
    assert lift.id in {alert.id for alert in frozen.alerts}
    assert set(raised(frozen)) == {BURST}
    assert Measures(frozen).value("alerts_issued") == 2


def test_articles_of_a_merged_event_count_for_the_event_it_went_into(
    own: Engine, reports_county: County
) -> None:
    with own.begin() as connection:
        event = load_one(connection, Event, tables.events, PRAISE)
        save(connection, tables.events, [event.but(state="merged", merged_into=BURST)])
    frozen = month(own, reports_county)
    assert PRAISE not in frozen.event_by_id
    assert Measures(frozen).value("event_items", BURST) == 11
    assert Measures(frozen).value("events_total") == 1


def test_what_came_after_the_cutoff_has_not_happened(own: Engine, reports_county: County) -> None:
    after = CUTOFF + timedelta(minutes=1)
    with own.begin() as connection:
        event = load_one(connection, Event, tables.events, BURST)
        save(connection, tables.events, [event.but(first_response_at=after)])
        alert = load_one(connection, Alert, tables.alerts, "PZ-A-20261014-002")
        save(connection, tables.alerts, [alert.but(acknowledged_at=after)])
    frozen = month(own, reports_county)
    assert frozen.event_by_id[BURST].first_response_at is None
    assert [a.state for a in frozen.alerts if a.id == alert.id] == ["open"]
    measures = Measures(frozen)
    assert measures.value("response_rate") == 0
    assert measures.value("ack_median") == 20
    assert "尽快回应尚无首次回应记录的预警事件：“沂武路水管爆裂停水”" in text_of(frozen)


def test_hot_words_come_from_the_segmenter_given(own: Engine, reports_county: County) -> None:
    def cut(text: str) -> list[str]:
        return [text[:2], text[2:4], "的", "我们"]

    frozen = month(own, reports_county, cut=cut)
    assert dict(frozen.words) == {"标题": 11}
    assert Measures(frozen).value("hot_words", "标题") == 11
    assert "标题热词居前的为：标题。" in text_of(frozen)
