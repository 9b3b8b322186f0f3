"""Evidence of imported rows: the file as it came, kept once under its digest, and any of its rows read back.

An article of a row points to the file, the row's number as its reader sees it, and the file's SHA-256.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from crawlers.table.rows import read_sheet
from minyin.errors import InputError
from minyin.model import Evidence

FOLDER = "tables"


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep_table(folder: Path, path: Path, headings: Sequence[str]) -> Evidence:
    """Copy a file into the evidence folder (once, however often it comes); evidence of its row 0.

    `headings` are those by which the header row is known; they are kept beside it, so that rows can be read back.
    """
    digest = file_digest(path)
    kept = folder / FOLDER / f"{digest}{path.suffix.lower()}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        part = kept.with_name(f"{kept.name}.{os.getpid()}.part")
        shutil.copyfile(path, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(kept)
    _headings_of(kept).write_text(json.dumps(list(headings), ensure_ascii=False), encoding="utf-8")
    # retention counts from the last time it was needed
    os.utime(kept)
    return Evidence(file=f"{FOLDER}/{kept.name}", offset=0, digest=f"sha256:{digest}")


def _headings_of(kept: Path) -> Path:
    return kept.with_suffix(".headings.json")


def is_row(evidence: Evidence) -> bool:
    return evidence.file.startswith(f"{FOLDER}/")


def read_row(folder: Path, evidence: Evidence) -> bytes:
    """The row as JSON, after the file's digest was found to be right. Raises InputError where it is not."""
    path = folder / evidence.file
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise InputError(f"找不到原始表格 {evidence.file!r}，应在 {folder} 下；请从备份恢复")
    if f"sha256:{file_digest(path)}" != evidence.digest:
        raise InputError(
            f"原始表格 {evidence.file} 与存档时的摘要 {evidence.digest} 不一致，证据已被改动，不能采用"
        )
    wanted = json.loads(_headings_of(path).read_text(encoding="utf-8"))
    for row in read_sheet(path, wanted).rows:
        if row.number == evidence.offset:
            return json.dumps(row.cells, ensure_ascii=False, indent=1, default=str).encode()
    raise InputError(f"原始表格 {evidence.file} 没有第 {evidence.offset} 行；请核对")
