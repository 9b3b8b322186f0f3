"""The second county: the anonymised A市, put together from its own files and the first county's common ones."""

import shutil
from pathlib import Path

from minyin.county import PACKAGED

OWN = Path(__file__).resolve().parent.parent / "counties" / "civic"
COMMON = ("topics.csv", "units.yaml", "rules.yaml", "sla.yaml")


def civic_county(folder: Path) -> Path:
    """A whole county folder under `folder`."""
    target = folder / "civic"
    shutil.copytree(OWN, target)
    for name in COMMON:
        shutil.copy(PACKAGED / "pizhou" / name, target / name)
    return target
