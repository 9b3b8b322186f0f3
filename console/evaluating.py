"""Every task that `minyin evaluate` knows, of all rooms. To add one: a line in `TASKS`, a function that judges a path.

A judge takes the path of the gold and the means of understanding, and returns counts per text with their measures
(minyin.judged); resampling and the table are the same for all.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from minyin.errors import InputError
from minyin.judged import Judged

if TYPE_CHECKING:
    from minyin.county import County
    from nlp.bulk import Understander
    from nlp.event.judge import Judge


class Means(NamedTuple):
    """What a judge may use; `understander` and `events` are built when first asked for."""

    county: "County"
    understander: "Callable[[], Understander]"
    events: "Callable[[], Judge]"


class EvaluationTask(NamedTuple):
    """`judge` is 'module:function', imported when the task is run; it takes a path and `Means`."""

    title: str
    gold: str
    judge: str


TEXTS = "console.evaluating:judge_texts"
LISTED = 20
"""Lines that were not judged and are listed with their reason; all are counted."""
TASKS: dict[str, EvaluationTask] = {
    "polarity": EvaluationTask("情感倾向", "id, text, polarity（neg、neu、pos）", TEXTS),
    "appeal": EvaluationTask("诉求", "id, text, appeal（0、1）", TEXTS),
    "urgent": EvaluationTask("紧急", "id, text, urgent（0、1）", TEXTS),
    "should_alert": EvaluationTask(
        "该不该报", "id, text, source_type, should_alert（0、1）", TEXTS
    ),
    "traps": EvaluationTask(
        "该不该报（误报类型）", "id, text, source_type, should_alert（0、1）", TEXTS
    ),
    "category": EvaluationTask("留言七分类", "id, title, text, category", TEXTS),
    "topic": EvaluationTask("主题", "id, text, topic（T01…T28，无则 T00）", TEXTS),
    "topics": EvaluationTask("主题", "id, text, topic（T01…T28，无则 T00）", TEXTS),
    "places": EvaluationTask("地点", "id, text, home_source, relevant, codes, level", TEXTS),
    "masking": EvaluationTask("脱敏", "id, text, spans（[起, 止, 类别]）", TEXTS),
    "events": EvaluationTask(
        "事件归并",
        "id, title, text, time, event；或含 events.json 的文件夹",
        "console.evaluating:judge_events",
    ),
    "pages": EvaluationTask(
        "网页抽取", "含 gold 与 html 的文件夹", "crawlers.page.scoring:judge_pages"
    ),
}


def judged(name: str, path: Path, means: Means) -> Judged:
    """The counts of a task on a gold file. Raises InputError for an unknown task or a file that is none of it."""
    if name not in TASKS:
        raise InputError(f"没有 {name!r} 这个评测任务；可用：{'、'.join(TASKS)}")
    if not path.exists():
        raise InputError(f"找不到标注文件 {path}")
    if path.is_dir() and TASKS[name].judge == TEXTS:
        raise InputError(f"{path} 是文件夹；{name} 要一个 JSONL 文件，每行 {TASKS[name].gold}")
    module, _, function = TASKS[name].judge.partition(":")
    judge = getattr(import_module(module), function)
    try:
        found: Judged = (
            judge(name, path, means) if TASKS[name].judge == TEXTS else judge(path, means)
        )
    except OSError as error:
        raise InputError(
            f"读不了 {path}：{error.strerror}；{name} 的标注应为：{TASKS[name].gold}"
        ) from error
    if not found.counts:
        why = "".join(f"；{note}" for note in found.notes)
        raise InputError(f"{path} 里没有可评判的 {name} 标注；应为：{TASKS[name].gold}{why}")
    return found


def judge_texts(name: str, path: Path, means: Means) -> Judged:
    """Tasks on single texts: JSON Lines with labels, judged on the records of `minyin analyse`."""
    from nlp.bulk import batches
    from nlp.bulk_lines import Row
    from nlp.judging.tasks import judge

    def understand(rows: "list[Row]") -> "list[dict[str, object]]":
        understander = means.understander() if rows else None
        return [record for batch in batches(rows) for record in understander.records(batch)]  # type: ignore[arg-type, union-attr]

    with path.open("rb") as lines:
        found, bad = judge(name, lines, understand)  # type: ignore[arg-type]
    listed = "；".join(f"第 {one.number} 行：{one.reason}" for one in bad[:LISTED])
    return found._replace(
        notes=(*found.notes, *([f"没有评判的行 {len(bad)}：{listed}"] if bad else []))
    )


def judge_events(path: Path, means: Means) -> Judged:
    """Event detection as `minyin cluster` does it."""
    from nlp.judging.events import judge_events as judge

    return judge(path, means.events())
