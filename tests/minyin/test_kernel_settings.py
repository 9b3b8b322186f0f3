from pathlib import Path

import pytest

from minyin.errors import SettingsError
from minyin.settings import load_settings


def test_layers_yaml_below_environment_below_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "minyin.yaml"
    file.write_text(
        "home: from-yaml\ncounty: yaml-county\nconsole: {port: 1111}\n", encoding="utf-8"
    )
    monkeypatch.setenv("MINYIN_COUNTY", "env-county")
    monkeypatch.setenv("MINYIN_CONSOLE__PORT", "2222")
    settings = load_settings(file, home=tmp_path / "cli")
    assert settings.home == tmp_path / "cli"
    assert settings.county == "env-county"
    assert settings.console.port == 2222


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hoem: x\n", ["minyin.yaml:1", "hoem", "home"]),
        ("county: x\nmail:\n  hsot: smtp\n", ["minyin.yaml:3", "mail.hsot", "host"]),
        ("console:\n  port: many\n", ["minyin.yaml:2", "console.port", "'many'"]),
        ("a: [1\n", ["minyin.yaml", "YAML"]),
    ],
)
def test_a_wrong_setting_names_its_line_path_and_nearest_name(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    file = tmp_path / "minyin.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert all(part in str(caught.value) for part in expected), str(caught.value)


def test_author_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    first = settings.key()
    assert settings.key() == first
    assert len(first) == 64
    assert (tmp_path / "author.key").stat().st_mode & 0o077 == 0
