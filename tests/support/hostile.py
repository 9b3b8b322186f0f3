"""The hostile site as tests use it: started, told what to do, asked what it saw, and described as a source."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from minyin.county import Assessment, Selectors, Source

SITE = Path(__file__).resolve().parent / "hostile_site.py"
ASSESSED = Assessment(by="测试", on="2026-11-01", impact="本机", robots="遵守")
LIST = Selectors(item="a.item", next_page="a.next", body=".text")


class Site:
    """The running site."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            body: bytes = answer.read()
        return body

    def log(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self.get("/_log"))
        return found

    def source(
        self, start: str, *, kind: str = "listing", channel: str = "gov", **more: Any
    ) -> Source:
        fields: dict[str, Any] = {
            "id": "hostile",
            "name": "某县网",
            "kind": kind,
            "channel": channel,
            "tier": 4,
            "home_region": "320382",
            "start_urls": (self.url + start,),
            "selectors": LIST,
            "per_second": 200,
            "concurrency": 8,
            "assessment": ASSESSED,
        }
        return Source(**(fields | more))


@contextmanager
def running_site() -> Iterator[Site]:
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(SITE.parent.parent)}
    process = subprocess.Popen(
        [sys.executable, str(SITE)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert process.stdout is not None
    try:
        yield Site(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
