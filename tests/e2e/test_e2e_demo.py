"""The whole way, from six real sites to last month's brief, by the README's own command."""

import json
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import func, select

from minyin.database import load, reading, tables
from minyin.model import Alert, Document, Event, RunReport, ServiceRequest
from reports.brief import verify_brief
from support.demo import Demo

PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


def planted_items() -> list[dict[str, object]]:
    path = Path(__file__).resolve().parents[2] / "samples" / "data" / "items.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_run_balances(demo: Demo) -> None:
    with reading(demo.engine) as connection:
        reports = load(connection, RunReport, select(tables.runs))
    assert {"crawl", "ingest", "watch"} <= {report.flow for report in reports}
    assert all(report.balanced for report in reports)


def test_every_written_text_was_found(demo: Demo) -> None:
    with reading(demo.engine) as connection:
        found = set(connection.execute(select(tables.articles.c.external_id)).scalars())
    missing = [item["id"] for item in planted_items() if item["id"] not in found]
    assert missing == []


def test_the_id_chain_holds_from_article_to_brief(demo: Demo) -> None:
    with reading(demo.engine) as connection:
        events = {e.id: e for e in load(connection, Event, select(tables.events))}
        alerts = {a.id: a for a in load(connection, Alert, select(tables.alerts))}
        tickets = load(connection, ServiceRequest, select(tables.tickets))
        articles = set(connection.execute(select(tables.articles.c.id)).scalars())
    assert alerts
    assert tickets
    for alert in alerts.values():
        assert alert.event_id in events
        assert set(alert.articles) <= articles
    for ticket in tickets:
        assert ticket.event_id in events
        assert ticket.alert_id is None or ticket.alert_id in alerts
    page = (demo.home / "briefs" / "2026-10" / "brief.html").read_text(encoding="utf-8")
    cited = set(re.findall(r"/events/(PZ-E-\d{8}-\d{3})", page))
    assert cited
    assert cited <= set(events)
    numbers = set(re.findall(r"/tickets/(PZ-\d{8}-\d{5})", page))
    assert numbers
    assert numbers <= {ticket.id for ticket in tickets}


def test_database_and_index_hold_the_same_articles(demo: Demo) -> None:
    with reading(demo.engine) as connection:
        count = connection.execute(select(func.count()).select_from(tables.articles)).scalar()
    assert demo.house.store.count() == count


def test_mails_are_whole_and_carry_no_personal_data(demo: Demo) -> None:
    mails = sorted((demo.home / "outbox").glob("**/*.eml"))
    assert mails
    secrets = [s for item in planted_items() for s in item["personal"] if len(str(s)) >= 4]
    for path in mails:
        message = message_from_bytes(path.read_bytes(), policy=default)
        plain = message.get_body(("plain",))
        assert plain is not None, path.name
        text = f"{message['subject']}\n{plain.get_content()}"
        assert not PHONE.search(text), path.name
        assert not [s for s in secrets if str(s) in text], path.name


def test_nothing_personal_is_searchable(demo: Demo) -> None:
    secrets = {
        str(s) for item in planted_items() for s in item["personal"] if re.search(r"\d{7}", str(s))
    }
    with reading(demo.engine) as connection:
        texts = "\n".join(d.text for d in load(connection, Document, select(tables.articles)))
    assert [s for s in sorted(secrets) if s in texts] == []


def test_the_brief_verifies_and_a_changed_number_is_found(demo: Demo) -> None:
    folder = demo.home / "briefs" / "2026-10"
    assert {"brief.docx", "brief.pdf", "brief.html", "brief.json", "frozen.json"} <= {
        path.name for path in folder.iterdir()
    }
    assert verify_brief(folder / "brief.json") == []


def test_a_second_run_stores_nothing_new(demo: Demo) -> None:
    with reading(demo.engine) as connection:
        before = connection.execute(select(func.count()).select_from(tables.articles)).scalar()
        alerts = connection.execute(select(func.count()).select_from(tables.alerts)).scalar()
        tickets = connection.execute(select(func.count()).select_from(tables.tickets)).scalar()
    brief = (demo.home / "briefs" / "2026-10" / "frozen.json").read_bytes()
    second = demo.run()
    assert second.returncode == 0, second.stdout + second.stderr
    assert "没有新内容" in second.stdout + second.stderr
    with reading(demo.engine) as connection:
        assert (
            connection.execute(select(func.count()).select_from(tables.articles)).scalar() == before
        )
        assert (
            connection.execute(select(func.count()).select_from(tables.alerts)).scalar() == alerts
        )
        assert (
            connection.execute(select(func.count()).select_from(tables.tickets)).scalar() == tickets
        )
    assert (demo.home / "briefs" / "2026-10" / "frozen.json").read_bytes() == brief
