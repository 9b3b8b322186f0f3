"""Scores event detection on a gold file, through what `minyin cluster` does: messages in, in arrival order, events out.

Two forms of gold: a folder with `events.json` (member_ids), `singletons.json`, `hard_negatives.json` and the messages;
or one file of messages, a JSON object per line with id, title, text, time and `event` (null: alone; no such field: not
labelled, clustered with the others but not scored). B³ is averaged over labelled messages; gold clusters are what is
resampled, as messages of one event stand or fall together. Left to others: resampling, the table.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from minyin.errors import InputError
from minyin.judged import Formula, Judged, Measure, ratio
from nlp.event.file import REASONS, START, BadLine, cluster, parse, when
from nlp.event.judge import Judge

MESSAGES = ("messages.jsonl", "../civic_messages/complaints_2019.jsonl")
"""Where the messages of a folder of gold are looked for."""
SHOWN = 20


@dataclass
class Gold:
    """Messages as lines, in arrival order; the labelled ones' events; pairs that look alike and are not."""

    lines: list[bytes]
    event: dict[str, str]
    hard: list[tuple[str, str]] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def judge_events(path: Path, judge: Judge) -> Judged:
    """Counts per gold cluster (a message alone is one) and per pair. Raises InputError for a file of neither form."""
    gold = _folder(path if path.is_dir() else path.parent) if _is_folder(path) else _file(path)
    if not gold.event:
        raise InputError(f"{path} 里没有标注；每行应有 id、text、time 和 event（单独一条写 null）")
    found: dict[str, str] = {}
    for line in cluster(gold.lines, judge):
        if line.reason is None:
            found[str(line.id)] = line.event_id or f"alone {line.id}"
    judged = {key: event for key, event in gold.event.items() if key in found}
    pairs = [(a, b) for a, b in gold.hard if a in found and b in found]
    counts = [*cluster_rows(judged, found), *pair_rows(pairs, found)]
    alike = f"，{len(pairs)} 对相似而不同" if pairs else ""
    what = f"{len(judged)} 条已标注（共 {len(gold.lines)} 条），{len(set(judged.values()))} 个簇{alike}"
    missing = [key for key in gold.event if key not in found]
    return Judged(counts, measures(bool(pairs)), tuple(_notes(gold, missing, judged, found)), what)


def _is_folder(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".json"


def _folder(folder: Path) -> Gold:
    """Raises InputError where there is no gold or there are no messages."""
    events = _rows(folder / "events.json")
    if events is None:
        raise InputError(f"{folder} 里没有 events.json（event_id、member_ids）")
    messages = next((folder / name for name in MESSAGES if (folder / name).is_file()), None)
    if messages is None:
        raise InputError(f"找不到 {folder} 的留言；请把留言放作 {folder / MESSAGES[0]}")
    gold = Gold(_sorted(messages.read_bytes().splitlines()), {})
    for one in chain(events, _rows(folder / "singletons.json") or ()):
        members = one.get("member_ids", [one["id"]] if "id" in one else None)
        if not isinstance(members, list):
            gold.bad.append(f"{one.get('event_id', '？')}：没有 member_ids")
            continue
        name = str(one.get("event_id", f"alone {members[0]}"))
        gold.event |= {str(member): name for member in members}
    for pair in _rows(folder / "hard_negatives.json") or ():
        if "a" in pair and "b" in pair:
            gold.hard.append((str(pair["a"]), str(pair["b"])))
        else:
            gold.bad.append("hard_negatives.json 里有一对没有 a、b")
    return gold


def _rows(path: Path) -> list[dict[str, Any]] | None:
    """The objects of a JSON list; None without a file. Raises InputError."""
    if not path.is_file():
        return None
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} 不是 UTF-8 的 JSON：{error}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{path} 应为一个 JSON 列表，每项是对象")
    return rows


def _sorted(lines: Sequence[bytes]) -> list[bytes]:
    """In arrival order: by time, then id, as the messages of a year lie in no order."""

    def key(line: bytes) -> tuple[Any, str]:
        try:
            row = parse(line)
        except BadLine:
            return (START, "")
        return (when(row.get("time") or row.get("published_at")) or START, str(row["id"]))

    return sorted((line for line in lines if line.strip()), key=key)


def _file(path: Path) -> Gold:
    """Lines are taken in their order, as `minyin cluster` takes them."""
    gold = Gold(path.read_bytes().splitlines(), {})
    for number, line in enumerate(gold.lines, 1):
        if not line.strip():
            continue
        try:
            row = parse(line)
        except BadLine as bad:
            gold.bad.append(f"第 {number} 行（{REASONS[bad.reason]}）")
            continue
        if "event" in row:
            given = row["event"]
            if given is not None and not isinstance(given, str | int):
                gold.bad.append(f"第 {number} 行（event 应为文字、整数或 null）")
                continue
            gold.event[str(row["id"])] = f"alone {row['id']}" if given in (None, "") else str(given)
    return gold


def cluster_rows(
    gold: Mapping[str, str], found: Mapping[str, str], judged: Collection[str] | None = None
) -> Iterator[list[float]]:
    """[precision summed, recall summed, messages, 0, 0] per gold cluster (Bagga & Baldwin's B³).

    `judged`: only the rows of the clusters of these messages; all are there to be confused with.
    """
    real, said = Counter(gold.values()), Counter(found[key] for key in gold)
    both = Counter((event, found[key]) for key, event in gold.items())
    rows: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for (event, cluster_of), shared in both.items():
        row = rows[event]
        row[0] += shared * shared / said[cluster_of]
        row[1] += shared * shared / real[event]
        row[2] += shared
    wanted = rows if judged is None else {gold[key] for key in judged}
    yield from (row for event, row in rows.items() if event in wanted)


def pair_rows(pairs: Sequence[tuple[str, str]], found: Mapping[str, str]) -> Iterator[list[float]]:
    for a, b in pairs:
        yield [0.0, 0.0, 0.0, float(found[a] == found[b]), 1.0]


def _f1(sums: Sequence[float]) -> float:
    precision, recall = (sums[k] / max(sums[2], 1e-9) for k in (0, 1))
    return 2 * precision * recall / max(precision + recall, 1e-9)


def measures(hard: bool) -> tuple[Measure, ...]:
    merged: Formula = ratio(3, 4)
    plain = (
        Measure("B³ 准确", ratio(0, 2)),
        Measure("B³ 召回", ratio(1, 2)),
        Measure("B³ F1", _f1),
    )
    return (*plain, Measure("相似而不同的被并", merged)) if hard else plain


def _notes(
    gold: Gold, missing: Sequence[str], judged: Mapping[str, str], found: Mapping[str, str]
) -> Iterator[str]:
    """Lines that could not be judged; events cut into most pieces; events that were merged."""
    if gold.bad:
        yield f"没有评判的 {len(gold.bad)} 处：{'、'.join(gold.bad[:SHOWN])}"
    if missing:
        yield f"标注了而没有留言的编号 {len(missing)} 个：{'、'.join(missing[:SHOWN])}"
    pieces: defaultdict[str, set[str]] = defaultdict(set)
    holds: defaultdict[str, set[str]] = defaultdict(set)
    for key, event in judged.items():
        pieces[event].add(found[key])
        holds[found[key]].add(event)
    cut = sorted(
        ((len(p), e) for e, p in pieces.items() if len(p) > 1), key=lambda x: (-x[0], x[1])
    )
    if cut:
        yield f"拆开的 {len(cut)} 件：{'、'.join(f'{e}（{n} 块）' for n, e in cut[:SHOWN])}"
    mixed = [sorted(events) for _, events in sorted(holds.items()) if len(events) > 1]
    if mixed:
        yield f"并错的 {len(mixed)} 处：{'；'.join('＋'.join(one[:4]) for one in mixed[:SHOWN])}"
