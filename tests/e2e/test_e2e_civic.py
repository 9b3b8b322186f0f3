"""4,326 real citizen messages of 2019: import, events, tickets, the brief of November; counts against the file itself."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from flows.bootstrap import House, open_house
from flows.collect import import_file
from flows.ingest import ingest
from flows.tickets import open_tickets
from minyin.clock import SHANGHAI
from minyin.database import reading, tables
from minyin.settings import load_settings
from reports.brief import build_brief, verify_brief
from support.civic import civic_county


def month_of(time: str) -> str:
    parts = time.replace("/", "-").split("-")
    return f"{parts[0]}-{int(parts[1]):02d}"


def house_at(tmp_path: Path) -> House:
    return open_house(
        load_settings(
            home=tmp_path / "home",
            county=str(civic_county(tmp_path)),
            now=datetime(2020, 2, 1, 9, 0, tzinfo=SHANGHAI),
        )
    )


def test_the_real_messages_of_2019(data: Path, tmp_path: Path) -> None:
    file = data / "civic_messages" / "complaints_2019.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    house = house_at(tmp_path)

    report = import_file(house, file, "messages")
    assert report.run.inputs == len(rows)
    ids = [row["id"] for row in rows]
    assert len(report.bad_rows) == len(ids) - len(set(ids)), report.bad_rows[:5]

    account = ingest(house)
    assert account.balanced
    assert account.inputs == len(set(ids))
    assert account.outcomes.get("quarantined/analysis", 0) == 0

    with reading(house.engine) as connection:
        months = Counter(
            at.astimezone(SHANGHAI).strftime("%Y-%m")
            for at in connection.execute(select(tables.articles.c.published_at)).scalars()
        )
        events = connection.execute(select(func.count()).select_from(tables.events)).scalar() or 0
    unique = {row["id"]: row for row in rows}
    assert months == Counter(month_of(row["time"]) for row in unique.values())
    assert events > 100

    opened = open_tickets(house)
    assert opened.balanced
    brief = build_brief(
        house.engine,
        county=house.county,
        settings=house.settings,
        period="2019-11",
        clock=house.clock,
    )
    folder = Path(brief.folder)
    assert verify_brief(folder / "brief.json") == []
    frozen = json.loads((folder / "frozen.json").read_text(encoding="utf-8"))
    november = [
        a for a in frozen["articles"] if month_of(a["published_at"][:10]) in ("2019-11", "2019-10")
    ]
    assert november

    again = import_file(house, file, "messages")
    assert again.run.balanced
    second = ingest(house)
    assert set(second.outcomes) <= {"unchanged"}
