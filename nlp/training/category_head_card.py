"""The card of the encoder's head for the seven classes, beside the linear model alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.category import Blend
from nlp.training.category_card import accuracy, calibration, confused, sets
from nlp.training.messages import LIST

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


def render(
    facts: Mapping[str, Any],
    classes: Sequence[str],
    gold: Ints,
    said: tuple[Floats, Floats],
    blend: Blend,
    origin: Ints,
) -> str:
    """`said`: log chances of the linear model and margins of the encoder, of texts that neither has seen."""
    linear, margins = np.exp(said[0]), said[1]
    raw = origin != LIST
    both = blend.chances(linear, margins)
    asked = linear.max(axis=1) < blend.sure
    chances = np.where(asked[:, None], both, linear)
    right = {
        "linear": linear.argmax(axis=1) == gold,
        "encoder": margins.argmax(axis=1) == gold,
        "shipped": chances.argmax(axis=1) == gold,
        "always": both.argmax(axis=1) == gold,
    }
    scores = [
        f"| {name} | {rows.sum()} | "
        + " | ".join(_share(one[rows]) for one in right.values())
        + " |"
        for name, rows in sets(origin).items()
    ]
    return TEMPLATE.format(
        size=f"{facts['bytes'] / 1e6:.1f}",
        speed=facts["speed"],
        sha=facts["sha256"],
        plan=facts["plan"],
        rows=facts["rows"],
        sure=f"{blend.sure:.2f}",
        digests="\n".join(f"| `{name}` | `{digest}` |" for name, digest in facts["data"].items()),
        scores="\n".join(scores),
        gain=_gain(right["shipped"][raw], right["linear"][raw]),
        asked_raw=f"{asked[raw].mean():.0%}",
        asked_lists=f"{asked[~raw].mean():.0%}",
        ece=f"{calibration(chances, right['shipped']):.3f}",
        ece_raw=f"{calibration(chances[raw], right['shipped'][raw]):.3f}",
        matrix=confused(classes, gold[raw], chances[raw].argmax(axis=1)),
    )


def _share(right: Marks) -> str:
    share, low, high = accuracy(right)
    return f"{share:.3f} [{low:.3f}, {high:.3f}]"


def _gain(new: Marks, old: Marks, *, seed: int = 7, rounds: int = 10_000) -> str:
    """What the new answers gain on the same texts, with its 95 % bootstrap interval."""
    gained = new.astype(float) - old.astype(float)
    pick = np.random.default_rng(seed).integers(0, len(gained), (rounds, len(gained)))
    low, high = np.quantile(gained[pick].mean(axis=1), [0.025, 0.975])
    mended, broken = int((gained > 0).sum()), int((gained < 0).sum())
    return f"{gained.mean():+.3f} [{low:+.3f}, {high:+.3f}]（改对 {mended} 条，改错 {broken} 条）"


TEMPLATE = """# 模型卡：群众留言七分类（编码器的末层）

本文件由 `python -m nlp.training.category_encoder` 写出，请勿手改。

**用途** 级联设置（默认）下，线性七分类的把握低于 {sure} 的留言，再请编码器读一遍（`minyin analyse`、`minyin explain`）；`nlp.polarity: linear` 时不用。
**方法** 编码器学情感时，四折留言的七分类是附带的一问（`nlp.training.encoder`）；其后下三层不动，末层连同一个小分类头另学一份，只由首个标记提问，读的是与线性模型相同的词连成的文字；int8，{size} MB，与编码器合计不到 30 MB；连同编码器单核约 {speed:.0f} 条/秒。两个模型各自校准，对数概率等权相加，再校准；权重没有调过。
**参数** `{plan}`；{rows} 条训练文本；sha256 `{sha}`

## 数据

与线性七分类相同（`nlp/data/category.card.md`），几乎同样的文字归为一组，一组只在一折里；一开始就定下的那一折从头到尾没有参与，下面的成绩都在这一折上。评判以后，随包的末层用全部五折再学一次。

| 文件 | sha256 |
|---|---|
{digests}

## 成绩（留出的一折；准确率，方括号为 95% 自助法区间；两个模型都没见过这一折，也没见过与它几乎同样的文字）

“随包”即线性没把握时才问编码器；“都问”是每条都问，未采用。

| 评判集 | 条数 | 线性 | 编码器 | 随包 | 都问 |
|---|---|---|---|---|---|
{scores}

随包比线性，运行文字，同一批文字成对比较：{gain}。
问编码器的：运行文字 {asked_raw}，词表 {asked_lists}。期望校准误差：全部 {ece}，运行文字 {ece_raw}。

运行文字，随包（行为登记的分类，列为模型判断）

{matrix}

## 已知不足

- 登记的分类本身有两可的，编码器也定不下来（见线性七分类的卡）。
- 只读词表里有的词，新词、数字、地名代号读不到；长文只读开头与结尾共 128 个词元。
- 只留出一折，运行文字一百多条，区间宽；线性模型的五折合计见线性七分类的卡。

## 许可

竞赛数据（泰迪杯 2020-C），限学术使用，未见商用许可；编码器由 bge-small-zh-v1.5（MIT）微调。模型不含原文，商用前请自行核对或用本地工单重新训练。
"""
