"""Marks of extraction against pages that a person has read: text, title, minute, outlet, author (`minyin evaluate pages`).

A folder holds `html/` and `gold/` (one JSON per page: id, html, url, title, author, source, published_at, text; optional
lines and the alternatives a reader would also accept may be there). Left to others: learning from such pages
(`crawlers.page.training`), resampling and the table.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz.distance import LCSseq

from crawlers.page.html import source_of
from crawlers.page.reading import read
from crawlers.page.weighing import Weights
from minyin.clock import local
from minyin.errors import InputError
from minyin.judged import Judged, Measure, ratio


class Score(NamedTuple):
    """One page's marks; None where the page does not say or nothing was claimed."""

    id: str
    site: str
    text: float
    title: float
    minute: float | None
    outlet: float | None
    author_precision: float | None
    author_recall: float | None


def bare(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


def marks(gold: dict[str, Any], source: str, site: str, weights: Weights | None = None) -> Score:
    """The marks of one page; `weights` are the shipped ones where none are given."""
    found = read(source, gold.get("url") or "", weights=weights)
    authors = [bare(name) for name in (gold["author"], *gold.get("author_alt", ())) if name]
    outlets = [
        bare(name)
        for name in (
            gold["source"],
            *gold.get("source_alt", ()),
            gold["author"],
            *gold.get("author_alt", ()),
        )
        if name
    ]
    times = [gold["published_at"], *gold.get("published_at_alt", ())]
    named = bare(found.author) in authors
    return Score(
        gold["id"],
        site,
        text_f1(found.text, gold["text"], gold.get("optional", ())),
        float(bare(found.title) in map(bare, [gold["title"], *gold.get("title_alt", ())])),
        float(same_minute(found.published_at, times)) if times[0] else None,
        float(bare(found.outlet) in outlets) if gold["source"] else None,
        float(named) if found.author else None,
        float(named) if gold["author"] else None,
    )


def text_f1(text: str, wanted: str, optional: Iterable[str] = ()) -> float:
    """Longest common subsequence of characters, without blanks; optional lines neither help nor hurt."""
    found, gold = bare(text), bare(wanted)
    for line in map(bare, optional):
        if line not in gold:
            found = found.replace(line, "")
    return 2 * LCSseq.similarity(found, gold) / (len(found) + len(gold))


def same_minute(found: datetime | None, wanted: Iterable[str]) -> bool:
    """Whether a time is one of those wanted, to the minute; to the day where only that is known."""
    text = local(found).isoformat() if found else ""
    return any(text[:16] == one[:16] if "T" in one else text[:10] == one[:10] for one in wanted)


NEEDED = ("id", "html", "title", "author", "source", "published_at", "text")
SHOWN = 20
"""Ids of pages with an error that are listed."""


def judge_pages(folder: Path, means: object = None) -> Judged:  # noqa: ARG001 - pages are read alike everywhere
    """Sums of marks, one row per site: pages of one site are alike, so sites are what is resampled.

    Raises InputError for a folder without gold pages; a page that cannot be judged is listed with its file.
    """
    scores: list[Score] = []
    bad: list[str] = []
    for path in _gold_files(folder):
        found = _scored(path)
        if isinstance(found, Score):
            scores.append(found)
        else:
            bad.append(f"{path.name}：{found}")
    sites = sorted({one.site for one in scores})
    counts = [_sums([one for one in scores if one.site == site]) for site in sites]
    return Judged(
        counts, MEASURES, tuple(_notes(scores, bad)), f"{len(scores)} 页，{len(sites)} 个网站"
    )


def _gold_files(folder: Path) -> list[Path]:
    gold = folder / "gold" if (folder / "gold").is_dir() else folder
    files = sorted(gold.glob("*.json")) if gold.is_dir() else []
    if not files:
        raise InputError(f"{folder} 里没有 gold/*.json；应为 gold 与 html 两个文件夹所在之处")
    return files


def _scored(path: Path) -> Score | str:
    """The marks of a page, or why it has none."""
    try:
        gold = json.loads(path.read_text(encoding="utf-8-sig"))
        missing = [name for name in NEEDED if name not in gold]
        if missing or not all(
            isinstance(gold[name], str) for name in ("id", "html", "title", "text")
        ):
            return f"缺少或写错字段 {'、'.join(missing) or 'id、html、title、text 应为文字'}"
        source = source_of((path.parent.parent / gold["html"]).read_bytes())
    except OSError as error:
        return f"读不了网页：{error.strerror}"
    except (ValueError, TypeError, RecursionError):
        return "不是 UTF-8 的 JSON 对象"
    return marks(gold, source, str(gold["id"]).rsplit("_", 1)[0])


MARKS = ("text", "title", "minute", "outlet", "author_precision", "author_recall")
NAMES = ("正文 F1", "标题全同", "时间到分钟", "来源", "作者准确", "作者召回")
MEASURES = tuple(Measure(name, ratio(2 * k, 2 * k + 1)) for k, name in enumerate(NAMES))


def _sums(scores: Sequence[Score]) -> list[float]:
    """Sum and number of every mark that the pages have."""
    row: list[float] = []
    for name in MARKS:
        values = [value for one in scores if (value := getattr(one, name)) is not None]
        row += [sum(values), float(len(values))]
    return row


def _notes(scores: Sequence[Score], bad: Sequence[str]) -> Iterator[str]:
    if bad:
        yield f"没有评判的文件 {len(bad)} 个：{'；'.join(bad[:SHOWN])}"
    low = sorted((one.text, one.id) for one in scores if one.text < 0.9)
    if low:
        yield f"正文 F1 不到 .9 的页：{'、'.join(f'{name}（{value:.2f}）' for value, name in low[:SHOWN])}"
    for mark, name in (
        ("title", "标题不同"),
        ("minute", "时间不同"),
        ("author_precision", "作者不对"),
    ):
        wrong = [one.id for one in scores if getattr(one, mark) == 0]
        if wrong:
            yield f"{name}的页：{'、'.join(wrong[:SHOWN])}"
