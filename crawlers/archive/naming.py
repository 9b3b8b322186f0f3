"""Names for files that several processes create side by side: sortable by time and number, never taken twice.

Creating the file with O_EXCL is what makes a name ours; the number continues where the folder ends.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO


def create_numbered(folder: Path, at: datetime, part: str, final: str) -> tuple[Path, BinaryIO]:
    """A new, empty, open file `<time>-<number><part>`; no file with the ending `final` has that name either."""
    folder.mkdir(parents=True, exist_ok=True)
    number = _highest(folder) + 1
    while True:
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{number:06d}"
        number += 1
        try:
            file = (folder / f"{name}{part}").open("xb")
        except FileExistsError:
            continue
        if part != final and (folder / f"{name}{final}").exists():
            file.close()
            (folder / f"{name}{part}").unlink()
            continue
        return folder / f"{name}{part}", file


def _highest(folder: Path) -> int:
    numbers = [
        path.name.split(".")[0].rpartition("-")[2] for path in folder.iterdir() if path.is_file()
    ]
    return max((int(number) for number in numbers if number.isdigit()), default=0)
