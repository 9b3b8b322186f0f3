"""The folder of the embedded index: `version.json` beside `data/`, which is tantivy's.

An index of another mapping version is refused with what to do; it is a projection and can be built again.
"""

import json
from pathlib import Path

import tantivy

from index.embedded_schema import register, schema
from index.mapping import VERSION
from minyin.errors import DependencyError, OperatorError


def open_index(folder: Path) -> tantivy.Index:
    """The index in `folder`, made if there is none."""
    data, version = folder / "data", folder / "version.json"
    try:
        data.mkdir(parents=True, exist_ok=True)
        _check(folder, data, version)
        index = tantivy.Index(schema(), path=str(data), reuse=True)
    except OSError as error:
        raise DependencyError(
            f"检索库文件夹 {folder} 不能读写：{error.strerror or error}"
        ) from error
    except ValueError as error:
        raise OperatorError(
            f"检索库 {folder} 打不开（{error}）；请运行 minyin rebuild 重建"
        ) from error
    register(index)
    if not version.exists():
        fresh = version.with_suffix(".new")
        fresh.write_text(json.dumps({"mapping": VERSION}), encoding="utf-8")
        fresh.replace(version)
    return index


def _check(folder: Path, data: Path, version: Path) -> None:
    """version.json is written last, so an index without one is of a creation cut short and still empty or ours."""
    if not version.exists():
        return
    try:
        found = json.loads(version.read_text(encoding="utf-8"))["mapping"]
    except (ValueError, KeyError, TypeError):
        found = "未知"
    if found != VERSION:
        raise OperatorError(
            f"检索库 {folder} 的版本是 {found}，本程序需要版本 {VERSION}；请运行 minyin rebuild 重建"
        )
    if not tantivy.Index.exists(str(data)):
        raise OperatorError(f"检索库 {folder} 里的 data 是空的；请运行 minyin rebuild 重建")
