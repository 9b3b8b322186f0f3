"""What is kept of a text to find its repeats: 60 MinHash values of character 3-grams, and the hashes of its clauses.

Pure and the same on every machine, so any process may make it. Left to others: which articles are compared, and
whether two texts are one (`nlp.repost.reposts`).
"""

import hashlib
import re
import struct
from functools import lru_cache

import numpy as np
from rensa import RMinHash

from nlp.normal import compatible
from nlp.repost.window import Keys, Mark

PERMUTATIONS, ROWS = (
    60,
    3,
)  # 20 bands: ENGINES.md §C, recall .99 at 10 % edits, 1.0 with 40 % cut off
SEED = 42
SENTENCE = 12  # characters from which a sentence is nobody else's
PIECES = 24  # clauses of one text that are remembered: an excerpt may come from anywhere

# what a republisher puts around a text; whole lines or bracketed credits
_CREDIT = re.compile(
    r"[【\[（(][^】\]）)\n]{0,30}(转自|转载|来源|版权|侵权|免责)[^】\]）)\n]{0,60}[】\]）)]"
    r"|^[ 　]*(来源|编辑|责编|责任编辑|记者|通讯员|作者|审核|监制|校对|原标题|原文链接|阅读原文|编审|供稿|摄影)[:：丨|／/ ][^\n]{0,60}$"
    r"|^[^\n]{0,20}(点击(关注|阅读|查看)|扫码关注|浏览更多|更多精彩|相关阅读|猜你喜欢|热门推荐|站内推荐)[^\n]*$",
    re.MULTILINE,
)
# of splitmix64; products wrap round
_ODD = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)
_BAND = _ODD[0] * np.arange(1, PERMUTATIONS // ROWS + 1, dtype=np.uint64)
_NOISE = re.compile(r"[\W_]+")
_STOP = re.compile(r"[。！？!?；;\n]+")
_PAUSE = re.compile(r"[。！？!?；;，,：:\n]+")
_NOISE_WITHIN = re.compile(r"[^\w。！？!?；;，,：:\n]+|_+")
"""Noise that no clause ends with."""
_THREE = re.compile(r"...")


def essence(text: str) -> str:
    """What is left to compare: no credits, spaces or punctuation, one width, one case.

    >>> essence("本报讯　ＡＢ水管，爆了！\\n来源：邳州融媒")
    '本报讯ab水管爆了'
    """
    return _NOISE.sub("", _plain(text))


def _plain(text: str) -> str:
    return _CREDIT.sub("", compatible(text).lower())


def grams(bare: str) -> list[str]:
    """Character 3-grams, in three rounds (a third faster than slices); a shorter text is its own only gram.

    >>> grams("供水管道")
    ['供水管', '水管道']
    """
    find = _THREE.findall
    return find(bare) + find(bare, 1) + find(bare, 2) or [bare]


def long_sentences(text: str) -> list[str]:
    """The essences of the sentences that are long enough to be told from all others.

    >>> long_sentences("来水了！供水公司表示，抢修人员已到现场。")
    ['供水公司表示抢修人员已到现场']
    """
    found = (_NOISE.sub("", part) for part in _STOP.split(_plain(text)))
    return [sentence for sentence in found if len(sentence) >= SENTENCE]


def signature_of(text: str) -> bytes:
    """60 MinHash values and up to 24 clauses, 32 bits each, the same on every machine; empty when nothing is left."""
    clauses = _PAUSE.split(_NOISE_WITHIN.sub("", _plain(text)))
    bare = "".join(clauses)
    if not bare:
        return b""
    hasher = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    hasher.update(grams(bare))
    # the smallest hashes: an excerpt's are among the whole's most often
    kept = sorted({_hash(clause) for clause in clauses if len(clause) >= SENTENCE})[:PIECES]
    return struct.pack(f"<{PERMUTATIONS + len(kept)}I", *hasher.digest(), *kept)


def _hash(clause: str) -> int:
    return int.from_bytes(hashlib.blake2b(clause.encode(), digest_size=4).digest(), "little")


@lru_cache(maxsize=8)  # an article is looked up, then remembered
def mark_of(signature: bytes) -> Mark:
    """What the window compares of a signature."""
    numbers = np.frombuffer(signature, "<u4")
    values = numbers[:PERMUTATIONS]
    bands: list[int] = bands_of(values[None])[0].tolist()
    return Mark(bands + numbers[PERMUTATIONS:].tolist(), len(bands), values.astype(np.uint8))


def bands_of(values: Keys) -> Keys:
    """n × 60 values → n × 20 keys; a key hashes its band too, so that bands never mix."""
    rows = values.reshape(len(values), PERMUTATIONS // ROWS, ROWS).astype(np.uint64)
    mixed = rows @ _ODD
    mixed += _BAND
    mixed ^= mixed >> np.uint64(29)
    mixed *= _ODD[1]
    keys: Keys = (mixed >> np.uint64(32)).astype(np.uint32)
    return keys
