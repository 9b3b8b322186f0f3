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


class Means(NamedTuple):
    """What a judge may use; `understander` is built when first asked for."""

    county: "County"
    understander: "Callable[[], Understander]"


class EvaluationTask(NamedTuple):
    """`judge` is 'module:function', imported when the task is run; it takes a path and `Means`."""

    title: str
    gold: str
    judge: str


TEXTS = "console.evaluating:judge_texts"
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
    "places": EvaluationTask("地点", "id, text, home_source, relevant, codes, level", TEXTS),
    "masking": EvaluationTask("脱敏", "id, text, spans（[起, 止, 类别]）", TEXTS),
}


def judged(name: str, path: Path, means: Means) -> Judged:
    """The counts of a task on a gold file. Raises InputError for an unknown task or a file that is none of it."""
    if name not in TASKS:
        raise InputError(f"没有 {name!r} 这个评测任务；可用：{'、'.join(TASKS)}")
    if not path.exists():
        raise InputError(f"找不到标注文件 {path}")
    module, _, function = TASKS[name].judge.partition(":")
    judge = getattr(import_module(module), function)
    try:
        found: Judged = (
            judge(name, path, means) if TASKS[name].judge == TEXTS else judge(path, means)
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} 不是 {name} 的标注文件：{type(error).__name__} {error}；应有字段 {TASKS[name].gold}"
        ) from error
    if not found.counts:
        raise InputError(f"{path} 里没有带 {name} 标注的文字；应有字段 {TASKS[name].gold}")
    return found


def judge_texts(name: str, path: Path, means: Means) -> Judged:
    """Tasks on single texts: JSON Lines with labels, judged on the records of `minyin analyse`."""
    from nlp.bulk import batches
    from nlp.bulk_lines import Row
    from nlp.evaluate_tasks import judge

    def understand(rows: "list[Row]") -> "list[dict[str, object]]":
        understander = means.understander()
        return [record for batch in batches(rows) for record in understander.records(batch)]  # type: ignore[arg-type]

    with path.open("rb") as lines:
        found, bad = judge(name, lines, understand)  # type: ignore[arg-type]
    return found._replace(notes=(*found.notes, *([f"读不懂的行：{bad}"] if bad else [])))
