"""The card of the category model: data, split, scores with intervals, confusion, known failures, size, speed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.training.messages import FOUND, LIST, REGISTERED

Ints = NDArray[np.int64]


def accuracy(
    right: NDArray[np.bool_], *, seed: int = 7, rounds: int = 1000
) -> tuple[float, float, float]:
    """Share of right answers with its 95 % bootstrap interval."""
    pick = np.random.default_rng(seed).integers(0, len(right), (rounds, len(right)))
    low, high = np.quantile(right[pick].mean(axis=1), [0.025, 0.975])
    return float(right.mean()), float(low), float(high)


def calibration(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error in ten bins of the best class's chance."""
    best = chances.max(axis=1)
    bins = np.minimum((best * 10).astype(int), 9)
    gaps = [
        abs(best[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(10)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def _row(name: str, right: NDArray[np.bool_]) -> str:
    share, low, high = accuracy(right)
    return f"| {name} | {len(right)} | {share:.3f} [{low:.3f}, {high:.3f}] |"


def sets(origin: Ints) -> dict[str, NDArray[np.bool_]]:
    """What is judged apart, by the names of the cards: rows of each set."""
    return {
        "运行文字": origin != LIST,
        "其中登记为运行文字的": origin == REGISTERED,
        "其中由词表找回的": origin == FOUND,
        "词表": origin == LIST,
    }


def confused(classes: Sequence[str], gold: Ints, said: Ints) -> str:
    lines = [f"| | {' | '.join(classes)} |", "|---" * (len(classes) + 1) + "|"]
    for number, name in enumerate(classes):
        counts = np.bincount(said[gold == number], minlength=len(classes))
        lines.append(f"| **{name}** | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def render(
    facts: Mapping[str, Any],
    recipe: object,
    classes: Sequence[str],
    gold: Ints,
    margins: NDArray[np.float32],
    marks: tuple[Ints, NDArray[np.bool_], float],
) -> str:
    """`margins` are those of models that did not see the text's group; `marks`: origin, first fold, speed."""
    origin, held_out, speed = marks
    raw = origin != LIST
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    chances = powers / powers.sum(axis=1, keepdims=True)
    said = margins.argmax(axis=1)
    right = said == gold
    scores = [
        _row(f"{name}，{part}", right[rows & among])
        for name, rows in sets(origin).items()
        for part, among in (("五折合计", np.ones_like(held_out)), ("留出的一折", held_out))
    ]
    return TEMPLATE.format(
        recipe=recipe,
        terms=facts["terms"],
        size=f"{facts['bytes'] / 1e6:.1f}",
        rows=len(gold),
        found=int((origin == FOUND).sum()),
        speed=f"{speed:,.0f}",
        digests="\n".join(f"| `{name}` | `{digest}` |" for name, digest in facts["data"].items()),
        scores="\n".join(scores),
        ece=f"{calibration(chances, right):.3f}",
        ece_raw=f"{calibration(chances[raw], right[raw]):.3f}",
        matrix=confused(classes, gold[raw], said[raw]),
    )


TEMPLATE = """# 模型卡：群众留言七分类（线性模型）

本文件由 `python -m nlp.training.category` 写出，请勿手改。

**用途** 给一条群众留言一个一级分类（城乡建设、环境保护、交通运输、教育文体、劳动和社会保障、商贸旅游、卫生计生），供分办时参考；置信度低的由人定。新闻、通知、闲谈不在其列，给出的分类没有意义。
**方法** 词与字 1–3 元 TF-IDF（全文、开头九个词各成一组，每组长度为一），线性支持向量机，间隔以折外结果作温度校准。
**参数** `{recipe}`；{terms} 个词项，{rows} 条训练文本，模型文件 {size} MB，训练机单核约 {speed} 条/秒。

## 数据

竞赛公开的留言只有 457 条（登记）是连同分类的完整文字，另 8,311 条只有去停用词、去数字的词表；457 条中约 446 条同时在词表里。
词表里有 {found} 条的完整文字，在同一竞赛的另三个没有分类的文件里找到了（词表的字按原来的次序占八成五以上在其中，见 `nlp/training/messages.py`），分类取词表的。
词面余弦大于 0.6 的文本归为一组（直接或辗转），找回的文字归到它的词表那一组，一组只在一折里，因此下列成绩里没有“见过几乎同样的文字”。

| 文件 | sha256 |
|---|---|
{digests}

## 成绩（准确率，方括号为 95% 自助法区间；每条都由没见过它那一组的模型判断）

| 评判集 | 条数 | 准确率 |
|---|---|---|
{scores}

期望校准误差：全部 {ece}，运行文字 {ece_raw}。不去重、不分组地随机留出会高估：同一件事的重复留言会同时落在两边。

运行文字（行为登记的分类，列为模型判断）

{matrix}

## 已知不足

- 登记的分类本身有两可：工地欠薪归城乡建设还是劳动和社会保障、校门口垃圾归城乡建设还是教育文体、保健品骗局归商贸旅游还是卫生计生、红绿灯和道路规划归交通运输还是城乡建设，错的大半在这里；有 5 组几乎同样的文字登记了不同的分类。
- 地名已匿名（A市A3区），训练文本多在 2011–2020 年；新事物（充电桩、网约车、直播带货）例子少。
- 三级分类（517 类）只有分类树，没有带二、三级标签的文字，因此只给一级。

## 许可

竞赛数据（泰迪杯 2020-C），限学术使用，未见商用许可；模型只含词项权重，不含原文，商用前请自行核对或用本地工单重新训练。
"""
