"""The model card: what the shipped classifier was trained on, how well it does, and where it fails."""

from collections.abc import Mapping
from dataclasses import dataclass

from nlp.training.datasets import FIRST, KINDS, written, written_digest
from nlp.training.fitting import FOLDS, Recipe
from nlp.training.scores import Score

NAMES = {
    "polarity": ("负面", "中性", "正面"),
    "appeal": ("无", "诉求"),
    "urgent": ("无", "紧急"),
    "alert": ("不必", "该报"),
}


@dataclass(frozen=True)
class Figures:
    digests: Mapping[str, str]
    examples: int
    recipe: Recipe
    terms: int
    size: int
    speed: float
    unseen: Mapping[str, Score]
    scores: Mapping[str, Mapping[str, Score]]


def line(name: str, question: str, score: Score) -> str:
    each = "，".join(f"{n} {f:.3f}" for n, f in zip(NAMES[question], score.f1, strict=True))
    return f"| {name} | {question} | {score.rows} | {score.macro_f1:.3f} [{score.low:.3f}, {score.high:.3f}] | {each} |"


def matrices(name: str, scores: Mapping[str, Score]) -> str:
    """The confusion matrix of every question."""
    return "\n".join(_matrix(name, question, score) for question, score in scores.items())


def _matrix(name: str, question: str, score: Score) -> str:
    names = NAMES[question]
    rows = "\n".join(
        f"| **{gold}** | {' | '.join(map(str, row))} |"
        for gold, row in zip(names, score.matrix, strict=True)
    )
    head = f"| | {' | '.join(names)} |\n|---{'|---' * len(names)}|"
    return f"{name}，{question}（行为人工标注，列为模型判断）\n\n{head}\n{rows}\n"


def own_texts() -> str:
    """What was written for this, and how far the two who labelled it agree."""
    first, kinds = written(FIRST, weight=1), written(KINDS, weight=1)
    answers = ("polarity", "appeal", "urgent", "alert")
    agreed = {name: sum(getattr(e, name) is not None for e in kinds) for name in answers}
    shares = [f"{agreed[name] / len(kinds):.1%}" for name in answers]
    counts = (len(FIRST + KINDS), len(first) + len(kinds), written_digest(), len(kinds))
    return OWN.format(*counts, *shares)


def render(figures: Figures) -> str:
    lines = [
        line(name, question, score)
        for name, scores in figures.scores.items()
        for question, score in scores.items()
    ]
    unseen = [
        line(f"训练集 {FOLDS} 折交叉", question, score)
        for question, score in figures.unseen.items()
    ]
    digests = "\n".join(f"| `{name}` | `{digest}` |" for name, digest in figures.digests.items())
    return TEMPLATE.format(
        digests=digests,
        scores="\n".join([*lines, *unseen]),
        matrices="\n".join(matrices(name, scores) for name, scores in figures.scores.items()),
        examples=figures.examples,
        terms=figures.terms,
        size=f"{figures.size / 1e6:.1f}",
        speed=f"{figures.speed:,.0f}",
        recipe=figures.recipe,
        own=own_texts(),
    )


OWN = (
    "另有随源码的 `nlp/training/data/` {} 个文件共 {} 条（合并摘要 sha256 `{}`），由语言模型为本项目逐条编写，写时没有参看评判集和示例县的文本。"
    "其中 {} 条（论坛回帖与主帖、公众号文章、报纸长稿、热线记录与公文、用词误导的褒贬）由另一个语言模型盲标一遍，"
    "两遍一致的：情感 {}，诉求 {}，紧急 {}，该报 {}；不一致的答案留空，不学。"
)


TEMPLATE = """# 模型卡：情感倾向、诉求、紧急（线性模型）

本文件由 `python -m nlp.training.polarity` 写出，请勿手改。

**用途** 对一段中文公开信息给出情感倾向（负面、中性、正面）、是否提出诉求、是否紧急、是否值得单独预警。供监测人员筛选和排序，不替人作决定；置信度低的应由人复核。
**方法** 字 1–4 元与词（rjieba）1–2 元 TF-IDF，加诉求、办结、感谢、反讽、咨询、公文等规则信号、情感词典（JioNLP）和渠道，逻辑回归；置信度以折外结果作温度校准，诉求、紧急、该报的分界取折外 F1 最高处。
**参数** `{recipe}`；{terms} 个词项，{examples} 条训练文本，模型文件 {size} MB，训练机单核约 {speed} 条/秒。

## 数据

训练用 train、extra、smp2020、情感词典；`dev` 只用于评判，从不参与训练。{own}

| 文件 | sha256 |
|---|---|
{digests}

## 成绩（宏平均 F1，方括号为 95% 自助法区间）

| 评判集 | 问题 | 条数 | 宏 F1 | 各类 F1 |
|---|---|---|---|---|
{scores}

正则强度与各语料的份量依训练集的交叉验证选定，词项数按文件大小定。试验中看过评判集成绩；加情感词典一项先在评判集上见效，后由交叉验证确认（民生部分 .741→.753）。自编文本的份量试过 2.0 与 1.0；三个标记的份量与强度由民生、陷阱两部分的折外成绩之和定。三成文本训练时不告诉渠道，使用时渠道未知不再等同于热搜标题。成批编写的六类文本加入前后，折外宏 F1：民生 .811、.809，陷阱 .716、.826（词项由全部文本筛过，折外数偏高，只看前后之差）。

{matrices}
## 已知不足

- 不含情绪词的陈述（“水放一盆，底下一层黄泥”）、轻描淡写和反讽，容易判成中性甚至正面；“疑问句式的诉求”与单纯咨询不易分开。
- 正面文本在民生留言里很少，正面一类最弱；讲困难起头、以办结收尾的成效报道可能判成负面。
- 长文只看开头 700 字和结尾 200 字。训练文本多在 200 字以内。
- 陌生渠道、方言、谐音和表情包未专门处理；2026 年以后的新说法会逐渐失准，应每季度抽样复核。

## 许可

civic_opinion 与 local 的文本、标注为本项目所有或经整理的竞赛与公开留言；SMP2020 微博数据限学术使用，未见商用许可。情感词典出自 JioNLP（Apache-2.0，见 NOTICE）。模型只含词项权重，不含原文；商用前请自行核对，或去掉 SMP2020 重新训练。
"""
