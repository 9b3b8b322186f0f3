"""The written texts as values, their places in the quarter, the registry and the two tables."""

import csv
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from minyin.clock import SHANGHAI, local
from minyin.county import load_county
from minyin.model import Channel
from samples import sources_yaml
from samples.planted import cut_title, planted_items, truths
from samples.singles import all_items, single_items
from samples.sites import build_sites
from samples.tables import (
    BAD_ROWS,
    FAULTS,
    FIRST_DATA_ROW,
    GRID_HEADER,
    HOTLINE_HEADER,
    grid_items,
    hotline_items,
    write_grid,
    write_hotline,
)


def test_everything_written_has_one_place_in_the_quarter() -> None:
    items = all_items()
    assert (len(planted_items()), len(single_items())) == (1093, 860)
    assert len({item.id for item in items}) == 1953
    first, last = (datetime(2026, m, 1, tzinfo=SHANGHAI) for m in (8, 11))
    assert all(first <= item.published_at < last for item in items)
    assert all(item.published_at.second == 0 for item in items)
    known = {item.id for item in items}
    assert all(item.parent is None or item.parent in known for item in items)


def test_single_texts_are_placed_alike_in_every_process_and_never_in_the_provincial_press() -> None:
    drawn = single_items()
    single_items.cache_clear()
    assert single_items() == drawn
    outlets = {item.source for item in drawn if item.site == "news"}
    assert outlets == {"邳州融媒（演示）", "彭城日报（演示）"}
    offices = [local(item.published_at) for item in drawn if item.site == "gov"]
    assert all(at.weekday() < 5 and 8 <= at.hour <= 17 for at in offices)


def test_titles_are_the_beginning_of_their_text() -> None:
    for item in single_items():
        if item.title:
            assert 1 <= len(item.title) <= 25
            assert item.text.strip().startswith(item.title.removesuffix("…"))
    assert cut_title("短。") == "短。"


def test_the_same_port_gives_the_same_bytes() -> None:
    assert build_sites(8611) == build_sites(8611)


def test_the_registry_is_a_valid_profile_file(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(sources_yaml(9000), encoding="utf-8")
    county = load_county("pizhou", extra_sources=path)
    found = {source.id: source for source in county.sources}
    assert len(found) == 9
    assert {source.kind for source in found.values()} == {
        "listing",
        "thread_listing",
        "sitemap",
        "feed",
        "table",
    }
    assert all(source.assessment and source.home_region == "320382" for source in found.values())
    assert found["papers"].outlets["江淮时报（演示）"] == 2
    assert found["forum"].start_urls[0] == "http://127.0.0.1:9001/forum-2-1.html"
    assert found["hotline"].channel is Channel.HOTLINE


def test_the_export_holds_every_row_and_exactly_the_faults_declared(tmp_path: Path) -> None:
    path = write_hotline(tmp_path / "12345.xlsx")
    sheet = load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert tuple(rows[1]) == HOTLINE_HEADER
    faulty = {fault.row: fault.kind for fault in FAULTS}
    assert len(faulty) == len(BAD_ROWS) == 12
    good = [row for n, row in enumerate(rows[2:], FIRST_DATA_ROW) if n not in faulty]
    assert [row[0] for row in good] == [item.id for item in hotline_items()]
    assert [row[5] for row in good] == [item.text for item in hotline_items()]
    ids = {item.id for item in hotline_items()}
    for number, kind in faulty.items():
        row = rows[number - 1]
        assert {
            "missing_text": not str(row[5] or "").strip(),
            "bad_date": row[1] in ("2026-13-45", "昨天上午", "2026-09-31 08:50"),
            "duplicate_id": row[0] in ids,
            "future_date": str(row[1]).startswith("2062"),
            "short_text": len(str(row[5])) < 4,
            "missing_date": row[1] is None,
            "missing_id": row[0] is None,
        }[kind], (number, kind)


def test_dates_in_the_export_stand_as_text_as_dates_and_as_serial_numbers(tmp_path: Path) -> None:
    sheet = load_workbook(write_hotline(tmp_path / "12345.xlsx")).worksheets[0]
    cells = [sheet.cell(row, 2).value for row in range(FIRST_DATA_ROW, sheet.max_row + 1)]
    assert {type(cell) for cell in cells} >= {str, datetime, float}


def test_tables_are_the_same_file_each_time(tmp_path: Path) -> None:
    for write in (write_hotline, write_grid):
        first = write(tmp_path / "first").read_bytes()
        assert write(tmp_path / "second").read_bytes() == first


def test_grid_records_are_gb18030_and_whole(tmp_path: Path) -> None:
    text = write_grid(tmp_path / "grid.csv").read_bytes().decode("gb18030")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    assert tuple(rows[0]) == GRID_HEADER
    assert [(row[0], row[5]) for row in rows[1:]] == [(i.id, i.text) for i in grid_items()]


def test_the_planted_events_and_their_items_agree() -> None:
    counted = {truth.event: truth.items for truth in truths()}
    assert len(counted) == 14
    held = [item.event for item in planted_items() if item.event]
    assert {event: held.count(event) for event in counted} == counted
