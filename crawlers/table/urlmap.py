"""A table of saved files and the addresses they were fetched from, in whatever form people keep one."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from crawlers.page.charset import decode
from minyin.errors import InputError

NAMES = ("id", "file", "filename", "html", "path", "name", "stem", "key", "文件", "文件名")
ADDRESSES = ("url", "address", "link", "href", "网址", "链接", "地址")


def read_url_map(path: Path) -> dict[str, str]:
    """File names, with and without their endings and folders, to addresses. Raises InputError.

    Read are a JSON object (name to address, or to an object with `url`), a JSON list or JSON Lines of objects, and CSV
    or TSV with or without a head.
    """
    try:
        text = decode(path.read_bytes()).text.strip()
    except OSError as error:
        raise InputError(
            f"读不到网址对照表 {str(path)!r}（{error.strerror}），请检查 --url-map"
        ) from error
    pairs = list(_from_json(text) if text[:1] in ("{", "[") else _from_table(text))
    if text and not pairs:
        raise InputError(
            f"网址对照表 {str(path)!r} 里没有一对文件名和网址，应为 JSON、JSON Lines、CSV 或 TSV"
        )
    found: dict[str, str] = {}
    for name, url in pairs:
        for spelling in (name, Path(name).name, Path(name).stem):
            found.setdefault(spelling, url)
    return found


def _from_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        data: Any = json.loads(text)
    except ValueError:
        data = [_loaded(line) for line in text.splitlines() if line.strip()]
    if isinstance(data, dict) and not _of_row(data):
        for name, value in data.items():
            url = value.get("url") if isinstance(value, dict) else value
            if isinstance(url, str) and url:
                yield (url, name) if name.startswith("http") else (name, url)
        return
    for row in data if isinstance(data, list) else [data]:
        yield from _of_row(row)


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _of_row(row: Any) -> list[tuple[str, str]]:
    """Every name that a row gives its file, each with the row's address; a pair of two strings counts as well."""
    if isinstance(row, list) and len(row) == 2 and all(isinstance(part, str) for part in row):
        return [(row[0], row[1])]
    if not isinstance(row, dict):
        return []
    url = next(
        (row[name] for name in ADDRESSES if isinstance(row.get(name), str) and row[name]), None
    )
    names = [str(row[name]) for name in NAMES if isinstance(row.get(name), (str, int))]
    return [(name, url) for name in names] if url else []


def _from_table(text: str) -> Iterator[tuple[str, str]]:
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    rows = [row for row in csv.reader(StringIO(text), delimiter=delimiter) if row]
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if set(head) & set(ADDRESSES):
        for row in rows[1:]:
            yield from _of_row(dict(zip(head, row, strict=False)))
        return
    for row in rows:
        url = next((cell.strip() for cell in row if cell.strip().startswith("http")), None)
        name = next((cell.strip() for cell in row if not cell.strip().startswith("http")), None)
        if url and name:
            yield name, url
