"""Labelled texts read from the research folder, one shape for all sets; which halves may train and which may only judge.

The folder is described by its own INDEX.md; nothing of it is copied into the project.
"""

import hashlib
import json
import random
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minyin.model import Channel
from nlp.opinion.classifier import CHANNELS

POLARITIES = ("neg", "neu", "pos")
WRITTEN = Path(__file__).parent / "data"
"""Texts written for this project, one at a time, without looking at any dev set or at the demonstration's texts."""
FIRST = ("written", "twins", "third")
"""278, 40 and 60 texts: short replies, thanks, understated and ironic complaints and their harmless twins. One label."""
KINDS = ("replies", "posts", "accounts", "press", "offices", "misleading")
"""Whole kinds that the other sets lack: forum replies and posts, WeChat accounts, long press articles, hotline rows
and notices, praise and sarcasm whose words mislead. Labelled twice, the second time blind; what differs is left open."""


@dataclass(frozen=True)
class Example:
    """A text with the labels it has; None where the set does not say or its annotators differ."""

    id: str
    text: str
    channel: Channel
    polarity: str | None
    appeal: int | None
    urgent: int | None
    alert: int | None = None  # worth an alert; only the traps and what was written like them say so
    weight: float = 1.0


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def labelled(path: Path, *, weight: float = 1.0) -> list[Example]:
    """civic_opinion and local sets; a label its annotator was torn about weighs less."""
    return [
        Example(
            id=row["id"],
            text=row["text"],
            channel=CHANNELS[row.get("src") or row["source_type"]],
            polarity=row["polarity"],
            appeal=row["appeal"],
            urgent=row["urgent"],
            alert=row.get("should_alert"),
            weight=weight * (1.0 if row.get("sure", 1) else 0.7),
        )
        for row in read_jsonl(path)
    ]


def written_digest() -> str:
    """One SHA-256 over all files of `WRITTEN`, in the order of FIRST and KINDS."""
    whole = hashlib.sha256()
    for name in (*FIRST, *KINDS):
        whole.update((WRITTEN / f"{name}.jsonl").read_bytes())
    return whole.hexdigest()


def written(names: Sequence[str], *, weight: float) -> list[Example]:
    """The texts of some files of `WRITTEN`."""
    return [
        example for name in names for example in labelled(WRITTEN / f"{name}.jsonl", weight=weight)
    ]


def moods(path: Path, *, positive: int, other: int, weight: float, seed: int) -> list[Example]:
    """SMP2020 Weibo texts: positives are what the civic sets lack; polarity only, short and doubled texts left out."""
    rows = [row for row in read_jsonl(path) if row["polarity"] and len(row["text"]) >= 6]
    random.Random(seed).shuffle(rows)
    limits = {"pos": positive, "neg": other // 2, "neu": other // 2}
    taken: Counter[str] = Counter()
    found: dict[str, Example] = {}
    for number, row in enumerate(rows):
        kind = row["polarity"]
        if row["text"] not in found and taken[kind] < limits[kind]:
            taken[kind] += 1
            found[row["text"]] = Example(
                f"smp{number}", row["text"], Channel.WEIBO, kind, None, None, weight=weight
            )
    return list(found.values())


def sentiment_words(path: Path) -> dict[str, float]:
    """JioNLP's words of two and more characters with their scores, -2 … 2."""
    with zipfile.ZipFile(path) as archive:
        lines = archive.read("sentiment_words.txt").decode("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {pair[0]: float(pair[1]) for pair in sorted(pairs) if len(pair[0]) > 1}
