"""The small pretrained encoder: a text becomes a vector (events) and margins for what it means (`nlp.opinion.cascade`).

One int8 ONNX file serves both, run by onnxruntime; no torch, nothing fetched, nothing loaded before the first text. A
further question (`nlp.category`) has a last layer of its own, a small file beside it that reads the layer below.
Each text is run alone: int8 activations are scaled per run, so a text read beside others would come out a little
different, and ingest must give the same result however a crash cut its batches. Left to others: calibration, and the
decision whether the encoder is asked at all (`nlp.opinion.cascade`); how it is trained (`nlp.training.encoder`).
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minyin.errors import DependencyError
from minyin.model import Channel
from nlp.normal import fold

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent / "data" / "encoder"
WIDTH = 512
HEAD_CHARS, TAIL_CHARS = 400, 120  # more of a long text never reaches the tokens anyway
HEAD_TOKENS, TAIL_TOKENS = 95, 33
TOKENS = HEAD_TOKENS + TAIL_TOKENS
Floats = NDArray[np.float32]

# What the encoder is told of where a text was said, in its own language; an unknown place is not mentioned.
SPOKEN = {
    Channel.NEWS: "新闻：",
    Channel.GOV: "政务：",
    Channel.FORUM: "论坛：",
    Channel.WEIBO: "微博：",
    Channel.WECHAT: "公众号：",
    Channel.APP: "客户端：",
    Channel.VIDEO: "短视频：",
    Channel.BOARD: "留言：",
    Channel.PRINT: "报刊：",
    Channel.HOTLINE: "热线：",
    Channel.GRID: "网格：",
    Channel.OTHER: "",
}
_NOISE = re.compile(
    r"//@[^:：\s]{1,20}[:：]|@[^\s:：,，]{1,20}|https?://\S+|</?[a-zA-Z][^<>]{0,80}>|[\s\ud800-\udfff]+"
)


class Reading(NamedTuple):
    """What the encoder says of n texts: unit vectors, and margins (logits) not yet calibrated."""

    embedding: Floats  # n × 512
    polarity: Floats  # n × 3: negative, neutral, positive
    flags: Floats  # n × 3: appeal, urgent, worth an alert


def plain(text: str, channel: Channel = Channel.OTHER) -> str:
    """The text as it was in training: one spelling, no links, mentions or tags, the channel said first.

    >>> plain("我們　這邊停水了 https://a.cn/b", Channel.FORUM)
    '论坛:我们 这边停水了'
    """
    if len(text) > 4 * (HEAD_CHARS + TAIL_CHARS):
        text = text[: 2 * HEAD_CHARS] + text[-2 * TAIL_CHARS :]
    text = _NOISE.sub(" ", fold(text)).strip()
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        text = text[:HEAD_CHARS] + text[-TAIL_CHARS:]
    return fold(SPOKEN[channel]) + text


@dataclass(frozen=True)
class Vocabulary:
    """WordPiece as BERT has it; beginning and end of a long text speak, the middle does not."""

    path: Path

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
        from tokenizers.models import WordPiece

        tokenizer = Tokenizer(
            WordPiece.from_file(str(self.path), unk_token="[UNK]", max_input_chars_per_word=100)
        )
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        return tokenizer

    @cached_property
    def _ends(self) -> tuple[int, int]:
        first, last = (self.tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        assert first is not None
        assert last is not None
        return first, last

    def ids(self, text: str) -> list[int]:
        """At most TOKENS numbers, the marks of beginning and end among them."""
        first, last = self._ends
        found = self.tokenizer.encode(text, add_special_tokens=False).ids
        if len(found) > TOKENS - 2:
            found = found[: HEAD_TOKENS - 1] + found[-(TAIL_TOKENS - 1) :]
        return [first, *found, last]


class Encoder:
    """Loaded at the first text. `threads` texts are read at once, one core each."""

    def __init__(self, folder: Path = FOLDER, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self._vocabulary = Vocabulary(folder / "vocab.txt")

    @cached_property
    def _session(self) -> "InferenceSession":
        return self._opened("encoder")

    @cached_property
    def _category(self) -> "InferenceSession":
        return self._opened("category")

    def _opened(self, name: str) -> "InferenceSession":
        """Raises DependencyError when the model is missing or not the one that was judged."""
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
        options.log_severity_level = 3
        model = checked(self._folder, name)
        return InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def read(self, texts: Sequence[str], channels: Sequence[Channel] | None = None) -> Reading:
        """Everything of every text, in order."""
        said = channels or [Channel.OTHER] * len(texts)
        rows = self._rows([plain(text, channel) for text, channel in zip(texts, said, strict=True)])
        if not rows:
            return Reading(*(np.zeros((0, n), np.float32) for n in (WIDTH, 3, 3)))
        return Reading(*(np.concatenate(part) for part in zip(*rows, strict=True)))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, n × 512; the dot product of two is their likeness (unrelated texts stand around .4)."""
        return self.read(texts).embedding

    def below(self, text: str) -> Floats:
        """What the layer below the last says of each token, 1 × tokens × 512."""
        ids = np.array([self._vocabulary.ids(plain(text))], np.int64)
        (tokens,) = self._session.run(["below"], {"input_ids": ids})
        return np.asarray(tokens, np.float32)

    def categories(self, texts: Sequence[str]) -> Floats:
        """Margins of the seven classes, n × 7, not yet calibrated; of texts as `nlp.category` gives them."""
        rows = [self._category.run(["category"], {"below": self.below(one)})[0] for one in texts]
        return np.concatenate(rows)

    def _rows(self, texts: Sequence[str]) -> list[tuple[Floats, Floats, Floats]]:
        if texts:
            _ = self._session, self._vocabulary.tokenizer  # built once, before threads ask
        if self._threads == 1 or len(texts) < 2:
            return [self._row(text) for text in texts]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._row, texts))

    def _row(self, text: str) -> tuple[Floats, Floats, Floats]:
        ids = np.array([self._vocabulary.ids(text)], np.int64)
        embedding, polarity, flags = self._session.run(
            ["embedding", "polarity", "flags"], {"input_ids": ids}
        )
        return embedding, polarity, flags


def checked(folder: Path, name: str = "encoder") -> bytes:
    """The model's bytes, if their digest is the registered one. Raises DependencyError."""
    path = folder / f"{name}.onnx"
    try:
        data = path.read_bytes()
        expected = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["sha256"]
    except (OSError, KeyError, ValueError) as error:
        raise DependencyError(
            f"编码器模型打不开：{folder}：{error}；请重新安装民音，或把设置 nlp.polarity 改为 linear"
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise DependencyError(
            f"编码器模型与登记的摘要不符：{path}：应为 {expected[:12]}…，实为 {found[:12]}…；请重新安装民音"
        )
    return data
