"""The folder of the embedded index: `version.json` names the mapping version and the folder inside that holds the index.

Another version of the mapping gets another folder beside it, and version.json is replaced in one step when that is
full: who reads sees the old index or the new one, never half of one. An index is a projection and can be made again.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import tantivy

from index.embedded_schema import register, schema
from index.mapping import VERSION
from minyin.errors import OperatorError

POINTER = "version.json"
META = "meta.json"
FIRST = "data"  # the folder of mapping version 1, whose version.json names none


class Shelf(NamedTuple):
    """What version.json says: the mapping version and the folder of the index."""

    version: int
    data: Path

    @property
    def current(self) -> bool:
        return self.version == VERSION


def shelf_of(folder: Path) -> Shelf:
    """The index in `folder`, made if there is none.

    Raises OperatorError for an index that is newer than this program or whose version cannot be read, OSError.
    """
    pointer = folder / POINTER
    if not pointer.exists():
        return pointed(folder, made(folder / f"v{VERSION}"))
    try:
        told = json.loads(pointer.read_text(encoding="utf-8"))
        shelf = Shelf(int(told["mapping"]), folder / str(told.get("data", FIRST)))
    except (ValueError, KeyError, TypeError):
        raise OperatorError(
            f"检索库 {folder} 的 {POINTER} 读不懂；请运行 minyin rebuild 由数据库重建"
        ) from None
    if shelf.version > VERSION:
        raise OperatorError(
            f"检索库 {folder} 由更新的民音建立（版本 {shelf.version}，本程序是版本 {VERSION}）；"
            "请升级程序，或运行 minyin rebuild 由数据库重建"
        )
    if not (shelf.data / META).exists():
        raise OperatorError(f"检索库 {folder} 里没有索引文件；请运行 minyin rebuild 由数据库重建")
    return shelf


def open_index(folder: Path) -> tantivy.Index:
    """The index that `folder` points at now, made if there is none."""
    return opened(shelf_of(folder))


def opened(shelf: Shelf) -> tantivy.Index:
    """An older index comes with the fields it was made with. Raises ValueError, OSError."""
    path = str(shelf.data)
    index = tantivy.Index(schema(), path=path) if shelf.current else tantivy.Index.open(path)
    register(index)
    # who looks, looks again himself (`index.embedded_view`); tantivy would map every new segment for every idle reader
    index.config_reader(reload_policy="manual")
    return index


def made(data: Path) -> Path:
    """An empty index of the present version at `data`, unless one is there; whole or not at all."""
    if (data / META).exists():
        return data
    data.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=data.parent))
    fresh.chmod(0o755)
    tantivy.Index(schema(), path=str(fresh))
    try:
        fresh.rename(data)
    except OSError:  # another process was quicker
        shutil.rmtree(fresh)
        if not (data / META).exists():
            raise
    return data


def pointed(folder: Path, data: Path) -> Shelf:
    """From now on the index of `folder` is the one at `data`."""
    fresh = folder / f".{POINTER}-{os.getpid()}"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"mapping": VERSION, "data": data.name}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / POINTER)
    return Shelf(VERSION, data)


def deleted_in(shelf: Shelf) -> int:
    """Documents that are deleted and still take room, until their segment is merged or the index remade."""
    meta = json.loads((shelf.data / META).read_text(encoding="utf-8"))
    deletes = [segment.get("deletes") or {} for segment in meta["segments"]]
    return sum(int(one.get("num_deleted_docs", 0)) for one in deletes)


def others(shelf: Shelf) -> list[Path]:
    """Every index beside this one: an older one, or one that was being made."""
    return [path for path in shelf.data.parent.iterdir() if path.is_dir() and path != shelf.data]


def swept(shelf: Shelf) -> None:
    """Remove the others. Who still reads one keeps its open files until it looks again."""
    for path in others(shelf):
        shutil.rmtree(path, ignore_errors=True)
