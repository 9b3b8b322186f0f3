"""The README's session, line by line, on the home that the README's first command leaves."""

import json
import re
import shlex

import pytest

from support.demo import ROOT, Demo, minyin

LINE = re.compile(r"^\$ \.venv/bin/minyin (.+?)(?:\s{2,}#.*)?$", re.MULTILINE)
# `up` serves until Ctrl-C; `import` needs a file of the reader's own
NOT_RUN = ("up", "import")


def session() -> list[list[str]]:
    """Arguments of every minyin line of the README that ends by itself."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [shlex.split(line, comments=True) for line in LINE.findall(text)]
    return [words for words in lines if words[0] not in NOT_RUN]


def test_the_readme_has_a_session() -> None:
    assert {words[0] for words in session()} >= {"--help", "check", "search", "brief"}


@pytest.mark.parametrize("words", session(), ids=" ".join)
def test_readme_line_does_what_it_says(demo: Demo, words: list[str]) -> None:
    words = [word.replace("minyin-data", str(demo.home)) for word in words]
    result = minyin(
        "--home",
        str(demo.home),
        *words,
        env={
            "MINYIN_NOW": "2026-11-01T09:30:00+08:00",
            "MINYIN_EXTRA_SOURCES": str(demo.home / "demo" / "sources.yaml"),
        },
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.strip()


def test_search_prints_the_fields_that_others_read(demo: Demo) -> None:
    result = minyin("--home", str(demo.home), "search", "停水", "--json", "--limit", "3")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 3
    wanted = [
        "id",
        "external_id",
        "title",
        "url",
        "source",
        "published_at",
        "polarity",
        "places",
        "event_id",
        "highlight",
    ]
    assert all(set(wanted) <= set(row) for row in rows)
