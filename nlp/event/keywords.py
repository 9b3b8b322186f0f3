"""Key phrases of an event, and terms that a period uses more than the one before (新词、突增词).

A phrase is one to three words that stand together in several of the texts; it is worth its texts times its rarity.
What rises is judged by Dunning's log-likelihood (1993, "Accurate Methods for the Statistics of Surprise and
Coincidence"): large where the change is neither chance nor a matter of more articles.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log

from minyin.model import Value
from nlp.event.words import FORMULA, known_idf

Cut = Callable[[str], list[str]]

LONGEST = 3  # words of a phrase
LETTERS = 10  # characters of a phrase
LEAST = 3  # articles with a term before it can be said to rise
SURE = 10.83  # log-likelihood: p < .001 with one degree of freedom
TOGETHER = 0.6  # share of a word's texts from which its phrase stands for it
_AMOUNT = re.compile(
    r"[一二三四五六七八九十两几半百千]+(?:点|分钟|小时|天|号|次|年|个|月|岁|块|万|元)|[我你他她]|有没有|说句"
)
_WORD = re.compile(r"[\u4e00-\u9fff]{2,8}|[\u4e00-\u9fff]")
# words that name no matter: of grammar, of the hour, of where one stands, of the kind of text
_IDLE = """
的 了 是 在 和 有 就 都 也 不 没 没有 我 你 他 她 它 我们 你们 他们 大家 自己
这 那 这个 那个 这样 什么 怎么 为什么 哪里 一 一个 一下 一直 个 次 年 月 日 天
现在 已经 可以 不能 不是 就是 还是 还 还有 又 再 很 太 要 会 能 到 给 把 被 让
对 从 向 与 及 或 等 上 下 里 中 前 后 来 去 说 看 做 请 知道 今天 昨天 明天
有人 时候 进行 问题 情况 关于 其中 以及 如果 因为 所以 但是 而且 有关 相关 工作 演示
目前 今年 去年 多次 真的 觉得 应该 需要 起来 出来 开始 之后 以后 以前 此 该 各 为
以 于 将 由 并 但 而 今晚 今早 今晨 昨晚 昨夜 一夜 早上 晚上 上午 下午 号楼 门口
大爷 大妈 公告 通报 通知 回复 答复 求助 投诉 反映 网友 市民 居民
"""
_EMPTY = frozenset(_IDLE.split())


class Rising(Value):
    """A term with the articles that use it, in this period and in the one before."""

    term: str
    now: int
    before: int
    likelihood: float


def phrases_of(text: str, cut: Cut) -> set[str]:
    """Candidate phrases of one text: runs of one to three telling words and lone characters, two to ten characters."""
    found: set[str] = set()
    for part in re.split(r"[^\u4e00-\u9fff]+", FORMULA.sub(" ", text)):
        words = cut(part) if len(part) > 1 else []
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                run = words[start:end]
                if not _telling(run[-1]) or sum(len(word) > 1 for word in run) > LONGEST:
                    break
                phrase = "".join(run)
                if 2 <= len(phrase) <= LETTERS and any(len(word) > 1 for word in run):
                    found.add(phrase)
    return found


def _telling(word: str) -> bool:
    return word not in _EMPTY and _WORD.fullmatch(word) is not None and not _AMOUNT.match(word)


def counted(texts: Iterable[str], cut: Cut) -> Counter[str]:
    """In how many texts each candidate phrase stands."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(phrases_of(text, cut))
    return counts


def keyphrases(texts: Sequence[str], cut: Cut, number: int = 8) -> list[tuple[str, int]]:
    """(phrase, texts that have it), the most telling first; a phrase takes the place of its parts and of longer ones."""
    counts = counted(texts, cut)
    least = 1 if len(texts) < 4 else 2
    worth = {
        phrase: count * (known_idf(phrase, cut) + 0.7 * (len(phrase) - 2))
        for phrase, count in counts.items()
        if count >= least
    }
    for phrase in [
        p for p in worth if any(p in q and counts[p] == counts[q] for q in worth if p != q)
    ]:
        del worth[phrase]  # a piece that never stands without the rest, such as 武路 of 沂武路
    return [(phrase, counts[phrase]) for phrase in distinct(worth, counts, number)]


def distinct(worth: dict[str, float], counts: Counter[str], number: int) -> list[str]:
    """The worthiest terms of which none is part of another."""
    chosen: list[str] = []
    for phrase in sorted(worth, key=lambda p: (-worth[p], p)):
        rivals = [c for c in chosen if phrase in c or c in phrase]
        if not rivals:
            chosen.append(phrase)
        # the longer name, where nearly all who say a part of it say the whole
        elif all(c in phrase and counts[phrase] >= TOGETHER * counts[c] for c in rivals):
            chosen[chosen.index(rivals[0])] = phrase
            chosen = [c for c in chosen if c not in rivals]
        if len(chosen) == number + 4:
            break
    return chosen[:number]


def rising(
    now: Counter[str], before: Counter[str], totals: tuple[int, int], number: int = 20
) -> list[Rising]:
    """Terms said in a larger share of this period's articles; `totals` are the articles of both periods."""
    found = {}
    for term, count in now.items():
        earlier = before.get(term, 0)
        if count < LEAST or count * max(totals[1], 1) <= earlier * totals[0]:
            continue
        value = log_likelihood(count, earlier, *totals)
        if value >= SURE:
            found[term] = Rising(term=term, now=count, before=earlier, likelihood=round(value, 2))
    worth = {term: one.likelihood for term, one in found.items()}
    return [found[term] for term in distinct(worth, now, number) if term in found]


def log_likelihood(a: int, b: int, n: int, m: int) -> float:
    """G² of a of n against b of m articles (Dunning 1993), with both halves of the table.

    >>> round(log_likelihood(10, 1, 100, 100), 2), log_likelihood(0, 0, 5, 5)
    (8.98, 0.0)
    """
    table = ((a, n), (b, m), (n - a, n), (m - b, m))
    said, total = a + b, n + m
    expected = [said * n / total, said * m / total, (total - said) * n / total, (total - said) * m / total] if total else [0.0] * 4  # fmt: skip
    return 2 * sum(
        seen * log(seen / mean) for (seen, _), mean in zip(table, expected, strict=True) if seen > 0 and mean > 0
    )  # fmt: skip
