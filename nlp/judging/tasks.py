"""The tasks of understanding that can be judged on a gold file: each turns rows with labels into counts per text.

A task sees the records of `minyin analyse`, nothing inside, so what is judged is what is delivered. Labels that are
null (annotators differ) are left out of that question. Left to others: resampling and tables.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minyin.judged import Judged, Measure, f1, macro_f1, ratio
from nlp.bulk_lines import Rejected, Row, read_line
from nlp.judging.labels import POLARITIES, problem_of

Record = dict[str, Any]
Understand = Callable[[Sequence[Row]], list[Record]]
Task = Callable[[Sequence[Record], Sequence[Record]], Judged]
"""Gold rows and records, one to one → counts."""

SHOWN = 20
"""Ids of wrong rows that a table lists."""


def rows_of(name: str, lines: Iterable[bytes]) -> tuple[list[Record], list[Row], list[Rejected]]:
    """Gold rows with the same rows as input, and the lines that are no text or have no label that can be judged."""
    gold, given, bad = [], [], []
    for number, line in enumerate(lines, 1):
        row, value = _read(line, number)
        problem = problem_of(name, value) if isinstance(row, Row) else row.reason
        if isinstance(row, Row) and problem is None:
            gold.append({**value, "id": row.id})
            given.append(row)
        elif line.strip():
            bad.append(Rejected(number, problem or "不是一条文字"))
    return gold, given, bad


def _read(line: bytes, number: int) -> tuple[Row | Rejected, Record]:
    """The line as input and as gold; a line without an id is called by its number."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return read_line(line, number), {}
    if isinstance(value, dict) and value.get("id") is None:
        return read_line(json.dumps({**value, "id": number}).encode(), number), value
    return read_line(line, number), value


def _wrong(ids: list[str]) -> tuple[str, ...]:
    more = f" 等 {len(ids)} 条" if len(ids) > SHOWN else ""
    return (f"不符的条目：{'、'.join(ids[:SHOWN])}{more}",) if ids else ()


def _classes(
    pairs: Sequence[tuple[str, str, str]], classes: Sequence[str], names: Sequence[str]
) -> Judged:
    """(id, gold, said) → accuracy, macro-F1, F1 of each class."""
    size = len(classes)
    counts = []
    for _, gold, said in pairs:
        row = [0.0] * (size * size + 2 + 3 * size)
        one, other = classes.index(gold), classes.index(said)
        row[one * size + other] = 1.0
        row[size * size] = float(gold == said)
        row[size * size + 1] = 1.0
        first = size * size + 2
        row[first + 3 * one] = float(gold == said)
        row[first + 3 * other + 1] += 1.0
        row[first + 3 * one + 2] += 1.0
        counts.append(row)
    first = size * size + 2
    each = [
        Measure(f"F1 {name}", f1(first + 3 * k, first + 3 * k + 1, first + 3 * k + 2))
        for k, name in enumerate(names)
    ]
    measures = (
        Measure("准确率", ratio(size * size, size * size + 1)),
        Measure("宏平均 F1", macro_f1(size)),
        *each,
    )
    return Judged(counts, measures, _wrong([key for key, gold, said in pairs if gold != said]))


def polarity(gold: Sequence[Record], said: Sequence[Record]) -> Judged:
    pairs = [
        (str(g["id"]), g["polarity"], s["polarity"])
        for g, s in zip(gold, said, strict=True)
        if g.get("polarity") in POLARITIES
    ]
    return _classes(pairs, POLARITIES, ("负面", "中性", "正面"))


def yes_or_no(field: str) -> Task:
    """A task on a field of 0 and 1."""

    def task(gold: Sequence[Record], said: Sequence[Record]) -> Judged:
        counts, wrong = [], []
        for g, s in zip(gold, said, strict=True):
            if g.get(field) is None:
                continue
            real, found = bool(g[field]), bool(s[field])
            counts.append(
                [real and found, found, real, real == found, 1.0, *_confused(real, found)]
            )
            if real != found:
                wrong.append(str(g.get("id")))
        measures = (
            Measure("准确（查准）", ratio(0, 1)), Measure("召回（查全）", ratio(0, 2)), Measure("F1", f1(0, 1, 2)),
            Measure("宏平均 F1", macro_f1(2, 5)), Measure("正确率", ratio(3, 4)),
        )  # fmt: skip
        return Judged(counts, measures, _wrong(wrong))

    return task


def _confused(real: bool, found: bool) -> list[float]:
    row = [0.0] * 4
    row[2 * real + found] = 1.0
    return row


def category(gold: Sequence[Record], said: Sequence[Record]) -> Judged:
    pairs = [
        (str(g.get("id")), g["category"], s["category"])
        for g, s in zip(gold, said, strict=True)
        if g.get("category")
    ]
    classes = sorted({label for _, real, found in pairs for label in (real, found)})
    return _classes(pairs, classes, classes)


def topic(gold: Sequence[Record], said: Sequence[Record]) -> Judged:
    """The gold's one topic against the first found; T00 is none."""
    pairs = [
        (str(g["id"]), g["topic"], (s["topics"] or ["T00"])[0], "T00" if not s["topics"] else "")
        for g, s in zip(gold, said, strict=True)
        if g.get("topic")
    ]
    among = {
        str(g["id"]): g["topic"] in (s["topics"] or ["T00"])
        for g, s in zip(gold, said, strict=True)
    }
    counts = [[real == found, 1.0, among[key]] for key, real, found, _ in pairs]
    measures = (Measure("第一主题正确率", ratio(0, 1)), Measure("在所给主题之内", ratio(2, 1)))
    return Judged(counts, measures, _wrong([key for key, real, found, _ in pairs if real != found]))


def places(gold: Sequence[Record], said: Sequence[Record]) -> Judged:
    counts, wrong = [], []
    for g, s in zip(gold, said, strict=True):
        if None in (g["codes"], g["level"], g["relevant"]):
            continue
        real, found = set(g["codes"]), set(s["place_codes"])
        towns, seen = _towns(real), _towns(found)
        level = g["level"] == s["place_level"]
        relevant = bool(g["relevant"]) == bool(s["relevant"])
        row = [
            len(towns & seen),
            len(seen),
            len(towns),
            len(real & found),
            len(found),
            len(real),
            level,
            relevant,
            1,
        ]
        counts.append([float(value) for value in row])
        if real != found or not relevant:
            wrong.append(str(g["id"]))
    measures = (
        Measure("镇街准确", ratio(0, 1)), Measure("镇街召回", ratio(0, 2)), Measure("地点代码准确", ratio(3, 4)),
        Measure("地点代码召回", ratio(3, 5)), Measure("层级正确率", ratio(6, 8)), Measure("是否本县正确率", ratio(7, 8)),
    )  # fmt: skip
    return Judged(counts, measures, _wrong(wrong))


def _towns(codes: Iterable[str]) -> set[str]:
    return {code[:9] for code in codes if len(code) >= 9}


def masking(gold: Sequence[Record], said: Sequence[Record]) -> Judged:
    """Exact spans with kind; spans covered and spans that touch a gold one; characters."""
    counts, wrong = [], []
    for g, s in zip(gold, said, strict=True):
        if g["spans"] is None:
            continue
        real = {(start, end, kind) for start, end, kind in g["spans"]}
        found = {(start, end, kind) for start, end, kind in s["mask_spans"]}
        covered = sum(any(a <= start and end <= b for a, b, _ in found) for start, end, _ in real)
        touching = sum(any(a < end and start < b for a, b, _ in real) for start, end, _ in found)
        hidden = {i for start, end, _ in found for i in range(start, end)}
        secret = {i for start, end, _ in real for i in range(start, end)}
        row = [
            len(real & found),
            len(found),
            len(real),
            covered,
            touching,
            len(hidden & secret),
            len(hidden),
            len(secret),
        ]
        counts.append([float(value) for value in row])
        if real != found:
            wrong.append(str(g["id"]))
    measures = (
        Measure("准确（边界与类别全同）", ratio(0, 1)), Measure("召回（边界与类别全同）", ratio(0, 2)),
        Measure("准确（碰到应遮处）", ratio(4, 1)), Measure("召回（完全遮住）", ratio(3, 2)),
        Measure("按字准确", ratio(5, 6)), Measure("按字召回", ratio(5, 7)),
    )  # fmt: skip
    return Judged(counts, measures, _wrong(wrong))


TASKS: dict[str, tuple[str, Task]] = {
    "polarity": ("情感倾向", polarity),
    "appeal": ("诉求", yes_or_no("appeal")),
    "urgent": ("紧急", yes_or_no("urgent")),
    "traps": ("该不该报（误报类型）", yes_or_no("should_alert")),
    "should_alert": ("该不该报", yes_or_no("should_alert")),
    "category": ("留言七分类", category),
    "topic": ("主题", topic),
    "topics": ("主题", topic),
    "places": ("地点", places),
    "masking": ("脱敏", masking),
}


def judge(
    name: str, lines: Iterable[bytes], understand: Understand
) -> tuple[Judged, list[Rejected]]:
    """The counts of one task on a gold file, and the lines that were not judged."""
    gold, given, bad = rows_of(name, lines)
    return TASKS[name][1](gold, understand(given)), bad
