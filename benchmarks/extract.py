"""How fast pages are extracted, beside the kept libraries, in one process and one run: `python benchmarks/extract.py`.

Pages per CPU second of one core on the real pages (MINYIN_DATA), bytes in, all fields out. The peers get the same bytes
and do less: readability-lxml gives title and body, trafilatura as much as it is asked for here. Rounds alternate, the
best of each counts.
"""

import argparse
import contextlib
import io
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crawlers.page.boxnames import what_names_say, what_one_says
from crawlers.page.linewords import told
from crawlers.page.pagekind import told_of_posts
from crawlers.page.reading import read_page

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))


def forget() -> None:
    """What earlier rounds have seen of these very pages; within a round a site's second page may know the first."""
    told.cache_clear()
    told_of_posts.cache_clear()
    what_names_say.cache_clear()
    what_one_says.cache_clear()


def ours(body: bytes) -> object:
    return read_page(body)


def trafilatura_of(body: bytes) -> object:
    import trafilatura

    return trafilatura.bare_extraction(body, with_metadata=True, include_comments=False)


def readability_of(body: bytes) -> object:
    from readability import Document

    from crawlers.page.charset import decode

    document = Document(decode(body).text)
    return document.short_title(), document.summary()


def pace(extract: Callable[[bytes], object], pages: list[bytes]) -> float:
    """Pages per CPU second."""
    forget()
    begun = time.process_time()
    for body in pages:
        with contextlib.redirect_stderr(io.StringIO()):
            extract(body)
    return len(pages) / (time.process_time() - begun)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    pages = [path.read_bytes() for path in sorted((DATA / "pages" / "html").glob("*.html"))]
    if not pages:
        raise SystemExit(f"no pages at {DATA}: set MINYIN_DATA to the research data")
    peers = {"minyin": ours, "trafilatura": trafilatura_of, "readability-lxml": readability_of}
    best = dict.fromkeys(peers, 0.0)
    for extract in peers.values():
        extract(pages[0])
    for _ in range(given.rounds):
        for name, extract in peers.items():
            best[name] = max(best[name], pace(extract, pages))
    size = sum(map(len, pages)) / len(pages) / 1024
    print(f"{len(pages)} pages of {size:.0f} KiB on average")
    for name, value in best.items():
        print(f"{name:17} {value:7.1f} pages/s   {best['minyin'] / value:5.1f}x")


if __name__ == "__main__":
    main()
