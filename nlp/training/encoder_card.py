"""The card of the encoder and the cascade: what they learnt from, how well they do, and where they fail."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.encoder import Encoder
from nlp.opinion.cascade import Blend, CascadeClassifier
from nlp.opinion.classifier import CLASSES
from nlp.opinion.linear import LinearClassifier
from nlp.training import beside
from nlp.training.card import line, matrices, own_texts
from nlp.training.datasets import POLARITIES, Example, labelled, moods, sha256
from nlp.training.polarity import JUDGE, judged
from nlp.training.scores import Score, calibration_error, precision_recall

TRAINED = (
    "civic_opinion/train.jsonl",
    "local/traps_train.jsonl",
    "local/traps_extra.jsonl",
    "sentiment/smp2020.jsonl",
)


@dataclass(frozen=True)
class Found:
    """What one classifier says of one set."""

    scores: Mapping[str, Score]
    error: float  # expected calibration error of polarity

    @property
    def alarm(self) -> str:
        if "alert" not in self.scores:
            return ""
        precision, recall = precision_recall(self.scores["alert"].matrix)
        return f"该报：准确 {precision:.3f}，召回 {recall:.3f}"


def found_of(
    classifier: CascadeClassifier | LinearClassifier, examples: Sequence[Example]
) -> Found:
    known = [e for e in examples if e.polarity]
    opinions = classifier.classify([e.text for e in known], [e.channel for e in known])
    right = [
        CLASSES.index(o.polarity) == POLARITIES.index(e.polarity or "")
        for e, o in zip(known, opinions, strict=True)
    ]
    return Found(
        judged(classifier, examples), calibration_error([o.confidence for o in opinions], right)
    )


def pace(encoder: Encoder, examples: Sequence[Example]) -> float:
    """Texts per second and core, in processor time."""
    texts = [e.text for e in examples][:100]
    encoder.embed(texts[:1])
    started = time.process_time()
    encoder.embed(texts)
    return len(texts) / (time.process_time() - started)


def foreign(data: Path, cascade: CascadeClassifier, linear: LinearClassifier) -> str:
    mood = {
        n: moods(data / TRAINED[3], positive=n[0], other=n[1], weight=1, seed=7)
        for n in ((2000, 1500),)
    }
    trained = frozenset(e.text for rows in mood.values() for e in rows)
    guesses = {
        "级联": beside.ours(cascade),
        "线性": beside.ours(linear),
        "朴素 TF-IDF": beside.plain(data),
        "SnowNLP": beside.snownlp,
    }
    scores = beside.compare(beside.sets(data, trained), guesses)
    names = list(dict.fromkeys(name for name, _ in scores))
    rows = (
        f"| {name} | {scores[name, '级联'].rows} | "
        + " | ".join(
            f"{scores[name, model].macro_f1:.3f} [{scores[name, model].low:.3f}, {scores[name, model].high:.3f}]"
            for model in guesses
        )
        + " |"
        for name in names
    )
    return "\n".join(rows)


def render(data: Path, folder: Path, curve: str, kept: float) -> str:
    """Judges what lies in `folder`; `curve` is the table of borders, `kept` the likeness to the original's vectors."""
    encoder, linear = Encoder(folder), LinearClassifier.load()
    cascade = CascadeClassifier(linear, encoder, Blend.load(folder))
    sets = {name: labelled(data / path) for name, path in JUDGE.items()}
    found = {
        f"{name}·{kind}": found_of(model, rows)
        for name, rows in sets.items()
        for kind, model in (("级联", cascade), ("线性", linear))
    }
    known = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    lines = [
        line(name, question, score)
        for name, one in found.items()
        for question, score in one.scores.items()
    ]
    errors = "\n".join(f"| {n} | {one.error:.3f} | {one.alarm} |" for n, one in found.items())
    return TEMPLATE.format(
        texts=known["texts"],
        classed=known["classed"],
        own=own_texts(),
        hold=known["hold"],
        plan=known["plan"],
        digests="\n".join(
            f"| `{name}` | `{sha256(data / name)}` |" for name in (*TRAINED, *JUDGE.values())
        ),
        scores="\n".join(lines),
        errors=errors,
        matrices="\n".join(matrices(name, one.scores) for name, one in found.items()),
        foreign=foreign(data, cascade, linear),
        curve=curve,
        kept=f"{kept:.3f}",
        size=f"{known['bytes'] / 1e6:.1f}",
        pace=f"{pace(encoder, sets['civic_opinion/dev']):.0f}",
        sha=known["sha256"],
    )


TEMPLATE = """# 模型卡：编码器与级联（情感倾向、诉求、紧急、该不该报；句向量）

本文件由 `python -m nlp.training.cascade` 写出，请勿手改。

**用途** 线性模型没把握的文本由编码器再读一遍，两者合计给出校准过的概率；同一个模型给出句向量，供事件归并。不替人作决定，把握低的进“情感待复核”。
**方法** BAAI/bge-small-zh-v1.5（MIT，4 层 512 维）微调：情感三类、诉求、紧急、该报四个任务，附带群众留言七分类，同时用余弦损失留住原模型的句向量（留出文本上与原向量的平均余弦 {kept}）；词向量不动；一半时候不告诉它渠道。权重逐列、词向量逐行 int8，激活逐条量化，一次只读一条，所以结果与同批文本无关。
**参数** `{plan}`；{texts} 条训练文本，另留 1/{hold} 供定级联的权重与界限；文件 {size} MB，单核约 {pace} 条/秒（128 词元以内）。
**摘要** `{sha}`

## 数据

| 文件 | sha256 |
|---|---|
{digests}

{own}
`dev` 只用于评判，从不参与训练与定界限。另有 {classed} 条群众留言只教一问：属于七类中的哪一类（`nlp/data/encoder/category.card.md`），留出的一折不在其中。

发布的权重是第二、三轮之间的中点，就是上面那条命令写出来的：参数没有照着 dev 改。

## 成绩（宏平均 F1，方括号为 95% 自助法区间）

| 评判集 | 问题 | 条数 | 宏 F1 | 各类 F1 |
|---|---|---|---|---|
{scores}

| 评判集 | 情感的期望校准误差 | |
|---|---|---|
{errors}

### 界限（在两个模型都没见过的训练文本上）

| 线性模型的把握不低于 | 级联宏 F1 | 线性模型独自判断的准确率 | 问编码器的比例 |
|---|---|---|---|
{curve}

{matrices}
## 别的文体上，与 SnowNLP 和朴素 TF-IDF 相比（每集 300 条，宏 F1）

| 集 | 条数 | 级联 | 线性 | 朴素 TF-IDF | SnowNLP |
|---|---|---|---|---|---|
{foreign}

SnowNLP 的随包模型就是用购物评论训练的，外卖评论是它的本行；评论集没有中性，判为中性的算错。

## 已知不足

- 轻描淡写、纯叙述的投诉和反讽仍是最大的一类错；正面最少，区间最宽。
- “该不该报”只从 {texts} 条里编写的文本学来，文风比真实发帖讲究；是不是本地的事由地点判断，不由模型判断。
- 只读开头 95 个和结尾 33 个词元；长文中段的转折看不到。
- 2026 年以后的新说法、方言、谐音会逐渐失准，应每季度抽样复核。

## 许可

bge-small-zh-v1.5 为 MIT。训练文本中，civic_opinion 取自竞赛与公开留言（标注为本项目所有），SMP2020 微博限学术使用、未见商用许可；模型不含原文，商用前请自行核对，或去掉 SMP2020 重训。
"""
