"""Every command is documented in its own words, and no command is documented that does not exist."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from console.cli import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"


def commands(command: Any, path: str = "minyin") -> Iterator[tuple[str, str]]:
    """Full name and first help line of every command that does something."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, (command.help or "").split("\n")[0]
        return
    for name, below in inner.items():
        yield from commands(below, f"{path} {name}")


def test_the_page_lists_exactly_the_commands_there_are() -> None:
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    assert rows == [f"| `{name}` | {text} |" for name, text in commands(get_command(app))]
