"""Pages that a merge has read are let go of, and whoever reads them again finds the same."""

from pathlib import Path

import pytest

from index import embedded_memory
from index.embedded import EmbeddedStore
from tests.support.index_documents import cut, documents

SMAPS = Path("/proc/self/smaps")
SEGMENT = "0a1b2c3d4e5f40718293a4b5c6d7e8f9"
OTHER = "ffffffffffff40718293a4b5c6d7e8f9"


def line(start: int, path: str, rights: str = "r--s") -> str:
    return f"{start:x}-{start + 0x2000:x} {rights} 00000000 fe:00 1020 {path}\n"


def test_only_files_of_the_segments_that_are_mapped_once_are_held():
    maps = (
        line(0x1000, f"/i/v2/{SEGMENT}.idx")
        + line(0x5000, f"/i/v2/{SEGMENT}.pos")
        + line(0x9000, f"/i/v2/{SEGMENT}.pos")
        + line(0xD000, f"/i/v2/{OTHER}.idx")
        + line(0xF000, f"/elsewhere/{SEGMENT}.store")
        + line(0x11000, f"/i/v2/{SEGMENT}.store (deleted)")
        + line(0x13000, f"/i/v2/{SEGMENT}.fast", "rw-p")
        + "15000-16000 rw-p 00000000 00:00 0\n"
        + "17000-18000 rw-p 00000000 00:00 0 [heap]\n"
    )
    found = embedded_memory.held(maps, Path("/i/v2"), frozenset({SEGMENT}))
    assert found == [embedded_memory.Mapped(0x1000, 0x2000, f"{SEGMENT}.idx")]


@pytest.mark.skipif(not SMAPS.exists(), reason="needs /proc/self/smaps")
def test_what_was_read_leaves_memory_and_is_read_again(tmp_path):
    store = EmbeddedStore(tmp_path, cut)
    store.write(documents(400))
    before = list(store.scan())
    now = store._now()

    def resident() -> int:
        """Kilobytes of the index's files that are in this process."""
        text, found, here = SMAPS.read_text(encoding="utf-8"), 0, False
        for row in text.splitlines():
            if "-" in row.split(" ")[0]:
                here = str(now.data) in row
            elif here and row.startswith("Rss:"):
                found += int(row.split()[1])
        return found

    read = resident()
    embedded_memory.Pages(now.index, now.data).let_go()
    assert resident() < read / 4
    assert list(store.scan()) == before
