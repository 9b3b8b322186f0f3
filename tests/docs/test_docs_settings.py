"""Everything that can be configured is documented, with its environment variable."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from minyin.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def setting_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from setting_names(inner, f"{prefix}{name}.")
        else:
            yield prefix + name


@pytest.mark.parametrize("name", list(setting_names(Settings)))
def test_setting_is_documented(name: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    variable = "MINYIN_" + name.upper().replace(".", "__")
    assert f"| `{name}` | `{variable}` |" in text


def test_no_setting_is_documented_that_does_not_exist() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [
        line.split("`")[1]
        for line in text.splitlines()
        if line.startswith("| `") and "MINYIN_" in line
    ]
    assert sorted(rows) == sorted(setting_names(Settings))
