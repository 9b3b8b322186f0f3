"""Every outcome that the code names has a Chinese name for the operator."""

import re
from datetime import datetime

import pytest

from minyin.accounting import LABELS, REASONS, Tally, Unbalanced
from minyin.model import Context
from support.demo import ROOT

NOW = datetime.fromisoformat("2026-11-01T09:30:00+08:00")
ROOMS = ("crawlers", "flows", "alerts", "tickets", "nlp", "minyin", "reports", "index")
NAMED = re.compile(rf"\"({'|'.join(LABELS)})/([a-z_]+)\"")
REFUSED = re.compile(r"(?:Rejected|_Bad)\(\s*\"([a-z_]+)\"")


def reasons() -> set[str]:
    found: set[str] = set()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            source = file.read_text(encoding="utf-8")
            found |= {reason for _, reason in NAMED.findall(source)}
            found |= set(REFUSED.findall(source))
    return found


def test_every_reason_in_the_code_is_said_in_chinese() -> None:
    found = reasons()
    assert {"robots", "short_text", "day_off"} <= found
    assert found - REASONS.keys() - {context.value for context in Context} == set()


def test_a_sum_that_is_not_the_inputs_is_refused() -> None:
    tally = Tally()
    tally.take(2)
    tally.give("stored")
    with pytest.raises(Unbalanced):
        tally.report(id="r", flow="ingest", started_at=NOW, finished_at=NOW)
    tally.give("skipped/robots")
    assert tally.report(id="r", flow="ingest", started_at=NOW, finished_at=NOW).balanced
