"""The card of the pair scorer: what it was trained on, how well events are told apart, where it fails."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nlp.judging.evaluate import Figure

FILES = (
    "civic_messages/complaints_2019.jsonl",
    "events/events.json",
    "events/singletons.json",
    "events/hard_negatives.json",
)


class Report(NamedTuple):
    """Cross-fitted figures without and with embeddings; pairs by real and said; F1 in order and shuffled; pairs of one matter and of two."""

    words: Sequence[Figure]
    both: Sequence[Figure]
    confusion: Sequence[Sequence[int]]
    order: Sequence[float]
    pairs: tuple[int, int]


def _row(name: str, found: Sequence[Figure]) -> str:
    cells = (f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in found)
    return f"| {name} | {' | '.join(cells)} |"


def render(report: Report, digests: Mapping[str, str], size: int) -> str:
    (apart, wrong), (missed, same) = report.confusion
    return TEMPLATE.format(
        digests="\n".join(f"| `{name}` | `{digest}` |" for name, digest in digests.items()),
        scores="\n".join([_row("只用文字", report.words), _row("加编码器句向量", report.both)]),
        apart=apart, wrong=wrong, missed=missed, same=same,
        first=f"{report.order[0]:.3f}", shuffled="、".join(f"{one:.3f}" for one in report.order[1:]),
        size=f"{size / 1000:.0f}", one=report.pairs[0], two=report.pairs[1],
    )  # fmt: skip


TEMPLATE = """# 模型卡：事件成对打分器

本文件由 `python -m nlp.training.pairs` 写出，请勿手改。

**用途** 判断两条信息是否同一件事；`minyin cluster` 用它归并留言（县里的事件另有地点、主题、回帖关系，不用它）。
**方法** 21 个成对特征（字对重合、事由用词、时间差、地区标签、数字、标题句向量余弦）的二次项逻辑回归；两套权重，一套不用句向量。句向量来自随包的编码器，只在文字没有把握时才问。常用字对表 `eventgrams.npz` 由 16,385 篇背景文本得来（`python -m nlp.training.terms`，不含被评判的文本）。
**参数** {one} 对同一件事、{two} 对不同的事；定种。权重 {size} KB，字对表 32 KB；成对特征每对约 0.05 毫秒（CPU 时间）。

## 数据

民生留言 2019 年 4,326 条中的金标：106 个事件 484 条、单条 217 条、相似而不同 104 对，一人标注；其余留言没有标注，只作陪衬。

| 文件 | sha256 |
|---|---|
{digests}

## 成绩（五折交叉，方括号为按簇自助的 95% 区间）

簇分在五折（相似的簇同折），每折由没见过它的权重判断；在线、按到达顺序；界为偶数赔率，不调；误并按全部金标计。

| | B³ 准确 | B³ 召回 | B³ F1 | 相似而不同的被并 |
|---|---|---|---|---|
{scores}

打乱到达顺序（随包权重、加句向量，全部金标，只看差别）：依次 {first}，打乱三次 {shuffled}。随包权重用全部金标训练，它在同一金标上的成绩不算数。

成对判断（五折交叉，只用文字，偶数赔率；不同的事只取最像的）

| | 判为两件 | 判为一件 |
|---|---|---|
| **两件** | {apart} | {wrong} |
| **一件** | {missed} | {same} |

## 已知不足

- 同一小区的不同事由（如收房质量与建医院）仍会并；政策建议类模板文字（“请加快某某建设”）会并；名称写错字时会拆。
- 金标只有一个城市一年的留言，一人标注；没有在别的城市上验证过。

## 许可

原始数据来自“泰迪杯”竞赛，仅供学术使用，未随包分发；权重是其统计量，不含原文。商用前请自行核对，或用本地留言重训。
"""
